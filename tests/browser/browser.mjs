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

export const sizes = {
  desktop: { width: 1280, height: 900 },
  phone: { width: 320, height: 640 },
};

let browser;

export async function launch() {
  mkdirSync(pictures, { recursive: true });
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic',
      '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync',
      '--no-default-browser-check', '--disable-dev-shm-usage'],
  });
}

export async function close() {
  await browser.close();
}

/*
 * A fresh visitor. options: size ("desktop", "phone"), scheme ("light",
 * "dark"), lang ("de", "en"), scripts (true). Everything the page complains
 * about is in page.complaints.
 */
export async function visitor(options = {}) {
  const context = await browser.newContext({
    viewport: sizes[options.size ?? 'desktop'],
    colorScheme: options.scheme ?? 'light',
    locale: options.lang === 'en' ? 'en-GB' : 'de-DE',
    javaScriptEnabled: options.scripts ?? true,
    hasTouch: options.size === 'phone',
    reducedMotion: 'reduce',
    forcedColors: options.forcedColors ?? 'none',
    permissions: options.permissions ?? [],
    geolocation: options.geolocation,
    acceptDownloads: true,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(10000);
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
  }));
  return violations.flatMap((v) => v.nodes.map((n) =>
    `${v.id}: ${n.target.join(' ')}: ${n.failureSummary.split('\n')[1] ?? ''}`));
}

// Pixels that a page is wider than the window.
export function overflow(page) {
  return page.evaluate(() =>
    document.documentElement.scrollWidth - window.innerWidth);
}

export async function picture(page, name) {
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
