// Stepped applications in a real browser: saving while people type, a broken
// connection, two tabs, and the pages for leaving and coming back.

import assert from 'node:assert/strict';

import { close, launch } from './browser.mjs';
import { accessible, journey as tell } from './look.mjs';
import { finish } from './report.mjs';
import { eventually, open, press } from './steps.mjs';

const service = process.env.STEPPED ?? 'geburtsurkunde';
const name = '[name="child_family_name"]';

// Begins and goes to a page with text fields; the draft's address.
async function begin(page) {
  await open(page, `/antrag/${service}/`);
  await press(page, 'begin');
  await page.waitForURL(/\/[0-9a-f]{32}\//);
  const base = page.url().match(/.*\/[0-9a-f]{32}/)[0];
  await page.goto(`${base}/geburt`);
  return base;
}

const line = (page) => page.locator('[data-save-state]');
const says = (page, pattern) => page.waitForFunction(
  ([source]) => new RegExp(source).test(
    document.querySelector('[data-save-state]').textContent),
  [pattern.source], { timeout: 60000 });

const journey = (name, ...rest) => tell(`draft: ${name}`, ...rest);

await launch();

await journey('saved while typing, and there after a reload', {},
  async (page) => {
    await begin(page);
    await page.locator(name).pressSequentially('Łukasiewicz');
    await says(page, /Gespeichert um \d\d:\d\d/);
    await page.reload();
    assert.equal(await page.locator(name).inputValue(), 'Łukasiewicz');
    // Not chatty: what is saved every few seconds is not read out.
    assert.equal(await line(page).getAttribute('role'), null);
    await accessible(page, 'draft-step-de');
  });

await journey('saved when the field is left, then by the button', {},
  async (page) => {
    await begin(page);
    await page.locator(name).fill('Erst');
    await page.locator('[name="birth_place"]').focus();
    await says(page, /Gespeichert/);
    await page.locator('[name="birth_place"]').fill('Auental');
    await press(page, 'save');
    await page.waitForURL('**/merken');
    await page.goBack();
    assert.equal(await page.locator('[name="birth_place"]').inputValue(),
      'Auental');
    await page.locator(name).fill('Danach');
    await page.locator('[name="birth_place"]').focus();
    await says(page, /Gespeichert/);
  });

await journey('without a connection nothing is lost, and that is said', {},
  async (page) => {
    await begin(page);
    const context = page.context();
    await context.setOffline(true);
    await page.locator(name).click(); // browsers ask only who did something
    await page.keyboard.type('Funkloch');
    await page.locator('[name="birth_place"]').click();
    await says(page, /Nicht gespeichert: keine Verbindung/);
    // The browser asks first, and nothing goes on until it is answered.
    const asked = page.waitForEvent('dialog')
      .then((dialog) => dialog.dismiss());
    await page.evaluate(() => { location.href = '/hilfe/'; });
    await asked;
    await context.setOffline(false);
    await says(page, /Gespeichert um/);
    await page.reload();
    assert.equal(await page.locator(name).inputValue(), 'Funkloch');
    page.complaints = page.complaints.filter((c) => !/ERR_INTERNET/.test(c));
  });

await journey('a page that is closed while typing is saved', {},
  async (page) => {
    const base = await begin(page);
    await page.locator(name).pressSequentially('Zugeklappt');
    await page.goto('about:blank');
    await page.goto(`${base}/geburt`);
    await eventually(page, () => page.goto(`${base}/geburt`), name,
      'Zugeklappt');
  });

await journey('two tabs: the second one is told, not overwritten', {},
  async (page) => {
    const base = await begin(page);
    const other = await page.context().newPage();
    await other.goto(`${base}/geburt`);
    await page.locator(name).fill('Erster Tab');
    await page.locator('[name="birth_place"]').focus();
    await says(page, /Gespeichert/);
    await other.locator(name).fill('Zweiter Tab');
    await other.locator('[name="birth_place"]').focus();
    await says(other, /an anderer Stelle geändert/);
    assert.equal(await other.locator('[data-save-state] a').count(), 1);
    await press(other, 'next');
    await other.waitForLoadState();
    const text = await other.locator('main').textContent();
    assert.ok(text.includes('Erster Tab') && text.includes('Zweiter Tab'));
    await other.close();
  });

await journey('an expired session is told and survived', {}, async (page) => {
  const base = await begin(page);
  await page.goto(`${base}/merken`);
  await press(page, 'code');
  const code = (await page.locator('.th-reference__value').textContent())
    .trim();
  await accessible(page, 'draft-code-de');
  await page.goto(`${base}/geburt`);
  await page.context().clearCookies();
  await page.locator(name).fill('Abgelaufen');
  await page.locator('[name="birth_place"]').focus();
  await says(page, /Die Sitzung ist abgelaufen/);
  await press(page, 'back');
  await page.locator('#f-code').waitFor();
  await accessible(page, 'draft-expired-de');
  await page.locator('#f-code').fill(code.toLowerCase().replace(/-/g, ' '));
  await press(page, 'code');
  await page.waitForURL(/\/[0-9a-f]{32}\//);
  await page.goto(`${base}/geburt`);
  assert.equal(await page.locator(name).inputValue(), 'Abgelaufen');
});

for (const [lang, size] of [['de', 'phone'], ['en', 'desktop']]) {
  await journey(`leaving and coming back, ${lang}, ${size}`, { lang, size },
    async (page) => {
      const base = await begin(page);
      for (const path of ['merken', 'loeschen']) {
        await page.goto(`${base}/${path}`);
        await accessible(page, `draft-${path}-${lang}-${size}`);
      }
      await page.goto(`${base}/merken`);
      await page.locator('#f-mail').fill('keine Adresse');
      await press(page, 'link');
      await accessible(page, `draft-merken-wrong-${lang}-${size}`);
      await open(page, '/antrag/weiter/');
      await page.locator('#f-code').fill('ABCD');
      await press(page, 'code');
      assert.equal(await page.locator('#f-code').inputValue(), 'ABCD');
      await accessible(page, `draft-weiter-wrong-${lang}-${size}`);
      await open(page, `/antrag/weiter/${'0'.repeat(26)}`);
      await accessible(page, `draft-link-${lang}-${size}`);
      await page.goto(`${base}/loeschen`);
      await press(page, 'loeschen');
      await page.waitForURL(/geloescht/);
      await accessible(page, `draft-discarded-${lang}-${size}`);
    });
}

await close();
finish();
