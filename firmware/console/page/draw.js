// SPDX-License-Identifier: MIT
// How the staff's page shows what app.js knows. It runs nothing by itself.
"use strict";

function drawWords() {
	document.documentElement.lang = language;
	for (const element of document.querySelectorAll("[data-text]"))
		setText(element, say(element.dataset.text));
	for (const element of document.querySelectorAll("[data-label]"))
		element.setAttribute("aria-label", say(element.dataset.label));
	const other = language === "vi" ? "en" : "vi";
	$("language").lang = other;
	setText($("language"), other === "en" ? "English" : "Tiếng Việt");
}

// A word that a newer kiosk brings is shown as it is.
function sayFault(word) {
	return word in WORDS[language] ? say(word)
		: say("other-fault", { word });
}

// What someone has to mend; a hasty finger is in the list too.
function panelFaults({ panel }) {
	if (!panel || panel.state !== "fault")
		return [];
	return panel.faults.filter(({ fault }) => fault !== "hasty").map(
		({ what, id, fault }) => say("panel-fault", {
			what: sayOr("what-" + what, what), id,
			fault: sayOr("fault-" + fault, fault),
		}));
}

function drawFaults() {
	const health = state.health;
	const faults = panelFaults(health);
	if (!["ok", "none", "unknown"].includes(health.printer))
		faults.unshift(sayFault(health.printer));
	for (const { message, file } of health.journal_faults || [])
		faults.push(inLanguage(message) + (file ? " (" + file + ")" : ""));
	if (health.journal === "slow")
		faults.push(say("journal-slow"));
	if (health.journal === "unavailable")
		faults.unshift(say("journal"));
	const mend = faults.length > 0;
	// Not a fault, and nothing that goes away: said without the colour.
	if (health.printer === "unknown")
		faults.push(say("unknown"));
	$("faults").hidden = faults.length === 0;
	$("faults").classList.toggle("mild", !mend);
	setText($("faults"), faults.join(" "));
}

function drawPicker() {
	const list = $("picker-list");
	const own = state.counters.filter((c) => mayWorkAt(c.id));
	const buttons = own.map((c) => {
		const button = make("button");
		const names = c.services.map((id) => inLanguage(serviceOf(id).name));
		button.type = "button";
		button.append(make("span", "name", inLanguage(c.name)),
			make("span", "serves", names.join(", ")));
		button.addEventListener("click", () => choose(c.id));
		return button;
	});
	list.replaceChildren(...buttons);
}

function drawCounter(at) {
	setText($("counter-name"), inLanguage(at.name));
	$("counter-state").className = "chip " + at.state;
	setText($("counter-state"), say(at.state + "-state"));
	document.title = (at.serving ? at.serving.ticket + " · " : "") +
		inLanguage(at.name);
	drawServing(at.serving);
	drawSuggestion(at.serving);
}

// It is the clerk who knows whether somebody is on the way.
function drawSuggestion(serving) {
	const suggested = Boolean(serving && serving.suggest_no_show);
	$("no-show").classList.toggle("suggested", suggested);
	$("suggest").hidden = !suggested;
	setText($("suggest"), suggested ? say("suggest") : "");
}

function drawServing(serving) {
	setText($("serving-label"), say(serving ? "serving" : "nobody"));
	setText($("serving-code"), serving ? serving.ticket : "–");
	$("serving-code").classList.toggle("nobody", !serving);
	if (!serving) {
		setText($("serving-about"), "");
		setText($("serving-since"), "");
		return;
	}
	const kind = say(serving.class);
	setText($("serving-about"), inLanguage(serviceOf(serving.service).name) +
		(kind ? " · " + kind : ""));
	setText($("serving-since"), say("since", {
		time: clockTime(serving.called_at_ms),
		span: span(kioskNow() - serving.called_at_ms, "now"),
	}) + (serving.calls > 1 ? " · " + say("calls", { n: serving.calls }) : ""));
}

function fillOptions(parent, items) {
	while (parent.children.length < items.length)
		parent.append(make("option"));
	while (parent.children.length > items.length)
		parent.lastChild.remove();
	items.forEach(({ value, text }, i) => {
		parent.children[i].value = value;
		setText(parent.children[i], text);
	});
}

// Options are kept and not made anew: the list may be open.
function drawTargets(at) {
	const select = $("target");
	const ticket = at.serving ? at.serving.ticket : "";
	if (select.children.length === 0)
		select.append(make("option"), make("optgroup"), make("optgroup"));
	const [none, services, counters] = select.children;
	none.value = "";
	setText(none, say("no-target"));
	services.label = say("to-services");
	counters.label = say("to-counters");
	fillOptions(services, state.services.map((service) => ({
		value: "service " + service.id, text: inLanguage(service.name),
	})));
	fillOptions(counters, state.counters.filter((c) => c.id !== at.id).map(
		(c) => ({ value: "counter " + c.id, text: inLanguage(c.name) +
			(c.state === "open" ? "" : " (" + say(c.state + "-state") + ")"),
		})));
	counters.hidden = counters.children.length === 0;
	// What was chosen was meant for the one who is gone.
	if (select.dataset.ticket !== ticket)
		select.value = "";
	select.dataset.ticket = ticket;
	select.disabled = !ticket;
}

// What the list above chose, as the API has it.
function chosenTarget() {
	const [kind, id] = $("target").value.split(" ");
	return kind === "counter" ? { counter: Number(id) } : { service: id };
}

// A service with outcomes has a button for each, and a digit.
function drawOutcomes(at) {
	const outcomes = at.serving ?
		serviceOf(at.serving.service).outcomes || [] : [];
	const list = $("outcome-list");
	$("outcomes").hidden = outcomes.length === 0;
	if (list.dataset.shown !== outcomes.join(" ")) {
		list.dataset.shown = outcomes.join(" ");
		list.replaceChildren(...outcomes.map(makeOutcome));
	}
	outcomes.forEach((word, i) => setText(
		list.children[i].querySelector(".what"),
		sayOr("outcome-" + word, word)));
}

function makeOutcome(word, i) {
	const button = make("button");
	button.type = "button";
	button.dataset.outcome = word;
	button.append(make("span", "what"));
	if (i < 9) {
		button.setAttribute("aria-keyshortcuts", String(i + 1));
		button.append(make("kbd", "", String(i + 1)));
	}
	button.addEventListener("click", (event) => {
		if (event.detail < 2)
			pressOutcome(button);
	});
	return button;
}

// What those who come now are told: why there is no number, or that it is late.
function offer(service) {
	if (service.open)
		return service.last_call ? say("last-call") : "";
	const known = "why-" + service.why in WORDS[language];
	const why = say(known ? "why-" + service.why : "why-other");
	const when = inLanguage(service.opens);
	return when ? why + ", " + say("opens", { when }) : why;
}

function drawServices(at) {
	const items = at.services.map((id) => {
		const service = serviceOf(id);
		const item = make("li", "", inLanguage(service.name) + ": ");
		item.append(make("b", "", String(service.waiting)));
		const about = offer(service);
		if (about)
			item.append(make("span", "offer", " (" + about + ")"));
		return item;
	});
	$("services").replaceChildren(...items);
}

function makeRow(ticket) {
	const row = make("li");
	const about = make("span", "what");
	const button = make("button", "", "");
	row.dataset.ticket = ticket;
	about.append(make("span", "service"), make("span", "badge"),
		make("span", "wait"));
	button.type = "button";
	button.addEventListener("click", (event) => {
		if (event.detail < 2)
			command("call", { ticket });
	});
	row.append(make("span", "ticket", ticket), about, button);
	return row;
}

// Who has no slip gets one, from whoever sees it here.
function fillSlip(row, ticket) {
	const wanted = ["failed", "unconfirmed"].includes(ticket.slip);
	let slip = row.querySelector(".slip");
	if (!wanted) {
		if (slip)
			slip.remove();
		return;
	}
	if (!slip) {
		const button = make("button", "plain");
		slip = make("span", "slip");
		button.type = "button";
		button.addEventListener("click", () => reprint(ticket.ticket));
		slip.append(make("span"), " ", button);
		row.querySelector(".what").append(slip);
	}
	setText(slip.firstChild, say("slip-" + ticket.slip));
	setText(slip.lastChild, say("reprint"));
	slip.lastChild.setAttribute("aria-label",
		say("reprint-one", { ticket: ticket.ticket }));
}

function fillRow(row, ticket) {
	const kind = say(ticket.class);
	setText(row.querySelector(".service"),
		inLanguage(serviceOf(ticket.service).name));
	row.querySelector(".badge").hidden = !kind;
	setText(row.querySelector(".badge"), kind);
	setText(row.querySelector(".wait"), say("waits", {
		span: span(kioskNow() - ticket.issued_at_ms, "short"),
	}) + (ticket.wait_s ? say("expects", { range: range(ticket.wait_s) }) : ""));
	fillSlip(row, ticket);
	const button = row.querySelector(":scope > button");
	setText(button, say("call"));
	button.setAttribute("aria-label",
		say("call-one", { ticket: ticket.ticket }));
}

// Who was transferred waits elsewhere than where the number is from.
function waitsFor(ticket, at) {
	if (ticket.to_counter !== undefined)
		return ticket.to_counter === at.id;
	return at.services.includes(ticket.to || ticket.service);
}

// A row that goes must not take the focus along to nowhere.
function keepFocus(list, change) {
	const had = list.contains(document.activeElement);
	change();
	if (had && !list.contains(document.activeElement))
		$("next").focus();
}

// Rows are kept and not made anew, so that the focus stays where it is.
function drawWaiting(at) {
	const list = $("waiting-list");
	const shown = waiting.filter((t) => waitsFor(t, at));
	const wanted = new Set(shown.map((t) => t.ticket));
	const rows = new Map();
	keepFocus(list, () => {
		for (const row of Array.from(list.children)) {
			if (wanted.has(row.dataset.ticket))
				rows.set(row.dataset.ticket, row);
			else
				row.remove();
		}
	});
	shown.forEach((ticket, i) => {
		const row = rows.get(ticket.ticket) || makeRow(ticket.ticket);
		fillRow(row, ticket);
		if (list.children[i] !== row)
			list.insertBefore(row, list.children[i] || null);
	});
	$("waiting-none").hidden = shown.length > 0;
	setText($("waiting-count"), String(at.services.reduce(
		(sum, id) => sum + serviceOf(id).waiting, at.waiting)));
}

function makeAbsentRow(ticket) {
	const row = make("li");
	const about = make("span", "what");
	const button = make("button");
	row.dataset.ticket = ticket;
	about.append(make("span", "service"), make("span", "badge"),
		make("span", "wait"));
	button.type = "button";
	button.addEventListener("click", (event) => {
		if (event.detail < 2)
			restore(ticket);
	});
	row.append(make("span", "ticket", ticket), about, button);
	return row;
}

// Whoever comes back late is put into the queue again from here.
function drawAbsent(at) {
	const shown = absent.filter((t) => waitsFor(t, at) || t.counter === at.id);
	const rows = shown.map((t) => $("absent-list").querySelector(
		`[data-ticket="${t.ticket}"]`) || makeAbsentRow(t.ticket));
	shown.forEach((t, i) => {
		const kind = say(t.class);
		const [, about, button] = rows[i].children;
		setText(about.children[0], inLanguage(serviceOf(t.service).name));
		about.children[1].hidden = !kind;
		setText(about.children[1], kind);
		setText(about.children[2], "");
		setText(button, say("restore"));
		button.setAttribute("aria-label",
			say("restore-one", { ticket: t.ticket }));
	});
	const list = $("absent-list");
	if (rows.length !== list.children.length ||
		rows.some((row, i) => row !== list.children[i]))
		keepFocus(list, () => list.replaceChildren(...rows));
	$("absent").hidden = rows.length === 0;
	setText($("absent-count"), String(rows.length));
}

function lock(button, locked) {
	button.setAttribute("aria-disabled", locked ? "true" : "false");
}

function drawButtons(at) {
	const still = busy || !live || !at;
	for (const id of Object.keys(ACTIONS))
		lock($(id), still ||
			(NEEDS_TICKET.includes(id) && !at.serving) ||
			(id === "transfer" && !$("target").value) ||
			(id === "close" && at.serving));
	if (at) {
		$("open").hidden = at.state === "open";
		$("pause").hidden = at.state !== "open";
		$("close").hidden = at.state === "closed";
	}
	for (const button of document.querySelectorAll(
		"#waiting-list button, #absent-list button"))
		lock(button, still);
	for (const button of $("outcome-list").children)
		lock(button, still || !at.serving);
}

function draw() {
	drawSignIn();
	// Elsewhere than on the kiosk there is no news before the sign-in.
	$("lost").hidden = live || signedOut;
	setText($("lost"), $("lost").hidden ? "" : say(wasLive ? "lost" : "start"));
	if (!state) {
		$("picker").hidden = $("desk").hidden = true;
		return;
	}
	const at = mine();
	setText($("office"), inLanguage(state.office));
	setText($("clock"), clockTime(kioskNow()));
	drawFaults();
	$("picker").hidden = Boolean(at) || !me;
	$("desk").hidden = !at;
	$("desk").classList.toggle("stale", !live);
	if (at) {
		drawCounter(at);
		drawTargets(at);
		drawOutcomes(at);
		drawServices(at);
		drawWaiting(at);
		drawAbsent(at);
	} else {
		document.title = say(signedOut ? "sign-in" : "title");
	}
	drawButtons(at);
}
