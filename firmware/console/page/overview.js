// SPDX-License-Identifier: MIT
// The supervisor's page: what is so now, from the stream, and a day's figures,
// from the report. It commands nothing but one ticket at a time.
"use strict";

const ANSWER_TIMEOUT_MS = 10000;
const LIST_EVERY_MS = 15000;
const DAY_EVERY_MS = 60000;
const BOARD_EVERY_MS = 60000;
const LOST_MS = 40000;     // the stream has a comment every 15 s, which no
                           // script hears; checkHealth() asks meanwhile
const HEALTH_EVERY_MS = 10000;

const $ = (id) => document.getElementById(id);

let language = recalled("language") === "en" ? "en" : "vi";
let state = null;
let clockOffset = 0;
let waiting = [];
let report = null;
let day = "";              // "" for the open one
let stream = null;
let heardAt = 0;
let boardAt = 0;
let admin = null;          // what admins see besides
let locked = "";           // why nothing is shown

// ---- small helpers ----

// As the clock on the office's wall: this machine may be set to another zone.
function officeTime(ms, format) {
	if (!state)
		return new Date(ms).toLocaleString("en-GB", format);
	return new Date(ms + state.utc_offset_s * 1000).toLocaleString("en-GB",
		{ ...format, timeZone: "UTC" });
}

function clockTime(ms) {
	return officeTime(ms, { hour: "2-digit", minute: "2-digit" });
}

function minutes(seconds) {
	return seconds === null || seconds === undefined ? null :
		Math.round(seconds / 60);
}

function sayMinutes(seconds) {
	const n = minutes(seconds);
	return n === null ? say("none") : say("minutes", { n });
}

// Status 0: no answer.
async function ask(path, options = {}) {
	const stop = new AbortController();
	const timer = setTimeout(() => stop.abort(), ANSWER_TIMEOUT_MS);
	try {
		const answer = await fetch(path,
			{ cache: "no-store", signal: stop.signal, ...options });
		const text = await answer.text();
		return { status: answer.status, body: text ? JSON.parse(text) : null };
	} catch {
		return { status: 0, body: null };
	} finally {
		clearTimeout(timer);
	}
}

// Whether the answer is one; else the page says why it shows nothing.
function taken({ status }) {
	if (status === 401 || status === 403) {
		locked = status === 401 ? "sign-in" : "denied";
		draw();
	}
	return status === 200;
}

// ---- tables ----

// columns: [{name, text}]; rows: [[cell, …]]
function table(caption, columns, rows) {
	const whole = make("table");
	const head = make("tr");
	whole.append(make("caption", "", caption));
	for (const { name, text } of columns) {
		const cell = make("th", text ? "text" : "", name);
		cell.scope = "col";
		head.append(cell);
	}
	const thead = make("thead");
	const tbody = make("tbody");
	thead.append(head);
	for (const row of rows) {
		const line = make("tr");
		row.forEach((value, i) => {
			const cell = make(i === 0 ? "th" : "td",
				columns[i].text ? "text" : "", String(value ?? say("none")));
			if (i === 0)
				cell.scope = "row";
			line.append(cell);
		});
		tbody.append(line);
	}
	whole.append(thead, tbody);
	return whole;
}

// What scrolls must be within reach of the keyboard.
function scroll(inside, name) {
	const box = make("div", "scroll");
	box.tabIndex = 0;
	box.setAttribute("role", "region");
	box.setAttribute("aria-label", name);
	box.append(inside);
	return box;
}

function figures(list, pairs) {
	list.replaceChildren(...pairs.map(([name, value]) => {
		const pair = make("div");
		pair.append(make("dt", "", name), make("dd", "", String(value)));
		return pair;
	}));
}

// ---- now ----

function centralWord({ central }) {
	if (central.state === "error")
		return say("error", { error: central.error || "" });
	if (central.state === "behind")
		return say("behind", { lag: central.lag });
	return sayOr(central.state, central.state);
}

function faultsNow() {
	const { health } = state;
	const faults = [];
	if (health.journal === "unavailable")
		faults.push(say("fault-journal"));
	if (health.journal === "slow")
		faults.push(say("fault-journal-slow"));
	for (const { message, file } of health.journal_faults || [])
		faults.push(inLanguage(message) + (file ? " (" + file + ")" : ""));
	if (!["ok", "none", "unknown"].includes(health.printer))
		faults.push(say("fault-printer", { word: health.printer }));
	if (health.panel && health.panel.state === "fault")
		for (const fault of health.panel.faults)
			faults.push(say("fault-panel", fault));
	if (health.clock === "unsynced")
		faults.push(say("fault-clock"));
	if (health.central.state === "error")
		faults.push(say("fault-central", { error: health.central.error }));
	return faults.join(" ");
}

function drawNow() {
	const now = Date.now() + clockOffset;
	const faults = faultsNow();
	const oldest = Math.min(now, ...waiting.map((t) => t.issued_at_ms));
	const total = state.services.reduce((sum, s) => sum + s.waiting, 0) +
		state.counters.reduce((sum, c) => sum + c.waiting, 0);
	$("faults").hidden = !faults;
	setText($("faults"), faults);
	figures($("now-figures"), [
		[say("waiting"), total],
		[say("longest"), waiting.length ?
			sayMinutes((now - oldest) / 1000) : say("none")],
		[say("open-counters"), say("of", {
			n: state.counters.filter((c) => c.state === "open").length,
			all: state.counters.length,
		})],
		[say("printer"), state.health.printer === "none" ?
			say("none-printer") : sayOr(state.health.printer,
				state.health.printer)],
		[say("clock"), say(state.health.clock)],
		[say("central"), centralWord(state.health)],
	]);
	drawCounters(now);
	drawServices();
}

function drawCounters(now) {
	const whole = table(say("counter"), [
		{ name: say("counter"), text: true }, { name: say("state"), text: true },
		{ name: say("serving"), text: true }, { name: say("since") },
	], state.counters.map((c) => [
		inLanguage(c.name), sayOr(c.state, c.state),
		c.serving ? c.serving.ticket : say("none"),
		c.serving ? sayMinutes((now - c.serving.called_at_ms) / 1000) :
			say("none"),
	]));
	$("counters-now").setAttribute("aria-label", say("counter"));
	$("counters-now").replaceChildren(whole);
}

function drawServices() {
	const whole = table(say("service"), [
		{ name: say("service"), text: true }, { name: say("waiting") },
		{ name: say("last") }, { name: say("expected") },
		{ name: say("gives"), text: true },
	], state.services.map((s) => [
		inLanguage(s.name), s.waiting, s.last || say("none"),
		s.wait_s ? say("range", { low: Math.floor(s.wait_s.low / 60),
			high: Math.ceil(s.wait_s.high / 60) }) : say("none"),
		say(s.open ? "yes" : "no"),
	]));
	$("services-now").setAttribute("aria-label", say("service"));
	$("services-now").replaceChildren(whole);
}

// ---- the day ----

const COUNTS = ["issued", "served", "no_show", "cancelled", "expired"];

function partName(kind, part) {
	if (kind === "hours")
		return String(part.hour).padStart(2, "0") + ":00";
	return inLanguage(part.name) || say("no-counter");
}

// Two sets of columns: how many, and for how many minutes.
const COUNTED = [...COUNTS.map((key) => [key, (p) => p[key]]),
	["still", (p) => p.open]];
const TIMED = [["wait50", (p) => minutes(p.wait_s && p.wait_s.p50)],
	["wait90", (p) => minutes(p.wait_s && p.wait_s.p90)],
	["service50", (p) => minutes(p.service_s && p.service_s.p50)]];

function partTable(caption, kind, parts, wanted) {
	const columns = [{ name: say(kind === "hours" ? "hour" :
		kind === "services" ? "service" : "counter"), text: true },
	...wanted.map(([key]) => ({ name: say(key) }))];
	return table(caption, columns, parts.map((p) => [
		partName(kind, p), ...wanted.map(([, value]) => value(p))]));
}

function part(title, picture, whole, kind) {
	const box = make("div", "part part-" + kind);
	const halves = make("div", "halves");
	halves.append(picture, scroll(whole, title));
	box.append(make("h3", "", title), halves);
	return box;
}

function wholePart(title, kind, parts, series, valuesOf, wanted) {
	const rows = parts.map((p) => ({ label: partName(kind, p),
		values: valuesOf(p) }));
	return part(title, barsLying(title, rows, series),
		partTable(title, kind, parts, wanted), kind);
}

function countPart(title, column, pairs) {
	const rows = pairs.map(([label, n]) => ({ label, values: [n] }));
	return part(title, barsLying(title, rows, [say("count")]),
		table(title, [{ name: column, text: true }, { name: say("count") }],
			pairs), "counts");
}

function dayParts() {
	const { totals, hours, services, counters } = report;
	const parts = [];
	if (hours.length) {
		parts.push(wholePart(say("by-hour"), "hours", hours,
			[say("issued"), say("served")], (h) => [h.issued, h.served],
			COUNTED));
		parts.push(wholePart(say("wait-by-hour"), "hours", hours,
			[say("half"), say("nine")], (h) => [
				minutes(h.wait_s && h.wait_s.p50),
				minutes(h.wait_s && h.wait_s.p90)], TIMED));
	}
	parts.push(wholePart(say("by-service"), "services", services,
		[say("issued"), say("served")], (s) => [s.issued, s.served],
		[...COUNTED, ...TIMED]));
	parts.push(wholePart(say("by-counter"), "counters", counters,
		[say("issued"), say("served")], (c) => [c.issued, c.served],
		[...COUNTED, ...TIMED]));
	const outcomes = Object.entries(totals.outcomes);
	if (outcomes.length)
		parts.push(countPart(say("by-outcome"), say("outcome"),
			outcomes.map(([word, n]) => [sayOr("outcome-" + word, word), n])));
	if (totals.ratings.count)
		parts.push(countPart(say("by-stars"), say("stars"),
			totals.ratings.stars.map((n, i) => ["★".repeat(i + 1), n])
				.reverse()));
	return parts;
}

function drawDay() {
	const { totals } = report;
	setText($("day-title"), say("day", {
		day: report.day.split("-").reverse().join("/"),
	}));
	$("day-pick").value = report.day;
	$("json").href = "/v1/report?day=" + report.day;
	$("json").download = fileName("json");
	$("day-none").hidden = report.known;
	setText($("day-none"), report.known ? ""
		: say(report.kept ? "day-none" : "day-gone"));
	$("day-all").hidden = !report.known;
	if (!report.known)
		return;
	figures($("day-figures"), [
		...COUNTS.map((key) => [say(key), totals[key]]),
		[say("still"), totals.open],
		[say("wait50"), sayMinutes(totals.wait_s && totals.wait_s.p50)],
		[say("wait90"), sayMinutes(totals.wait_s && totals.wait_s.p90)],
		[say("waitmax"), sayMinutes(totals.wait_s && totals.wait_s.max)],
		[say("service50"), sayMinutes(totals.service_s && totals.service_s.p50)],
		[say("service90"), sayMinutes(totals.service_s && totals.service_s.p90)],
		[say("rating"), totals.ratings.count ? say("rated", {
			mean: totals.ratings.mean.toFixed(1), n: totals.ratings.count,
		}) : say("none")],
	]);
	$("day-parts").replaceChildren(...dayParts());
}

// ---- CSV ----

function fileName(kind) {
	return `${report.kiosk}-${report.day}.${kind}`;
}

// RFC 4180. A text that a spreadsheet would take for a formula is made none.
function csvCell(value) {
	const text = String(value ?? "");
	const plain = typeof value === "string" && /^[=+\-@\t\r]/.test(text) ?
		"'" + text : text;
	return /[",\r\n]/.test(plain) ? `"${plain.replace(/"/g, '""')}"` : plain;
}

function csvRow(kind, name, p) {
	const w = p.wait_s || {};
	const s = p.service_s || {};
	return [kind, name, ...COUNTS.map((key) => p[key]), p.open, w.p50, w.p90,
		w.max, s.p50, s.p90, s.max, p.ratings.count, p.ratings.mean];
}

function csvText() {
	const head = ["part", "name", ...COUNTS, "open", "wait_p50_s", "wait_p90_s",
		"wait_max_s", "service_p50_s", "service_p90_s", "service_max_s",
		"ratings", "rating_mean"];
	const rows = [head, csvRow("day", report.day, report.totals)];
	for (const kind of ["hours", "services", "counters"])
		for (const p of report[kind])
			rows.push(csvRow(kind, partName(kind, p), p));
	for (const p of report.classes)
		rows.push(csvRow("classes", p.class, p));
	for (const [word, n] of Object.entries(report.totals.outcomes))
		rows.push(["outcomes", word, n]);
	// The mark tells spreadsheets that it is UTF-8.
	return "\ufeff" + rows.map((row) => row.map(csvCell).join(",") + "\r\n")
		.join("");
}

function saveCsv() {
	if (!report || !report.known)
		return;
	const link = make("a");
	const url = URL.createObjectURL(new Blob([csvText()],
		{ type: "text/csv;charset=utf-8" }));
	link.href = url;
	link.download = fileName("csv");
	link.click();
	setTimeout(() => URL.revokeObjectURL(url), 10000);
}

// ---- for admins ----

function lines(list, items) {
	list.replaceChildren(...items.map(({ text, level }) =>
		make("li", level, text)));
}

function drawAdmin() {
	$("admin").hidden = !admin;
	if (!admin)
		return;
	const { people, config, log } = admin;
	$("admin-users").setAttribute("aria-label", say("users"));
	$("admin-users").replaceChildren(table(say("users"), [
		{ name: say("name"), text: true }, { name: say("role"), text: true },
		{ name: say("counters"), text: true }, { name: say("sessions") },
	], [...people.users.map((u) => [u.name, say("role-" + u.role),
		u.role === "staff" ? u.counters.join(", ") || say("none") : say("none"),
		u.sessions]),
	...people.devices.map((d) => [d.name,
		say("role-device", { may: d.may.join(", ") }), say("none"),
		say("none")])]));
	setText($("config-said"), say(config.ok ? "config-ok" : "config-bad",
		{ file: config.file }));
	lines($("config-lines"), [
		...config.mistakes.map((text) => ({ text, level: "error" })),
		...config.notes.map((text) => ({ text, level: "" }))]);
	$("log-lines").setAttribute("aria-label", say("log"));
	lines($("log-lines"), log.lines.slice().reverse().map((line) => ({
		text: officeTime(line.at_ms) + " " + line.text,
		level: line.level,
	})));
}

// Others get a refusal, and no section.
async function loadAdmin() {
	const me = await ask("/v1/me");
	if (me.status !== 200 || me.body.role !== "admin")
		return;
	const [people, config, log] = await Promise.all(
		["/v1/users", "/v1/config/check", "/v1/log"].map((path) => ask(path)));
	if ([people, config, log].every((answer) => answer.status === 200)) {
		admin = { people: people.body, config: config.body, log: log.body };
		drawAdmin();
	}
}

// ---- news ----

async function loadWaiting() {
	const answer = await ask("/v1/tickets?state=waiting");
	if (taken(answer)) {
		waiting = answer.body.tickets;
		draw();
	}
}

async function loadDay() {
	const asked = day;
	const answer = await ask("/v1/report" + (day ? "?day=" + day : ""));
	// A slow answer must not push a newer choice away.
	if (asked === day && taken(answer)) {
		report = answer.body;
		draw();
	}
}

function loadBoard() {
	const picture = new Image();
	picture.onload = () => {
		boardAt = Date.now() + clockOffset;
		$("board").src = picture.src;
		$("board").hidden = false;
		drawBoard();
	};
	picture.onerror = () => {
		boardAt = 0;
		$("board").hidden = true;
		drawBoard();
	};
	// Each time another address, or the browser would show the old one.
	picture.src = "/v1/board.png?at=" + Date.now();
}

function drawBoard() {
	const time = clockTime(boardAt);
	$("board").alt = boardAt ? say("board-alt", { time }) : "";
	setText($("board-said"), boardAt ? say("board-at", { time }) :
		say("board-none"));
}

function heard() {
	heardAt = Date.now();
}

function follow() {
	if (stream)
		stream.close();
	stream = new EventSource("/v1/stream");
	stream.addEventListener("state", (event) => {
		heard();
		const before = state;
		state = JSON.parse(event.data);
		clockOffset = state.at_ms - Date.now();
		if (!before || before.seq !== state.seq)
			loadWaiting();
		draw();
	});
}

async function checkHealth() {
	if ((await ask("/healthz")).status) {
		heard();
		if (stream.readyState === EventSource.CLOSED)
			follow();
	}
	draw();
}

// ---- all of it ----

function draw() {
	document.documentElement.lang = language;
	for (const element of document.querySelectorAll("[data-text]"))
		setText(element, say(element.dataset.text));
	$("language").lang = language === "vi" ? "en" : "vi";
	setText($("language"), language === "vi" ? "English" : "Tiếng Việt");
	document.title = say("title");
	$("locked").hidden = !locked;
	setText($("locked"), locked ? say(locked) : "");
	$("all").hidden = Boolean(locked) || !state || !report;
	$("lost").hidden = Boolean(locked) || !state ||
		Date.now() - heardAt < LOST_MS;
	setText($("lost"), $("lost").hidden ? "" : say("lost"));
	if (state) {
		setText($("office"), inLanguage(state.office));
		setText($("clock"), clockTime(Date.now() + clockOffset));
	}
	if ($("all").hidden)
		return;
	drawNow();
	drawBoard();
	if ($("admin").dataset.shown !== language) {
		$("admin").dataset.shown = language;
		drawAdmin();
	}
	// Only when there is another: a reader may be in the middle of a table.
	const shown = language + report.day + report.seq;
	if ($("day").dataset.shown !== shown) {
		$("day").dataset.shown = shown;
		drawDay();
	}
}

function move(days) {
	const at = new Date(report.day + "T00:00:00Z");
	at.setUTCDate(at.getUTCDate() + days);
	day = at.toISOString().slice(0, 10);
	loadDay();
}

async function atTicket(action) {
	const ticket = $("ticket-code").value.trim().toUpperCase();
	const { status, body } = await ask(
		`/v1/tickets/${encodeURIComponent(ticket)}/${action}`,
		{ method: "POST" });
	$("said").className = "said " + (status && status < 300 ? "good" : "bad");
	setText($("said"), !status ? say("no-answer") : status < 300 ?
		say("done-" + action, { ticket }) : inLanguage(body.message));
	if (status && status < 300)
		$("ticket-code").value = "";
}

$("language").addEventListener("click", () => {
	language = language === "vi" ? "en" : "vi";
	try {
		localStorage.setItem("language", language);
	} catch {
		// Private windows may refuse; then it is asked next time.
	}
	setText($("said"), "");
	draw();
});
$("day-pick").addEventListener("change", () => {
	day = $("day-pick").value;
	loadDay();
});
$("day-before").addEventListener("click", () => move(-1));
$("day-after").addEventListener("click", () => move(1));
$("print").addEventListener("click", () => window.print());
$("csv").addEventListener("click", saveCsv);
$("admin-again").addEventListener("click", loadAdmin);
$("board-again").addEventListener("click", loadBoard);
$("ticket-form").addEventListener("submit", (event) => {
	event.preventDefault();
	atTicket(event.submitter ? event.submitter.value : "restore");
});
setInterval(() => {
	if (!locked && !document.hidden)
		loadDay();
}, DAY_EVERY_MS);
setInterval(() => {
	if (!locked && !document.hidden)
		loadBoard();
}, BOARD_EVERY_MS);
setInterval(() => {
	if (!locked && !document.hidden)
		loadWaiting();
}, LIST_EVERY_MS);
setInterval(checkHealth, HEALTH_EVERY_MS);

draw();
follow();
loadDay();
loadBoard();
loadAdmin();
