// A form with the keyboard alone: Tab, Space, Enter, arrows and typing. Every
// stop must show the focus, stand in the window and come after the one before.

import assert from 'node:assert/strict';

import { lackingItem } from './walk.mjs';

// Where the focus is, and what is wrong with it.
const stop = (page) => page.evaluate(() => {
  const e = document.activeElement;
  const last = window.lastStop;
  window.lastStop = e;
  if (!e || e === document.body)
    return null;
  const style = getComputedStyle(e);
  const box = e.getBoundingClientRect();
  let wrong = '';
  if (style.outlineStyle === 'none' && style.boxShadow === 'none')
    wrong = 'shows no focus';
  else if (box.bottom < 0 || box.top > innerHeight)
    wrong = 'is outside of the window';
  else if (last && last !== e && last.isConnected &&
      !(last.compareDocumentPosition(e) & Node.DOCUMENT_POSITION_FOLLOWING))
    wrong = 'comes before the stop before it';
  return { tag: e.localName, kind: e.type, name: e.name ?? '', id: e.id,
    value: e.value, isSet: e.checked, isSkip: e.classList.contains('th-skip'),
    wrong: wrong && `${e.outerHTML.slice(0, 160)} ${wrong}` };
});

export async function tab(page) {
  await page.keyboard.press('Tab');
  // What the focus changes of the looks is there with the next frame.
  await page.evaluate(() => new Promise((done) =>
    requestAnimationFrame(() => requestAnimationFrame(done))));
  const at = await stop(page);
  assert.equal(at?.wrong ?? '', '');
  return at;
}

const checkedValue = (page, name) => page.evaluate((n) =>
  document.querySelector(`[name="${n}"]:checked`)?.value, name);
const focused = (page) => page.evaluate(() => document.activeElement.value);

async function answer(page, at, value) {
  const { keyboard } = page;
  if (at.kind === 'radio') {
    if (await checkedValue(page, at.name) === undefined)
      await keyboard.press('Space');
    for (let i = 0; await checkedValue(page, at.name) !== value; i++) {
      assert.ok(i < 40, `${at.name} has no ${value}`);
      await keyboard.press('ArrowDown');
    }
  } else if (at.kind === 'checkbox') {
    if (at.isSet !== [value].flat().includes(at.value))
      await keyboard.press('Space');
  } else if (at.kind === 'select-one') {
    await keyboard.press('Home');
    for (let i = 0; await focused(page) !== value; i++) {
      assert.ok(i < 60, `${at.name} has no ${value}`);
      await keyboard.press('ArrowDown');
    }
  } else {
    await keyboard.press('Control+A');
    await keyboard.type(value);
  }
}

async function enter(page) {
  await Promise.all([page.waitForNavigation({ waitUntil: 'load' }),
    page.keyboard.press('Enter')]);
  // Browsers give the focus a moment after the page.
  await page.waitForFunction(() => !document.querySelector('[autofocus]') ||
    document.activeElement !== document.body);
}

/*
 * From where the focus is to the button of this action, answering on the way;
 * then Enter. Items that the answers have more of are added.
 */
export async function typeThrough(page, answers, action) {
  await page.evaluate(() => { delete window.lastStop; });
  let at = await stop(page);
  let tabs = 0;
  for (; tabs < 300; tabs++) {
    if (at?.tag === 'button' && at.name === 'action') {
      if (at.value === action) {
        await enter(page);
        return;
      }
      if (at.value.startsWith('add:') &&
          await lackingItem(page, answers) === at.value.slice(4)) {
        await enter(page);
        at = await stop(page);
        continue;
      }
    } else if (at && at.name in answers && at.kind !== 'file') {
      await answer(page, at, answers[at.name]);
    }
    at = await tab(page);
  }
  throw new Error(`${action} cannot be reached with the Tab key`);
}
