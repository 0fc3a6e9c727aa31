// SPDX-License-Identifier: MIT
// A citizen's own ticket. It asks every few seconds while it is looked at, and
// says the one thing that matters: whose turn it is, and where.
"use strict";

const WORDS = {
	vi: {
		"label": "Số của bạn",
		"waiting": "Đang chờ",
		"called": "Đến lượt bạn: mời đến {counter}",
		"served": "Đã xong",
		"no_show": "Đã gọi mà không thấy bạn. Hãy báo cán bộ để được gọi lại.",
		"cancelled": "Phiếu đã huỷ",
		"expired": "Phiếu đã hết hạn",
		"next": "Bạn là người tiếp theo",
		"ahead-one": "Còn 1 người trước bạn",
		"ahead": "Còn {n} người trước bạn",
		"wait": "Dự kiến chờ khoảng {low}–{high} phút",
		"wait-one": "Dự kiến chờ khoảng {high} phút",
		"wait-under": "Dự kiến chờ dưới {high} phút",
		"priority": "Ưu tiên",
		"appointment": "Hẹn trước",
		"seen": "Cập nhật lúc {time}. Hãy luôn nghe gọi số ở sảnh.",
		"lost": "Mất kết nối: số liệu có thể đã cũ. Hãy nhìn bảng ở sảnh.",
		"bad": "Phiếu này không còn hiệu lực. Mỗi phiếu chỉ xem được trong ngày.",
		"start": "Đang hỏi máy lấy số…",
	},
	en: {
		"label": "Your number",
		"waiting": "Waiting",
		"called": "Your turn: please go to {counter}",
		"served": "Finished",
		"no_show": "You were called and not there. Tell the staff to be called again.",
		"cancelled": "This ticket was cancelled",
		"expired": "This ticket has expired",
		"next": "You are next",
		"ahead-one": "1 person before you",
		"ahead": "{n} people before you",
		"wait": "About {low}–{high} minutes to wait",
		"wait-one": "About {high} minutes to wait",
		"wait-under": "Under {high} minutes to wait",
		"priority": "Priority",
		"appointment": "Appointment",
		"seen": "As of {time}. Always listen to the calls in the hall.",
		"lost": "No connection: this may be out of date. Look at the board in the hall.",
		"bad": "This slip is not valid any more. A slip can be looked up on its day only.",
		"start": "Asking the kiosk…",
	},
};

const EVERY_MS = 5000;
const DONE_MS = 30000;    // nothing more will happen, most likely
const LOST_MS = 20000;
const TIMEOUT_MS = 8000;

const $ = (id) => document.getElementById(id);

let language = /^vi/i.test(navigator.language) ? "vi" : "en";
let ticket = null;        // the newest answer
let heardAt = 0;
let gone = false;
let asking = false;
let timer = 0;
let told = "";            // the call that the telephone shook for

// A live region speaks what changes, so nothing is set that does not.
function put(id, text) {
	if ($(id).textContent !== text)
		$(id).textContent = text;
}

function sayWait(wait) {
	if (!wait)
		return "";
	let low = Math.floor(wait.low / 60);
	let high = Math.ceil(wait.high / 60);
	if (low >= 20)
		low = Math.floor(low / 5) * 5;
	if (high >= 20)
		high = Math.ceil(high / 5) * 5;
	return say(low === 0 ? "wait-under" : low === high ? "wait-one" : "wait",
		{ low, high });
}

function sayState() {
	return say(ticket.state in WORDS[language] ? ticket.state : "waiting",
		{ counter: ticket.counter ? inLanguage(ticket.counter.name) : "" });
}

function drawTicket() {
	const kind = ticket.class === "normal" ? "" : say(ticket.class);
	put("office", inLanguage(ticket.office));
	put("ticket", ticket.ticket);
	put("service", inLanguage(ticket.service) + (kind ? " · " + kind : ""));
	put("what", sayState());
	$("what").className = ticket.state;
	put("ahead", ticket.ahead === null ? "" :
		ticket.ahead === 0 ? say("next") :
			say(ticket.ahead === 1 ? "ahead-one" : "ahead",
				{ n: ticket.ahead }));
	put("wait", sayWait(ticket.wait_s));
	put("seen", say("seen", {
		time: new Date(heardAt).toLocaleTimeString([],
			{ hour: "2-digit", minute: "2-digit" }),
	}));
	document.title = ticket.ticket + " · " + sayState();
}

function draw() {
	const lost = ticket && Date.now() - heardAt > LOST_MS;
	document.documentElement.lang = language;
	$("language").lang = language === "vi" ? "en" : "vi";
	put("language", language === "vi" ? "English" : "Tiếng Việt");
	put("label", say("label"));
	if (gone) {
		put("ticket", "–");
		for (const id of ["service", "what", "ahead", "wait", "seen"])
			put(id, "");
	} else if (ticket) {
		drawTicket();
	}
	$("note").hidden = Boolean(ticket) && !lost && !gone;
	put("note", gone ? say("bad") : lost ? say("lost") :
		ticket ? "" : say("start"));
}

// Once a call; a recall is another.
function shake() {
	const call = ticket.state === "called" ? ticket.ticket + ticket.calls : "";
	if (call && call !== told && navigator.vibrate)
		navigator.vibrate([300, 200, 300]);
	told = call;
}

async function ask() {
	const stop = new AbortController();
	const limit = setTimeout(() => stop.abort(), TIMEOUT_MS);
	try {
		const answer = await fetch(
			location.pathname.replace(/\/$/, "") + "/ticket",
			{ cache: "no-store", signal: stop.signal });
		if (answer.status === 200) {
			ticket = await answer.json();
			heardAt = Date.now();
			gone = false;
			shake();
		} else if (answer.status === 404) {
			gone = true;
		}
	} catch {
		// draw() tells when it has been too long.
	} finally {
		clearTimeout(limit);
	}
}

async function turn() {
	clearTimeout(timer);
	if (asking)
		return;
	asking = true;
	await ask();
	asking = false;
	draw();
	const alive = !gone && (!ticket ||
		["waiting", "called", "no_show"].includes(ticket.state));
	if (!document.hidden)
		timer = setTimeout(turn, alive ? EVERY_MS : DONE_MS);
}

$("language").addEventListener("click", () => {
	language = language === "vi" ? "en" : "vi";
	draw();
});
document.addEventListener("visibilitychange", () => {
	if (!document.hidden)
		turn();
});
draw();
turn();
