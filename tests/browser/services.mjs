// A service by the keyboard alone, and in a text browser.

import assert from 'node:assert/strict';

import { base, close, launch, leave, picture, visitor } from './browser.mjs';
import { tab, typeThrough } from './keyboard.mjs';
import { finish, story } from './report.mjs';
import { open } from './steps.mjs';
import { textBrowser } from './w3m.mjs';
import { answersOf } from './walk.mjs';

async function journey(name, options, run) {
  await story(`service: ${name}`, async () => {
    const page = await visitor(options);
    try {
      await run(page);
      assert.deepEqual(page.complaints, []);
    } catch (error) {
      await picture(page, `failed-${name.replace(/\W+/g, '-')}`)
        .catch(() => {});
      throw new Error(`${page.url()}: ${error.message}`);
    } finally {
      await leave(page);
    }
  });
}

const waste = answersOf('sperrmuell', 'ok-two-fractions');

await launch();

await journey('bulky waste with the keyboard alone', {}, async (page) => {
  await open(page, '/antrag/sperrmuell/');
  assert.ok((await tab(page)).isSkip, 'the first stop is the skip link');
  assert.ok(await page.locator('.th-skip').isVisible());
  await page.keyboard.press('Enter');
  assert.equal(await page.evaluate(() => document.activeElement.id),
    'inhalt');
  await typeThrough(page, waste, 'submit');
  assert.match(page.url(), /\/vorgang\/l\//);
  const text = await page.locator('main').innerText();
  assert.ok(/Matratze/.test(text) && /Nyström-Özdemir/.test(text));
});

await close();
await story('service: bulky waste in a text browser', () =>
  textBrowser(base, waste));
finish();
