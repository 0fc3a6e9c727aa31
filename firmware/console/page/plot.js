// SPDX-License-Identifier: MIT
// Bars in SVG. Two series at most, told apart by hatching as well as by colour,
// so that a grey printer and every eye can follow; each bar has its figure.
"use strict";

const SVG = "http://www.w3.org/2000/svg";
const PLOT_W = 640;
const ROW_H = 34;
const LABEL_W = 190;
const FIGURE_W = 60;

function svg(name, attributes, text) {
	const element = document.createElementNS(SVG, name);
	for (const [key, value] of Object.entries(attributes))
		element.setAttribute(key, String(value));
	if (text !== undefined)
		element.textContent = text;
	return element;
}

function hatch(id) {
	const pattern = svg("pattern", { id, width: 8, height: 8,
		patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" });
	pattern.append(svg("rect", { width: 8, height: 8, class: "bar-paper" }),
		svg("rect", { width: 4, height: 8, class: "bar-ink" }));
	return pattern;
}

// A long name is cut in the picture; the table beside it has all of it.
function fit(text, most) {
	return text.length > most ? text.slice(0, most - 1) + "…" : text;
}

// Bars that lie: rows [{label, values: [number|null, …]}], series [name, …].
function barsLying(title, rows, series) {
	const each = ROW_H / 2 * series.length + 10;
	const head = series.length > 1 ? 30 : 8;
	const h = head + rows.length * each + 6;
	const most = Math.max(1, ...rows.flatMap((row) => row.values));
	const picture = svg("svg", { viewBox: `0 0 ${PLOT_W} ${h}`, role: "img",
		"aria-label": title, class: "plot" });
	const id = "hatch-" + (barsLying.n = (barsLying.n || 0) + 1);
	const defs = svg("defs", {});
	defs.append(hatch(id));
	picture.append(defs);
	if (series.length > 1)
		picture.append(...legend(series, id));
	const room = PLOT_W - LABEL_W - FIGURE_W;
	rows.forEach((row, i) => {
		const y = head + i * each;
		picture.append(svg("text", { x: LABEL_W - 10,
			y: y + each / 2, class: "plot-label" }, fit(row.label, 22)));
		row.values.forEach((value, k) => {
			const top = y + 4 + k * ROW_H / 2;
			const w = room * (value || 0) / most;
			picture.append(svg("rect", { x: LABEL_W, y: top, width: w,
				height: ROW_H / 2 - 3, class: "bar",
				fill: k === 0 ? "#0b3d6b" : `url(#${id})` }));
			picture.append(svg("text", { x: LABEL_W + w + 6,
				y: top + ROW_H / 4, class: "plot-figure" },
			value === null ? "–" : String(value)));
		});
	});
	return picture;
}

function legend(series, id) {
	return series.flatMap((name, k) => {
		const x = LABEL_W + k * 200;
		return [svg("rect", { x, y: 6, width: 16, height: 14, class: "bar",
			fill: k === 0 ? "#0b3d6b" : `url(#${id})` }),
		svg("text", { x: x + 22, y: 14, class: "plot-figure" }, name)];
	});
}
