// SPDX-License-Identifier: MIT
// The staff's page. It shows what the stream says and nothing else; a command
// goes out only while the page is live, together with what the page shows at
// the counter, so that nobody calls into the blind.
"use strict";

const WORDS = {
	vi: {
		"title": "Gọi số",
		"sign-in": "Đăng nhập",
		"sign-out": "Đăng xuất ({user})",
		"user": "Tên",
		"pin": "Mã PIN",
		"ended": "Phiên làm việc đã hết. Hãy đăng nhập lại; quầy của bạn vẫn được nhớ.",
		"no-answer": "Không nhận được trả lời: hãy thử lại.",
		"open-note": "Máy này chưa khai người dùng nào, nên ai ngồi ở máy này cũng gọi số được.",
		"pick": "Bạn ngồi ở quầy nào?",
		"change": "Đổi quầy",
		"open-state": "Đang mở",
		"paused-state": "Tạm dừng",
		"closed-state": "Đã đóng",
		"serving": "Đang phục vụ",
		"nobody": "Chưa có ai ở quầy",
		"since": "Gọi lúc {time} · {span}",
		"calls": "đã gọi {n} lần",
		"next": "Gọi số tiếp theo",
		"recall": "Gọi lại",
		"finish": "Xong",
		"no-show": "Vắng",
		"return": "Trả về hàng chờ",
		"transfer": "Chuyển",
		"target": "Lĩnh vực nhận",
		"no-target": "Chuyển tới lĩnh vực…",
		"pass": "Chuyển người đang ở quầy",
		"open": "Mở quầy",
		"pause": "Tạm dừng",
		"close": "Đóng quầy",
		"others": "Người đang ở quầy",
		"door": "Quầy",
		"waiting": "Đang chờ",
		"nobody-waits": "Không có ai chờ.",
		"waits": "chờ {span}",
		"expects": " · dự kiến còn {range}",
		"range": "khoảng {low}–{high} phút",
		"range-one": "khoảng {high} phút",
		"range-under": "dưới {high} phút",
		"suggest": "Đã gọi lại nhiều lần: vắng mặt?",
		"opens": "mở cửa lúc {when}",
		"last-call": "có thể không kịp trong hôm nay",
		"why-service_closed": "ngoài giờ tiếp nhận",
		"why-cap_reached": "đã hết số hôm nay",
		"why-last_call": "ngừng cấp số: người chờ đã đủ đến hết giờ",
		"why-other": "tạm ngừng cấp số",
		"call": "Gọi",
		"call-one": "Gọi số {ticket}",
		"priority": "Ưu tiên",
		"appointment": "Hẹn trước",
		"normal": "",
		"now": "vừa xong",
		"short": "dưới 1 phút",
		"minutes": "{m} phút",
		"hours": "{h} giờ {m} phút",
		"lost": "Mất kết nối với máy lấy số. Các nút tạm khoá; trang sẽ tự kết nối lại.",
		"back": "Đã kết nối lại.",
		"start": "Đang kết nối với máy lấy số…",
		"done-call": "Đã gọi {ticket}.",
		"done-recall": "Đã gọi lại {ticket}.",
		"done-finish": "Đã xong {ticket}.",
		"done-no-show": "{ticket} vắng mặt.",
		"done-return": "{ticket} đã trở về hàng chờ.",
		"done-transfer": "{ticket} đã được chuyển, giữ nguyên thứ tự đến.",
		"done-open": "Quầy đang mở.",
		"done-pause": "Quầy tạm dừng.",
		"done-close": "Quầy đã đóng.",
		"none-left": "Không còn ai chờ.",
		"conflict": "Quầy vừa thay đổi: đang phục vụ {serving}. Xem lại rồi bấm lại.",
		"conflict-nobody": "Quầy vừa thay đổi: không còn ai ở quầy. Xem lại rồi bấm lại.",
		"unsure": "Không nhận được trả lời: xem số trên màn hình trước khi bấm lại.",
		"journal": "Máy không ghi được nhật ký nên không cấp số và không gọi số. Hãy báo kỹ thuật.",
		"paper_low": "Máy in sắp hết giấy.",
		"paper_out": "Máy in hết giấy.",
		"cover_open": "Nắp máy in đang mở.",
		"offline": "Không thấy máy in, hoặc máy in báo lỗi.",
		"unknown": "",
		"cutter_error": "Dao cắt của máy in bị kẹt.",
		"overheated": "Máy in quá nóng, đang chờ nguội.",
		"other-fault": "Máy in báo lỗi: {word}.",
		"slip-failed": "Chưa in được phiếu",
		"slip-unconfirmed": "Chưa chắc đã in phiếu",
		"reprint": "In lại",
		"reprint-one": "In lại phiếu {ticket}",
		"done-reprint": "Đang in lại phiếu {ticket}.",
	},
	en: {
		"title": "Call numbers",
		"sign-in": "Sign in",
		"sign-out": "Sign out ({user})",
		"user": "Name",
		"pin": "PIN",
		"ended": "Your session has ended. Sign in again; your counter is still remembered.",
		"no-answer": "There was no answer: try again.",
		"open-note": "This kiosk has no users yet, so whoever is at this machine can call numbers.",
		"pick": "Which counter are you at?",
		"change": "Change counter",
		"open-state": "Open",
		"paused-state": "Paused",
		"closed-state": "Closed",
		"serving": "Now serving",
		"nobody": "Nobody at the counter",
		"since": "Called at {time} · {span}",
		"calls": "called {n} times",
		"next": "Call the next",
		"recall": "Call again",
		"finish": "Finish",
		"no-show": "No-show",
		"return": "Back to the queue",
		"transfer": "Transfer",
		"target": "To which service",
		"no-target": "Transfer to a service…",
		"pass": "Transfer the one at the counter",
		"open": "Open counter",
		"pause": "Pause",
		"close": "Close counter",
		"others": "The one at the counter",
		"door": "Counter",
		"waiting": "Waiting",
		"nobody-waits": "Nobody waits.",
		"waits": "waiting {span}",
		"expects": " · expects {range} more",
		"range": "about {low}–{high} min",
		"range-one": "about {high} min",
		"range-under": "under {high} min",
		"suggest": "Called again several times: a no-show?",
		"opens": "opens at {when}",
		"last-call": "may be too late today",
		"why-service_closed": "no reception now",
		"why-cap_reached": "no more numbers today",
		"why-last_call": "closed: those waiting take all the time left",
		"why-other": "gives no numbers now",
		"call": "Call",
		"call-one": "Call number {ticket}",
		"priority": "Priority",
		"appointment": "Appointment",
		"normal": "",
		"now": "just now",
		"short": "under 1 min",
		"minutes": "{m} min",
		"hours": "{h} h {m} min",
		"lost": "No connection to the kiosk. The buttons are locked; the page reconnects by itself.",
		"back": "Connected again.",
		"start": "Connecting to the kiosk…",
		"done-call": "Called {ticket}.",
		"done-recall": "Called {ticket} again.",
		"done-finish": "Finished {ticket}.",
		"done-no-show": "{ticket} did not show up.",
		"done-return": "{ticket} is back in the queue.",
		"done-transfer": "{ticket} was transferred and keeps its place by arrival.",
		"done-open": "The counter is open.",
		"done-pause": "The counter is paused.",
		"done-close": "The counter is closed.",
		"none-left": "Nobody waits any more.",
		"conflict": "The counter just changed: it serves {serving}. Look again, and press again.",
		"conflict-nobody": "The counter just changed: nobody is there. Look again, and press again.",
		"unsure": "There was no answer: look at the number on the screen before you press again.",
		"journal": "The kiosk can't write its journal, so it gives and calls no numbers. Tell the technician.",
		"paper_low": "The printer is low on paper.",
		"paper_out": "The printer is out of paper.",
		"cover_open": "The printer's cover is open.",
		"offline": "The printer is not found, or reports a fault.",
		"unknown": "",
		"cutter_error": "The printer's cutter is stuck.",
		"overheated": "The printer is too hot and waits to cool down.",
		"other-fault": "The printer reports a fault: {word}.",
		"slip-failed": "Slip not printed",
		"slip-unconfirmed": "Slip may not be printed",
		"reprint": "Reprint",
		"reprint-one": "Print the slip of {ticket} again",
		"done-reprint": "Printing the slip of {ticket} again.",
	},
};

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

function recalled(name) {
	try {
		return localStorage.getItem(name);
	} catch {
		return null;
	}
}

function remember(name, value) {
	try {
		localStorage.setItem(name, value);
	} catch {
		// Private windows may refuse; then it is asked next time.
	}
}

function say(key, values = {}) {
	return WORDS[language][key].replace(/\{(\w+)\}/g,
		(whole, name) => values[name] ?? whole);
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

function kioskNow() {
	return Date.now() + clockOffset;
}

function clockTime(ms) {
	const at = new Date(ms);
	return String(at.getHours()).padStart(2, "0") + ":" +
		String(at.getMinutes()).padStart(2, "0");
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

// ---- drawing ----

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

function drawFaults() {
	const health = state.health;
	const faults = [];
	if (health.journal === "unavailable")
		faults.push(say("journal"));
	if (!["ok", "none"].includes(health.printer))
		faults.push(sayFault(health.printer));
	const said = faults.filter(Boolean).join(" ");
	$("faults").hidden = !said;
	setText($("faults"), said);
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

// Options are kept and not made anew: the list may be open.
function drawTargets(at) {
	const select = $("target");
	const ticket = at.serving ? at.serving.ticket : "";
	const services = [{ id: "", name: { vi: say("no-target") } },
		...state.services];
	while (select.options.length < services.length)
		select.append(make("option"));
	select.options.length = services.length;
	services.forEach((service, i) => {
		select.options[i].value = service.id;
		setText(select.options[i], inLanguage(service.name));
	});
	// What was chosen was meant for the one who is gone.
	if (select.dataset.ticket !== ticket)
		select.value = "";
	select.dataset.ticket = ticket;
	select.disabled = !ticket;
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

// Rows are kept and not made anew, so that the focus stays where it is.
function drawWaiting(at) {
	const list = $("waiting-list");
	const shown = waiting.filter((t) => waitsFor(t, at));
	const wanted = new Set(shown.map((t) => t.ticket));
	const rows = new Map();
	for (const row of Array.from(list.children)) {
		if (wanted.has(row.dataset.ticket))
			rows.set(row.dataset.ticket, row);
		else
			row.remove();
	}
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
	for (const button of document.querySelectorAll("#waiting-list button"))
		lock(button, still);
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
		drawServices(at);
		drawWaiting(at);
	} else {
		document.title = say(signedOut ? "sign-in" : "title");
	}
	drawButtons(at);
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

async function reprint(ticket) {
	if (busy || !live)
		return;
	try {
		const { status, body } = await ask(`/v1/tickets/${ticket}/reprint`,
			{ method: "POST" }, ANSWER_TIMEOUT_MS);
		heard();
		if (status === 401)
			sessionEnded();
		else if (status < 300)
			announce(say("done-reprint", { ticket }), "good");
		else
			announce(inLanguage(body.message), "bad");
		refreshWaiting();
	} catch {
		announce(say("unsure"), "bad");
	}
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
		id === "transfer" ? { service: $("target").value } : {});
}

// ---- news ----

function take(news) {
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
				"/v1/tickets?state=waiting", {}, ASK_TIMEOUT_MS);
			if (status === 200) {
				waiting = body.tickets;
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
	const id = KEYS[event.key.toLowerCase()];
	if (id && mine()) {
		event.preventDefault();
		press(id);
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
