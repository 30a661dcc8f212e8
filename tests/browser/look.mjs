// What every journey of a browser asks of the pages that it comes by.

import assert from 'node:assert/strict';

import {
  barriers, handOver, leave, overflow, picture, visitor,
} from './browser.mjs';
import { story } from './report.mjs';

// A visitor's story; where it fails, its last page is kept as a picture.
export async function journey(name, options, run) {
  await story(name, async () => {
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

export async function fits(page) {
  const over = await overflow(page);
  assert.ok(over <= 0, `${page.url()} is ${over} px wider than the window`);
}

// axe-core waits for timers, which stand still in a page without scripts: there
// a browser with scripts is shown what came.
async function barriersOf(page) {
  if (await html(page, 'class') === 'js')
    return barriers(page);
  const twin = await visitor();
  try {
    const body = await page.content();
    await twin.setViewportSize(page.viewportSize());
    await twin.route(page.url().replace(/#.*/, ''), (route) =>
      route.fulfill({ contentType: 'text/html; charset=utf-8', body }));
    await twin.goto(page.url());
    return await barriers(twin);
  } finally {
    await twin.unrouteAll();
    await handOver(twin);
  }
}

// Nothing wider than the window, no barrier; and a picture.
export async function accessible(page, name) {
  await fits(page);
  assert.deepEqual(await barriersOf(page), [], name);
  await picture(page, name);
}

export const html = (page, name) => page.getAttribute('html', name);
export const main = (page) => page.locator('main').innerText();
