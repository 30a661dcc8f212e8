// A stepped application page by page: the pages decide which questions there
// are, the service's examples how they are answered.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

import { photo } from './samples.mjs';
import { open, press } from './steps.mjs';

const isPlain = (v) => v !== null && typeof v === 'object' && !Array.isArray(v);

function merged(a, b) {
  const out = { ...a };
  for (const [key, value] of Object.entries(b))
    out[key] = isPlain(value) && isPlain(out[key])
      ? merged(out[key], value) : value;
  return out;
}

function example(service, name) {
  const all = JSON.parse(readFileSync(
    `fcgi-apps/services/${service}/examples.json`, 'utf8'));
  const one = all.find((e) => e.name === name);
  assert.ok(one, `${service} has no example ${name}`);
  return one.base === undefined ? one.data
    : merged(example(service, one.base), one.data);
}

// 2026-11-02 to 02.11.2026, 1.5 to 1,5: as people type it.
function typed(value) {
  if (typeof value === 'string')
    return value.replace(/^(\d{4})-(\d\d)-(\d\d)$/, '$3.$2.$1');
  return typeof value === 'number' ? String(value).replace('.', ',')
    : String(value);
}

function flatten(into, value, path) {
  if (value === null || value === undefined)
    return into;
  if (Array.isArray(value) && !value.some(isPlain))
    into[path] = value.map(typed);
  else if (typeof value === 'object')
    for (const [key, inner] of Object.entries(value))
      flatten(into, inner, path === '' ? key : `${path}.${key}`);
  else
    into[path] = typed(value);
  return into;
}

// The answers of an example by the names of the fields, with more of them.
export const answersOf = (service, name, more = {}) =>
  flatten({}, merged(example(service, name), more), '');

export function day(offset) {
  return new Intl.DateTimeFormat('de-DE', { day: '2-digit', month: '2-digit',
    year: 'numeric', timeZone: 'Europe/Berlin' })
    .format(new Date(Date.now() + offset * 86400000));
}

export const here = (page) =>
  new URL(page.url()).pathname.split('/').pop();

// The draft's address without its page.
export const draftOf = (page) => page.url().match(/.*\/[0-9a-f]{32}/)[0];

export async function begin(page, service) {
  await open(page, `/antrag/${service}/`);
  await push(page, 'begin');
}

// Presses a button and waits for the page it brings.
export async function push(page, action) {
  await Promise.all([
    page.waitForNavigation({ waitUntil: 'load' }), press(page, action)]);
}

// What is to be answered on this page, in order. Hidden questions do not count.
export const questions = (page) => page.evaluate(() => {
  const list = [];
  const form = document.querySelector('form.th-form');
  for (const e of form.elements) {
    if (!e.name || e.name === 'action' || e.type === 'hidden' ||
        e.closest('[hidden]'))
      continue;
    list.push({ name: e.name, kind: e.type, value: e.value,
      isSet: /radio|checkbox/.test(e.type) ? e.checked : e.value !== '',
      files: e.closest('[data-field]')
        ?.querySelectorAll('[data-document]').length ?? 0 });
  }
  return list;
});

// The repeating group that lacks an item of the answers.
export async function lackingItem(page, answers) {
  const groups = await page.locator('button[name="action"][value^="add:"]')
    .evaluateAll((buttons) => buttons.map((b) => b.value.slice(4)));
  const names = (await questions(page)).map((q) => q.name);
  for (const group of groups) {
    const indices = (list) => list.filter((n) => n.startsWith(`${group}.`))
      .map((n) => Number(n.slice(group.length + 1).split('.')[0]));
    const want = Math.max(-1, ...indices(Object.keys(answers)));
    if (want > Math.max(-1, ...indices(names)))
      return group;
  }
  return null;
}

/*
 * Answers the questions of a page, and those that come up by it. Files are
 * made for those inputs that `answers.files` names.
 */
export async function fillStep(page, answers) {
  const done = new Set();
  for (;;) {
    const todo = (await questions(page)).find((q) =>
      !done.has(q.name) && (q.kind === 'file'
        ? (answers.files ?? []).includes(q.name) && q.files === 0
        : q.name in answers));
    if (todo === undefined)
      return;
    done.add(todo.name);
    const input = page.locator(
      `[name="${todo.name}"]:not([type="hidden"])`).first();
    if (todo.kind === 'file') {
      await input.setInputFiles(photo(`${todo.name}.png`, 60));
      if (await page.evaluate(() =>
        document.documentElement.classList.contains('js')))
        await page.locator(`[data-field="${todo.name}"] [data-document]`)
          .first().waitFor();
    } else if (todo.kind === 'radio' || todo.kind === 'checkbox') {
      for (const value of [answers[todo.name]].flat())
        await page.locator(`[name="${todo.name}"][value="${value}"]`).check();
    } else if (todo.kind === 'select-one') {
      await input.selectOption(answers[todo.name]);
    } else {
      await input.fill(answers[todo.name]);
    }
  }
}

/*
 * Fills page after page until one of these is reached. each(page, name) is
 * called for every page as it comes, before it is filled. The names of the
 * pages on the way.
 */
export async function walk(page, answers, until, each = async () => {}) {
  const way = [];
  while (here(page) !== until) {
    const name = here(page);
    assert.ok(way.length < 60, `no end: ${way}`);
    way.push(name);
    await each(page, name);
    for (let tries = 0; here(page) === name; tries++) {
      // Without scripts, new questions come with the next answer.
      const wrong = tries < 3 ? '' : await page.locator('main').innerText();
      assert.ok(tries < 3, `${name} is not accepted: ${wrong.slice(0, 600)}`);
      await fillStep(page, answers);
      for (let group; (group = await lackingItem(page, answers)) !== null;) {
        await push(page, `add:${group}`);
        await fillStep(page, answers);
      }
      await push(page, 'next');
    }
  }
  return way;
}
