// Stepped forms: a draft page by page, what two tabs do to it, what a change
// of the service does to it, and its submission. With the service of
// tests/data/services/familienpass.

import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from './check.mjs';
import {
  bin, dir, get, newId, png, sleep, sql, torhaus, town, until,
} from './client.mjs';
import { bearer, tokenOf } from './samples.mjs';
import { Browser, filled, inputsOf } from './stepper.mjs';

const source = 'tests/data/services/familienpass';
const start = '/antrag/familienpass/';

const pages = [
  ['vorab', { lives_here: 'true' }],
  ['vorab_kinder', { has_children: 'true' }],
  ['person', { family_name: 'Muster', given_name: 'Eva',
    birth_date: '1.2.1980' }],
  ['anschrift', { 'address.street': 'Lindenweg', 'address.house_number': '4',
    'address.postal_code': '12345' }],
  ['kinder', { 'children.0.name': 'Max',
    'children.0.birth_date': '1.2.2015' }],
  ['einkommen', { income: '2500', income_kind: 'work' }],
  ['wuensche', { wishes: ['museum', 'pool'], remark: 'Guten "Tag"' }],
  ['zustellung', { delivery: 'post' }],
  ['erklaerung', { is_true: 'true' }],
];

// A browser that has filled in all pages before one; more: answers of fields
// that only later versions have.
async function filledBrowser(end = 'pruefen', more = {}) {
  const browser = new Browser();
  await browser.begin(start);
  for (const [page, answers] of pages) {
    if (page === end)
      break;
    const res = await browser.fill(page, { ...answers, ...more });
    assert.equal(res.status, 303, `${page}: ${res.text.slice(0, 600)}`);
  }
  return browser;
}

const revisionOf = (text) =>
  text.match(/name="page_revision" value="(\d+)"/)?.[1];

async function submit(browser) {
  const check = await browser.get(`${browser.base}/pruefen`);
  assert.equal(check.status, 200);
  return browser.post(`${browser.base}/pruefen`,
    [...inputsOf(check.text), ['action', 'submit']]);
}

const drafts = (id) => Number(sql('SELECT COUNT(*) FROM draft WHERE ' +
  `submission_id = UNHEX('${id}')`)[0][0]);
const cases = (id) => Number(sql('SELECT COUNT(*) FROM vorgang WHERE ' +
  `submission_id = UNHEX('${id}')`)[0][0]);

// ---- the service, in versions -----------------------------------------------

const copies = [];

// Publishes a copy of the package that change() has worked on.
function publish(change = () => {}) {
  const copy = mkdtempSync(join(tmpdir(), 'torhaus-steps-'));
  const folder = join(copy, 'familienpass');
  copies.push(copy);
  cpSync(source, folder, { recursive: true });
  const read = (name) => JSON.parse(readFileSync(join(folder, name), 'utf8'));
  const parts = { service: read('service.json'), form: read('form.json'),
    de: read('texts.de.json'), en: read('texts.en.json') };
  change(parts);
  const write = (name, value) => writeFileSync(join(folder, name),
    JSON.stringify(value));
  write('service.json', parts.service);
  write('form.json', parts.form);
  write('texts.de.json', parts.de);
  write('texts.en.json', parts.en);
  writeFileSync(join(folder, 'examples.json'), '[]');
  const run = torhaus('service', 'import', folder, '--town', town);
  assert.equal(run.status, 0, run.out + run.err);
}

function withText(parts, key, de, en) {
  parts.de[key] = de;
  parts.en[key] = en;
}

// Each process of a program looks every two seconds whether services changed;
// the first one that answers as it should is not the last.
async function everywhere(what, is) {
  const first = await until(what, is);
  await sleep(2300);
  assert.ok(is(first), String(first.status));
  return what();
}

// ---- tests ------------------------------------------------------------------

// Another portal leads to the form with what it knows already.
async function context() {
  const path = `${start}beginnen?given_name=Eva&income=2500&is_true=true` +
    '&lives_here=true&gibtsnicht=1&action=submit&family_name=' +
    encodeURIComponent('"><b>Ä');
  await test('steps: a form begins with what its address says', async () => {
    const browser = new Browser();
    const shown = await browser.get(path);
    assert.equal(shown.status, 200);
    const pairs = inputsOf(shown.text);
    assert.equal(pairs.some(([name]) =>
      ['is_true', 'gibtsnicht', 'action'].includes(name)), false);
    assert.deepEqual(pairs.find(([name]) => name === 'family_name'),
      ['family_name', '"><b>Ä']);
    await browser.begin(start, [...pairs.filter(([name]) =>
      name !== 'submission_id'), ['is_true', 'true']]);
    assert.deepEqual(inputsOf((await browser.get(`${browser.base}/vorab`)).text)
      .find(([name]) => name === 'lives_here'), ['lives_here', 'true']);
    await browser.fill('vorab', {});
    await browser.fill('vorab_kinder', { has_children: 'true' });
    const { text } = await browser.get(`${browser.base}/person`);
    const person = inputsOf(text);
    assert.deepEqual(person.find(([name]) => name === 'given_name'),
      ['given_name', 'Eva']);
    assert.deepEqual(person.find(([name]) => name === 'family_name'),
      ['family_name', '"><b>Ä']);
  });
  await test('steps: the same on one page, and of no service', async () => {
    const { status, text } = await get('/antrag/maengelmeldung/beginnen' +
      '?category=street_light&asset_id=L-0417&publish_ok=true');
    assert.equal(status, 200);
    assert.match(text, /<option value="street_light" selected>/);
    assert.match(text, /name="asset_id" value="L-0417"/);
    assert.equal((await get('/antrag/gibtsnicht/beginnen?a=b')).status, 404);
  });
}

async function beginning() {
  await test('steps: the start page is a file, says what is needed', async () => {
    const res = await get(start);
    assert.equal(res.status, 200);
    assert.match(res.headers['cache-control'], /no-store/);
    assert.match(res.text, /Was Sie brauchen/);
    assert.match(res.text, /Schwerbehindertenausweis/);
    assert.match(res.text, /30 Tage/);
    assert.match(res.text, /name="shared"/);
    const other = await get(start);
    const id = (r) => r.text.match(/submission_id" value="([^"]+)"/)[1];
    assert.notEqual(id(res), id(other));
  });
  await test('steps: begin twice with the same id is one draft', async () => {
    const id = newId();
    const one = new Browser();
    const first = await one.post(start,
      [['submission_id', id], ['action', 'begin']]);
    const again = await one.post(start,
      [['submission_id', id], ['action', 'begin']]);
    assert.equal(first.status, 303);
    assert.equal(again.headers.location, first.headers.location);
    assert.equal(drafts(id), 1);
    const twin = new Browser();
    const late = await twin.post(start,
      [['submission_id', id], ['action', 'begin']]);
    assert.equal(late.headers.location, first.headers.location);
    assert.equal((await twin.get(late.headers.location)).status, 200);
  });
  await test('steps: an id that has answers already opens nothing', async () => {
    const browser = await filledBrowser('person');
    const thief = new Browser();
    const res = await thief.post(start,
      [['submission_id', browser.id], ['action', 'begin']]);
    assert.equal(res.status, 303);
    assert.ok(!res.headers.location.includes(browser.id));
    assert.equal((await browser.get(`${browser.base}/vorab`)).status, 200);
  });
  await test('steps: the cookie: HttpOnly, Lax, two weeks or the session',
    async () => {
      const res = await new Browser().begin(start);
      const [cookie] = res.headers['set-cookie'];
      assert.match(cookie, /^entwurf=[0-9a-z]{26};/);
      assert.match(cookie, /HttpOnly/i);
      assert.match(cookie, /SameSite=Lax/i);
      assert.match(cookie, /Max-Age=1209600/i);
      const shared = await new Browser().begin(start, [['shared', 'true']]);
      assert.doesNotMatch(shared.headers['set-cookie'][0], /Max-Age|Expires/i);
    });
  await test('steps: drafts that are there are offered first', async () => {
    const browser = await filledBrowser('person');
    const res = await browser.get(start);
    assert.equal(res.status, 200);
    assert.match(res.text, /Sie haben schon angefangen/);
    assert.ok(res.text.includes(`href="${browser.base}/"`));
    assert.ok(res.text.includes(`href="${browser.base}/loeschen"`));
    const on = await browser.get(`${browser.base}/`);
    browser.goesTo(on, 'person');
  });
  await test('steps: without the cookie the address opens nothing', async () => {
    const browser = await filledBrowser('anschrift');
    const other = new Browser();
    for (const page of ['vorab', 'person', 'pruefen', 'ergebnis', 'nichts']) {
      const res = await other.get(`${browser.base}/${page}`);
      assert.equal(res.status, 403, page);
      assert.doesNotMatch(res.text, /Muster/);
    }
    const post = await other.post(`${browser.base}/person`,
      [['family_name', 'Neu & wichtig'], ['action', 'next']]);
    assert.equal(post.status, 403);
    assert.match(post.text, /Neu &amp; wichtig/);
    await other.begin(start);
    assert.equal((await other.get(`${browser.base}/person`)).status, 403);
  });
}

async function filling() {
  await test('steps: page by page to the receipt', async () => {
    const browser = new Browser();
    await browser.begin(start);
    const next = ['vorab_kinder', 'ergebnis', 'anschrift', 'kinder',
      'einkommen', 'wuensche', 'zustellung', 'erklaerung', 'pruefen'];
    for (const [i, [page, answers]] of pages.entries())
      browser.goesTo(await browser.fill(page, answers), next[i]);
    const check = await browser.get(`${browser.base}/pruefen`);
    assert.match(check.headers['cache-control'], /no-store/);
    for (const text of ['Muster', '01.02.1980', 'Museum, Schwimmbad',
      'Guten &quot;Tag&quot;', '12,00 €', '2.500,00 €', 'Verbindlich absenden'])
      assert.ok(check.text.includes(text), text);
    const res = await submit(browser);
    assert.equal(res.status, 303, res.text.slice(0, 400));
    const view = await get('/api/v1/vorgang', bearer(tokenOf(res)));
    assert.equal(view.status, 200);
    assert.equal(drafts(browser.id), 0);
    assert.equal(cases(browser.id), 1);
  });
  await test('steps: every page says where one is', async () => {
    const browser = await filledBrowser('anschrift');
    const res = await browser.get(`${browser.base}/anschrift`);
    assert.match(res.text, /Schritt 4 von 9/);
    assert.match(res.text, /<nav [^>]*class="th-progress"|class="th-progress"/);
    assert.match(res.text, /aria-current="step"/);
    assert.doesNotMatch(res.text, /Leistungen<\/span>/);
    assert.doesNotMatch(res.text, /name="family_name"/);
  });
  await test('steps: what is wrong is kept, said, and no reason to stay',
    async () => {
      const browser = await filledBrowser('person');
      const res = await browser.fill('person',
        { family_name: 'Muster', birth_date: '31.2.1980' });
      assert.equal(res.status, 422);
      assert.match(res.text, /data-error-summary/);
      assert.match(res.text, /<title>|titel" value="Fehler: /);
      const again = await browser.get(`${browser.base}/person`);
      assert.match(again.text, /value="31\.2\.1980"/);
      assert.match(again.text, /data-error-summary/);
      browser.goesTo(
        await browser.fill('person', {}, 'goto:zustellung'), 'zustellung');
      const check = await browser.get(`${browser.base}/pruefen`);
      assert.ok(check.text.includes(
        `href="${browser.base}/person?von=pruefen#f-given_name"`));
      assert.match(check.text, /Seite „Erklärung“ ist noch nicht ausgefüllt/);
      assert.doesNotMatch(check.text, /value="submit"/);
      const forced = await browser.post(`${browser.base}/pruefen`,
        [...inputsOf(check.text), ['action', 'submit']]);
      assert.equal(forced.status, 422);
      assert.equal(cases(browser.id), 0);
    });
  await test('steps: back and save for later keep what is on the page',
    async () => {
      const browser = await filledBrowser('anschrift');
      browser.goesTo(await browser.fill('anschrift',
        { 'address.street': 'Halb' }, 'back'), 'person');
      const res = await browser.get(`${browser.base}/anschrift`);
      assert.match(res.text, /value="Halb"/);
      assert.doesNotMatch(res.text, /data-error-summary/);
      browser.goesTo(await browser.fill('anschrift',
        { 'address.street': 'Ganz' }, 'save'), 'merken');
      assert.match((await browser.get(`${browser.base}/anschrift`)).text,
        /value="Ganz"/);
    });
  await test('steps: change from the check page, and back to it', async () => {
    const browser = await filledBrowser();
    const page = await browser.get(`${browser.base}/person?von=pruefen`);
    assert.match(page.text, /value="check"/);
    browser.goesTo(await browser.fill('person?von=pruefen',
      { given_name: 'Erna' }, 'check'), 'pruefen');
    assert.match((await browser.get(`${browser.base}/pruefen`)).text, /Erna/);
  });
  await test('steps: another language keeps what is on the page', async () => {
    const browser = await filledBrowser('person');
    const res = await browser.fill('person', { family_name: 'Halb' },
      'language:en');
    assert.equal(res.headers.location, `${browser.base}/person?sprache=en`);
    const page = await browser.get(res.headers.location);
    assert.match(page.text, /Family name/);
    assert.match(page.text, /Step 3 of 9/);
    assert.match(page.text, /value="Halb"/);
    assert.equal(browser.cookies.sprache, 'en');
  });
  await test('steps: a page that a condition hides, keeps its answers',
    async () => {
      const browser = await filledBrowser('wuensche');
      browser.goesTo(await browser.fill('einkommen',
        { income_kind: 'benefits' }), 'leistungen');
      await browser.fill('leistungen', { benefits: ['wohngeld'] }, 'back');
      browser.goesTo(await browser.fill('einkommen',
        { income_kind: 'work' }), 'wuensche');
      const hidden = await browser.get(`${browser.base}/leistungen`);
      assert.equal(hidden.status, 409);
      assert.match(hidden.text, /gehört diese Seite nicht zu Ihrem Antrag/);
      assert.doesNotMatch(
        (await browser.get(`${browser.base}/pruefen`)).text, /Wohngeld/);
      await browser.fill('einkommen', { income_kind: 'benefits' });
      assert.match((await browser.get(`${browser.base}/leistungen`)).text,
        /value="wohngeld"[^>]* checked/);
      await browser.fill('einkommen', { income_kind: 'work' });
      for (const [page, answers] of pages.slice(6))
        await browser.fill(page, answers);
      const res = await submit(browser);
      assert.equal(res.status, 303, res.text.slice(0, 300));
      const view = await get('/api/v1/vorgang', bearer(tokenOf(res)));
      assert.doesNotMatch(view.text, /wohngeld/i);
    });
  await test('steps: pages that do not exist', async () => {
    const browser = await filledBrowser('person');
    const res = await browser.get(`${browser.base}/nirgends`);
    assert.equal(res.status, 404);
    assert.ok(res.text.includes(`href="${browser.base}/person"`));
    const post = await browser.post(`${browser.base}/nirgends`,
      [['family_name', 'x'], ['action', 'next']]);
    assert.equal(post.status, 404);
    assert.equal((await browser.get(
      browser.base.replace('familienpass', 'maengelmeldung') + '/vorab')
    ).status, 403);
  });
  await test('steps: hostile input has its limits', async () => {
    const browser = await filledBrowser('person');
    const many = [];
    for (let i = 0; i < 1000; i++)
      many.push([`children.${i}.name`, 'x']);
    const res = await browser.post(`${browser.base}/kinder`,
      [...many, ['action', 'next']]);
    assert.ok([413, 422].includes(res.status), String(res.status));
    const long = await browser.fill('person',
      { family_name: 'x'.repeat(500000), given_name: '\u202eEva' });
    assert.equal(long.status, 422);
    assert.match(long.text, /Die Eingabe ist zu lang/);
    const twice = await browser.post(`${browser.base}/person`,
      [['page_revision', '2'], ['family_name', 'a'], ['family_name', 'b'],
        ['page_revision', 'x'], ['unknown', '1'], ['action', 'next']]);
    assert.ok([409, 422].includes(twice.status));
  });
}

async function advice() {
  await test('steps: the adviser ends where it must', async () => {
    const browser = new Browser();
    await browser.begin(start);
    browser.goesTo(
      await browser.fill('vorab', { lives_here: 'false' }), 'ergebnis');
    const page = await browser.get(`${browser.base}/ergebnis`);
    assert.equal(page.status, 200);
    assert.match(page.text, /nur für Menschen, die hier wohnen/);
    assert.match(page.text, /Sie wohnen nicht in der Stadt/);
    assert.match(page.text, /Fassung 1\.0\.0/);
    assert.match(page.text, /https:\/\/verwaltung\.example\.org/);
    assert.match(page.text, /Wohnen Sie in der Stadt\?/);
    assert.doesNotMatch(page.text, /value="next"/);
    browser.goesTo(await browser.get(`${browser.base}/pruefen`), 'ergebnis');
    assert.equal((await browser.get(`${browser.base}/person`)).status, 409);
    const forced = await browser.post(`${browser.base}/pruefen`,
      [['revision', '1'], ['action', 'submit']]);
    browser.goesTo(forced, 'ergebnis');
    assert.equal(cases(browser.id), 0);
  });
  await test('steps: the adviser leads on, with everything kept', async () => {
    const browser = await filledBrowser('person');
    const page = await browser.get(`${browser.base}/ergebnis`);
    assert.match(page.text, /Sie können den Familienpass bekommen/);
    browser.goesTo(await browser.post(`${browser.base}/ergebnis`,
      [...inputsOf(page.text), ['action', 'next']]), 'person');
    browser.goesTo(await browser.fill('person', {}, 'back'), 'ergebnis');
    browser.goesTo(await browser.post(`${browser.base}/ergebnis`,
      [['action', 'back']]), 'vorab_kinder');
  });
  await test('steps: the adviser leads into another form, filled in so far',
    async () => {
      const browser = await filledBrowser('vorab_kinder');
      browser.goesTo(await browser.fill('vorab_kinder',
        { has_children: 'false' }), 'ergebnis');
      const page = await browser.get(`${browser.base}/ergebnis`);
      const res = await browser.post(`${browser.base}/ergebnis`,
        [...inputsOf(page.text), ['action', 'other']]);
      assert.equal(res.status, 200);
      assert.match(res.text, /action="\/antrag\/maengelmeldung\/"/);
      assert.match(res.text, /name="danger" value="true"[^>]* checked/);
    });
  await test('steps: no result before the questions are answered', async () => {
    const browser = new Browser();
    await browser.begin(start);
    browser.goesTo(await browser.get(`${browser.base}/ergebnis`), 'vorab');
  });
}

async function tabs() {
  await test('steps: two tabs on one page: nothing is overwritten', async () => {
    const browser = await filledBrowser('anschrift');
    const path = `${browser.base}/person`;
    const one = inputsOf((await browser.get(path)).text);
    const two = inputsOf((await browser.get(path)).text);
    browser.goesTo(await browser.post(path,
      [...filled(one, { given_name: 'Erste' }), ['action', 'next']]),
    'anschrift');
    const res = await browser.post(path,
      [...filled(two, { given_name: 'Zweite' }), ['action', 'next']]);
    assert.equal(res.status, 409);
    assert.match(res.text, /Erste/);
    assert.match(res.text, /Zweite/);
    assert.match(res.text, /<th[^>]*>Vorname</);
    assert.match((await browser.get(path)).text, /value="Erste"/);
    const keep = await browser.post(path,
      [...inputsOf(res.text), ['action', 'next']]);
    browser.goesTo(keep, 'anschrift');
    assert.match((await browser.get(path)).text, /value="Zweite"/);
  });
  await test('steps: two tabs on two pages are no conflict', async () => {
    const browser = await filledBrowser('kinder');
    const one = inputsOf((await browser.get(`${browser.base}/person`)).text);
    const two = inputsOf((await browser.get(`${browser.base}/anschrift`)).text);
    const [a, b] = await Promise.all([
      browser.post(`${browser.base}/person`,
        [...filled(one, { given_name: 'Links' }), ['action', 'next']]),
      browser.post(`${browser.base}/anschrift`,
        [...filled(two, { 'address.street': 'Rechts' }), ['action', 'next']]),
    ]);
    assert.equal(a.status, 303);
    assert.equal(b.status, 303);
    const check = (await browser.get(`${browser.base}/pruefen`)).text;
    assert.match(check, /Links/);
    assert.match(check, /Rechts/);
  });
  await test('steps: twenty pages saved at once are all saved', async () => {
    const browser = await filledBrowser();
    const jobs = [];
    for (let i = 0; i < 20; i++) {
      const [page, answers] = pages[2 + i % 2];
      const text = (await browser.get(`${browser.base}/${page}`)).text;
      jobs.push(browser.post(`${browser.base}/${page}`,
        [...filled(inputsOf(text), answers), ['action', 'next']]));
    }
    const all = await Promise.all(jobs);
    assert.ok(all.every((r) => r.status === 303), all.map((r) => r.status)
      .join());
  });
  await test('steps: the same page sent twice is no conflict', async () => {
    const browser = await filledBrowser('person');
    const path = `${browser.base}/person`;
    const pairs = filled(inputsOf((await browser.get(path)).text),
      { ...pages[2][1], given_name: 'Doppelt' });
    const [a, b] = await Promise.all([1, 2].map(() =>
      browser.post(path, [...pairs, ['action', 'next']])));
    browser.goesTo(a, 'anschrift');
    browser.goesTo(b, 'anschrift');
  });
  await test('steps: what changed elsewhere is seen before it is sent',
    async () => {
      const browser = await filledBrowser();
      const check = inputsOf((await browser.get(`${browser.base}/pruefen`))
        .text);
      await browser.fill('person', { given_name: 'Später' });
      const res = await browser.post(`${browser.base}/pruefen`,
        [...check, ['action', 'submit']]);
      assert.equal(res.status, 409);
      assert.match(res.text, /Später/);
      assert.equal(cases(browser.id), 0);
      const again = await browser.post(`${browser.base}/pruefen`,
        [...inputsOf(res.text), ['action', 'submit']]);
      assert.equal(again.status, 303, again.text.slice(0, 300));
    });
  await test('steps: submit twice is one, with the same receipt', async () => {
    const browser = await filledBrowser();
    const pairs = [...inputsOf((await browser.get(`${browser.base}/pruefen`))
      .text), ['action', 'submit']];
    const all = await Promise.all([1, 2, 3, 4].map(() =>
      browser.post(`${browser.base}/pruefen`, pairs)));
    assert.ok(all.every((r) => r.status === 303),
      all.map((r) => `${r.status} ${r.text.slice(0, 200)}`).join());
    assert.equal(new Set(all.map(tokenOf)).size, 1);
    assert.equal(cases(browser.id), 1);
    const page = await browser.get(`${browser.base}/person`);
    assert.equal(page.status, 409);
    assert.match(page.text, /schon abgesendet/);
    assert.ok(page.text.includes(`/vorgang/l/${tokenOf(all[0])}`));
    const late = await browser.post(`${browser.base}/person`,
      [['family_name', 'Zu spät'], ['action', 'next']]);
    assert.equal(late.status, 409);
    const other = await new Browser().get(`${browser.base}/person`);
    assert.equal(other.status, 403);
    assert.doesNotMatch(other.text, /vorgang\/l\//);
  });
}

async function autosave() {
  await test('steps: autosave answers with the revision and the time',
    async () => {
      const browser = await filledBrowser('person');
      const path = `${browser.base}/person`;
      const pairs = inputsOf((await browser.get(path)).text);
      const res = await browser.post(path,
        [...filled(pairs, { family_name: 'Von selbst' }),
          ['action', 'autosave']], { Accept: 'application/json' });
      assert.equal(res.status, 200, res.text);
      assert.match(res.headers['content-type'], /application\/json/);
      assert.match(res.json.saved_at, /^20\d\d-\d\d-\d\dT.*Z$/);
      const page = (await browser.get(path)).text;
      assert.equal(revisionOf(page), String(res.json.page_revision));
      assert.match(page, /value="Von selbst"/);
      assert.doesNotMatch(page, /data-error-summary/);
      const stale = await browser.post(path,
        [...filled(pairs, { family_name: 'Anders' }), ['action', 'autosave']],
        { Accept: 'application/json' });
      assert.equal(stale.status, 409);
      assert.match(stale.headers['content-type'], /application\/problem\+json/);
      const lost = await new Browser().post(path,
        [...pairs, ['action', 'autosave']], { Accept: 'application/json' });
      assert.equal(lost.status, 403);
      assert.match(lost.headers['content-type'], /application\/problem\+json/);
    });
  await test('steps: what was only autosaved is still to be looked at',
    async () => {
      const browser = await filledBrowser('wuensche');
      const path = `${browser.base}/wuensche`;
      const pairs = inputsOf((await browser.get(path)).text);
      await browser.post(path, [...filled(pairs, { remark: 'halb' }),
        ['action', 'autosave']], { Accept: 'application/json' });
      browser.goesTo(await browser.get(`${browser.base}/`), 'wuensche');
    });
}

const filesOf = (id) => sql('SELECT field FROM document WHERE ' +
  `submission_id = UNHEX('${id}') ORDER BY field`).map(([f]) => f);

async function files() {
  const child = (i, name) => ({ [`children.${i}.name`]: name,
    [`children.${i}.birth_date`]: '1.2.2015',
    [`children.${i}.is_disabled`]: 'true' });
  const parts = (pairs, list, action) => [
    ...pairs.map(([name, value]) => ({ name, value })),
    ...list.map((name) => ({ name, filename: `${name}.png`,
      type: 'image/png', bytes: png() })),
    { name: 'action', value: action },
  ];
  await test('steps: files of items go and move with their items', async () => {
    const browser = await filledBrowser('kinder');
    const path = `${browser.base}/kinder`;
    let res = await browser.fill('kinder', child(0, 'Max'), 'add:children');
    assert.match(res.headers.location, /\?neu=children\.1/);
    res = await browser.fill('kinder', child(1, 'Mia'), 'add:children');
    let pairs = filled(inputsOf((await browser.get(path)).text),
      child(2, 'Moritz'));
    res = await browser.postFiles(path, parts(pairs,
      ['children.0.proof', 'children.1.proof', 'children.2.proof'],
      'remove:children:1'));
    assert.equal(res.status, 303, res.text.slice(0, 500));
    assert.deepEqual(filesOf(browser.id),
      ['children.0.proof', 'children.1.proof']);
    const page = (await browser.get(path)).text;
    assert.match(page, /value="Moritz"/);
    assert.doesNotMatch(page, /value="Mia"/);
    assert.match(page, /children\.2\.proof\.png/);
    assert.doesNotMatch(page, /children\.1\.proof\.png/);
    const own = page.match(/href="(\/dokument\/[^"]+)"/)[1];
    assert.equal((await browser.get(own)).status, 200);
    assert.notEqual((await get(own)).status, 200);
    const document = page.match(/remove-file:([0-9a-f]{32})/)[1];
    pairs = inputsOf(page);
    res = await browser.post(path, [...pairs,
      ['action', `remove-file:${document}`]]);
    assert.equal(res.status, 303);
    assert.deepEqual(filesOf(browser.id), ['children.1.proof']);
    res = await browser.postFiles(path, parts(
      inputsOf((await browser.get(path)).text), ['children.0.proof'], 'next'));
    browser.goesTo(res, 'einkommen');
    for (const [name, answers] of pages.slice(5))
      await browser.fill(name, answers);
    res = await submit(browser);
    assert.equal(res.status, 303, res.text.slice(0, 300));
    const view = await get('/api/v1/vorgang', bearer(tokenOf(res)));
    assert.equal(view.json.documents.length, 2);
    for (const d of view.json.documents)
      assert.equal((await get(`/api/v1/vorgang/dokumente/${d.id}`,
        bearer(tokenOf(res)))).status, 200);
  });
  await test('steps: a file that is refused is named, the rest is kept',
    async () => {
      const browser = await filledBrowser('kinder');
      const path = `${browser.base}/kinder`;
      const pairs = filled(inputsOf((await browser.get(path)).text),
        child(0, 'Max'));
      const res = await browser.postFiles(path, [
        ...pairs.map(([name, value]) => ({ name, value })),
        { name: 'children.0.proof', filename: 'boese.png', type: 'image/png',
          bytes: Buffer.from('MZ kein Bild') },
        { name: 'action', value: 'next' }]);
      assert.equal(res.status, 422, res.text.slice(0, 300));
      assert.match(res.text, /boese\.png/);
      assert.match(res.text, /value="Max"/);
      assert.match((await browser.get(path)).text, /value="Max"/);
    });
  await test('steps: a file of a page that is hidden in the end is not sent',
    async () => {
      const browser = await filledBrowser('wuensche');
      await browser.fill('einkommen', { income_kind: 'benefits' });
      const page = (await browser.get(`${browser.base}/leistungen`)).text;
      browser.goesTo(await browser.postFiles(`${browser.base}/leistungen`,
        parts(filled(inputsOf(page), { benefits: ['wohngeld'] }), ['notice'],
          'next')), 'wuensche');
      assert.deepEqual(filesOf(browser.id), ['notice']);
      await browser.fill('einkommen', { income_kind: 'work' });
      for (const [name, answers] of pages.slice(6))
        await browser.fill(name, answers);
      assert.deepEqual(filesOf(browser.id), ['notice']);
      const res = await submit(browser);
      assert.equal(res.status, 303, res.text.slice(0, 300));
      const view = await get('/api/v1/vorgang', bearer(tokenOf(res)));
      assert.equal(view.json.documents.length, 0);
      assert.deepEqual(filesOf(browser.id), []);
    });
  await test('steps: no file chosen is said', async () => {
    const browser = await filledBrowser('kinder');
    const res = await browser.fill('kinder', child(0, 'Max'), 'upload');
    assert.match(res.headers.location, /hinweis=datei/);
    assert.match((await browser.get(res.headers.location)).text,
      /keine Datei ausgewählt/);
  });
}

async function changes() {
  await test('steps: closed meanwhile: answers are shown and kept', async () => {
    const browser = await filledBrowser('kinder');
    const pairs = inputsOf((await browser.get(`${browser.base}/kinder`)).text);
    assert.equal(torhaus('service', 'close', 'familienpass', '--town', town)
      .status, 0);
    try {
      await everywhere(() => browser.get(`${browser.base}/person`),
        (r) => r.status === 409);
      const saved = await browser.post(`${browser.base}/kinder`, [
        ...filled(pairs, { 'children.0.name': 'Noch gespeichert' }),
        ['action', 'next']]);
      assert.equal(saved.status, 409);
      assert.match(saved.text, /Noch gespeichert/);
      assert.match(saved.text, /Muster/);
      assert.match(saved.text, /bewahren Ihre Angaben bis/);
      assert.equal((await browser.get(start)).status, 409);
    } finally {
      torhaus('service', 'open', 'familienpass', '--town', town);
      await everywhere(() => browser.get(`${browser.base}/kinder`),
        (r) => r.status === 200);
    }
    assert.match((await browser.get(`${browser.base}/kinder`)).text,
      /value="Noch gespeichert"/);
  });
  await test('steps: a draft stays on the version it was begun with',
    async () => {
      const browser = await filledBrowser();
      publish((parts) => {
        parts.service.version = '1.1.0';
        parts.form.pages[2].fields.push(
          { key: 'phone', type: 'phone', required: true });
        withText(parts, 'phone.label', 'Telefon', 'Telephone');
      });
      const fresh = await everywhere(async () => {
        const other = await filledBrowser('person');
        return other.get(`${other.base}/person`);
      }, (r) => /name="phone"/.test(r.text));
      assert.match(fresh.text, /name="phone"/);
      assert.doesNotMatch((await browser.get(`${browser.base}/person`)).text,
        /name="phone"/);
      const res = await submit(browser);
      assert.equal(res.status, 303, res.text.slice(0, 300));
      const [[version]] = sql('SELECT v.version FROM vorgang g JOIN ' +
        'service_version v ON v.id = g.service_version_id WHERE ' +
        `g.submission_id = UNHEX('${browser.id}')`);
      assert.equal(version, '1.0.0');
    });
  await test('steps: a version that takes drafts along says what is new',
    async () => {
      publish((parts) => {
        parts.service.version = '1.1.1';
      });
      await everywhere(async () => {
        const other = new Browser();
        return other.get((await other.begin(start)).headers.location);
      }, (r) => /name="version" value="1\.1\.1"/.test(r.text));
      const browser = await filledBrowser();
      const tab = inputsOf((await browser.get(`${browser.base}/anschrift`))
        .text);
      publish((parts) => {
        parts.service.version = '1.2.0';
        parts.service.moves_drafts = true;
        parts.form.pages[2].fields.push(
          { key: 'phone', type: 'phone', required: true });
        withText(parts, 'phone.label', 'Telefon', 'Telephone');
        const wishes = parts.form.pages.find((p) => p.id === 'wuensche');
        wishes.fields = wishes.fields.filter((f) => f.key !== 'remark');
        for (const texts of [parts.de, parts.en])
          delete texts['remark.label'];
      });
      const page = await everywhere(() => browser.get(`${browser.base}/person`),
        (r) => /erneuert/.test(r.text));
      assert.match(page.text, /Telefon/);
      assert.match(page.text, /Guten &quot;Tag&quot;/);
      /* A tab of the earlier version is saved all the same. */
      const late = await browser.post(`${browser.base}/anschrift`, [
        ...filled(tab, { 'address.street': 'Aus dem alten Tab' }),
        ['action', 'next']]);
      assert.equal(late.status, 303);
      const moved = await browser.post(`${browser.base}/person`,
        [['action', 'move']]);
      browser.goesTo(moved, 'person');
      const person = await browser.get(`${browser.base}/person`);
      assert.match(person.text, /name="phone"/);
      assert.match(person.text, /value="Muster"/);
      assert.match((await browser.get(`${browser.base}/anschrift`)).text,
        /value="Aus dem alten Tab"/);
      browser.goesTo(
        await browser.fill('person', { phone: '03641 123456' }), 'anschrift');
      const res = await submit(browser);
      assert.equal(res.status, 303, res.text.slice(0, 300));
    });
  await test('steps: not open for everybody: told, kept, refused', async () => {
    const run = (rule) => {
      const file = join(mkdtempSync(join(tmpdir(), 'torhaus-steps-')),
        'rule.json');
      copies.push(join(file, '..'));
      writeFileSync(file, JSON.stringify(rule));
      return torhaus('service', 'stage', 'familienpass', '--town', town, file);
    };
    const browser = await filledBrowser('pruefen', { phone: '03641 1234' });
    const staged = run({ initials: { field: 'family_name',
      ranges: ['A-K'] } });
    assert.equal(staged.status, 0, staged.out + staged.err);
    try {
      const page = await everywhere(() => browser.get(`${browser.base}/pruefen`),
        (r) => r.status === 409);
      assert.equal(page.status, 409);
      assert.match(page.text, /Muster/);
      const forced = await browser.post(`${browser.base}/pruefen`,
        [['revision', '10'], ['action', 'submit']]);
      assert.equal(forced.status, 409);
      assert.equal(cases(browser.id), 0);
      const res = await browser.fill('person', { family_name: 'Adler',
        phone: '03641 1234' });
      assert.equal(res.status, 303, res.text.slice(0, 300));
      assert.equal((await browser.get(`${browser.base}/pruefen`)).status, 200);
    } finally {
      run({});
    }
  });
}

export async function stepsTests() {
  publish();
  assert.equal(torhaus('pages', '--out', `${dir}/pages`, '--towns',
    'nginx/towns').status, 0, bin);
  const probe = new Browser();
  await everywhere(() => probe.post(start, [['submission_id', newId()],
    ['action', 'begin']]), (r) => r.status === 303);
  try {
    await context();
    await beginning();
    await filling();
    await advice();
    await tabs();
    await autosave();
    await files();
    await changes();
  } finally {
    for (const copy of copies)
      rmSync(copy, { recursive: true, force: true });
  }
}
