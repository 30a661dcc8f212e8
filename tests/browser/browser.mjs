// The browser of the tests: Debian's Chromium through playwright-core, and the
// axe-core that looks for barriers.

import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';

const build = resolve(process.env.BUILD ?? 'build');
const require = createRequire(resolve(build, 'npm') + '/');
const { chromium } = require('playwright-core');
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

export const base = process.env.BASE ?? 'http://quellstadt.localhost:8080';
export const mailBase = process.env.MAIL_BASE ?? 'http://localhost:8025';
const pictures = resolve(build, 'screenshots');
const PATIENCE_MS = 60000; // a busy machine is no failure

export const program = process.env.CHROMIUM ?? '/usr/bin/chromium';
export const programArgs = ['--headless', '--no-sandbox', '--disable-gpu',
  '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync',
  '--no-default-browser-check', '--disable-dev-shm-usage'];

export const sizes = {
  desktop: { width: 1280, height: 900 },
  phone: { width: 320, height: 640 },
};

let browser;

export async function launch() {
  mkdirSync(pictures, { recursive: true });
  browser = await chromium.launch({
    executablePath: program, args: programArgs,
  });
}

export async function close() {
  await browser.close();
}

// Windows that were handed over, by what their visitors are like. A new one
// costs as much as five pages in a window that has shown some.
const left = new Map();

/*
 * A visitor without cookies. options: size ("desktop", "phone"), scheme
 * ("light", "dark"), lang ("de", "en"), scripts (true). Everything the page
 * complains about is in page.complaints.
 */
export async function visitor(options = {}) {
  const { size = 'desktop', scheme = 'light', lang = 'de', scripts = true,
    ...special } = options;
  const kind = JSON.stringify([size, scheme, lang, scripts, special]);
  const again = left.get(kind)?.pop();
  if (again) {
    again.complaints = [];
    return again;
  }
  const context = await browser.newContext({
    viewport: sizes[size],
    colorScheme: scheme,
    locale: lang === 'en' ? 'en-GB' : 'de-DE',
    javaScriptEnabled: scripts,
    hasTouch: size === 'phone',
    reducedMotion: 'reduce',
    forcedColors: special.forcedColors ?? 'none',
    permissions: special.permissions ?? [],
    geolocation: special.geolocation,
    acceptDownloads: true,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  page.kind = kind;
  page.size = sizes[size];
  page.complaints = [];
  page.on('pageerror', (error) => page.complaints.push(error.message));
  page.on('console', (message) => {
    // A status of 4xx is for the test to judge.
    if (message.type() === 'error' &&
        !/Failed to load resource/.test(message.text()))
      page.complaints.push(message.text());
  });
  return page;
}

// Leaves the window to the next of their kind. Nothing of the visit stays but
// what the browser has in its cache; for visitors who only looked.
export async function handOver(page) {
  const context = page.context();
  const accept = (dialog) => dialog.accept().catch(() => {});
  try {
    for (const other of context.pages())
      if (other !== page)
        await other.close();
    page.removeAllListeners('dialog');
    page.on('dialog', accept); // that something is not saved yet
    // A page of the same site, so that its process goes on.
    await page.goto(`${base}/robots.txt`);
    page.off('dialog', accept);
    await context.setOffline(false);
    await context.clearCookies();
    await page.emulateMedia({ media: null });
    await page.setViewportSize(page.size);
    left.set(page.kind, [...left.get(page.kind) ?? [], page]);
  } catch {
    await context.close();
  }
}

// Closes the window.
export async function leave(page) {
  await page.context().close();
}

// Violations of WCAG A and AA, one line each.
export async function barriers(page) {
  // Debugger evaluation is not bound by the page's content security policy.
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run(document, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa',
      'best-practice'],
    resultTypes: ['violations'],
  }));
  return violations.flatMap((v) => v.nodes.map((n) =>
    `${v.id}: ${n.target.join(' ')}: ${n.failureSummary.split('\n')[1] ?? ''}`));
}

// Pixels that a page is wider than the window.
export function overflow(page) {
  return page.evaluate(() =>
    document.documentElement.scrollWidth - window.innerWidth);
}

// What went wrong always, everything else for those who want to look at it:
// PICTURES=1.
export async function picture(page, name) {
  if (!process.env.PICTURES && !name.startsWith('failed-'))
    return;
  await page.screenshot({
    path: resolve(pictures, `${name}.png`), fullPage: true,
  });
}

// Bytes that travel for a page that nothing is cached of.
export async function transferred(page, url) {
  const session = await page.context().newCDPSession(page);
  let bytes = 0;
  await session.send('Network.enable');
  await session.send('Network.setCacheDisabled', { cacheDisabled: true });
  session.on('Network.loadingFinished', (e) => { bytes += e.encodedDataLength; });
  await page.goto(url, { waitUntil: 'networkidle' });
  await page.evaluate(() => document.fonts.ready);
  await session.detach();
  return bytes;
}
