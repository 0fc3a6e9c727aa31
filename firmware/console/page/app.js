// SPDX-License-Identifier: MIT
// The staff's page. It shows what the stream says and nothing else; a command
// goes out only while the page is live, together with what the page shows at
// the counter, so that nobody calls into the blind.
"use strict";

const KEYS = {
	n: "next", r: "recall", f: "finish", v: "no-show", t: "return",
	o: "open", p: "pause", c: "close",
};
const ACTIONS = {
	"next": "call", "recall": "recall", "finish": "finish",
	"no-show": "no-show", "return": "return", "transfer": "transfer", "open": "open",
	"pause": "pause", "close": "close",
};
const NEEDS_TICKET = ["recall", "finish", "no-show", "return", "transfer"];

const QUIET_MS = 3500;     // without news for so long: ask
const LOST_MS = 5000;      // without any for so long: not live
const ASK_TIMEOUT_MS = 3000;
const ANSWER_TIMEOUT_MS = 10000;
const AGAIN_MS = 1000;     // the second press of a double press
const SETTLE_MS = 2000;    // wait so long for the stream to show an answer

const $ = (id) => document.getElementById(id);

let language = recalled("language") === "en" ? "en" : "vi";
let counter = null;        // the chosen counter's id
let state = null;          // the newest state
let clockOffset = 0;       // the kiosk's clock - this machine's
let waiting = [];
let absent = [];           // today's no-shows
let live = false;
let wasLive = false;
let busy = false;
let heardAt = 0;
let graceUntil = 0;
let pressedAt = {};
let stream = null;
let asking = false;
let behind = 0;

// ---- small helpers ----

function remember(name, value) {
	try {
		localStorage.setItem(name, value);
	} catch {
		// Private windows may refuse; then it is asked next time.
	}
}

function kioskNow() {
	return Date.now() + clockOffset;
}

// As the clock on the office's wall: this machine may be set to another zone.
function clockTime(ms) {
	const at = new Date(ms + (state ? state.utc_offset_s * 1000 :
		-60000 * new Date(ms).getTimezoneOffset()));
	return String(at.getUTCHours()).padStart(2, "0") + ":" +
		String(at.getUTCMinutes()).padStart(2, "0");
}

function span(ms, shortest) {
	const m = Math.floor(Math.max(0, ms) / 60000);
	if (m < 1)
		return say(shortest);
	if (m < 60)
		return say("minutes", { m });
	return say("hours", { h: Math.floor(m / 60), m: m % 60 });
}

// As the board rounds it: fives from 20 minutes on, and never less than it is.
function range({ low, high }) {
	let from = Math.floor(low / 60);
	let to = Math.ceil(high / 60);
	if (from >= 20)
		from = Math.floor(from / 5) * 5;
	if (to >= 20)
		to = Math.ceil(to / 5) * 5;
	return say(from === 0 ? "range-under" : from === to ? "range-one" :
		"range", { low: from, high: to });
}

// crypto.randomUUID() is only there on https and localhost.
function randomKey() {
	const bytes = crypto.getRandomValues(new Uint8Array(16));
	return Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
}

async function ask(path, options, timeout) {
	const stop = new AbortController();
	const timer = setTimeout(() => stop.abort(), timeout);
	try {
		const answer = await fetch(path,
			{ cache: "no-store", signal: stop.signal, ...options });
		const text = await answer.text();
		return { status: answer.status, body: text ? JSON.parse(text) : null };
	} finally {
		clearTimeout(timer);
	}
}

function mine() {
	return state && mayWorkAt(counter) &&
		state.counters.find((c) => c.id === counter);
}

function serviceOf(id) {
	return state.services.find((s) => s.id === id);
}

function announce(text, kind) {
	const said = $("said");
	said.className = "said " + kind;
	// The same words twice must be spoken twice.
	said.textContent = "";
	requestAnimationFrame(() => { said.textContent = text; });
}

// ---- choosing ----

function choose(id) {
	counter = id;
	remember("counter", String(id));
	history.replaceState(null, "", "#" + id);
	draw();
	$("next").focus();
}

function chooseAgain() {
	counter = null;
	history.replaceState(null, "", location.pathname);
	drawPicker();
	draw();
	const first = $("picker-list").querySelector("button");
	if (first)
		first.focus();
}

function fromAddress() {
	const id = Number(location.hash.slice(1) || recalled("counter") || NaN);
	counter = Number.isInteger(id) ? id : null;
}

// ---- commands ----

function settle(seq) {
	return new Promise((done) => {
		const begun = performance.now();
		const look = () => {
			if ((state && state.seq >= seq) ||
				performance.now() - begun > SETTLE_MS)
				done();
			else
				setTimeout(look, 20);
		};
		look();
	});
}

function tellAnswer(action, { status, body }) {
	if (status === 204) {
		announce(say("none-left"), "good");
	} else if (status < 300) {
		announce(say("done-" + action, { ticket: body.ticket || "" }), "good");
	} else if (body && body.error === "conflict") {
		announce(say(body.serving ? "conflict" : "conflict-nobody",
			{ serving: body.serving || "" }), "bad");
	} else {
		announce(body ? inLanguage(body.message) : say("unsure"), "bad");
	}
}

async function command(action, more = {}) {
	const at = mine();
	if (!at || busy || !live)
		return;
	const expect = at.serving ? at.serving.ticket : null;
	busy = true;
	drawButtons(at);
	try {
		const answer = await ask(`/v1/counters/${at.id}/${action}`, {
			method: "POST",
			headers: {
				"Content-Type": "application/json",
				"Idempotency-Key": randomKey(),
			},
			body: JSON.stringify({ expect, ...more }),
		}, ANSWER_TIMEOUT_MS);
		heard();
		if (answer.status === 401) {
			sessionEnded();
			return;
		}
		tellAnswer(action, answer);
		if (answer.status >= 400)
			await refresh();
		else if (answer.body)
			await settle(answer.body.seq);
	} catch {
		announce(say("unsure"), "bad");
	} finally {
		busy = false;
		draw();
	}
}

async function atTicket(ticket, action) {
	if (busy || !live)
		return;
	busy = true;
	draw();
	try {
		const { status, body } = await ask(`/v1/tickets/${ticket}/${action}`, {
			method: "POST",
			headers: { "Idempotency-Key": randomKey() },
		}, ANSWER_TIMEOUT_MS);
		heard();
		if (status === 401)
			sessionEnded();
		else if (status < 300)
			announce(say("done-" + action, { ticket }), "good");
		else
			announce(inLanguage(body.message), "bad");
		refreshWaiting();
	} catch {
		announce(say("unsure"), "bad");
	} finally {
		busy = false;
		draw();
	}
}

function reprint(ticket) {
	return atTicket(ticket, "reprint");
}

function restore(ticket) {
	return atTicket(ticket, "restore");
}

function pressOutcome(button) {
	const now = performance.now();
	if (button.getAttribute("aria-disabled") === "true" ||
		now - (pressedAt.finish ?? -AGAIN_MS) < AGAIN_MS)
		return;
	pressedAt.finish = now;
	command("finish", { outcome: button.dataset.outcome });
	// It is gone with the one who was served.
	$("next").focus();
}

function press(id) {
	const now = performance.now();
	if ($(id).hidden || $(id).getAttribute("aria-disabled") === "true")
		return;
	// A double press means one; whoever wants two looks in between.
	if (now - (pressedAt[id] ?? -AGAIN_MS) < AGAIN_MS)
		return;
	pressedAt[id] = now;
	command(ACTIONS[id],
		id === "transfer" ? chosenTarget() : {});
}

// ---- news ----

function take(news) {
	// A page that was left open overnight.
	if (state && news.day !== state.day && mine())
		announce(say("new-day", {
			day: news.day.split("-").reverse().join("/"),
		}), "good");
	state = news;
	clockOffset = news.at_ms - Date.now();
	behind = 0;
	if (!mine() && me && $("picker-list").childElementCount !==
		news.counters.filter((c) => mayWorkAt(c.id)).length)
		drawPicker();
}

async function refresh() {
	const { status, body } = await ask("/v1/state", {}, ASK_TIMEOUT_MS);
	if (status === 200 && (!state || body.seq >= state.seq)) {
		take(body);
		draw();
	}
}

let listing = false;
let listAgain = false;

async function refreshWaiting() {
	if (!me)
		return;
	if (listing) {
		listAgain = true;
		return;
	}
	listing = true;
	try {
		do {
			listAgain = false;
			const { status, body } = await ask(
				"/v1/tickets?state=waiting,no_show", {}, ASK_TIMEOUT_MS);
			if (status === 200) {
				waiting = body.tickets.filter((t) => t.state === "waiting");
				absent = body.tickets.filter((t) => t.state === "no_show");
				heard();
			} else if (status === 401) {
				sessionEnded();
			}
		} while (listAgain);
	} catch {
		// The next news asks again.
	} finally {
		listing = false;
	}
	draw();
}

function heard() {
	heardAt = performance.now();
}

function judge() {
	const now = performance.now();
	const open = stream && stream.readyState === EventSource.OPEN;
	const fresh = now - heardAt < LOST_MS || now < graceUntil;
	const was = live;
	live = Boolean(state && open && fresh);
	if (live === was)
		return;
	if (live && wasLive)
		announce(say("back"), "good");
	wasLive = wasLive || live;
	draw();
}

function follow() {
	if (stream)
		stream.close();
	stream = new EventSource("/v1/stream");
	stream.addEventListener("state", (event) => {
		heard();
		take(JSON.parse(event.data));
		judge();
		draw();
		refreshWaiting();
	});
	stream.addEventListener("error", judge);
}

// The stream's comments don't reach this script, so ask when it is quiet.
async function checkHealth() {
	if (asking)
		return;
	asking = true;
	try {
		const { status, body } = await ask("/healthz", {}, ASK_TIMEOUT_MS);
		if (status === 401) {
			sessionEnded();
			return;
		}
		heard();
		// Twice behind what the kiosk says: the stream is dead and shows it not.
		behind = state && body && body.seq > state.seq ? behind + 1 : 0;
		if (behind > 1 || stream.readyState === EventSource.CLOSED) {
			behind = 0;
			follow();
		}
	} catch {
		// Not heard: judge() tells.
	} finally {
		asking = false;
	}
	judge();
}

function tick() {
	if (!me && !signedOut)
		askMe();
	// There is nothing to follow yet: see takeMe().
	if (signedOut && stream.readyState === EventSource.CLOSED)
		return;
	if (performance.now() - heardAt > QUIET_MS ||
		stream.readyState === EventSource.CLOSED)
		checkHealth();
	judge();
}

// ---- begin ----

for (const id of Object.keys(ACTIONS)) {
	$(id).addEventListener("click", (event) => {
		if (event.detail < 2)
			press(id);
	});
}

document.addEventListener("keydown", (event) => {
	// A browser clicks a button again and again while Enter is held down.
	if (event.repeat && event.key === "Enter")
		event.preventDefault();
	// In the list letters look for a service, in the form they are text.
	if (event.target === $("target") || signedOut)
		return;
	if (event.ctrlKey || event.altKey || event.metaKey || event.repeat)
		return;
	if (!mine())
		return;
	const id = KEYS[event.key.toLowerCase()];
	const outcome = /^[1-9]$/.test(event.key) &&
		$("outcome-list").children[Number(event.key) - 1];
	if (id) {
		event.preventDefault();
		press(id);
	} else if (outcome) {
		event.preventDefault();
		pressOutcome(outcome);
	}
});

$("target").addEventListener("change", draw);
$("change").addEventListener("click", chooseAgain);
$("language").addEventListener("click", () => {
	language = language === "vi" ? "en" : "vi";
	remember("language", language);
	$("said").textContent = ""; // it was said in the other language
	sayAtForm("");
	drawWords();
	if (state)
		drawPicker();
	draw();
});
window.addEventListener("hashchange", () => {
	fromAddress();
	draw();
});
document.addEventListener("visibilitychange", () => {
	if (document.hidden)
		return;
	// Browsers slow the timers of hidden pages down.
	graceUntil = performance.now() + 1500;
	checkHealth();
	if (me && me.user)
		askMe();
});
setInterval(tick, 500);
setInterval(draw, 10000);

fromAddress();
drawWords();
follow();
beginSignIn();
draw();
