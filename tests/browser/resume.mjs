// A form of ten pages whose filling in is cut off at every page: the browser,
// a program or the database dies by SIGKILL, some of them before any button was
// pressed. Afterwards every answer and every file is there.

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';

import { dir, png, sleep, torhaus, town } from '../integration/client.mjs';
import { kill } from '../faults/killer.mjs';
import { base, program, programArgs } from './browser.mjs';
import { end, test } from '../integration/check.mjs';
import { fill, press } from './steps.mjs';

const build = resolve(process.env.BUILD ?? 'build');
const require = createRequire(resolve(build, 'npm') + '/');
const { chromium } = require('playwright-core');

const service = 'familienpass';

// By page: what is typed, what the next pages' summary shows of it, and who
// dies when it was saved. early: dies before a button is pressed, once the page
// says that it has saved by itself.
const pages = [
  { id: 'vorab', answers: { lives_here: 'true' }, dies: 'forms.1' },
  { id: 'vorab_kinder', answers: { has_children: 'true' }, dies: 'browser' },
  { id: 'ergebnis', button: 'next', dies: 'mariadbd' },
  { id: 'person', dies: 'browser', early: true,
    answers: { family_name: 'Đorđević', given_name: 'Zoë Þórunn',
      birth_date: '01.02.1980' },
    shows: ['Đorđević', 'Zoë Þórunn', '1980'] },
  { id: 'anschrift', dies: 'mariadbd', early: true,
    answers: { 'address.street': 'Lindenweg', 'address.house_number': '4',
      'address.postal_code': '12345' },
    shows: ['Lindenweg'] },
  { id: 'kinder', dies: 'documents.1', file: 'children.0.proof',
    answers: { 'children.0.name': 'Žofie',
      'children.0.birth_date': '03.04.2015',
      'children.0.is_disabled': 'true' },
    shows: ['Žofie', 'nachweis.png'] },
  { id: 'einkommen', dies: 'forms.2',
    answers: { income: '2500', income_kind: 'work' }, shows: ['2.500'] },
  { id: 'wuensche', dies: 'nginx', early: true,
    answers: { remark: 'Bitte im Süden – „ruhig“.' },
    shows: ['Bitte im Süden – „ruhig“.'] },
  { id: 'zustellung', dies: 'browser', answers: { delivery: 'post' } },
  { id: 'erklaerung', dies: 'mariadbd', answers: { is_true: 'true' } },
];

// ---- a browser that can be killed -------------------------------------------

let server;
let page;

async function openBrowser() {
  server = await chromium.launchServer({
    executablePath: program, args: programArgs,
  });
  const browser = await chromium.connect(server.wsEndpoint());
  const context = await browser.newContext({ locale: 'de-DE' });
  page = await context.newPage();
  page.setDefaultTimeout(30000);
}

// Its cookies die with it: the code on paper is what is left.
async function killBrowser(code) {
  server.process().kill('SIGKILL');
  await openBrowser();
  await page.goto(`${base}/antrag/weiter/`);
  await page.fill('input[name="code"]', code);
  await press(page, 'code');
  await page.waitForURL(/\/antrag\/familienpass\/[0-9a-f]{32}\//);
}

// ---- the draft ---------------------------------------------------------------

const addressOf = (name) => `${base}/antrag/${service}/${draft}/${name}`;
let draft;

// Goes to a page as a person would: again, when the server is just away.
async function visit(name) {
  for (let tries = 0; ; tries++) {
    const res = await page.goto(addressOf(name)).catch(() => null);
    if (res !== null && res.status() < 500)
      return res;
    assert.ok(tries < 120, `${name} does not come back`);
    await sleep(500);
  }
}

async function beginDraft() {
  await page.goto(`${base}/antrag/${service}/`);
  await press(page, 'begin');
  await page.waitForURL(/[0-9a-f]{32}\/vorab$/);
  [draft] = page.url().match(/[0-9a-f]{32}/);
  await page.goto(addressOf('merken'));
  await press(page, 'code');
  const text = await page.locator('main').textContent();
  return text.match(/\b[0-9A-Z]{4}(?:-[0-9A-Z]{4}){4}\b/)[0];
}

async function attach(field) {
  await page.locator(`[name="${field}"][type="file"]`).setInputFiles({
    name: 'nachweis.png', mimeType: 'image/png', buffer: png() });
  await page.locator('a[href*="/dokument/"]').first().waitFor();
}

const savedAtOnce = () => page.waitForFunction(() =>
  /\d\d:\d\d/.test(document.querySelector('[data-save-state]')?.textContent));

async function die(who, code) {
  if (who === 'browser')
    await killBrowser(code);
  else
    await kill(who);
}

async function step(one, code) {
  await visit(one.id);
  if (one.answers)
    await fill(page, one.answers);
  if (one.file)
    await attach(one.file);
  if (one.early) {
    await savedAtOnce();
    await die(one.dies, code);
    await visit(one.id);
    for (const [name, value] of Object.entries(one.answers))
      assert.equal(await page.locator(`[name="${name}"]`).inputValue(), value);
  }
  const before = page.url();
  await press(page, one.button ?? 'next');
  await page.waitForURL((url) => url.href !== before);
  if (!one.early)
    await die(one.dies, code);
}

// What the check page shows of all pages so far, and that files open.
async function checkAll(done) {
  await visit('pruefen');
  const text = await page.locator('main').textContent();
  for (const one of done)
    for (const shown of one.shows ?? [])
      assert.ok(text.includes(shown), `${one.id}: ${shown} is not there`);
}

async function checkFile() {
  await visit('kinder');
  const href = await page.locator('a[href*="/dokument/"]').first()
    .getAttribute('href');
  const [status, begin] = await page.evaluate(async (url) => {
    const res = await fetch(url);
    return [res.status, (await res.text()).slice(1, 4)];
  }, href);
  assert.equal(status, 200);
  assert.equal(begin, 'PNG');
}

async function resumeTests() {
  let code;
  await test('a draft of ten pages begins', async () => {
    for (const words of [
      ['service', 'import', `tests/data/services/${service}`, '--town', town],
      ['pages', '--out', `${dir}/pages`, '--towns', 'nginx/towns'],
    ]) {
      const run = torhaus(...words);
      assert.equal(run.status, 0, run.out + run.err);
    }
    await sleep(2500);
    await openBrowser();
    code = await beginDraft();
  });
  for (const [i, one] of pages.entries()) {
    await test(`${one.dies} dies ${one.early ? 'on' : 'behind'} page ` +
      `${one.id}: everything is there`, async () => {
      await step(one, code);
      await checkAll(pages.slice(0, i + 1));
    });
  }
  await test('the file opens, and the application is sent', async () => {
    await checkFile();
    await visit('pruefen');
    await press(page, 'submit');
    await page.waitForURL(/\/vorgang\/l\//);
  });
  await server?.close();
}

await resumeTests();
end();
