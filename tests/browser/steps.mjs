// What people do on a form, by the names of its fields.

import assert from 'node:assert/strict';

import { base } from './browser.mjs';

// Fills fields in order: text types it, true and false answer yes and no, a
// list ticks boxes. Selects and radio buttons take their value.
export async function fill(page, answers) {
  for (const [name, answer] of Object.entries(answers)) {
    const all = page.locator(
      `[name="${name}"]:not([type="hidden"]):not([type="submit"])`);
    const first = all.first();
    await first.waitFor({ state: 'attached' });
    const kind = await first.evaluate((e) => e.type);
    if (kind === 'radio' || kind === 'checkbox') {
      for (const value of [answer].flat())
        await page.locator(`[name="${name}"][value="${value}"]`).check();
    } else if (kind === 'select-one') {
      await first.selectOption(answer);
    } else {
      await first.fill(answer);
    }
  }
}

export const field = (page, path) =>
  page.locator(`[data-field="${path}"]`).first();

export const press = (page, action) =>
  page.locator(`button[name="action"][value="${action}"]:not(.th-default)`)
    .first().click();

export const errorAt = (page, path) =>
  page.locator(`[id="f-${path}-error"]`);

export async function summary(page) {
  const box = page.locator('[data-error-summary]');
  await box.waitFor();
  return box.locator('a').evaluateAll((links) =>
    links.map((a) => a.getAttribute('href')));
}

// Submits and arrives at the page of the new Vorgang; its reference.
export async function submit(page) {
  await press(page, 'submit');
  await page.waitForURL(/\/vorgang\/l\//);
  return reference(page);
}

export async function reference(page) {
  const text = await page.locator('.th-reference__value').first()
    .textContent();
  assert.match(text.trim(), /^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{2}$/);
  return text.trim();
}

// What a page sends when it is left takes a moment: again() brings the page
// once more until this field has this value.
export async function eventually(page, again, selector, value) {
  const end = Date.now() + 20000;
  for (;;) {
    const is = await page.inputValue(selector);
    if (is === value)
      return;
    assert.ok(Date.now() < end, `${selector} is '${is}', not '${value}'`);
    await page.waitForTimeout(200);
    await again();
  }
}

export const open = (page, path) => page.goto(base + path);

// Valid answers of the shortest way through each form.
export const answers = {
  maengelmeldung: {
    category: 'litter',
    description: 'Neben dem Glascontainer liegen seit gestern alte Reifen.',
    danger: 'false',
    location_text: 'Parkplatz am Gleisweg, hinter dem Glascontainer',
    contact_wanted: 'false',
    publish_ok: 'true',
  },
  hund: {
    'holder.family_name': 'Łukasiewicz',
    'holder.given_names': 'Þórunn',
    'holder.birth_date': '24.12.1980',
    'address.street': 'Mühlenstraße',
    'address.house_no': '4',
    'address.postal_code': '12345',
    'address.city': 'Quellstadt',
    dogs_before: '0',
  },
  dog: (i) => ({
    [`dogs.${i}.breed`]: 'Dackel',
    [`dogs.${i}.sex`]: 'w',
    [`dogs.${i}.birth_date`]: '01.04.2022',
    [`dogs.${i}.held_since`]: daysAgo(20),
    [`dogs.${i}.origin`]: 'bought',
    [`dogs.${i}.use`]: 'private',
    [`dogs.${i}.is_dangerous`]: 'false',
    [`dogs.${i}.relief`]: 'none',
  }),
};

function daysAgo(n) {
  return new Date(Date.now() - n * 86400000)
    .toLocaleDateString('de-DE', { day: '2-digit', month: '2-digit',
      year: 'numeric', timeZone: 'Europe/Berlin' });
}
