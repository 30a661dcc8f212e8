// What nobody sane sends, to a form with a field of every type: each gets an
// answer that says what is wrong and where, and no program falls over.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

import { answered, dir, get, newId, pause, postForm, postJson, send } from
  './client.mjs';
import { finish, notOk, story } from '../browser/report.mjs';

const folder = 'tests/data/alle-felder';
const slug = 'alle-felder';
const api = `/api/v1/antraege/${slug}`;
const page = `/antrag/${slug}/`;

const torhaus = (...words) => execFileSync(`${process.env.BIN}/torhaus`,
  ['--config', `${dir}/torhaus.conf`, ...words],
  { stdio: 'pipe' });
torhaus('service', 'import', folder, '--town', 'quellstadt');
torhaus('pages', '--out', `${dir}/pages`);
// Every process of a program looks for news each two seconds.
let seen = 0;
for (let i = 0; i < 200 && seen < 30; i++) {
  seen = (await get(`/api/v1/leistungen/${slug}`)).status === 200
    ? seen + 1 : 0;
  await pause(100);
}
if (seen < 30)
  notOk('hostile: the test package is on offer', 'not after 20 s');

const examples = JSON.parse(readFileSync(`${folder}/examples.json`, 'utf8'));
const all = examples.find((e) => e.name === 'all').data;
const least = examples.find((e) => e.name === 'least').data;
const submit = (data, headers = {}) => postJson(api, data,
  { 'Idempotency-Key': newId(), ...headers });
const submitText = (body) => send('POST', api, {
  headers: { 'Content-Type': 'application/json', 'Idempotency-Key': newId() },
  body,
});
const codes = (res) => res.json().errors.map((e) => `${e.path}: ${e.code}`);

// What the office sees of an application; every program learns of the new
// service within seconds.
async function stored(res) {
  for (let i = 0; ; i++) {
    const kept = await get('/api/v1/vorgang',
      { Authorization: `Bearer ${res.json().token}` });
    if (kept.status === 200)
      return kept.json().answers;
    if (i === 100)
      throw new Error(answered(kept));
    await pause(100);
  }
}

// That answers are refused for exactly these reasons, each with a sentence.
async function refused(data, ...expected) {
  const res = await submit(data);
  if (res.status !== 422)
    throw new Error(`422 expected: ${answered(res)}`);
  const came = codes(res);
  if (came.sort().join() !== expected.sort().join())
    throw new Error(`expected ${expected}\ncame ${came}`);
  if (!res.json().errors.every((e) => e.message.length > 10))
    throw new Error(`no sentence: ${answered(res)}`);
  return res;
}

await story('hostile: a field of every type is taken, and kept as it is',
  async () => {
    const res = await submit(all);
    if (res.status !== 201)
      throw new Error(answered(res));
    const kept = await stored(res);
    const want = {
      plate: 'QS-AB 1E', card: 'T22000129', at: '14:30', newsletter: true,
      tax_id: '86095742719', fee: 7650, signed: all.signed, price: 1250,
      breed: 'pug',
    };
    for (const [key, value] of Object.entries(want)) {
      if (kept[key] !== value)
        throw new Error(`${key}: ${kept[key]}, not ${value}`);
    }
    if (kept.slot.id !== 'early' || !kept.slot.start.startsWith('2098-12-01'))
      throw new Error(JSON.stringify(kept.slot));
  });
await story('hostile: every type refuses what it is not', async () => {
  const wrong = { name: 1, note: [], lines: {}, count: '1', share: true,
    price: 1.5, born: 19991031, at: 1430, sure: 'yes', newsletter: 'yes',
    kind: [], days: 'mo', mail: {}, tax_id: 86095742719, slot: { id: 'early' },
    state: 16, place: [1, 2], proof: 'x', address: 'here', members: {},
    agreed: 1, signed: false };
  await refused(wrong, ...Object.keys(wrong).map((k) => `${k}: type`));
});
await story('hostile: 10,000 items', async () => {
  await refused({ ...least, members: Array(10000).fill({}) },
    'members: too_many');
});
await story('hostile: items beyond what the definition allows', async () => {
  await refused({ ...least, members: Array(4).fill({ name: 'A' }) },
    'members: too_many');
});
await story('hostile: 10,000 items with a field each: too large', async () => {
  const res = await submit({ ...least,
    members: Array(10000).fill({ name: 'A' }) });
  if (res.status !== 413 || res.json().status !== 413)
    throw new Error(answered(res));
});
await story('hostile: a megabyte of name', async () => {
  await refused({ ...least, name: 'Ö'.repeat(200000) }, 'name: too_long');
  const res = await submit({ ...least, name: 'A'.repeat(1100000) });
  if (res.status !== 413)
    throw new Error(answered(res));
});
await story('hostile: a key twice in JSON', async () => {
  const res = await submitText('{"name":"A","name":"B"}');
  if (res.status !== 400 || res.json().status !== 400)
    throw new Error(answered(res));
});
await story('hostile: bytes that are no UTF-8 in JSON', async () => {
  const res = await submitText(Buffer.from('7b226e616d65223a22ff227d', 'hex'));
  if (res.status !== 400)
    throw new Error(answered(res));
});
await story('hostile: text that runs backwards, or is not to be seen',
  async () => {
    await refused({ ...least, name: 'A\u202eB', note: 'a\u2066b', lines:
      'x\u200fy', signed: 'A\u0007B' }, 'name: text_invalid',
    'note: text_invalid', 'lines: text_invalid', 'signed: text_invalid');
  });
await story('hostile: unknown keys are dropped, and named', async () => {
  const res = await submit({ ...least, farbe: 'rot', fee: 1, total: 9,
    address: { planet: 'Mars' } });
  const dropped = res.json().unknown_dropped;
  if (res.status !== 201 ||
      dropped.sort().join() !== 'address.planet,farbe,fee,total')
    throw new Error(answered(res));
});
await story('hostile: answers to hidden fields are dropped, and named',
  async () => {
    const res = await submit({ ...least, secret: 'x', breed: 'pug' });
    if (res.status !== 201 ||
        res.json().hidden_dropped.sort().join() !== 'breed,secret')
      throw new Error(answered(res));
    const kept = await stored(res);
    if (kept.secret !== undefined || kept.breed !== undefined)
      throw new Error(JSON.stringify(kept));
  });
await story('hostile: the examples are refused as they say', async () => {
  for (const e of examples.filter((one) => one.expect.errors.length > 0)) {
    const base = examples.find((one) => one.name === e.base).data;
    await refused({ ...base, ...e.data }, ...e.expect.errors);
  }
});
await story('hostile: the schema knows every type', async () => {
  const res = await get(`/api/v1/leistungen/${slug}/openapi.json`);
  const p = res.json().components.schemas.Answers.properties;
  if (p.tax_id['x-scheme'] !== 'tax_id' || !p.tax_id.pattern ||
      p.newsletter.type !== 'boolean' || !p.at.pattern ||
      !p.state['x-code-list'] || p.slot.oneOf.length !== 2 ||
      p.fee !== undefined || p.signed.type !== 'string')
    throw new Error(JSON.stringify(p).slice(0, 500));
});

// ---- the same through the page ------------------------------------------

const pairs = (data, extra = []) => [['submission_id', newId()],
  ['action', 'submit'], ...Object.entries(data).map(([k, v]) =>
    [k, String(v)]), ...extra];

await story('hostile: the first page has its defaults, and appointments ' +
  'that can be had', async () => {
  const res = await get(page);
  for (const part of ['name="note" value="Quellstadt"',
    'name="count" value="1"', 'value="early"', 'value="late"',
    'Montag, 01.12.2098, 09:00 bis 09:30 Uhr', 'mit Dolmetscherin',
    'id="f-newsletter" name="newsletter"', '25,50']) {
    if (!res.text.includes(part))
      throw new Error(`${part} is not there`);
  }
  for (const part of ['value="taken"', 'value="past"']) {
    if (res.text.includes(part))
      throw new Error(`${part} is there`);
  }
});
await story('hostile: a field twice in a form', async () => {
  const res = await postForm(page, pairs(least, [['name', 'B']]));
  if (res.status !== 422 || !res.text.includes('f-name-error'))
    throw new Error(answered(res));
});
await story('hostile: item 9,999 of a form', async () => {
  const res = await postForm(page,
    pairs(least, [['members.9999.name', 'A']]));
  if (res.status !== 422 || !res.text.includes('href="#f-members"'))
    throw new Error(answered(res));
});
await story('hostile: bytes that are no UTF-8 in a form', async () => {
  const res = await send('POST', page, {
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(pairs(least)).toString() + '&note=%ff%c0a',
  });
  if (res.status !== 422 || !res.text.includes('f-note-error'))
    throw new Error(answered(res));
});
await story('hostile: markup in every text comes back as text', async () => {
  const evil = '"><script>alert(1)</script>';
  const res = await postForm(page, pairs({ ...least, name: evil, note: evil,
    plate: evil, card: evil, at: evil, country: evil, slot: evil,
    signed: evil, breed: evil, newsletter: evil }));
  if (res.status !== 422 || res.text.includes('<script>alert'))
    throw new Error(answered(res));
});
finish();
