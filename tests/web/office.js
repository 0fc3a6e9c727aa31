// SPDX-License-Identifier: MIT
// An office in a given directory with a real kioskd, as tests/e2e/kiosk.py has
// it, and a client for its Unix socket: the other clerk of the tests.
"use strict";

const { spawn } = require("child_process");
const fs = require("fs");
const http = require("http");
const net = require("net");
const path = require("path");

// A session that is hours away at whatever hour of the office's day this runs.
function otherHours() {
	const hour = new Date().toLocaleString("en-GB",
		{ timeZone: "Asia/Ho_Chi_Minh", hour: "2-digit" });
	return Number(hour) < 12 ? "20:00-20:30" : "06:00-06:30";
}

const CONFIG = (dir, port, desk) => `
office = { kiosk = "web-01"; name = { vi = "UBND xã Thử Nghiệm"; en = "Test commune"; }; };
services = (
  { id = "land";  name = { vi = "Đất đai, xây dựng và môi trường"; en = "Land, building and environment"; }; prefix = "A"; typical_minutes = 8; outcomes = [ "accepted", "supplement", "sent_on" ]; },
  { id = "civil"; name = { vi = "Hộ tịch"; en = "Civil status"; }; prefix = "B"; },
  { id = "notary"; name = { vi = "Chứng thực"; en = "Certification"; }; prefix = "C"; },
  { id = "shut"; name = { vi = "Đăng ký kinh doanh"; en = "Business"; }; prefix = "D"; hours = "${otherHours()}"; },
  { id = "few"; name = { vi = "Lao động"; en = "Labour"; }; prefix = "E"; daily_cap = 1; }
);
counters = (
  { id = 1; name = { vi = "Quầy 1"; en = "Counter 1"; }; services = [ "land", "civil" ]; },
  { id = 2; name = { vi = "Quầy 2"; en = "Counter 2"; }; services = [ "notary", "shut", "few" ]; }
);
queue = { policy = "ratio"; priority_ratio = 2; };
printer = { device = "none"; };
console = { listen = "127.0.0.1:${port}"; ${desk} };
central = { url = "sqlite:${dir}/central.db"; every_s = 1; };
`;

function freePort() {
	return new Promise((done, failed) => {
		const server = net.createServer();
		server.on("error", failed);
		server.listen(0, "127.0.0.1", () => {
			const { port } = server.address();
			server.close(() => done(port));
		});
	});
}

// Until condition() gives something true; that.
async function until(condition, what, ms = 15000) {
	const end = Date.now() + ms;
	for (;;) {
		const value = await condition();
		if (value)
			return value;
		if (Date.now() > end)
			throw new Error(`waited ${ms} ms in vain for ${what}`);
		await new Promise((done) => setTimeout(done, 20));
	}
}

class Office {
	// more: further settings of kiosk.conf; desk: of its console
	constructor(dir, program, more = "", desk = "") {
		this.desk = desk;
		this.dir = dir;
		this.more = more;
		this.program = program;
		this.pidFile = path.join(dir, "pid");
		this.daemon = null;
	}

	async start() {
		// The port stays the same over a restart, as the page needs it.
		if (!this.port) {
			this.port = await freePort();
			this.url = `http://127.0.0.1:${this.port}/`;
			fs.writeFileSync(path.join(this.dir, "kiosk.conf"),
				CONFIG(this.dir, this.port, this.desk) + this.more);
		}
		const log = fs.openSync(path.join(this.dir, "log"), "a");
		const daemon = spawn(this.program,
			["--config", path.join(this.dir, "kiosk.conf"),
				"--state-dir", this.dir,
				"--runtime-dir", path.join(this.dir, "run")],
			{ stdio: ["ignore", log, log] });
		fs.closeSync(log);
		this.daemon = daemon;
		this.ended = new Promise((done) => {
			daemon.on("exit", done);
			daemon.on("error", done);
		});
		let dead = false;
		this.ended.then(() => { dead = true; });
		if (daemon.pid)
			fs.writeFileSync(this.pidFile, String(daemon.pid));
		await until(async () => {
			if (dead)
				throw new Error("kioskd ended before it answered");
			return this.state().catch(() => null);
		}, "kioskd to answer");
	}

	freeze() {
		this.daemon.kill("SIGSTOP");
	}

	thaw() {
		this.daemon.kill("SIGCONT");
	}

	async kill() {
		if (!this.daemon)
			return;
		this.daemon.kill("SIGKILL");
		await this.ended;
		this.daemon = null;
		fs.rmSync(this.pidFile, { force: true });
	}

	// The answer's body; an error where the kiosk refuses.
	ask(method, route, body) {
		return new Promise((done, failed) => {
			const request = http.request({
				socketPath: path.join(this.dir, "run", "kiosk.sock"),
				agent: false,
				timeout: 10000,
				method,
				path: route,
				headers: body ? { "Content-Type": "application/json" } : {},
			}, (answer) => {
				const parts = [];
				answer.on("data", (part) => parts.push(part));
				answer.on("error", failed);
				answer.on("end", () => {
					const text = Buffer.concat(parts).toString();
					if (answer.statusCode >= 400)
						failed(new Error(`${route}: ${answer.statusCode} ${text}`));
					else
						done(text ? JSON.parse(text) : null);
				});
			});
			request.on("error", failed);
			request.on("timeout", () =>
				request.destroy(new Error(`${route}: no answer`)));
			request.end(body ? JSON.stringify(body) : undefined);
		});
	}

	state() {
		return this.ask("GET", "/v1/state");
	}

	async serving(id) {
		const { counters } = await this.state();
		return counters.find((counter) => counter.id === id).serving;
	}

	// The codes that wait, or are in another state.
	async codes(state = "waiting") {
		const { tickets } = await this.ask("GET", `/v1/tickets?state=${state}`);
		return tickets.map((ticket) => ticket.ticket);
	}

	issue(service, kind = "normal") {
		return this.ask("POST", "/v1/tickets", { service, class: kind });
	}

	command(id, action, body = {}) {
		return this.ask("POST", `/v1/counters/${id}/${action}`, body);
	}

	// Open counters with nobody at them, and a few people waiting.
	async tidy() {
		const { counters } = await this.state();
		for (const { id, serving, state } of counters) {
			if (serving)
				await this.command(id, "finish");
			if (state !== "open")
				await this.command(id, "open");
		}
		for (let n = (await this.codes()).length; n < 6; n++)
			await this.issue(n % 2 ? "civil" : "land",
				n % 3 ? "normal" : "priority");
	}
}

module.exports = { Office, until };
