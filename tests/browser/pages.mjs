// Every kind of page, in both languages, on desktop and phone, light and dark:
// no barrier that axe-core finds, nothing wider than the window, nothing that
// the browser complains about, and less than 100 kB on the wire.

import {
  barriers, base, close, handOver, launch, leave, overflow, picture,
  transferred, visitor,
} from './browser.mjs';
import { check, finish } from './report.mjs';

const LIMIT = 100_000;

const services = [
  'bewohnerparkausweis',
  'hundesteuer-anmeldung',
  'maengelmeldung',
  'personalausweis',
  'wohnsitz-ummeldung',
  'geburtsurkunde',
  'meldebescheinigung',
  'fuehrerschein-umtausch',
  'kursanmeldung',
  'photovoltaik-anzeige',
  'gewerbeanmeldung',
  'sperrmuell',
];

const pages = [
  ['start', '/'],
  ...services.map((s) => [`service-${s}`, `/leistungen/${s}/`]),
  ...services.map((s) => [`form-${s}`, `/antrag/${s}/`]),
  ['lookup', '/vorgang/'],
  ['help', '/hilfe/'],
  ['imprint', '/impressum/'],
  ['privacy', '/datenschutz/'],
  ['accessibility', '/barrierefreiheit/'],
  ['easy', '/leichte-sprache/'],
  ['notice', '/leistungen/hundesteuer-anmeldung/datenschutz/'],
  ['feedback', '/rueckmeldung?seite=/hilfe/'],
  ['error-404', '/gibt-es-nicht/'],
];

const looks = [
  { size: 'desktop', scheme: 'light', lang: 'de' },
  { size: 'desktop', scheme: 'dark', lang: 'en' },
  { size: 'phone', scheme: 'dark', lang: 'de' },
  { size: 'phone', scheme: 'light', lang: 'en' },
];

// The pages of services are made alike: three services in every look, of the
// others each page in one, in turns.
const THOROUGH = 3;

function looksOf(name) {
  const [, kind, service] = name.match(/^(service|form)-(.*)$/) ?? [];
  const i = services.indexOf(service);
  if (i < THOROUGH)
    return looks;
  return [looks[(i + (kind === 'form' ? 2 : 0)) % looks.length]];
}

async function look(name, path, how) {
  const page = await visitor(how);
  const what = `${name} ${how.size} ${how.scheme} ${how.lang}`;
  try {
    const response = await page.goto(base + path, { waitUntil: 'load' });
    const status = response.status();
    const want = name.startsWith('error-') ? Number(name.slice(6)) : 200;
    if (!check(`page ${what}: answers ${want}`, status === want,
      `got ${status}`))
      return;
    const lang = await page.getAttribute('html', 'lang');
    check(`page ${what}: in the visitor's language`, lang === how.lang,
      `lang="${lang}"`);
    const found = await barriers(page);
    check(`page ${what}: no barriers`, found.length === 0, found.join('\n'));
    const over = await overflow(page);
    check(`page ${what}: fits the window`, over <= 0, `${over} px too wide`);
    check(`page ${what}: no complaints`, page.complaints.length === 0,
      page.complaints.join('\n'));
    await picture(page, `${name}-${how.size}-${how.scheme}-${how.lang}`);
  } catch (error) {
    check(`page ${what}: loads`, false, error.message);
  } finally {
    await handOver(page);
  }
}

async function weigh(name, path) {
  const page = await visitor();
  const bytes = await transferred(page, base + path);
  check(`page ${name}: under 100 kB (${(bytes / 1000).toFixed(1)} kB)`,
    bytes < LIMIT);
  await handOver(page);
}

// Without colours of its own, and at four times the size: reflow to 320 px is
// the phone's; here it is text spacing and forced colours.
async function adapt(name, path) {
  const page = await visitor({ forcedColors: 'active' });
  await page.goto(base + path);
  await picture(page, `${name}-forced-colors`);
  await page.evaluate(() => {
    for (const e of document.querySelectorAll('*')) {
      e.style.setProperty('line-height', '1.5', 'important');
      e.style.setProperty('letter-spacing', '0.12em', 'important');
      e.style.setProperty('word-spacing', '0.16em', 'important');
    }
  });
  await page.setViewportSize({ width: 320, height: 640 });
  const over = await overflow(page);
  check(`page ${name}: fits with wide text spacing`, over <= 0,
    `${over} px too wide`);
  await leave(page);
}

await launch();
for (const [name, path] of pages) {
  for (const how of looksOf(name))
    await look(name, path, how);
  await weigh(name, path);
}
for (const name of ['start', 'form-hundesteuer-anmeldung'])
  await adapt(name, pages.find(([n]) => n === name)[1]);
await close();
finish();
