// SPDX-License-Identifier: MIT
// The citizen's page, as a telephone shows it: with the token of a slip, in an
// office that has it switched on.
"use strict";

const assert = require("assert");
const { spawnSync } = require("child_process");
const fs = require("fs");
const path = require("path");
const { Office, until } = require("./office.js");

// As base/ticket_token.h says; Node.js has no keyed BLAKE2b.
const MAKE_TOKEN = `
import base64, hashlib, sys
path, code, seq = sys.argv[1:]
mac = hashlib.blake2b(f"{code} {seq}".encode(), key=open(path, "rb").read(),
                      digest_size=16).digest()
print(code + "-" + base64.urlsafe_b64encode(mac).decode().rstrip("="))
`;

async function phoning({ browser, build, dir, check, complaints, axe, fits }) {
	const house = path.join(dir, "hall");
	fs.mkdirSync(house);
	const office = new Office(house, path.join(build, "kioskd"), "",
		"phone = true;");

	const token = (code, seq) => {
		const made = spawnSync("python3", ["-c", MAKE_TOKEN,
			path.join(house, "ticket.key"), code, String(seq)],
		{ encoding: "utf8" });
		assert.strictEqual(made.status, 0, made.stderr);
		return made.stdout.trim();
	};
	const at = (name, options, body) => check(name, async () => {
		const { ticket, seq } = await office.issue("civil");
		const context = await browser.newContext({
			viewport: { width: 360, height: 740 }, locale: "vi-VN",
			timezoneId: "Asia/Ho_Chi_Minh", ...options,
		});
		try {
			const page = await context.newPage();
			page.setDefaultTimeout(20000);
			page.on("console", (message) => {
				if (["error", "warning"].includes(message.type()) &&
					!/status of 404|net::ERR_/.test(message.text()))
					complaints.push(message.text());
			});
			page.on("pageerror", (error) => complaints.push(String(error)));
			page.on("request", (request) => {
				if (!request.url().startsWith(office.url))
					complaints.push("asked a stranger: " + request.url());
			});
			await body(page, ticket, office.url + "t/" + token(ticket, seq));
		} finally {
			await context.close();
		}
	});
	const shows = (page, selector, text) => until(async () =>
		(await page.textContent(selector)).includes(text),
	`${selector} to show "${text}"`, 20000);
	const picture = (page, name) => page.screenshot({
		path: path.join(build, "web", name + ".png"), fullPage: true,
	});

	await office.start();
	try {
		await office.command(1, "open");
		await office.issue("land");
		await office.issue("civil");
		await at("the telephone follows its ticket by itself", {},
			async (page, ticket, url) => {
				await page.goto(url);
				await shows(page, "#ticket", ticket);
				await shows(page, "#ahead", "Còn 1 người trước bạn");
				await axe(page, "phone waiting");
				await fits(page);
				await picture(page, "phone-waiting");
				await office.command(1, "call", { ticket });
				await shows(page, "#what", "Đến lượt bạn: mời đến Quầy 1");
				assert.ok((await page.title()).startsWith(ticket));
				await axe(page, "phone called");
				await picture(page, "phone-called");
				await page.click("#language");
				await shows(page, "#what", "Your turn: please go to Counter 1");
				await axe(page, "phone English");
				await fits(page);
				await office.command(1, "no-show");
				await shows(page, "#what", "You were called and not there");
				await picture(page, "phone-no-show");
			});

		await at("an English telephone at 320 px, and one that is zoomed", {
			locale: "en-GB", viewport: { width: 320, height: 560 },
		}, async (page, ticket, url) => {
			await page.goto(url);
			await shows(page, "#label", "Your number");
			await fits(page);
			await axe(page, "phone 320");
			await picture(page, "phone-320");
			await page.setViewportSize({ width: 180, height: 370 });
			await fits(page);
			await picture(page, "phone-zoom200");
		});

		await at("a token of nobody's says so", {}, async (page, ticket, url) => {
			await page.goto(url.slice(0, -1));
			await shows(page, "#note", "không còn hiệu lực");
			assert.strictEqual(await page.textContent("#ticket"), "–");
			await axe(page, "phone gone");
			await picture(page, "phone-gone");
		});

		await at("a lost kiosk is told, and found again", {},
			async (page, ticket, url) => {
				await page.goto(url);
				await shows(page, "#ticket", ticket);
				office.freeze();
				try {
					await until(() => page.isVisible("#note"), "a word", 60000);
					await shows(page, "#note", "Mất kết nối");
					await axe(page, "phone lost");
					await picture(page, "phone-lost");
				} finally {
					office.thaw();
				}
				await page.waitForSelector("#note",
					{ state: "hidden", timeout: 60000 });
			});
	} finally {
		await office.kill();
	}
}

module.exports = { phoning };
