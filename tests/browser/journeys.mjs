// People's ways through the real thing: mistakes, uploads, keyboard, phone,
// English, no scripts, impatience.

import assert from 'node:assert/strict';

import { close, launch, picture, transferred } from './browser.mjs';
import { accessible, journey as tell } from './look.mjs';
import { finish } from './report.mjs';
import { fileOnDisk, photo } from './samples.mjs';
import {
  answers, errorAt, field, fill, open, press, reference, submit, summary,
} from './steps.mjs';

const journey = (name, ...rest) => tell(`journey: ${name}`, ...rest);

await launch();

await journey('from the start page to the receipt, with mistakes', {},
  async (page) => {
    await open(page, '/');
    await page.getByRole('link', { name: 'Schaden oder Müll melden' }).click();
    await page.waitForURL('**/leistungen/maengelmeldung/');
    await page.getByRole('link', { name: 'Online-Antrag starten' }).click();
    await page.waitForURL('**/antrag/maengelmeldung/');
    await fill(page, { description: 'zu kurz' });
    await press(page, 'submit');
    const links = await summary(page);
    assert.ok(links.length >= 4, `links: ${links}`);
    assert.match(await page.title(), /^Fehler: /);
    assert.ok(await page.evaluate(() =>
      document.activeElement.hasAttribute('data-error-summary')),
    'the summary has the focus');
    await accessible(page, 'form-errors-desktop-light-de');
    // Each link leads into its field.
    for (const href of links) {
      await page.locator(`[data-error-summary] a[href="${href}"]`).click();
      const inside = await page.evaluate((id) => {
        const target = document.getElementById(id);
        return document.activeElement === target ||
          target.contains(document.activeElement);
      }, decodeURIComponent(href.slice(1)));
      assert.ok(inside, `${href} leads to its field`);
    }
    assert.equal(await page.locator('[name="description"]').inputValue(),
      'zu kurz');
    await fill(page, answers.maengelmeldung);
    await submit(page);
    await accessible(page, 'status-desktop-light-de');
    // A reload shows the same, and sends nothing again.
    const before = await reference(page);
    await page.reload();
    assert.equal(await reference(page), before);
    const bytes = await transferred(page, page.url());
    assert.ok(bytes < 100_000, `the status page weighs ${bytes} bytes`);
    await page.emulateMedia({ media: 'print' });
    for (const gone of ['.th-nav', '.th-footer', 'main .kern-btn'])
      assert.ok(!await page.locator(gone).first().isVisible(),
        `${gone} is not printed`);
    await picture(page, 'status-print');
  });

await journey('questions appear with the answers', {}, async (page) => {
  await open(page, '/antrag/maengelmeldung/');
  assert.ok(!await field(page, 'asset_id').isVisible());
  await fill(page, { category: 'street_light' });
  await field(page, 'asset_id').waitFor({ state: 'visible' });
  const values = await page.locator('[name="sub_category"]').evaluateAll(
    (inputs) => inputs.flatMap((e) => e.tagName === 'SELECT'
      ? [...e.options].filter((o) => !o.hidden && o.value).map((o) => o.value)
      : e.closest('[hidden]') ? [] : [e.value]));
  assert.deepEqual(values, ['lamp_dark', 'lamp_flickers', 'lamp_broken']);
  await fill(page, { contact_wanted: 'true' });
  await field(page, 'email').waitFor({ state: 'visible' });
  await fill(page, { contact_wanted: 'false' });
  await field(page, 'email').waitFor({ state: 'hidden' });
  await fill(page, { ...answers.maengelmeldung, category: 'street_light' });
  await submit(page);
});

await journey('upload with progress, removal and reasons', {},
  async (page) => {
    await open(page, '/antrag/maengelmeldung/');
    const photos = field(page, 'photos');
    const rows = photos.locator('.th-file');
    const input = photos.locator('input[type="file"]');

    // Slow enough to see the bar.
    const session = await page.context().newCDPSession(page);
    const speed = (bytes) => session.send('Network.emulateNetworkConditions',
      { offline: false, latency: 20, downloadThroughput: -1,
        uploadThroughput: bytes });
    await speed(150_000);
    await input.setInputFiles(photo('laterne.png', 400));
    await rows.locator('progress').waitFor();
    await picture(page, 'upload-running-desktop-light-de');
    await rows.first().getByRole('button', { name: 'Abbrechen' }).click();
    await rows.first().waitFor({ state: 'detached' });
    await speed(-1);

    await input.setInputFiles([photo('eins.png'), photo('zwei.png')]);
    await photos.locator('[data-document]').nth(1).waitFor();
    assert.equal(await photos.locator('[data-document]').count(), 2);
    await accessible(page, 'upload-done-desktop-light-de');

    // Reasons: too large (said before sending), and not what it claims to be.
    await input.setInputFiles(fileOnDisk('riesig.png', 10 * 1024 * 1024 + 1));
    await rows.locator('.kern-error', { hasText: 'riesig.png' }).waitFor();
    await rows.filter({ hasText: 'riesig.png' })
      .getByRole('button', { name: 'Meldung schließen' }).click();
    await input.setInputFiles({ name: 'getarnt.png', mimeType: 'image/png',
      buffer: Buffer.from('#!/bin/sh\necho hello\n') });
    await rows.locator('.kern-error', { hasText: 'getarnt.png' }).waitFor();
    await accessible(page, 'upload-refused-desktop-light-de');
    await rows.filter({ hasText: 'getarnt.png' })
      .getByRole('button', { name: 'Meldung schließen' }).click();

    await rows.filter({ hasText: 'eins.png' })
      .getByRole('button', { name: /Entfernen/ }).click();
    await rows.filter({ hasText: 'eins.png' })
      .waitFor({ state: 'detached' });

    // What is uploaded survives a mistake in the form.
    await fill(page, { ...answers.maengelmeldung, description: 'kurz' });
    await press(page, 'submit');
    await summary(page);
    assert.equal(await field(page, 'photos').locator('[data-document]')
      .count(), 1);
    await fill(page, answers.maengelmeldung);
    await submit(page);
    assert.match(await page.locator('main').textContent(), /zwei\.png/);
  });

await journey('upload without a connection, then again', {}, async (page) => {
  await open(page, '/antrag/maengelmeldung/');
  const photos = field(page, 'photos');
  await photos.locator('.th-count').waitFor(); // the script is there
  await page.context().setOffline(true);
  await photos.locator('input[type="file"]').setInputFiles(photo());
  await photos.locator('.kern-error').waitFor();
  await page.context().setOffline(false);
  await photos.getByRole('button', { name: /Noch einmal versuchen/ }).click();
  await photos.locator('[data-document]').waitFor();
});

await journey('dropping files', {}, async (page) => {
  await open(page, '/antrag/maengelmeldung/');
  const bytes = [...photo('gezogen.png').buffer];
  await field(page, 'photos').locator('.th-count').waitFor();
  await page.evaluate((data) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([new Uint8Array(data)], 'gezogen.png',
      { type: 'image/png' }));
    document.querySelector('[data-field="photos"]').dispatchEvent(
      new DragEvent('drop', { dataTransfer: transfer, bubbles: true,
        cancelable: true }));
  }, bytes);
  await field(page, 'photos').locator('[data-document]').waitFor();
});

await journey('without scripts, on a phone', { scripts: false, size: 'phone' },
  async (page) => {
    await open(page, '/antrag/maengelmeldung/');
    await fill(page, answers.maengelmeldung);
    await field(page, 'photos').locator('input[type="file"]')
      .setInputFiles(photo('ohne-skript.png'));
    await press(page, 'upload');
    await page.waitForURL(/entwurf/);
    assert.match(await field(page, 'photos').textContent(),
      /ohne-skript\.png/);
    assert.equal(await page.locator('[name="location_text"]').inputValue(),
      answers.maengelmeldung.location_text);
    await picture(page, 'draft-phone-light-de');
    await press(page, 'submit');
    await page.waitForURL(/\/vorgang\/l\//);
    await reference(page);
    assert.match(await page.locator('main').textContent(),
      /ohne-skript\.png/);
    await picture(page, 'status-phone-light-de');
  });

await journey('without scripts: two dogs, hidden questions', {
  scripts: false,
}, async (page) => {
  await open(page, '/antrag/hundesteuer-anmeldung/');
  await fill(page, { ...answers.hund, ...answers.dog(0) });
  await press(page, 'add:dogs');
  await page.locator('[name="dogs.1.breed"]').waitFor();
  assert.equal(await page.locator('[name="dogs.0.breed"]').inputValue(),
    'Dackel');
  assert.equal(await page.locator('[data-error-summary]').count(), 0,
    'adding an item scolds nobody');
  await fill(page, { ...answers.dog(1), truth_declared: 'true' });
  await press(page, 'submit');
  await page.waitForURL(/\/vorgang\/l\//);
  await reference(page);
});

// Tabs until the focus is on a match; the way people without a mouse go.
async function tabTo(page, selector) {
  for (let i = 0; i < 250; i++) {
    if (await page.evaluate((s) =>
      document.activeElement?.matches(s), selector))
      return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`${selector} cannot be reached with the Tab key`);
}

await journey('with the keyboard alone', {}, async (page) => {
  await open(page, '/antrag/maengelmeldung/');
  await page.keyboard.press('Tab');
  assert.ok(await page.evaluate(() =>
    document.activeElement.classList.contains('th-skip')),
  'the first stop is the skip link');
  assert.ok(await page.locator('.th-skip').isVisible());
  await page.keyboard.press('Enter');
  assert.equal(await page.evaluate(() => document.activeElement.id),
    'inhalt');
  await tabTo(page, 'select[name="category"]');
  for (let i = 0; i < 5; i++)
    await page.keyboard.press('ArrowDown');
  assert.equal(await page.locator('[name="category"]').inputValue(),
    'litter');
  await tabTo(page, '[name="description"]');
  await page.keyboard.type(answers.maengelmeldung.description);
  await tabTo(page, '[name="danger"]');
  await page.keyboard.press('ArrowDown');
  assert.ok(await page.locator('[name="danger"][value="false"]')
    .isChecked());
  await tabTo(page, '[name="location_text"]');
  await page.keyboard.type(answers.maengelmeldung.location_text);
  // Enter in a field must not send what is unfinished.
  await Promise.all([
    page.waitForEvent('load'), page.keyboard.press('Enter')]);
  assert.ok(!/vorgang/.test(page.url()));
  assert.equal(await page.locator('[data-error-summary]').count(), 0);
  await tabTo(page, '[name="contact_wanted"]');
  await page.keyboard.press('ArrowDown');
  await tabTo(page, '[name="publish_ok"]');
  await page.keyboard.press('Space');
  await tabTo(page, 'button[value="submit"]');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/vorgang\/l\//);
  await reference(page);
});

await journey('every stop shows the focus', {}, async (page) => {
  await open(page, '/antrag/maengelmeldung/');
  for (let i = 0; i < 40; i++) {
    await page.keyboard.press('Tab');
    const bare = await page.evaluate(() => {
      const e = document.activeElement;
      if (e === document.body)
        return '';
      const style = getComputedStyle(e);
      return style.outlineStyle === 'none' && style.boxShadow === 'none'
        ? e.outerHTML.slice(0, 120) : '';
    });
    assert.equal(bare, '', 'an element shows no focus');
  }
});

await journey('the language changes in the middle of the form',
  { size: 'phone', scheme: 'dark' }, async (page) => {
    await open(page, '/antrag/maengelmeldung/');
    await fill(page, answers.maengelmeldung);
    await press(page, 'language:en');
    await page.locator('html[lang="en"]').waitFor();
    assert.equal(await page.locator('[name="description"]').inputValue(),
      answers.maengelmeldung.description);
    assert.equal(await page.locator('[data-error-summary]').count(), 0);
    await accessible(page, 'form-filled-phone-dark-en');
    await submit(page);
    assert.equal(await page.getAttribute('html', 'lang'), 'en');
    await accessible(page, 'status-phone-dark-en');
  });

await journey('two clicks, one application', {}, async (page) => {
  await open(page, '/antrag/maengelmeldung/');
  await fill(page, answers.maengelmeldung);
  const id = await page.locator('[name="submission_id"]').first()
    .inputValue();
  await page.locator('button[value="submit"]').dblclick();
  await page.waitForURL(/\/vorgang\/l\//);
  const first = await reference(page);
  // The same form sent once more, as the back button allows.
  await page.goBack();
  if (await page.locator('[name="submission_id"]').first()
    .inputValue() === id) {
    await fill(page, answers.maengelmeldung);
    assert.equal(await submit(page), first);
  }
});

await journey('look-up by reference and code, a message to the office', {},
  async (page) => {
    await open(page, '/antrag/maengelmeldung/');
    await fill(page, answers.maengelmeldung);
    const number = await submit(page);
    const code = (await page.locator('.th-reference')
      .filter({ hasText: 'Zugangscode' })
      .locator('.th-reference__value').textContent()).trim();
    await page.context().clearCookies();
    await open(page, '/vorgang/');
    await accessible(page, 'lookup-desktop-light-de');
    const inputs = page.locator('main form input[type="text"]');
    await inputs.nth(0).fill(number.toLowerCase());
    await inputs.nth(1).fill('0000-0000-0000-0000');
    await page.locator('main form button[type="submit"]').first().click();
    await page.locator('.kern-alert--danger, .kern-error').first().waitFor();
    await accessible(page, 'lookup-wrong-desktop-light-de');
    await inputs.nth(0).fill(number);
    await inputs.nth(1).fill(code);
    await page.locator('main form button[type="submit"]').first().click();
    await page.waitForURL(/\/vorgang\/l\//);
    assert.equal(await reference(page), number);
    await page.locator('form[action$="/nachricht"] textarea')
      .fill('Es sind inzwischen sechs Reifen.');
    await page.locator('form[action$="/nachricht"] button').first().click();
    await page.locator('.th-message', { hasText: 'sechs Reifen' }).waitFor();
    await accessible(page, 'status-message-desktop-light-de');
  });

await journey('my location', {
  permissions: ['geolocation'],
  geolocation: { latitude: 50.98123, longitude: 11.32045, accuracy: 12 },
}, async (page) => {
  await open(page, '/antrag/maengelmeldung/');
  await page.getByRole('button', { name: 'Meinen Standort verwenden' })
    .click();
  await page.waitForFunction(() =>
    document.querySelector('[name="position"]').value !== '');
  assert.equal(await page.locator('[name="position"]').inputValue(),
    '50.98123,11.32045');
});

await close();
finish();
