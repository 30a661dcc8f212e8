// documents.mjs: the descriptions that the packages were written from
// (../shared/services/*.md) against the packages. Every example of a
// description must be among the package's examples.json, with the same data
// and with results that agree; every invalid case must be refused there with
// the same error at the same field. What differs on purpose stands in
// differences.json, with the reason.
//
// One line for each case, as the suites print them.

import { existsSync, readdirSync, readFileSync } from 'node:fs';

const PACKAGES = 'fcgi-apps/services';
const here = new URL('.', import.meta.url).pathname;
const documents = [process.env.SERVICE_DOCUMENTS, '../shared/services',
  '../../shared/services'].find((dir) => dir && existsSync(dir));

const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'));
const isObject = (v) => v !== null && typeof v === 'object';

// ---- the package's examples, bases merged as the checker does ----

function merge(base, over) {
  if (Array.isArray(base) && Array.isArray(over))
    return over.map((item, i) => merge(base[i], item));
  if (!isObject(base) || !isObject(over) || Array.isArray(base) ||
      Array.isArray(over))
    return structuredClone(over);
  const out = structuredClone(base);
  for (const [key, value] of Object.entries(over)) {
    if (value === null) delete out[key];
    else out[key] = merge(out[key], value);
  }
  return out;
}

function data(examples, example) {
  const base = examples.find((one) => one.name === example.base);
  return merge(base === undefined ? {} : data(examples, base),
    example.data ?? {});
}

// ---- comparing ----

// Paths at which what the description says is not in the package's example.
function missing(said, own, path = '') {
  if (!isObject(said))
    return String(said) === String(own) ? [] : [path];
  if (!isObject(own) || (Array.isArray(said) && said.length !== own.length))
    return [path];
  return Object.entries(said).flatMap(([key, value]) =>
    missing(value, own[key], path === '' ? key : `${path}.${key}`));
}

const asText = (v) => Array.isArray(v) ? v.join(' ') : String(v);

// Results of the same name that do not agree.
function contradictions(said, expect) {
  const own = { ...expect.values, ...expect.outcomes };
  return Object.entries(said ?? {})
    .filter(([key, value]) => !isObject(value) || Array.isArray(value))
    .filter(([key, value]) => key in own && asText(value) !== asText(own[key]))
    .map(([key]) => key);
}

// "dogs[0].chip: x" and "dogs.1.chip: x" are the same error.
const error = (text) => text.replace(/\[\d+\]/g, '.#').replace(/\.\d+/g, '.#');

function errorMatches(said, own) {
  const pattern = error(said).replace(/[.[\]()+?^$|\\]/g, '\\$&')
    .replace(/\*/g, '[a-z_]+');
  return new RegExp(`^${pattern}$`).test(error(own));
}

// "scope=extended, elements=[]": what of the data can be read by a machine.
function conditions(text) {
  return [...text.matchAll(/\b([a-z_]+)=(\[[^\]]*\]|[\w.-]+)/g)]
    .map(([, key, value]) => [key, value.startsWith('[')
      ? JSON.parse(value).join() : value]);
}

function holds(tree, key, value) {
  if (!isObject(tree)) return false;
  if (key in tree && (Array.isArray(tree[key])
    ? tree[key].join() : String(tree[key])) === value)
    return true;
  return Object.values(tree).some((below) => holds(below, key, value));
}

// ---- a description ----

const block = /^```json\n([\s\S]*?)^```/gm;

const examplesOf = (text) => [...text.matchAll(block)]
  .flatMap(([, json]) => JSON.parse(json)).filter((one) => one.name);

// Rows behind "| invalid |" or, in one document, "| case |".
function invalidOf(text) {
  const rows = [];
  let inTable = false;
  for (const line of text.split('\n')) {
    const cells = line.split(/(?<!\\)\|/).map((cell) => cell.trim());
    if (!line.startsWith('|')) inTable = false;
    else if (/^(invalid|case)$/i.test(cells[1]) && cells.length === 5)
      inTable = /error/i.test(cells[3]);
    else if (inTable && !cells[1].startsWith('---'))
      rows.push({ name: cells[1], data: cells[2],
        error: /`([^`]+)`/.exec(cells[3])?.[1] ?? '' });
  }
  return rows;
}

// ---- running ----

const differences = readJson(`${here}differences.json`);
const used = new Set();

// The reason why this differs on purpose, or nothing.
function known(slug, kind, name) {
  const reason = differences[slug]?.[kind]?.[name];
  if (reason !== undefined) used.add(`${slug} ${kind} ${name}`);
  return reason;
}

function report(name, problems) {
  for (const problem of problems) console.log(`# ${problem}`);
  console.log(`${problems.length === 0 ? 'ok' : 'not ok'} document ${name}`);
}

function checkExample(slug, said, examples) {
  const own = examples.find((one) => one.name === said.name);
  if (own === undefined)
    return known(slug, 'examples', said.name) ? []
      : ['examples.json has no example of this name'];
  const problems = [];
  if (own.as_of !== said.as_of)
    problems.push(`as_of is ${own.as_of}, not ${said.as_of}`);
  for (const path of missing(said.data, data(examples, own)))
    if (!known(slug, 'data', `${said.name}: ${path}`))
      problems.push(`data differ at ${path}`);
  for (const one of own.expect.errors ?? [])
    if (!known(slug, 'data', `${said.name}: ${one}`))
      problems.push(`is refused: ${one}`);
  for (const key of contradictions(said.expect, own.expect))
    if (!known(slug, 'expect', `${said.name}: ${key}`))
      problems.push(`expects another ${key}`);
  return problems;
}

function checkInvalid(slug, said, examples) {
  const wanted = conditions(said.data);
  const other = known(slug, 'errors', said.error);
  if (other !== undefined && other.as === undefined)
    return [];
  const refused = examples.filter((one) => (one.expect.errors ?? [])
    .some((own) => errorMatches(other?.as ?? said.error, own)));
  if (refused.length === 0)
    return [`no example is refused with "${other?.as ?? said.error}"`];
  const fitting = refused.filter((one) => wanted.every(([key, value]) =>
    holds(data(examples, one), key, value)));
  if (fitting.length === 0 &&
      !known(slug, 'data', `${said.name}: ${said.data}`))
    return [`refused, but with other data than "${said.data}"`];
  return [];
}

if (documents === undefined) {
  console.log('ok document # SKIP ../shared/services is not there');
  process.exit(0);
}
for (const file of readdirSync(documents).sort()) {
  const slug = file.replace(/\.md$/, '');
  if (slug === file || slug === 'README') continue;
  if (!existsSync(`${PACKAGES}/${slug}/service.json`)) {
    report(slug, ['there is no package for it']);
    continue;
  }
  const text = readFileSync(`${documents}/${file}`, 'utf8');
  const examples = readJson(`${PACKAGES}/${slug}/examples.json`);
  const said = examplesOf(text), invalid = invalidOf(text);
  report(`${slug}: can be read`, said.length > 0 && invalid.length > 0 &&
    invalid.every((one) => one.error !== '') ? []
    : [`${said.length} examples, ${invalid.length} invalid cases`]);
  for (const one of said)
    report(`${slug}: ${one.name}`, checkExample(slug, one, examples));
  for (const one of invalid)
    report(`${slug}: invalid: ${one.name}`,
      checkInvalid(slug, one, examples));
}
for (const [slug, kinds] of Object.entries(differences))
  for (const [kind, entries] of Object.entries(kinds)) {
    const idle = Object.keys(entries)
      .filter((name) => !used.has(`${slug} ${kind} ${name}`));
    report(`${slug}: ${kind} that differ`,
      idle.map((name) => `"${name}" does not differ: take it out`));
  }
