// What a register answers by itself, as the citizen sees it: from the form with
// the simulated log-in to the document, with and without scripts. The register is
// invented (tests/register).

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';

import { close, launch } from './browser.mjs';
import { accessible, html, journey, main } from './look.mjs';
import { finish, ok } from './report.mjs';
import { submit } from './steps.mjs';
import { begin, walk } from './walk.mjs';

const certificate = (family) => ({
  family_name: family, given_names: 'Zoë', birth_date: '12.08.1990',
  postal_code: '12345', street_house: 'Lindenweg 7', scope: 'minimum',
  delivery: 'pdf', truth_declared: 'true',
});

// The whole form, the log-in that stands for one, and off.
async function apply(page, service, answers, look) {
  await begin(page, service);
  await walk(page, answers, 'pruefen');
  await look(page, 'check');
  await page.locator('[name="identity_simulated"]').check();
  await submit(page);
}

// Loads the page again, as people do, until it says so.
async function reloadUntil(page, pattern) {
  for (let tries = 0; tries < 100; tries++) {
    if (pattern.test(await main(page)))
      return;
    await page.waitForTimeout(200);
    await page.reload();
  }
  assert.match(await main(page), pattern);
}

async function fetched(page) {
  const link = page.locator('#stand ~ p a.kern-btn--primary');
  const words = await link.innerText();
  const [download] = await Promise.all([
    page.waitForEvent('download'), link.click()]);
  return { words, text: readFileSync(await download.path(), 'latin1') };
}

async function toThePdf(page, mark) {
  const look = (p, name) => accessible(p, `exchange-${name}-${mark}`);
  const isEnglish = await html(page, 'lang') === 'en';
  await apply(page, 'meldebescheinigung', certificate('Muster'), look);
  await reloadUntil(page, /(Letzte Antwort|Last answer)\s+\d/);
  await look(page, 'document');
  const text = await main(page);
  for (const words of isEnglish
    ? ['Handed over', 'Arrived there', 'Melderegister (erfunden)']
    : ['Übergeben', 'Dort angekommen', 'Liegt bereit',
      'Die Anfrage zu Ihren Meldedaten an Melderegister (erfunden)',
      'nur Simulation'])
    assert.ok(text.includes(words), words);
  assert.doesNotMatch(text, /Das Amt will|The office intends/,
    'nothing more is to be waited for');
  const file = await fetched(page);
  assert.match(file.words, /Meldebescheinigung\.pdf/);
  assert.match(file.text, /^%PDF-1\.4[^]*\(Muster, Zo/);
}

await launch();
if (!existsSync(`${process.env.STACK_DIR}/xoev/xmeld-25.11a`)) {
  ok('exchange in the browser # SKIP the schema sets of XMeld are not in ' +
    '../shared/xoev');
} else {
  await journey('exchange: from the form to the PDF', {},
    (page) => toThePdf(page, 'desktop'));
  await journey('exchange: from the form to the PDF, on a phone without scripts',
    { size: 'phone', scripts: false }, (page) => toThePdf(page, 'phone'));
  await journey('exchange: nobody is found; the register is silent', {},
    async (page) => {
      const none = async () => {};
      await apply(page, 'meldebescheinigung', certificate('Unbekannt'), none);
      await reloadUntil(page, /Angaben stimmen nicht überein/);
      await accessible(page, 'exchange-unknown-desktop');
      assert.match(await main(page), /Bürgerbüro im Rathaus/);
      await apply(page, 'meldebescheinigung', certificate('Stumm'), none);
      await reloadUntil(page, /Dort angekommen\s+\d/);
      await accessible(page, 'exchange-silent-desktop');
      assert.match(await main(page), /Kommt bis morgen keine Antwort/);
    });
}
await close();
finish();
