/*
 * The JSON Schemas of docs/schema are what editors go by: they are valid
 * themselves, take every package and block that is shipped, and refuse what
 * the compiler refuses. Usage: schema.mjs NPM-FOLDER
 */
import fs from "node:fs";
import path from "node:path";
import { createRequire } from "node:module";

const require = createRequire(path.resolve(process.argv[2], "package.json"));
const Ajv = require("ajv/dist/2020").default;
const SCHEMAS = "docs/schema";
const SERVICES = "fcgi-apps/services";

const read = (name) => JSON.parse(fs.readFileSync(name, "utf8"));
const ajv = new Ajv({ allErrors: true, strict: true, strictRequired: false,
	strictTypes: false, strictTuples: false, allowUnionTypes: true,
	allowMatchingProperties: true, formats: { date: /^\d{4}-\d\d-\d\d$/ } });

function report(isFine, name, why) {
	if (!isFine && why)
		console.log(why);
	console.log(`${isFine ? "ok" : "not ok"} schema: ${name}`);
}

const said = (check) => (check.errors ?? []).slice(0, 3)
	.map((e) => `${e.instancePath}: ${e.message}`).join("\n");

/* Every schema by its name, and what has no description. */
const names = fs.readdirSync(SCHEMAS).filter((n) => n.endsWith(".json"));
for (const name of names)
	ajv.addSchema(read(`${SCHEMAS}/${name}`));
const checks = {};
for (const name of names) {
	let why = "";
	try {
		checks[name] = ajv.getSchema(name);
	} catch (e) {
		why = e.message;
	}
	report(checks[name] !== undefined, `${name} is a schema`, why);
}

function undescribed(schema, at, out) {
	for (const [key, one] of Object.entries(schema.properties ?? {})) {
		if (one.description === undefined && one.$ref === undefined)
			out.push(`${at}.${key}`);
		undescribed(one, `${at}.${key}`, out);
	}
	for (const [key, one] of Object.entries(schema.$defs ?? {}))
		undescribed(one, `${at}.${key}`, out);
	if (schema.items)
		undescribed(schema.items, at, out);
	return out;
}
for (const name of names) {
	const missing = undescribed(read(`${SCHEMAS}/${name}`), name, []);

	report(missing.length === 0, `${name} describes each member`,
		missing.join("\n"));
}

/* What is shipped. */
function takes(schema, file) {
	const check = checks[schema];
	const isFine = check(read(file));

	report(isFine, `${file.slice(SERVICES.length + 1)} fits`, said(check));
}
for (const name of fs.readdirSync(SERVICES)) {
	const dir = `${SERVICES}/${name}`;

	if (!fs.existsSync(`${dir}/service.json`))
		continue;
	takes("service.json", `${dir}/service.json`);
	takes("form.json", `${dir}/form.json`);
	takes("examples.json", `${dir}/examples.json`);
	if (fs.existsSync(`${dir}/xoev.json`))
		takes("xoev.json", `${dir}/xoev.json`);
	for (const file of fs.readdirSync(dir))
		if (file.startsWith("texts."))
			takes("texts.json", `${dir}/${file}`);
}
for (const file of fs.readdirSync(`${SERVICES}/blocks`))
	takes(file.includes(".texts.") ? "texts.json" : "block.json",
		`${SERVICES}/blocks/${file}`);

/* What is wrong. */
const field = (f) => ({ pages: [{ id: "p", fields: [f] }] });
const wrong = [
	["a page without fields", "form.json", { pages: [{ id: "p" }] }],
	["an unknown member", "form.json",
		field({ key: "a", type: "date", hnt: "x" })],
	["a type that is none", "form.json", field({ key: "a", type: "dat" })],
	["a member of another type", "form.json",
		field({ key: "a", type: "date", max_length: 3 })],
	["a text without limit", "form.json", field({ key: "a", type: "text" })],
	["a choice of nothing", "form.json", field({ key: "a", type: "choice" })],
	["a group without fields", "form.json", field({ key: "a", type: "group" })],
	["a block with a type", "form.json",
		field({ key: "a", block: "person", type: "group" })],
	["an operation that is none", "form.json",
		field({ key: "a", type: "date", show: { equals: ["b", 1] } })],
	["two operations at once", "form.json", field({ key: "a", type: "date",
		show: { eq: ["b", 1], ne: ["b", 2] } })],
	["a comparison with one side", "form.json",
		field({ key: "a", type: "date", show: { eq: ["b"] } })],
	["a number as condition", "form.json",
		field({ key: "a", type: "date", show: { add: [1, 2] } })],
	["a mapping without messages", "xoev.json",
		{ format: 1, namespaces: { x: "urn:x" } }],
	["a rule that it does not know", "xoev.json",
		{ format: 1, namespaces: { x: "urn:x" }, messages: [{ id: "a",
			root: "x:a", standard: "X", version: "1", head: "g2g",
			direction: "out", content: [{ to: "x:b", feld: "c" }] }] }],
	["half of a percent", "opening.json", { share: 0.5 }],
	["a text that is none", "texts.json", { "a.label": 1 }],
	["a block's version 0", "block.json",
		{ version: 0, fields: [{ key: "a", type: "date" }] }],
	["an example without expectation", "examples.json",
		[{ name: "a", as_of: "2026-11-02" }]],
	["an adviser with one result", "service.json", { ...read(
		`${SERVICES}/hundesteuer-anmeldung/service.json`),
		adviser: { after: "p", outcome: "o", results: [{ value: "a" }] } }],
];
for (const [name, schema, value] of wrong)
	report(!checks[schema](value), `${schema} refuses ${name}`);
