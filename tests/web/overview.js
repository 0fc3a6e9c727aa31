// SPDX-License-Identifier: MIT
// The supervisor's page: what is so now, the day's plots and tables, on the
// screen, on A4 and in a spreadsheet.
"use strict";

const assert = require("assert");
const fs = require("fs");
const path = require("path");
const { Office, until } = require("./office.js");
const { PIN, user } = require("./sign_in.js");

// A morning of an office, as far as its clock lets it.
async function work(office) {
	for (const [id, service, kind] of [[1, "land"], [1, "civil", "priority"],
		[1, "land"], [2, "notary"], [2, "notary"], [1, "civil"],
		[1, "land"], [2, "notary", "appointment"], [1, "civil"]]) {
		await office.issue(service, kind === "appointment" ? "normal" : kind);
		await office.command(id, "call");
	}
	await office.command(1, "finish");
	await office.command(1, "rate", { stars: 5 });
	await office.command(2, "no-show");
	for (let i = 0; i < 4; i++)
		await office.issue(i % 2 ? "land" : "notary");
	await office.command(1, "call");
	for (const outcome of ["accepted", "supplement"]) {
		const { ticket } = await office.issue("land");
		await office.command(1, "call", { ticket });
		await office.command(1, "finish", { outcome });
		await office.command(1, "rate", { stars: 4 });
	}
	await office.command(1, "call");
}

async function overseeing({ browser, build, dir, check, complaints, axe }) {
	const house = path.join(dir, "overview");
	fs.mkdirSync(house);
	const office = new Office(house, path.join(build, "kioskd"), `users = (
		${user(build, "lan", 'role = "staff"; counters = [ 1 ];')},
		${user(build, "hoa", 'role = "supervisor";')},
		${user(build, "an", 'role = "admin";')} );\n`);
	const picture = (page, name) => page.screenshot({
		path: path.join(build, "web", name + ".png"), fullPage: true,
	});
	const shows = (page, selector, text) => until(async () =>
		(await page.textContent(selector)).includes(text),
	`${selector} to show "${text}"`);

	// A case for one who has signed in, or for nobody.
	const at = (name, who, options, body) => check(name, async () => {
		const context = await browser.newContext({
			viewport: { width: 1280, height: 860 }, locale: "vi-VN",
			timezoneId: "America/Lima", ...options,
		});
		try {
			const page = await context.newPage();
			page.setDefaultTimeout(20000);
			page.on("console", (message) => {
				if (["error", "warning"].includes(message.type()) &&
					!/status of 40[134]|status of 409/.test(message.text()))
					complaints.push(message.text());
			});
			page.on("pageerror", (error) => complaints.push(String(error)));
			if (who) {
				const answer = await context.request.post(
					office.url + "v1/login", { data: { user: who, pin: PIN } });
				assert.strictEqual(answer.status(), 200);
			}
			await page.goto(office.url + "overview");
			await body(page);
		} finally {
			await context.close();
		}
	});
	const open = (page) => page.waitForSelector("#all:not([hidden])");

	await office.start();
	try {
		await office.command(1, "open");
		await office.command(2, "open");
		await work(office);
		await at("it shows what is so now, and goes with it", "hoa", {},
			async (page) => {
				await open(page);
				await shows(page, "#now-figures", "2 trên 2");
				await shows(page, "#counters-now",
					(await office.serving(1)).ticket);
				const { ticket } = await office.command(2, "call");
				await shows(page, "#counters-now", ticket);
				// The board as it is, drawn by the display itself.
				await page.waitForSelector("#board:not([hidden])");
				assert.strictEqual(await page.evaluate(() =>
					document.getElementById("board").naturalWidth), 960);
				await axe(page, "overview");
				await picture(page, "overview");
			});

		await at("the day has plots with their tables", "hoa", {},
			async (page) => {
				await open(page);
				const { totals } = await office.ask("GET", "/v1/report");
				await shows(page, "#day-figures", String(totals.issued));
				assert.strictEqual(await page.locator(".part svg").count(), 6);
				assert.strictEqual(await page.locator(".part table").count(), 6);
				const first = await page.textContent(
					".part-services tbody tr:first-child");
				const { services } = await office.ask("GET", "/v1/report");
				assert.ok(first.includes(services[0].name.vi) &&
					first.includes(String(services[0].issued)), first);
				await page.click("#language");
				await shows(page, "#day-parts", "Arrivals by hour");
				await axe(page, "overview English");
				await picture(page, "overview-en");
				await page.click("#day-before");
				await page.waitForSelector("#day-none:not([hidden])");
				await page.click("#day-after");
				await page.waitForSelector("#day-none", { state: "hidden" });
			});

		await at("a spreadsheet reads the CSV, and programs the JSON", "hoa", {},
			async (page) => {
				await open(page);
				const [csv] = await Promise.all([page.waitForEvent("download"),
					page.click("#csv")]);
				const text = fs.readFileSync(await csv.path(), "utf8");
				assert.ok(text.startsWith("\ufeffpart,name,issued"), text);
				assert.match(csv.suggestedFilename(),
					/^web-01-\d{4}-\d\d-\d\d\.csv$/);
				const { totals } = await office.ask("GET", "/v1/report");
				const lines = text.slice(1).split("\r\n");
				assert.strictEqual(Number(lines[1].split(",")[2]),
					totals.issued);
				assert.ok(lines.some((line) => line.startsWith(
					'services,"Đất đai, xây dựng và môi trường",')), text);
				const [json] = await Promise.all([page.waitForEvent("download"),
					page.click("#json")]);
				assert.strictEqual(JSON.parse(fs.readFileSync(
					await json.path(), "utf8")).totals.issued, totals.issued);
			});

		await at("it prints on A4", "hoa", {}, async (page) => {
			await open(page);
			await page.emulateMedia({ media: "print" });
			await page.setViewportSize({ width: 690, height: 980 });
			assert.ok(await page.isHidden("#now"));
			assert.ok(await page.isHidden("#csv"));
			await picture(page, "overview-print");
			const pdf = await page.pdf({ format: "A4",
				preferCSSPageSize: true });
			fs.writeFileSync(path.join(build, "web", "overview.pdf"), pdf);
			const pages = pdf.toString("latin1").match(/\/Type\s*\/Page\b/g);
			assert.ok(pages && pages.length <= 4, String(pages));
			assert.match(pdf.toString("latin1"), /MediaBox\s*\[0 0 59[45]/);
		});

		await at("any ticket is cancelled, or put back", "hoa", {},
			async (page) => {
				await open(page);
				const { ticket } = await office.issue("notary");
				await page.fill("#ticket-code", ticket.toLowerCase());
				await page.click("button[value=cancel]");
				await shows(page, "#said", ticket + " đã huỷ");
				assert.ok((await office.codes("cancelled")).includes(ticket));
				await page.fill("#ticket-code", "Z9");
				await page.keyboard.press("Enter");
				await page.waitForSelector("#said.bad");
			});

		for (const [name, options] of [
			["320", { viewport: { width: 320, height: 640 } }],
			["zoom200", { viewport: { width: 640, height: 430 },
				deviceScaleFactor: 2 }]])
			await at(`the overview at ${name}: nothing sticks out`, "hoa",
				options, async (page) => {
					await open(page);
					// Tables scroll in a box of their own.
					const over = await page.evaluate(() =>
						document.documentElement.scrollWidth -
						document.documentElement.clientWidth);
					assert.ok(over <= 0, String(over));
					await axe(page, "overview " + name);
					await picture(page, "overview-" + name);
				});

		await at("an admin sees users, the configuration and the log", "an", {},
			async (page) => {
				await open(page);
				await page.waitForSelector("#admin:not([hidden])");
				await shows(page, "#admin-users", "giám sát");
				await shows(page, "#config-said", "không có lỗi");
				await shows(page, "#log-lines", "an signed in");
				await axe(page, "admin");
				await picture(page, "overview-admin");
				const conf = path.join(house, "kiosk.conf");
				const good = fs.readFileSync(conf, "utf8");
				fs.writeFileSync(conf, good + "odd = 1;\n");
				await page.click("#admin-again");
				await shows(page, "#config-said", "có lỗi");
				await shows(page, "#config-lines", "odd");
				fs.writeFileSync(conf, good);
			});

		await at("a supervisor sees none of that", "hoa", {}, async (page) => {
			await open(page);
			await page.waitForSelector("#board:not([hidden])");
			assert.ok(await page.isHidden("#admin"));
		});

		await at("staff are told that it is not theirs", "lan", {},
			async (page) => {
				await shows(page, "#locked", "dành cho người giám sát");
				assert.ok(await page.isHidden("#all"));
				await page.click("#desk-link");
				await page.waitForSelector("#next");
				assert.ok(await page.isHidden("#overview"));
			});

		await at("nobody is told to sign in", null, {}, async (page) => {
			await shows(page, "#locked", "Hãy đăng nhập");
			await axe(page, "overview locked");
			assert.ok(await page.isHidden("#all"));
		});
	} finally {
		await office.kill();
	}
}

module.exports = { overseeing };
