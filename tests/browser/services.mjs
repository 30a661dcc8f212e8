// Three services from the first page to the Vorgang, with and without scripts,
// by keyboard, on a phone, in other languages; and every kind of page that
// people meet on the way.

import assert from 'node:assert/strict';

import { base, close, launch, transferred } from './browser.mjs';
import { typeThrough } from './keyboard.mjs';
import { accessible as look, fits, html, journey as tell, main }
  from './look.mjs';
import { finish, story } from './report.mjs';
import { errorAt, eventually, open, submit, summary } from './steps.mjs';
import { textBrowser } from './w3m.mjs';
import {
  answersOf, begin, day, draftOf, fillStep, here, push, walk,
} from './walk.mjs';

const journey = (name, ...rest) => tell(`service: ${name}`, ...rest);
const accessible = (page, name) => look(page, `services-${name}`);

// Looks at the first page only; the others must fit.
function lookOnce(name) {
  let seen = false;
  return async (page) => {
    if (seen)
      return fits(page);
    seen = true;
    await accessible(page, name);
  };
}

const move = answersOf('wohnsitz-ummeldung', 'ok-family-of-five', {
  new_ags: null, move_in_date: day(-6), new_street: 'Lange Gasse',
  spouse: { given_names: 'Jørgen', birth_date: '1987-05-04' },
  children: [
    { given_names: 'Łucja', birth_date: '2019-04-01' },
    { given_names: 'Đorđe', birth_date: '2021-12-31' },
  ],
  blocks: { self: ['5'] },
});
move.files = ['doc_landlord'];
const solar = answersOf('photovoltaik-anzeige', 'notice-complete', {
  building_height_m: 9, statute_area: 'no', planned_start: day(60),
});
solar.files = ['attachments.doc_layout', 'attachments.doc_site_plan'];
const birth = answersOf('geburtsurkunde', 'minimal');
const tower = { ...solar, building_use: 'multi', building_height_m: '22,1' };

await launch();

// ---- sperrmuell: short ----

// ---- wohnsitz-ummeldung: long ----

await journey('a family moves, with mistakes, detours and two languages', {},
  async (page) => {
    await open(page, '/antrag/wohnsitz-ummeldung/');
    await accessible(page, 'start-de');
    await push(page, 'begin');
    await accessible(page, 'step-de');

    // Mistakes: told, linked, nothing lost.
    await walk(page, move, 'person');
    await page.fill('[name="person.family_name"]', move['person.family_name']);
    await push(page, 'next');
    assert.equal(here(page), 'person');
    assert.match(await page.title(), /^Fehler: /);
    const links = await summary(page);
    assert.ok(links.includes('#f-person.birth_date'), `${links}`);
    await errorAt(page, 'person.birth_date').waitFor();
    assert.equal(await page.inputValue('[name="person.family_name"]'),
      move['person.family_name']);
    await accessible(page, 'step-errors-de');

    // The browser's own button, after a page was sent and before.
    await walk(page, move, 'umzug');
    await page.goBack();
    assert.equal(here(page), 'bisher');
    assert.equal(await page.inputValue('[name="current_address.street"]'),
      move['current_address.street']);
    await page.fill('[name="current_address.street"]', 'Neuer Weg');
    await page.goto(`${draftOf(page)}/person`);
    await page.goBack();
    await page.waitForURL('**/bisher');
    // What was typed before going on is kept.
    await eventually(page, () => page.reload(),
      '[name="current_address.street"]', 'Neuer Weg');
    await push(page, 'next');

    // Another language in the middle of a page.
    await walk(page, move, 'neue_wohnung');
    await fillStep(page, { new_street: 'Lange Gasse',
      new_extra: 'Hinterhaus' });
    await push(page, 'language:en');
    assert.equal(await html(page, 'lang'), 'en');
    assert.equal(await page.inputValue('[name="new_street"]'), 'Lange Gasse');
    assert.equal(await page.inputValue('[name="new_extra"]'),
      'Hinterhaus');
    assert.equal(await page.locator('[data-error-summary]').count(), 0,
      'changing the language scolds nobody');
    await accessible(page, 'step-en');
    await walk(page, move, 'kinder');
    await push(page, 'language:de');

    // An item too many is taken away again.
    await push(page, 'add:children');
    await push(page, 'remove:children:0');
    await walk(page, move, 'pruefen');
    await accessible(page, 'check-de');
    const text = await main(page);
    for (const word of ['Neuer Weg', 'Łucja', 'Đorđe', 'doc_landlord.png'])
      assert.ok(text.includes(word), `${word} is on the check page`);

    // A link leads to the page and back to where one came from.
    await page.locator('a[href*="/person?von=pruefen"]').first().click();
    await page.waitForURL(/\/person/);
    await page.fill('[name="person.given_names"]', 'Ayşegül');
    await push(page, 'check');
    assert.equal(here(page), 'pruefen');
    assert.match(await main(page), /Ayşegül/);
    await submit(page);
    await accessible(page, 'status-de');
  });

await journey('a family moves, on a phone without scripts',
  { scripts: false, size: 'phone' }, async (page) => {
    await begin(page, 'wohnsitz-ummeldung');
    await walk(page, move, 'kinder', fits);
    await push(page, 'add:children');
    await accessible(page, 'repeat-phone');
    await walk(page, move, 'pruefen', fits);
    await accessible(page, 'check-phone');
    assert.match(await main(page), /doc_landlord\.png/);
    // Back and forth without scripts: what was sent is there.
    await page.goto(`${draftOf(page)}/bisher`);
    await page.fill('[name="current_address.street"]', 'Uferweg');
    await push(page, 'next');
    await page.goBack();
    assert.equal(await page.inputValue('[name="current_address.street"]'),
      'Uferweg');
    await page.goto(`${draftOf(page)}/pruefen`);
    await submit(page);
    await accessible(page, 'status-phone');
  });

// ---- photovoltaik-anzeige: an adviser ----

async function adviser(page, look) {
  await begin(page, 'photovoltaik-anzeige');
  await walk(page, tower, 'ergebnis', look);
  // Here it ends, with the reason and what to do.
  assert.equal(await page.locator('button[value="next"]').count(), 0);
  await accessible(page, `result-ends-${await html(page, 'lang')}`);
  const after = await page.goto(`${draftOf(page)}/vorhaben`);
  assert.equal(await page.locator('[name="planned_start"]').count(), 0,
    `pages behind the end: ${after.status()}`);
  // Another answer leads on, and keeps the rest.
  await page.goto(`${draftOf(page)}/anlage`);
  await walk(page, solar, 'ergebnis');
  await accessible(page, `result-proceeds-${await html(page, 'lang')}`);
  await push(page, 'next');
  await walk(page, solar, 'pruefen', look);
  await submit(page);
  assert.match(await main(page), /Þorgilsdóttir/);
}

await journey('solar panels, advice and notice, on a phone',
  { size: 'phone' }, (page) => adviser(page, lookOnce('step-phone')));

await journey('solar panels, advice and notice, without scripts, in English',
  { scripts: false, lang: 'en' }, async (page) => {
    await adviser(page, lookOnce('adviser-step-en'));
    assert.equal(await html(page, 'lang'), 'en');
  });

// ---- steps with the keyboard ----

await journey('steps with the keyboard alone', {}, async (page) => {
  await open(page, '/antrag/geburtsurkunde/');
  await typeThrough(page, {}, 'begin');
  const way = [];
  while (here(page) !== 'antragsteller') {
    way.push(here(page));
    assert.ok(way.length < 10, `no end: ${way}`);
    await typeThrough(page, birth, 'next');
  }
  // The list beside the page leads back, and keeps what is typed.
  await typeThrough(page, birth, 'goto:bestellung');
  assert.equal(here(page), 'bestellung');
  await typeThrough(page, {}, 'goto:antragsteller');
  assert.equal(await page.inputValue('[name="applicant_family_name"]'),
    birth.applicant_family_name);
});

// ---- the pages beside the way ----

async function byTheWay(page, mark) {
  const service = 'geburtsurkunde';
  const name = '[name="child_family_name"]';
  await open(page, `/leistungen/${service}/datenschutz/`);
  await accessible(page, `notice-${mark}`);
  await begin(page, service);
  const draft = draftOf(page);
  await page.goto(`${draft}/geburt`);

  // Two windows: nothing is overwritten, both stands are shown.
  const other = await page.context().newPage();
  await other.goto(`${draft}/geburt`);
  await other.fill(name, 'Zweites Fenster');
  await push(other, 'next');
  await other.close();
  await page.fill(name, 'Erstes Fenster');
  await push(page, 'next');
  const text = await main(page);
  assert.ok(text.includes('Erstes Fenster') &&
    text.includes('Zweites Fenster'), text.slice(0, 300));
  await accessible(page, `conflict-${mark}`);

  await page.goto(`${draft}/merken`);
  await accessible(page, `save-${mark}`);
  await push(page, 'code');
  await accessible(page, `code-${mark}`);
  await open(page, '/antrag/weiter/');
  await accessible(page, `resume-${mark}`);
  await open(page, `/antrag/${service}/`);
  await accessible(page, `start-again-${mark}`);
  await page.goto(`${draft}/loeschen`);
  await accessible(page, `discard-${mark}`);
  await page.goto(`${draft}/gibt_es_nicht`);
  await accessible(page, `unknown-page-${mark}`);

  // The session ends while somebody types.
  await page.goto(`${draft}/geburt`);
  await page.context().clearCookies({ name: 'entwurf' });
  await page.fill(name, 'Zu spät');
  await push(page, 'next');
  await page.locator('#f-code').waitFor();
  await accessible(page, `expired-${mark}`);
  await page.goto(`${draft}/geburt`);
  await accessible(page, `expired-get-${mark}`);

  const [thanks] = await Promise.all([page.context().waitForEvent('page'),
    page.locator('.th-feedback button[value="ja"]').click()]);
  await thanks.waitForURL(/rueckmeldung/);
  await accessible(thanks, `thanks-${mark}`);
}

await journey('pages beside the way, in German, on a phone in the dark',
  { scripts: false, size: 'phone', scheme: 'dark' },
  (page) => byTheWay(page, 'de'));

await journey('pages beside the way, in English',
  { scripts: false, lang: 'en' }, async (page) => {
    await byTheWay(page, 'en');
    assert.equal(await html(page, 'lang'), 'en');
  });

// No stepped service of ours is written from right to left; its pages hold
// together all the same.
await journey('a step from right to left', { size: 'phone' },
  async (page) => {
    await begin(page, 'geburtsurkunde');
    await page.evaluate(() => { document.documentElement.dir = 'rtl'; });
    await accessible(page, 'step-rtl');
    const edge = (selector) => page.locator(selector).first()
      .evaluate((e) => e.getBoundingClientRect().right);
    assert.ok(Math.abs(await edge('.th-progress .kern-icon, ' +
      '.th-progress__open') - await edge('.th-progress')) < 60,
    'the marks of the steps stand at the right');
  });

await journey('every stepped page is light', {}, async (page) => {
  await begin(page, 'photovoltaik-anzeige');
  await walk(page, solar, 'ergebnis');
  const draft = draftOf(page);
  for (const url of [`${base}/antrag/photovoltaik-anzeige/`,
    `${draft}/anlage`, `${draft}/ergebnis`, `${draft}/unterlagen`,
    `${draft}/pruefen`, `${draft}/merken`, `${draft}/loeschen`,
    `${base}/antrag/weiter/`,
    `${base}/leistungen/photovoltaik-anzeige/datenschutz/`]) {
    const bytes = await transferred(page, url);
    assert.ok(bytes < 100_000, `${url} weighs ${bytes} bytes`);
  }
});

await close();
await story('service: bulky waste in a text browser', () =>
  textBrowser(base));
finish();
