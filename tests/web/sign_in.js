// SPDX-License-Identifier: MIT
// The sign-in form, in an office whose configuration names users.
"use strict";

const assert = require("assert");
const { spawnSync } = require("child_process");
const fs = require("fs");
const path = require("path");
const { Office, until } = require("./office.js");

const PIN = "135790";

// The settings of a user, as a technician makes them.
function user(build, name, more) {
	const made = spawnSync(path.join(build, "kioskctl"), ["pin", name],
		{ input: PIN + "\n", encoding: "utf8" });
	assert.strictEqual(made.status, 0, made.stderr);
	return `{ ${made.stdout.trim()} ${more} }`;
}

async function signingIn({ browser, build, dir, check, complaints, axe, fits }) {
	const house = path.join(dir, "locked");
	fs.mkdirSync(house);
	const office = new Office(house, path.join(build, "kioskd"), `users = (
		${user(build, "lan", 'role = "staff"; counters = [ 1 ];')},
		${user(build, "hoa", 'role = "supervisor";')} );\n`);

	// A case on a fresh page that nobody is signed in at.
	const at = (name, options, body) => check(name, async () => {
		await office.tidy();
		const context = await browser.newContext({
			viewport: { width: 1280, height: 860 }, locale: "vi-VN",
			timezoneId: "Asia/Ho_Chi_Minh", ...options,
		});
		try {
			const page = await context.newPage();
			page.setDefaultTimeout(15000);
			page.on("console", (message) => {
				if (["error", "warning"].includes(message.type()) &&
					!/status of (401|429)|net::ERR_/.test(message.text()))
					complaints.push(message.text());
			});
			page.on("pageerror", (error) => complaints.push(String(error)));
			await page.goto(office.url);
			await page.waitForSelector("#sign-in-form");
			await body(page, context);
		} finally {
			await context.close();
		}
	});
	const picture = (page, name) => page.screenshot({
		path: path.join(build, "web", name + ".png"), fullPage: true,
	});
	const shows = (page, selector, text) => until(async () =>
		(await page.textContent(selector)).includes(text),
	`${selector} to show "${text}"`);
	const focus = (page) => page.evaluate(() => document.activeElement.id);
	const atDesk = (page) =>
		page.waitForSelector("#next[aria-disabled=false]");
	const signIn = async (page, name, pin = PIN) => {
		await page.fill("#user", name);
		await page.fill("#pin", pin);
		await page.keyboard.press("Enter");
	};

	await office.start();
	try {
		await at("the form is first, and the keyboard is enough", {},
			async (page) => {
				assert.ok(await page.isHidden("#desk"));
				assert.ok(await page.isHidden("#picker"));
				assert.strictEqual(await focus(page), "user");
				// Letters are text here and call nobody.
				await page.keyboard.type("lan");
				await page.keyboard.press("Tab");
				await page.keyboard.type(PIN);
				await page.keyboard.press("Enter");
				await atDesk(page);
				// Her only counter: there is nothing to be picked.
				await shows(page, "#counter-name", "Quầy 1");
				assert.strictEqual(await focus(page), "next");
				await page.keyboard.press("n");
				await until(() => office.serving(1), "a call");
				assert.strictEqual((await office.serving(2)), null);
				await shows(page, "#sign-out", "lan");
				await picture(page, "signed-in");
			});

		await at("a wrong PIN is told, spoken and forgotten", {},
			async (page) => {
				await signIn(page, "lan", "0000");
				await shows(page, "#sign-in-said", "Sai tên hoặc mã PIN.");
				assert.strictEqual(await page.getAttribute("#sign-in-said",
					"role"), "alert");
				assert.strictEqual(await page.inputValue("#user"), "lan");
				assert.strictEqual(await page.inputValue("#pin"), "");
				assert.strictEqual(await focus(page), "pin");
				await picture(page, "sign-in-wrong");
				await page.keyboard.type(PIN);
				await page.keyboard.press("Enter");
				await atDesk(page);
			});

		await at("a locked name is told for how long", {}, async (page) => {
			for (let i = 0; i < 6; i++) {
				await page.evaluate(() => {
					document.getElementById("sign-in-said").textContent = "";
				});
				await signIn(page, "nobody", "0000");
				await until(() => page.textContent("#sign-in-said"),
					"an answer");
			}
			await shows(page, "#sign-in-said", "thử lại sau");
			await page.click("#language");
			await signIn(page, "nobody", "0000");
			await shows(page, "#sign-in-said", "try again in");
		});

		await at("a supervisor picks among all counters, staff among theirs",
			{}, async (page) => {
				await signIn(page, "hoa");
				await page.waitForSelector("#picker-list button");
				assert.strictEqual(await page.locator(
					"#picker-list button").count(), 2);
				await page.click("#picker-list button >> nth=1");
				await shows(page, "#counter-name", "Quầy 2");
				await page.click("#sign-out");
				await page.waitForSelector("#sign-in:not([hidden])");
				await signIn(page, "lan");
				// The counter of the one before is not hers.
				await page.waitForSelector("#picker-list button");
				assert.strictEqual(await page.locator(
					"#picker-list button").count(), 1);
			});

		await at("an ended session: the form, and then the same counter", {},
			async (page, context) => {
				await signIn(page, "hoa");
				await page.click("#picker-list button >> nth=1");
				await atDesk(page);
				await context.clearCookies();
				await page.keyboard.press("n");
				await page.waitForSelector("#sign-in:not([hidden])");
				await shows(page, "#sign-in-said", "Phiên làm việc đã hết");
				assert.ok(await page.isHidden("#desk"));
				assert.strictEqual(await office.serving(2), null);
				assert.strictEqual(await focus(page), "pin");
				await axe(page, "session ended");
				await picture(page, "session-ended");
				// Nothing that was pressed meanwhile comes true late.
				await page.keyboard.type(PIN);
				await page.keyboard.press("Enter");
				await atDesk(page);
				await shows(page, "#counter-name", "Quầy 2");
				assert.strictEqual(await office.serving(2), null);
			});

		await at("a restart of the kiosk asks for the PIN again", {},
			async (page) => {
				await signIn(page, "lan");
				await atDesk(page);
				await office.kill();
				await office.start();
				await shows(page, "#sign-in-said", "Phiên làm việc đã hết");
				await page.fill("#pin", PIN);
				await page.click("#sign-in-go");
				await atDesk(page);
				await shows(page, "#counter-name", "Quầy 1");
			});

		await at("signing out forgets who it was", {}, async (page, context) => {
			await signIn(page, "lan");
			await atDesk(page);
			await page.click("#sign-out");
			await page.waitForSelector("#sign-in:not([hidden])");
			assert.deepStrictEqual(await context.cookies(), []);
			assert.strictEqual(await page.locator(
				"#waiting-list li:visible").count(), 0);
			await page.reload();
			await page.waitForSelector("#sign-in:not([hidden])");
			assert.strictEqual(await page.textContent("#sign-in-said"), "");
		});

		await at("a reload stays signed in, and scripts see no cookie", {},
			async (page) => {
				await signIn(page, "lan");
				await atDesk(page);
				await page.reload();
				await atDesk(page);
				assert.strictEqual(await page.evaluate(() =>
					document.cookie), "");
			});

		for (const [name, options] of [
			["wide", {}],
			["320", { viewport: { width: 320, height: 640 } }],
			["zoom200", { viewport: { width: 640, height: 430 },
				deviceScaleFactor: 2 }]])
			await at(`the form at ${name}: nothing sticks out, axe finds nothing`,
				options, async (page) => {
					await page.waitForSelector("#sign-in:not([hidden])");
					for (const lang of ["vi", "en"]) {
						await fits(page);
						await axe(page, `sign-in ${name} ${lang}`);
						await picture(page, `sign-in-${name}-${lang}`);
						await page.click("#language");
					}
					await signIn(page, "lan");
					await atDesk(page);
					await fits(page);
				});
	} finally {
		await office.kill();
	}
}

module.exports = { PIN, signingIn, user };
