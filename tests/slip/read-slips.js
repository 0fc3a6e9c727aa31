// SPDX-License-Identifier: MIT
// read-slips.js DIRECTORY: reads what make-slips wrote, with programs that know
// nothing of ours: npos for the bytes, jsqr and zbarimg for the QR codes,
// tesseract for the text. TAP on stdout.
"use strict";

const { execFileSync } = require("child_process");
const fs = require("fs");
const path = require("path");
const { PNG } = require("pngjs");
const jsqr = require("jsqr");
const npos = require("npos");

const directory = process.argv[2];
let number = 0;
let failed = 0;

function test(name, body) {
	number++;
	let why = null;
	try {
		why = body();
	} catch (error) {
		why = error.message;
	}
	if (why) {
		failed++;
		console.log("# " + why.split("\n").join("\n# "));
	}
	console.log(`${why ? "not ok" : "ok"} ${number} - ${name}`);
}

// ---- the bytes ----

// How long each command is, from the command reference: npos takes a picture
// that is cut short, and NULs behind a command, without a word.
function lengthOf(raw, at) {
	const name = String.fromCharCode(raw[at + 1]);
	if (raw[at] === 0x1b)
		return { "@": 2, "J": 3, "a": 3 }[name];
	if (raw[at] === 0x1d && name === "v")
		return 8 + raw.readUInt16LE(at + 4) * raw.readUInt16LE(at + 6);
	if (raw[at] === 0x1d)
		return { "P": 4, "V": 4, "r": 3, "a": 3 }[name];
	return undefined;
}

class Paper {
	constructor(width) {
		this.width = width;
		this.rows = [];
		this.centred = false;
		this.bands = [];
		this.questions = 0;
		this.cuts = 0;
	}

	feed(rows) {
		for (let i = 0; i < rows; i++)
			this.rows.push(new Uint8Array(this.width));
	}

	// The picture as npos decodes it; mode 3 doubles it both ways.
	band(raw, at) {
		const scale = raw[at + 3] === 3 ? 2 : 1;
		const picture = npos.codecs.raster.decode(raw, { offset: at });
		const left = this.centred
			? (this.width - picture.width * scale) / 2 : 0;
		for (let y = 0; y < picture.height * scale; y++) {
			const row = new Uint8Array(this.width);
			for (let x = 0; x < picture.width * scale; x++)
				row[left + x] = picture.getPixel(Math.floor(x / scale),
					Math.floor(y / scale)) ? 0 : 1;
			this.rows.push(row);
		}
		this.bands.push(picture.height * scale);
	}

	png(scale = 1, margin = 0, from = 0, to = this.rows.length) {
		const width = (this.width + 2 * margin) * scale;
		const height = (to - from + 2 * margin) * scale;
		const image = new PNG({ width, height });
		image.data.fill(255);
		for (let y = 0; y < (to - from) * scale; y++)
			for (let x = 0; x < this.width * scale; x++)
				if (this.rows[from + Math.floor(y / scale)][
					Math.floor(x / scale)]) {
					const at = 4 * ((y + margin * scale) * width +
						x + margin * scale);
					image.data.fill(0, at, at + 3);
				}
		return image;
	}
}

function print(slip) {
	const raw = fs.readFileSync(path.join(directory, slip.name + ".escpos"));
	const ast = npos.parser().analyze(raw);
	const paper = new Paper(slip.width);
	let end = 0;

	if (ast.error)
		throw ast.error;
	for (const node of ast.tree) {
		const length = lengthOf(raw, node.offset);
		if (node.offset !== end || node.length !== length)
			throw new Error(`at ${node.offset} npos sees ${node.ascii} ` +
				`${node.fn} of ${node.length} bytes, not ${length}`);
		end += length;
		if (node.fn === "J")
			paper.feed(raw[node.offset + 2]);
		else if (node.ascii === "ESC" && node.fn === "a")
			paper.centred = raw[node.offset + 2] === 1;
		else if (node.fn.startsWith("v"))
			paper.band(raw, node.offset);
		else if (node.fn === "r")
			paper.questions++;
		else if (node.fn.startsWith("V"))
			paper.cuts++;
	}
	if (end !== raw.length || raw.length !== slip.bytes)
		throw new Error(`${raw.length} bytes, ${end} of them in commands`);
	return paper;
}

function compare(slip, paper) {
	const want = PNG.sync.read(
		fs.readFileSync(path.join(directory, slip.name + ".png")));
	if (want.width !== slip.width || want.height !== slip.height)
		return `the picture is ${want.width}x${want.height}`;
	if (paper.cuts !== 1 || paper.questions !== slip.questions)
		return `${paper.cuts} cuts, ${paper.questions} questions`;
	if (Math.max(...paper.bands) > 128)
		return `a band of ${Math.max(...paper.bands)} rows`;
	if (paper.rows.length < want.height)
		return `only ${paper.rows.length} rows`;
	for (let y = 0; y < paper.rows.length; y++)
		for (let x = 0; x < slip.width; x++) {
			const black = y < want.height &&
				want.data[4 * (y * want.width + x)] < 128;
			if (Boolean(paper.rows[y][x]) !== black)
				return `dot ${x},${y} is ${paper.rows[y][x]}`;
		}
	return null;
}

// ---- what is on it ----

function save(slip, what, image) {
	const file = path.join(directory, `${slip.name}-${what}.png`);
	fs.writeFileSync(file, PNG.sync.write(image));
	return file;
}

function run(program, ...args) {
	return execFileSync(program, args,
		{ encoding: "utf-8", stdio: ["ignore", "pipe", "ignore"] });
}

function readQr(slip, paper) {
	const image = paper.png(2, 20);
	const found = jsqr(new Uint8ClampedArray(image.data), image.width,
		image.height);
	if (!found || found.data !== slip.qr)
		return `jsqr reads ${found && found.data}`;
	const zbar = run("zbarimg", "-q", "--raw", "-Sdisable", "-Sqrcode.enable",
		save(slip, "qr", image)).trim();
	return zbar === slip.qr ? null : `zbarimg reads ${zbar}`;
}

// The rows of the highest thing with no white row in it.
function highest(paper) {
	let best = [0, 0];
	let from = 0;
	for (let y = 0; y <= paper.rows.length; y++) {
		if (y < paper.rows.length && paper.rows[y].some(Boolean))
			continue;
		if (y - from > best[1] - best[0])
			best = [from, y];
		from = y + 1;
	}
	return best;
}

// Digits of 20 mm are larger than what tesseract was taught: half of it does.
function halved(image) {
	const out = new PNG({ width: image.width >> 1, height: image.height >> 1 });
	for (let y = 0; y < out.height; y++)
		for (let x = 0; x < out.width; x++) {
			const at = 4 * (2 * y * image.width + 2 * x);
			image.data.copy(out.data, 4 * (y * out.width + x), at, at + 4);
		}
	return out;
}

function readCode(slip, paper) {
	const [from, to] = highest(paper);
	if (to - from < 120)
		return `the number is only ${to - from} dots high`;
	const image = halved(halved(paper.png(1, 60, from, to)));
	const read = run("tesseract", save(slip, "code", image), "-", "--psm", "7",
		"-c", "tessedit_char_whitelist=ABCDW0123456789").trim();
	return read === slip.code ? null : `tesseract reads ${read}`;
}

function plain(text) {
	return text.normalize("NFC").replace(/\s+/g, " ").trim();
}

// Letters, without what a word's end or a line's break may change.
function letters(text) {
	return plain(text).replace(/[^\p{L}\p{N}]/gu, "");
}

// The fewest letters in which some part of text differs from want.
function distance(want, text) {
	const [w, t] = [[...want], [...text]];
	let row = new Array(t.length + 1).fill(0);
	for (let i = 1; i <= w.length; i++) {
		const next = [i];
		for (let k = 1; k <= t.length; k++)
			next.push(Math.min(row[k] + 1, next[k - 1] + 1,
				row[k - 1] + (w[i - 1] === t[k - 1] ? 0 : 1)));
		row = next;
	}
	return Math.min(...row);
}

// One letter in ten may be misread: tesseract prefers the words it knows.
function readText(slip, paper) {
	const read = run("tesseract", save(slip, "text", paper.png(2, 20)), "-",
		"-l", "vie", "--psm", "6");
	const ahead = slip.ahead > 0 ? `Số người chờ trước: ${slip.ahead}`
		: "Không có người chờ trước";
	for (const want of [slip.service, slip.office, ahead, "08:15",
		"24/11/2026", "Buổi sáng", "Vui lòng giữ phiếu",
		...(slip.copy ? ["IN LẠI"] : [])]) {
		const wrong = distance(letters(want), letters(read));
		if (wrong > letters(want).length / 10)
			return `no "${want}" in:\n${plain(read)}`;
	}
	return null;
}

// Single letters are no words, and are not read well. That each comes out as
// itself is what the comparison with the picture is for.
function readSheet(slip, paper) {
	const [, from] = highest(paper);
	const file = save(slip, "text", paper.png(2, 20, from, slip.height));
	const read = plain(run("tesseract", file, "-", "-l", "vie", "--psm", "6"));
	const found = new Set(read.split(" "));
	const missing = slip.office.normalize("NFC").split(" ")
		.filter((word) => !found.has(word));
	if (missing.length)
		console.log(`# ${slip.name}: not read: ${missing.join(" ")}`);
	return missing.length <= 7 ? null :
		`${missing.length} words of 67 are not read:\n${read}`;
}

// ---- all ----

const slips = fs.readFileSync(path.join(directory, "slips.json"), "utf-8")
	.trim().split("\n").map((line) => JSON.parse(line));

for (const slip of slips) {
	let paper = null;
	test(`${slip.name}: npos sees our picture, dot for dot`, () => {
		const printed = print(slip);
		const why = compare(slip, printed);
		if (!why)
			paper = printed;
		return why;
	});
	if (!paper)
		continue;
	test(`${slip.name}: tesseract reads ${slip.code}`,
		() => readCode(slip, paper));
	if (slip.name.startsWith("letters"))
		continue;
	if (slip.sheet)
		test(`${slip.name}: tesseract reads the words`,
			() => readSheet(slip, paper));
	else
		test(`${slip.name}: tesseract reads the text`,
			() => readText(slip, paper));
	if (slip.qr)
		test(`${slip.name}: jsqr and zbarimg read ${slip.qr}`,
			() => readQr(slip, paper));
}
console.log(`1..${number}`);
process.exit(failed ? 1 : 0);
