// SPDX-License-Identifier: MIT
// What the staff's page, the overview and the citizen's page share. Each page
// has its own WORDS and language.

"use strict";

function recalled(name) {
	try {
		return localStorage.getItem(name);
	} catch {
		return null;
	}
}

function say(key, values = {}) {
	return WORDS[language][key].replace(/\{(\w+)\}/g,
		(whole, name) => values[name] ?? whole);
}

function sayOr(key, word) {
	return key in WORDS[language] ? say(key) : word;
}

function inLanguage(text) {
	return (text && (text[language] || text.vi)) || "";
}

function make(tag, className, text) {
	const element = document.createElement(tag);
	if (className)
		element.className = className;
	if (text !== undefined)
		element.textContent = text;
	return element;
}

function setText(element, text) {
	if (element.textContent !== text)
		element.textContent = text;
}
