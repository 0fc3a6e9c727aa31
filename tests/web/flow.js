// SPDX-License-Identifier: MIT
// The staff's page as a clerk uses it, in Chromium. TAP on stdout.
//
//	[KIOSK_WEB="looks phoning"] node flow.js BUILD_DIR OFFICE_DIR
//
// Each case has a fresh page and a tidy office. It waits for what it expects
// and never for a time, except where the page itself counts time.
"use strict";

const assert = require("assert");
const fs = require("fs");
const path = require("path");
const { chromium } = require("playwright-core");
const { Office, until } = require("./office.js");
const { overseeing } = require("./overview.js");
const { phoning } = require("./phone.js");
const { signingIn } = require("./sign_in.js");

const [build, dir] = process.argv.slice(2);
const AXE = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const WIDE = { width: 1280, height: 860 };

// The page takes a second press of one button within AGAIN_MS for a double
// press, and tells within LOST_MS and a tick that the kiosk is silent.
const AGAIN_MS = 1000;
const TOLD_MS = 10000;

const office = new Office(dir, path.join(build, "kioskd"));
const complaints = [];
let browser = null;
let number = 0;
let failed = 0;

// ---- a clerk's page ----

class Desk {
	// allow: what the browser may complain of in this case
	constructor(context, page, allow) {
		this.context = context;
		this.page = page;
		this.commands = [];
		this.pressedAt = {};
		const complain = (text) => {
			if (!allow || !allow.test(text))
				complaints.push(text);
		};
		page.on("console", (message) => {
			if (["error", "warning"].includes(message.type()))
				complain(message.text());
		});
		page.on("pageerror", (error) => complain(String(error)));
		page.on("request", (request) => {
			if (!request.url().startsWith(office.url))
				complain("asked a stranger: " + request.url());
			if (request.method() === "POST")
				this.commands.push(new URL(request.url()).pathname);
		});
	}

	static async open({ counter = 1, size = WIDE, zoom = 1, allow } = {}) {
		const context = await browser.newContext({
			viewport: size, deviceScaleFactor: zoom, locale: "vi-VN",
			timezoneId: "America/Lima",
		});
		const page = await context.newPage();
		page.setDefaultTimeout(15000);
		const desk = new Desk(context, page, allow);
		await page.goto(office.url + (counter ? "#" + counter : ""));
		if (counter)
			await desk.settled();
		else
			await page.waitForSelector("#picker-list button");
		return desk;
	}

	// Nothing is on its way: the page locks the buttons from the press until
	// it shows the answer.
	async settled() {
		await this.page.waitForSelector("#next[aria-disabled=false]");
	}

	// Does what presses the button and waits for the answer; a clerk who wants
	// the same thing twice looks in between.
	async press(id, how) {
		const rest = (this.pressedAt[id] ?? 0) + AGAIN_MS - Date.now();
		if (rest > 0)
			await this.page.waitForTimeout(rest);
		await this.settled();
		await how();
		this.pressedAt[id] = Date.now();
		await this.settled();
	}

	key(key, id) {
		return this.press(id, () => this.page.keyboard.press(key));
	}

	text(selector) {
		return this.page.textContent(selector);
	}

	async shows(selector, text) {
		await until(async () => (await this.text(selector)).includes(text),
			`${selector} to show "${text}"`).catch(async (error) => {
			error.message += `; it shows "${await this.text(selector)}"`;
			throw error;
		});
	}

	async servesNow(code) {
		assert.strictEqual((await office.serving(1))?.ticket ?? null, code);
		await this.shows("#serving-code", code ?? "–");
	}

	rows() {
		return this.page.$$eval("#waiting-list li",
			(rows) => rows.map((row) => row.dataset.ticket));
	}

	async showsWaiting() {
		const waiting = await office.codes();
		await until(async () => String(await this.rows()) === String(waiting),
			`the list to show ${waiting}`);
	}

	picture(name) {
		return this.page.screenshot({
			path: path.join(build, "web", name + ".png"), fullPage: true,
		});
	}

	fits() {
		return Desk.fits(this.page);
	}

	// No sideways scrolling, and nothing cut off at the side either.
	static async fits(page) {
		const over = await page.evaluate(() => {
			const width = document.documentElement.clientWidth;
			const all = Array.from(document.querySelectorAll("body, body *"));
			return all.filter((element) => {
				const box = element.getBoundingClientRect();
				return element.scrollWidth > element.clientWidth + 1 &&
					element.clientWidth > 0 ||
					box.width > 0 && (box.right > width + 1 || box.left < -1);
			}).map((element) => element.tagName + "#" + element.id).concat(
				document.documentElement.scrollWidth > width ? ["page"] : []);
		});
		assert.deepStrictEqual(over, []);
	}

	axe(where) {
		return Desk.axe(this.page, where);
	}

	static async axe(page, where) {
		await page.evaluate(AXE);
		const { violations, passes } = await page.evaluate(() =>
			axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag2aaa",
				"wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }));
		assert.ok(passes.length > 10, "axe looked at nothing at " + where);
		assert.deepStrictEqual(violations.map((found) => `${where}: ` +
			`${found.id} ${found.nodes.map((node) => node.target)}`), []);
	}

	// The kiosk is gone: the page says so and lets nothing through.
	async isLost() {
		const began = Date.now();
		await this.page.waitForSelector("#lost:not([hidden])",
			{ timeout: TOLD_MS });
		console.log(`# told after ${Date.now() - began} ms`);
		await this.shows("#lost", "Mất kết nối");
		assert.strictEqual(await this.page.locator(
			".others button:not([aria-disabled=true]), " +
			"#waiting-list button:not([aria-disabled=true]), " +
			"#next:not([aria-disabled=true])").count(), 0);
		const sent = this.commands.length;
		await this.page.keyboard.press("n");
		await this.page.keyboard.press("f");
		// By force, since Playwright would wait for a locked button.
		await this.page.click("#next", { force: true });
		await this.page.click("#waiting-list li >> nth=0 >> button",
			{ force: true });
		assert.strictEqual(this.commands.length, sent);
		await this.axe("lost");
	}

	// And is right again by itself: the same page, with live numbers, and
	// nothing that was pressed meanwhile comes true late.
	async isBack(code) {
		await this.page.waitForSelector("#lost", { state: "hidden" });
		await this.settled();
		assert.ok(await this.page.evaluate(() => window.sameDocument));
		await this.servesNow(code);
		await office.issue("land");
		await this.showsWaiting();
		await this.key("n", "next");
		const { ticket } = await office.serving(1);
		assert.notStrictEqual(ticket, code);
		await this.servesNow(ticket);
	}
}

// ---- TAP ----

async function check(name, body) {
	number++;
	try {
		await body();
		console.log(`ok ${number} - ${name}`);
	} catch (error) {
		failed++;
		console.log(`not ok ${number} - ${name}`);
		console.log(String(error.stack || error).replace(/^/gm, "# "));
	}
}

// A case at a desk.
function at(name, options, body) {
	return check(name, async () => {
		await office.tidy();
		const desk = await Desk.open(options);
		try {
			await body(desk, desk.page);
		} catch (error) {
			await desk.picture(`failed-${number}`).catch(() => {});
			throw error;
		} finally {
			await desk.context.close();
		}
	});
}

// ---- the cases ----

async function choosing() {
	await at("a counter is picked and remembered", { counter: null },
		async (desk, page) => {
			await desk.picture("picker");
			await page.click("#picker-list button >> nth=1");
			await desk.shows("#counter-name", "Quầy 2");
			assert.strictEqual(new URL(page.url()).hash, "#2");
			await page.goto(office.url);
			await desk.shows("#counter-name", "Quầy 2");
			await page.click("#change");
			await page.click("#picker-list button >> nth=0");
			await desk.shows("#counter-name", "Quầy 1");
			await desk.showsWaiting();
			await desk.picture("desk-idle");
		});
}

// Desk.open() sets the browser to another zone.
async function clocks() {
	await at("the clock is the office's, whatever zone the browser is in", {},
		(desk, page) => until(async () => {
			const wall = new Date().toLocaleTimeString("en-GB", {
				timeZone: "Asia/Ho_Chi_Minh",
				hour: "2-digit",
				minute: "2-digit",
			});
			return await page.textContent("#clock") === wall;
		}, "the office's time"));
}

// How many were called while body ran, by the kiosk and by what the page sent.
async function calledBy(desk, body) {
	const before = (await office.codes()).length;
	const sent = desk.commands.length;
	await body();
	await desk.settled();
	return [before - (await office.codes()).length,
		desk.commands.length - sent];
}

async function doublePresses() {
	await at("a double click on Next calls once", {}, async (desk, page) => {
		// Slow enough for the first call to be over at the second click.
		assert.deepStrictEqual(await calledBy(desk, () =>
			page.click("#next", { clickCount: 2, delay: 150 })), [1, 1]);
		await desk.servesNow((await office.serving(1)).ticket);
		await desk.shows("#said", (await office.serving(1)).ticket);
		await desk.showsWaiting();
		await desk.picture("desk-serving");
	});

	await at("holding Enter on Next calls once", {}, async (desk, page) => {
		assert.deepStrictEqual(await calledBy(desk, async () => {
			await page.focus("#next");
			for (const end = Date.now() + 2 * AGAIN_MS; Date.now() < end;)
				await page.keyboard.down("Enter");
			await page.keyboard.up("Enter");
		}), [1, 1]);
	});

	await at("a quick double click on Next calls once", {},
		async (desk, page) => {
			assert.deepStrictEqual(await calledBy(desk, () =>
				page.dblclick("#next")), [1, 1]);
		});

	await at("a double click on a row calls once", {}, async (desk, page) => {
		assert.deepStrictEqual(await calledBy(desk, () =>
			page.click("#waiting-list li >> nth=2 >> button",
				{ clickCount: 2, delay: 150 })), [1, 1]);
	});

	await at("a double press of N calls once", {}, async (desk, page) => {
		await page.evaluate(() => {
			window.presses = [];
			document.addEventListener("keydown",
				() => presses.push(performance.now()));
		});
		// A machine that stalls between the two makes it two presses.
		for (let attempt = 0; attempt < 5; attempt++) {
			const called = await calledBy(desk, async () => {
				await page.keyboard.press("n");
				await desk.settled();
				await page.keyboard.press("n");
			});
			const [first, second] = await page.evaluate(() =>
				presses.splice(0));
			if (second - first < AGAIN_MS - 50)
				return assert.deepStrictEqual(called, [1, 1]);
			await page.waitForTimeout(AGAIN_MS);
		}
		throw new Error("this machine is too slow for a double press");
	});
}

async function keyboard() {
	await at("the keyboard is enough", { counter: null },
		async (desk, page) => {
			const focus = () => page.evaluate(() =>
				document.activeElement.closest("#picker-list") ?
					"picker" : document.activeElement.id);
			for (let i = 0; i < 5 && await focus() !== "picker"; i++)
				await page.keyboard.press("Tab");
			await page.keyboard.press("Enter");
			await desk.shows("#counter-name", "Quầy 1");
			assert.strictEqual(await focus(), "next");

			await desk.key("n", "next");
			const { ticket } = await office.serving(1);
			await desk.servesNow(ticket);
			await desk.key("r", "recall");
			assert.strictEqual((await office.serving(1)).calls, 2);
			await desk.shows("#serving-since", "đã gọi 2 lần");
			await desk.key("v", "no-show");
			assert.ok((await office.codes("no_show")).includes(ticket));
			await desk.servesNow(null);

			await desk.key("N", "next");
			const again = (await office.serving(1)).ticket;
			await desk.key("t", "return");
			assert.ok((await office.codes()).includes(again));
			await desk.servesNow(null);

			assert.strictEqual(await focus(), "next");
			await desk.key("Enter", "next");
			await desk.servesNow(again);
			await desk.key("f", "finish");
			assert.ok((await office.codes("served")).includes(again));
			await desk.servesNow(null);
			assert.strictEqual(await focus(), "next");
		});

	await at("P, C and O pause, close and open the counter", {},
		async (desk) => {
			for (const [key, id, state] of [["p", "pause", "paused"],
				["c", "close", "closed"], ["o", "open", "open"]]) {
				await desk.key(key, id);
				assert.strictEqual((await office.state()).counters[0].state,
					state);
				await desk.page.waitForSelector("#counter-state." + state);
			}
		});
}

async function calling() {
	await at("a certain ticket is called from its row", {},
		async (desk, page) => {
			await desk.showsWaiting();
			const row = page.locator("#waiting-list li").last();
			const code = await row.getAttribute("data-ticket");
			await row.locator("button").click();
			await desk.settled();
			await desk.servesNow(code);
			await desk.showsWaiting();
		});

	await at("the one at the counter is transferred, with the keyboard", {},
		async (desk, page) => {
			await desk.key("n", "next");
			const { ticket } = await office.serving(1);
			await desk.servesNow(ticket);
			assert.strictEqual(await page.getAttribute("#transfer",
				"aria-disabled"), "true");
			// A letter finds a service here, and closes no counter.
			await page.focus("#target");
			await page.keyboard.type("chứng");
			assert.strictEqual(await page.inputValue("#target"),
				"service notary");
			await page.keyboard.press("Tab");
			await desk.key("Enter", "transfer");
			await desk.servesNow(null);
			await desk.shows("#said", ticket);
			assert.ok((await office.codes()).includes(ticket));
			await until(async () => !(await desk.rows()).includes(ticket),
				"the list to show those for this counter only");
			assert.strictEqual(await page.inputValue("#target"), "");
			const called = await office.command(2, "call");
			assert.strictEqual(called.ticket, ticket);
			await office.command(2, "finish");
		});

	await at("the one at the counter is transferred to another counter", {},
		async (desk, page) => {
			await desk.key("n", "next");
			const { ticket } = await office.serving(1);
			await desk.servesNow(ticket);
			await page.selectOption("#target", "counter 2");
			await desk.press("transfer", () => page.click("#transfer"));
			await desk.servesNow(null);
			assert.strictEqual((await office.state()).counters[1].waiting, 1);
			assert.strictEqual((await office.command(2, "call")).ticket,
				ticket);
			await office.command(2, "finish");
		});

	await at("it finishes with an outcome, by a digit or a click", {},
		async (desk, page) => {
			for (const [outcome, how] of [
				["supplement", () => page.keyboard.press("2")],
				["sent_on", () => page.click(
					"#outcome-list button >> nth=2")]]) {
				const { ticket } = await office.issue("land");
				await office.command(1, "call", { ticket });
				await desk.servesNow(ticket);
				await desk.shows("#outcomes", "Cần bổ sung");
				// One that has no word in the page is shown as it is.
				await desk.shows("#outcomes", "sent_on");
				await desk.axe("outcomes");
				await desk.picture("desk-outcomes");
				await desk.press("finish", how);
				await desk.servesNow(null);
				await page.waitForSelector("#outcomes", { state: "hidden" });
				assert.strictEqual((await office.ask("GET", "/v1/report"))
					.totals.outcomes[outcome], 1);
				assert.strictEqual(await page.evaluate(() =>
					document.activeElement.id), "next");
			}
		});

	await at("a no-show who came back is restored from the list", {},
		async (desk, page) => {
			await desk.key("n", "next");
			const { ticket } = await office.serving(1);
			await desk.key("v", "no-show");
			const row = `#absent-list li[data-ticket=${ticket}]`;
			await page.waitForSelector(row);
			await desk.axe("absent");
			await desk.picture("desk-absent");
			await page.click(row + " >> button");
			await page.waitForSelector(row, { state: "detached" });
			await desk.shows("#said", ticket + " đã trở lại hàng chờ");
			assert.ok((await office.codes()).includes(ticket));
			await desk.showsWaiting();
			assert.strictEqual(await page.evaluate(() =>
				document.activeElement.id), "next");
		});

	await at("what others do shows by itself", {}, async (desk) => {
		await office.issue("land", "priority");
		await desk.showsWaiting();
		const { ticket } = await office.command(1, "call");
		await desk.servesNow(ticket);
		await desk.showsWaiting();
	});

	await at("Next after another clerk's call tells and calls nobody",
		{ allow: /status of 409/ }, async (desk, page) => {
			let waiting, other;
			// The page has not seen the other's call when it sends its own.
			await page.route("**/v1/counters/1/call", async (route) => {
				other = (await office.command(1, "call")).ticket;
				waiting = await office.codes();
				await route.continue();
			});
			await desk.key("n", "next");
			await desk.shows("#said", "Quầy vừa thay đổi: đang phục vụ " +
				other);
			assert.deepStrictEqual(await office.codes(), waiting);
			await desk.servesNow(other);
			await desk.picture("desk-conflict");
		});

	await at("Finish after another clerk's finish tells and does nothing",
		{ allow: /status of 409/ }, async (desk, page) => {
			await desk.key("n", "next");
			let seq;
			await page.route("**/v1/counters/1/finish", async (route) => {
				await office.command(1, "finish");
				seq = (await office.state()).seq;
				await route.continue();
			});
			await desk.key("f", "finish");
			await desk.shows("#said", "Quầy vừa thay đổi: không còn ai");
			assert.strictEqual((await office.state()).seq, seq);
			await desk.servesNow(null);
		});
}

async function estimates() {
	await at("who waits has an expected wait", {}, async (desk) => {
		await desk.showsWaiting();
		const row = "#waiting-list li:has(.ticket:text('A'))";
		await desk.shows(row + " >> nth=0", "dự kiến còn");
		await desk.page.click("#language");
		await desk.shows(row + " >> nth=0", "expects");
		await desk.picture("desk-waits");
	});

	await at("recalls in vain make it suggest a no-show, and no more", {},
		async (desk, page) => {
			await desk.key("n", "next");
			const { ticket } = await office.serving(1);
			await office.command(1, "recall");
			await office.command(1, "recall");
			await desk.shows("#serving-since", "đã gọi 3 lần");
			assert.ok(await page.isHidden("#suggest"));
			await office.command(1, "recall");
			await desk.shows("#suggest", "vắng mặt?");
			assert.ok(await page.isVisible("#no-show.suggested"));
			await desk.axe("suggested");
			await desk.picture("desk-suggest");
			await desk.servesNow(ticket);
			await desk.key("n", "next");
			await page.waitForSelector("#suggest", { state: "hidden" });
			assert.ok(await page.isHidden("#no-show.suggested"));
		});

	await at("a closed service says why, and when it opens", { counter: 2 },
		async (desk) => {
			const { services } = await office.state();
			if (services.find((service) => service.id === "few").open)
				await office.ask("POST", `/v1/tickets/${
					(await office.issue("few")).ticket}/cancel`);
			await desk.shows("#services", "đã hết số hôm nay");
			await desk.shows("#services", "ngoài giờ tiếp nhận, mở cửa lúc");
			await desk.axe("closed services");
			await desk.picture("desk-closed");
		});
}

// What a printer or a button could say, put into the news on its way.
async function troubles() {
	const cases = [
		["unknown", { printer: "unknown" }, "không cho biết tình trạng"],
		["out", { printer: "paper_out" }, "Máy in hết giấy."],
		["cutter", { printer: "cutter_error" }, "Dao cắt của máy in bị kẹt."],
		["hot", { printer: "overheated" }, "Máy in quá nóng"],
		["new-word", { printer: "tray_lost" }, "Máy in báo lỗi: tray_lost."],
		["panel", { printer: "ok", panel: { state: "fault", faults: [
			{ what: "button", id: "land", fault: "stuck" },
			{ what: "chip", id: "pinctrl-rp1", fault: "missing" },
			{ what: "button", id: "civil", fault: "hasty" }] } },
		"Nút bấm land bị kẹt. Mạch nút bấm pinctrl-rp1 không thấy."],
	];
	await at("faults are told in words", {}, async (desk, page) => {
		for (const [name, health, text] of cases) {
			// In all news from now on.
			await page.evaluate((more) => {
				window.plainTake ??= take;
				take = (news) => plainTake({ ...news,
					health: { ...news.health, ...more } });
				take(state);
				draw();
			}, health);
			await desk.shows("#faults", text);
			assert.ok(!(await desk.text("#faults")).includes("civil"));
			assert.strictEqual(await page.locator("#faults.mild").count(),
				name === "unknown" ? 1 : 0);
			await desk.axe("faults " + name);
			await desk.picture("desk-fault-" + name);
		}
	});

	await at("a slip that failed has a badge and is printed again",
		{ allow: /status of 409/ },
		async (desk, page) => {
			await desk.showsWaiting();
			const code = (await desk.rows())[0];
			// The list stays as it is now, whatever the page hears.
			await page.evaluate((ticket) => {
				refreshWaiting = () => {};
				for (const one of waiting)
					one.slip = one.ticket === ticket ? "failed" :
						"unconfirmed";
				draw();
			}, code);
			const slip = `#waiting-list li[data-ticket=${code}] .slip`;
			await desk.shows(slip, "Chưa in được phiếu");
			await desk.axe("slips");
			await desk.picture("desk-slips");
			// This office has no printer: the kiosk says so, and nothing else
			// happens.
			const [answer] = await Promise.all([
				page.waitForResponse(/reprint$/),
				page.click(slip + " >> button")]);
			assert.strictEqual(answer.status(), 409);
			await until(() => desk.text("#said"), "an answer");
		});

	await at("a page left open overnight says that it is a new day", {},
		async (desk, page) => {
			await page.evaluate(() => {
				const plain = take;
				take = (news) => plain({ ...news, day: "2031-02-03" });
				take(state);
				draw();
			});
			await desk.shows("#said", "Sang ngày mới 03/02/2031");
		});
}

async function looks() {
	await at("English at a click, and back, and remembered", {},
		async (desk, page) => {
			await desk.key("n", "next");
			for (const [lang, next, service] of [
				["en", "Call the next", "Land, building"],
				["vi", "Gọi số tiếp theo", "Đất đai"]]) {
				await page.click("#language");
				await desk.shows("#next", next);
				await desk.shows("#services", service);
				assert.strictEqual(await page.getAttribute("html", "lang"),
					lang);
				await desk.picture("desk-" + lang);
				await page.reload();
				await desk.settled();
				await desk.shows("#next", next);
			}
		});

	// At 200% a browser lays 1280 by 860 out as half of that.
	for (const [name, picture, size, zoom] of [
		["320 px", "320", { width: 320, height: 640 }, 1],
		["200% zoom", "zoom200", { width: 640, height: 430 }, 2]])
		await at(`${name}: nothing sticks out and axe finds nothing`,
			{ size, zoom }, async (desk, page) => {
				await desk.key("n", "next");
				await office.issue("land", "priority");
				await desk.showsWaiting();
				for (const lang of ["vi", "en"]) {
					await desk.fits();
					await desk.axe(`desk ${lang}`);
					await desk.picture(`desk-${picture}-${lang}`);
					await page.click("#change");
					await desk.fits();
					await desk.axe(`picker ${lang}`);
					await page.click("#picker-list button >> nth=0");
					await page.click("#language");
				}
			});

	await at("axe finds nothing on a wide screen", {}, async (desk, page) => {
		for (const lang of ["vi", "en"]) {
			await desk.axe(`idle ${lang}`);
			await desk.key("n", "next");
			await desk.showsWaiting();
			await desk.axe(`serving ${lang}`);
			await page.click("#change");
			await desk.axe(`picker ${lang}`);
			await page.click("#picker-list button >> nth=0");
			await desk.key("f", "finish");
			await page.click("#language");
		}
	});
}

async function outages() {
	// Chromium complains of each request that found no kiosk.
	const allow = /Failed to load resource: net::ERR_/;

	await at("a frozen kiosk: told, locked, and right again by itself",
		{ allow }, async (desk, page) => {
			await desk.key("n", "next");
			const { ticket } = await office.serving(1);
			await page.evaluate(() => { window.sameDocument = true; });
			office.freeze();
			try {
				await desk.isLost();
				await desk.picture("desk-lost");
			} finally {
				office.thaw();
			}
			await desk.isBack(ticket);
		});

	await at("a killed kiosk: told, locked, and right again by itself",
		{ allow }, async (desk, page) => {
			await desk.key("n", "next");
			const { ticket } = await office.serving(1);
			await page.evaluate(() => { window.sameDocument = true; });
			await office.kill();
			try {
				await desk.isLost();
			} finally {
				await office.start();
			}
			await desk.isBack(ticket);
		});
}

async function main() {
	await office.start();
	const root = process.getuid() === 0;
	browser = await chromium.launch({
		executablePath: "/usr/bin/chromium",
		chromiumSandbox: !root,
		args: [...(root ? ["--no-sandbox"] : []), "--disable-gpu",
			"--disable-quic", "--no-first-run",
			"--disable-background-networking", "--disable-component-update",
			"--disable-sync"],
	});
	console.log("# Chromium " + browser.version());
	const house = { browser, build, dir, check, complaints,
		axe: Desk.axe, fits: Desk.fits };
	const parts = { choosing, clocks, doublePresses, keyboard, calling,
		estimates, troubles, looks, outages, signingIn, overseeing, phoning };
	const wanted = (process.env.KIOSK_WEB || "").split(" ").filter(Boolean);
	for (const [name, part] of Object.entries(parts))
		if (!wanted.length || wanted.includes(name))
			await part(house);
	await check("the browser has nothing to complain of", () =>
		assert.deepStrictEqual(complaints, []));
}

main().catch((error) => {
	failed++;
	console.log(`not ok ${++number} - the tests run to their end`);
	console.log(String(error.stack || error).replace(/^/gm, "# "));
}).finally(async () => {
	if (browser)
		await browser.close().catch(() => {});
	await office.kill();
	console.log(`1..${number}`);
	process.exitCode = failed ? 1 : 0;
});
