// SPDX-License-Identifier: MIT
// Who sits at the page. Where the kiosk has no users nobody signs in; else the
// form stands in front of everything until somebody has, and comes back when
// the session has ended, with the chosen counter still chosen. app.js has the
// rest; this file is loaded before it and runs nothing by itself.
"use strict";

let me = null;             // what /v1/me says; null: nobody, or not known yet
let signedOut = false;     // the form is shown
let signingIn = false;
let askingMe = false;
let endTimer = 0;

const END_SLACK_MS = 500;  // asked a little after the end, not before it
const TIMER_MOST_MS = 2 ** 31 - 1;

function mayWorkAt(id) {
	return Boolean(me && me.counters.includes(id));
}

function sayAtForm(text) {
	const said = $("sign-in-said");
	said.hidden = !text;
	// The same words twice must be spoken twice.
	said.textContent = "";
	requestAnimationFrame(() => { said.textContent = text; });
}

function drawSignIn() {
	$("sign-in").hidden = !signedOut;
	$("sign-out").hidden = !(me && me.user);
	$("overview").hidden = !(me && me.role !== "staff");
	setText($("sign-out"), me && me.user ?
		say("sign-out", { user: me.user }) : "");
	$("open-note").hidden = !(me && me.open);
	lock($("sign-in-go"), signingIn);
}

// why: what is said at the form, or ""
function showSignIn(why) {
	clearTimeout(endTimer);
	if (signedOut)
		return;
	me = null;
	signedOut = true;
	waiting = [];
	$("waiting-list").replaceChildren();
	document.title = say("sign-in");
	sayAtForm(why);
	draw();
	$(($("user").value ? "pin" : "user")).focus();
}

// An answer was 401: nobody is signed in, or not any more.
function sessionEnded() {
	showSignIn(me && me.user ? say("ended") : "");
}

function takeMe(who) {
	me = who;
	signedOut = false;
	clearTimeout(endTimer);
	if (who.ends_at_ms) {
		const rest = who.ends_at_ms - kioskNow() + END_SLACK_MS;
		endTimer = setTimeout(askMe,
			Math.min(Math.max(rest, 1000), TIMER_MOST_MS));
	}
	if (counter === null && who.user && who.counters.length === 1)
		counter = who.counters[0];
	if (stream.readyState === EventSource.CLOSED)
		follow();
	if (state)
		drawPicker();
	draw();
	refreshWaiting();
}

async function askMe() {
	if (askingMe || signingIn)
		return;
	askingMe = true;
	try {
		const { status, body } = await ask("/v1/me", {}, ASK_TIMEOUT_MS);
		if (status === 200)
			takeMe(body);
		else if (status === 401)
			sessionEnded();
	} catch {
		// tick() asks again.
	} finally {
		askingMe = false;
	}
}

function focusAfterSignIn() {
	const picked = $("picker-list").querySelector("button");
	if (mine())
		$("next").focus();
	else if (picked)
		picked.focus();
}

async function signIn() {
	if (signingIn)
		return;
	signingIn = true;
	drawSignIn();
	let answer = null;
	try {
		answer = await ask("/v1/login", {
			method: "POST",
			headers: { "Content-Type": "application/json" },
			body: JSON.stringify({
				user: $("user").value.trim(), pin: $("pin").value,
			}),
		}, ANSWER_TIMEOUT_MS);
	} catch {
		// No answer: told below.
	}
	signingIn = false;
	$("pin").value = "";
	if (answer && answer.status === 200) {
		heard();
		sayAtForm("");
		takeMe(answer.body);
		focusAfterSignIn();
		return;
	}
	drawSignIn();
	sayAtForm(answer && answer.body ? inLanguage(answer.body.message)
		: say("no-answer"));
	$("pin").focus();
}

async function signOut() {
	try {
		await ask("/v1/logout", { method: "POST" }, ANSWER_TIMEOUT_MS);
	} catch {
		announce(say("no-answer"), "bad");
		return;
	}
	showSignIn("");
}

function beginSignIn() {
	$("sign-in-form").addEventListener("submit", (event) => {
		event.preventDefault();
		signIn();
	});
	$("sign-out").addEventListener("click", signOut);
	askMe();
}
