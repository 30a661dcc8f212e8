// Specialised procedures: who may what, fetching, answering, and that the same
// again changes nothing. Every answer is held against the OpenAPI document.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { test } from './check.mjs';
import {
  get, host, mailsUntil, newId, png, postJson, postParts, raw, send, sleep, sql,
  torhaus, town,
} from './client.mjs';
import {
  bearer, pairsOf, report, reportWithMail, submitJson, tokenOf,
} from './samples.mjs';

const api = '/api/v1/fachverfahren';
const service = 'maengelmeldung';
const require = createRequire(resolve(
  `${process.env.BUILD ?? 'build'}/npm/package.json`));
const notice = Buffer.from('%PDF-1.7\n% Bescheid\n%%EOF\n');

let openapi;
let schemas;

// Whether a value is as the OpenAPI document says.
function fits(name, value) {
  const check = schemas.getSchema(`api#/components/schemas/${name}`);
  assert.ok(check(value), JSON.stringify(check.errors?.slice(0, 3)));
}

async function loadOpenapi() {
  const res = await get(`${api}/openapi.json`);
  assert.equal(res.status, 200, res.text);
  openapi = res.json;
  const Ajv = require('ajv/dist/2020').default;
  schemas = new Ajv({ strict: false, allErrors: true,
    formats: { 'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/,
      date: /^\d{4}-\d\d-\d\d$/, uri: /^[a-z]+:/, binary: true } });
  schemas.addSchema({ ...openapi, $id: 'api' });
}

function addClient(name, ...args) {
  const run = torhaus('client', 'add', name, '--town', town, '--label',
    `Verfahren ${name}`, ...args);
  assert.equal(run.status, 0, run.err);
  return run.out.match(/\bfv_[0-9a-z]{26}\b/)?.[0];
}

const once = (token, key = newId()) =>
  ({ ...bearer(token), 'Idempotency-Key': key });
const vorgang = (id, rest = '') => `${api}/vorgaenge/${id}${rest}`;
const idOf = (reference) => sql('SELECT LOWER(HEX(id)) FROM vorgang WHERE ' +
  `reference = '${reference.replaceAll('-', '')}'`)[0][0];
const eventsOf = (id) => sql('SELECT kind FROM event WHERE vorgang_id = ' +
  `UNHEX('${id}') ORDER BY seq`).map((row) => row[0]);
const problem = (res, status, code) => {
  assert.equal(res.status, status, res.text);
  assert.match(res.headers['content-type'], /^application\/problem\+json/);
  fits('Problem', res.json);
  assert.equal(res.json.code, code);
};

async function apply(answers = report) {
  const res = await submitJson(service, answers);
  assert.equal(res.status, 201, res.text);
  return { ...res.json, id: idOf(res.json.reference) };
}

async function applyWithPhoto(bytes) {
  const res = await postParts(`/antrag/${service}/`, [
    { name: 'submission_id', value: newId() },
    ...pairsOf(report).map(([name, value]) => ({ name, value })),
    { name: 'photos', filename: 'foto.png', type: 'image/png', bytes },
    { name: 'action', value: 'submit' }]);
  assert.equal(res.status, 303, res.text.slice(0, 300));
  const token = tokenOf(res);
  const view = await get('/api/v1/vorgang', bearer(token));
  return { token, id: idOf(view.json.reference) };
}

async function doorTests(token) {
  await test('handover: no token, a wrong one, another town', async () => {
    problem(await get(api), 401, 'unauthorized');
    problem(await get(api, bearer('fv_' + '0'.repeat(26))), 401,
      'unauthorized');
    problem(await get(api, bearer('x')), 401, 'unauthorized');
    const other = await get(api,
      { ...bearer(token), Host: 'auental.localhost' });
    problem(other, 401, 'unauthorized');
    assert.match(other.headers['www-authenticate'], /^Bearer/);
    const nowhere = await get(`${api}/gibtsnicht`, bearer(token));
    assert.equal(nowhere.status, 404);
    assert.match(nowhere.headers['content-type'], /^application\/problem\+json/);
  });
  await test('handover: headers are no certificate', async () => {
    problem(await get(api, { 'Client-Verify': 'SUCCESS',
      'Client-Cert': '-----BEGIN%20CERTIFICATE-----' }), 401, 'unauthorized');
  });
  await test('handover: a client is told what it may do', async () => {
    const res = await get(api, bearer(token));
    fits('Self', res.json);
    assert.deepEqual(res.json.services, [{ service,
      rights: ['read', 'acknowledge', 'answer'] }]);
  });
  await test('handover: tokens are rotated with an overlap, and revoked',
    async () => {
      const old = addClient('wechsel', '--scope', `${service}=read`);
      const run = torhaus('client', 'rotate', 'wechsel', '--town', town);
      const fresh = run.out.match(/\bfv_[0-9a-z]{26}\b/)[0];
      assert.notEqual(fresh, old);
      assert.equal((await get(api, bearer(old))).status, 200);
      assert.equal((await get(api, bearer(fresh))).status, 200);
      torhaus('client', 'rotate', 'wechsel', '--town', town, '--overlap', '0');
      assert.equal((await get(api, bearer(fresh))).status, 401);
      assert.equal(torhaus('client', 'revoke', 'wechsel', '--town', town)
        .status, 0);
      const list = torhaus('client', 'list', '--town', town);
      assert.match(list.out, /wechsel .*REVOKED/);
      assert.doesNotMatch(list.out, /fv_/);
      assert.notEqual(torhaus('client', 'rotate', 'wechsel', '--town', town)
        .status, 0);
    });
  await test('handover: beyond its hour a client waits', async () => {
    const slow = addClient('langsam', '--scope', `${service}=read`,
      '--hourly', '3');
    for (let i = 0; i < 3; i++)
      assert.equal((await get(api, bearer(slow))).status, 200);
    const res = await get(api, bearer(slow));
    problem(res, 429, 'too-many-requests');
    assert.ok(Number(res.headers['retry-after']) > 0);
  });
}

async function listTests(token) {
  await test('handover: the list goes on where it was, in pages', async () => {
    const since = new Date(Date.now() - 500).toISOString();
    const made = [];
    for (let i = 0; i < 5; i++)
      made.push((await apply()).id);
    const seen = [];
    let path = `${api}/vorgaenge?leistung=${service}&seit=${since}&anzahl=2`;
    for (;;) {
      const res = await get(path, bearer(token));
      assert.equal(res.status, 200, res.text);
      fits('List', res.json);
      assert.ok(res.json.vorgaenge.length <= 2);
      seen.push(...res.json.vorgaenge.map((one) => one.id));
      if (!res.json.has_more)
        break;
      path = `${api}/vorgaenge?leistung=${service}&anzahl=2&ab=` +
        res.json.next;
    }
    assert.deepEqual(seen.filter((id) => made.includes(id)), made);
    assert.equal(new Set(seen).size, seen.length);
  });
  await test('handover: an unchanged list is 304', async () => {
    const path = `${api}/vorgaenge?seit=2099-01-01T00:00:00Z`;
    const first = await get(path, bearer(token));
    assert.equal(first.status, 200);
    assert.deepEqual(first.json.vorgaenge, []);
    const past = `${api}/vorgaenge?ab=1000-${'0'.repeat(32)}&zustand=nie`;
    const { headers } = await get(past, bearer(token));
    const again = await get(past,
      { ...bearer(token), 'If-None-Match': headers.etag });
    assert.equal(again.status, 304);
    assert.equal(again.text, '');
    // Where the next look begins moves with the clock: no new contents.
    const all = `${api}/vorgaenge?anzahl=500`;
    const full = await get(all, bearer(token));
    await sleep(5);
    const same = await get(all,
      { ...bearer(token), 'If-None-Match': full.headers.etag });
    assert.equal(same.status, 304);
  });
  await test('handover: parameters that are none', async () => {
    for (const [query, code] of [['seit=gestern', 'bad-time'],
      ['anzahl=0', 'bad-count'], ['anzahl=501', 'bad-count'],
      ['ab=x', 'bad-cursor'], ['ab=1-2', 'bad-cursor'],
      ['abgeholt=ja', 'bad-filter']])
      problem(await get(`${api}/vorgaenge?${query}`, bearer(token)), 400,
        code);
    problem(await get(`${api}/vorgaenge?leistung=hundesteuer-anmeldung`,
      bearer(token)), 403, 'out-of-scope');
  });
}

async function fetchTests(token) {
  await test('handover: fetched with a trace, then 304 without', async () => {
    const made = await apply();
    const changed = () => sql('SELECT changed_at FROM vorgang WHERE id = ' +
      `UNHEX('${made.id}')`)[0][0];
    const before = changed();
    const res = await get(vorgang(made.id), bearer(token));
    assert.equal(res.status, 200, res.text);
    fits('Vorgang', res.json);
    assert.equal(res.json.answers.asset_id, report.asset_id);
    assert.equal(res.json.reference, made.reference);
    assert.ok(res.json.handover.handed_at);
    assert.equal(res.json.handover.collected_at, null);
    const again = await get(vorgang(made.id),
      { ...bearer(token), 'If-None-Match': res.headers.etag });
    assert.equal(again.status, 304);
    /* As a proxy that compresses would ask. */
    assert.equal((await get(vorgang(made.id), { ...bearer(token),
      'If-None-Match': `"x", W/${res.headers.etag}` })).status, 304);
    assert.deepEqual(eventsOf(made.id).slice(-2), ['handed-over', 'viewed']);
    assert.equal(changed(), before);
    const show = torhaus('vorgang', 'show', made.reference, '--town', town);
    assert.match(show.out, /viewed .*client:ewo/);
  });
  await test('handover: eight at once hand over once', async () => {
    const made = await apply();
    const all = await Promise.all(Array.from({ length: 8 }, () =>
      get(vorgang(made.id), bearer(token))));
    assert.ok(all.every((res) => res.status === 200));
    assert.equal(eventsOf(made.id).filter((k) => k === 'handed-over').length,
      1);
  });
  await test('handover: documents come whole, with their checksum',
    async () => {
      const bytes = png(40, 40);
      const made = await applyWithPhoto(bytes);
      const { json } = await get(vorgang(made.id), bearer(token));
      const [one] = json.documents;
      const res = await get(one.href, bearer(token));
      assert.equal(res.status, 200);
      const sum = createHash('sha256').update(res.bytes).digest('hex');
      assert.equal(sum, one.sha256);
      assert.equal(res.bytes.length, one.size);
      assert.equal((await get(one.href, { ...bearer(token),
        'If-None-Match': res.headers.etag })).status, 304);
      problem(await get(`${vorgang(made.id)}/dokumente/${newId()}`,
        bearer(token)), 404, 'no-document');
    });
  await test('handover: beyond the scope there is nothing', async () => {
    const made = await apply();
    const other = addClient('fremd', '--scope',
      'hundesteuer-anmeldung=read,answer');
    problem(await get(vorgang(made.id), bearer(other)), 404, 'no-vorgang');
    problem(await get(vorgang(newId()), bearer(token)), 404, 'no-vorgang');
    problem(await get(vorgang('x'), bearer(token)), 404, 'no-vorgang');
    const reader = addClient('leser', '--scope', `${service}=read`);
    assert.equal((await get(vorgang(made.id), bearer(reader))).status, 200);
    for (const what of ['/abholung', '/antwort', '/dokumente'])
      problem(await postJson(vorgang(made.id, what), {}, once(reader)), 403,
        'out-of-scope');
  });
}

async function answerTests(token) {
  await test('handover: acknowledged once; the citizen reads when and by whom',
    async () => {
      const made = await apply();
      await get(vorgang(made.id), bearer(token));
      const key = newId();
      const post = (k) => send('POST', vorgang(made.id, '/abholung'),
        { headers: once(token, k), body: '' });
      const first = await post(key);
      assert.equal(first.status, 200, first.text);
      fits('Brief', first.json);
      const events = eventsOf(made.id).length;
      const again = await post(key);
      const other = await post(newId());
      assert.equal(again.headers['idempotency-replayed'], 'true');
      for (const res of [again, other])
        assert.equal(res.json.handover.collected_at,
          first.json.handover.collected_at);
      assert.equal(eventsOf(made.id).length, events);
      problem(await send('POST', vorgang(made.id, '/abholung'),
        { headers: bearer(token), body: '' }), 400, 'no-key');
      for (const [lang, words] of [['de', /Dort angekommen/],
        ['en', /Arrived there/]]) {
        const page = await get(`/vorgang/l/${made.token}?sprache=${lang}`);
        assert.match(page.text, /Verfahren ewo/);
        assert.match(page.text, words);
      }
      const view = await get('/api/v1/vorgang', bearer(made.token));
      assert.equal(view.json.handovers[0].to, 'Verfahren ewo');
      const open = await get(`${api}/vorgaenge?abgeholt=nein&leistung=` +
        service, bearer(token));
      assert.ok(!open.json.vorgaenge.some((one) => one.id === made.id));
    });
  await test('handover: a new state with a note, once', async () => {
    const answers = reportWithMail('verfahren');
    const made = await apply(answers);
    const { json } = await get(vorgang(made.id), bearer(token));
    const [to] = json.next_states;
    const headers = once(token);
    const body = { state: to, note: 'Wir sind dran.' };
    const first = await postJson(vorgang(made.id, '/antwort'), body, headers);
    assert.equal(first.status, 200, first.text);
    fits('Brief', first.json);
    assert.equal(first.json.state, to);
    const count = eventsOf(made.id).length;
    const again = await postJson(vorgang(made.id, '/antwort'), body, headers);
    assert.equal(again.status, 200);
    assert.equal(again.headers['idempotency-replayed'], 'true');
    assert.equal(eventsOf(made.id).length, count);
    problem(await postJson(vorgang(made.id, '/antwort'),
      { ...body, note: 'Anders.' }, headers), 409, 'key-used');
    assert.equal((await mailsUntil(answers.email, 2)).length, 2);
    const page = await get(`/vorgang/l/${made.token}`);
    assert.match(page.text, /Wir sind dran\./);
  });
  await test('handover: ten times the same question at once is one',
    async () => {
      const made = await apply();
      const headers = once(token);
      const all = await Promise.all(Array.from({ length: 10 }, () =>
        postJson(vorgang(made.id, '/antwort'),
          { message: 'Welche Hausnummer?', is_question: true }, headers)));
      assert.ok(all.every((res) => res.status === 200),
        all.map((res) => res.status).join());
      const { json } = await get(vorgang(made.id), bearer(token));
      assert.equal(json.messages.length, 1);
      assert.equal(eventsOf(made.id).filter((k) => k === 'question').length,
        1);
      const page = await get(`/vorgang/l/${made.token}`);
      assert.match(page.text, /Welche Hausnummer\?/);
    });
  await test('handover: answers that are none', async () => {
    const made = await apply();
    for (const [body, status, code] of [
      [{}, 422, 'empty-answer'], [{ note: 'x' }, 422, 'empty-answer'],
      [{ message: 'x', note: 'y' }, 422, 'note-without-state'],
      [{ state: 'gibtsnicht' }, 422, 'no-state'],
      [{ state: 'received' }, 409, 'no-way'],
      [{ message: '' }, 422, 'bad-text'], [{ message: 7 }, 422, 'bad-text'],
      [{ message: 'a'.repeat(4001) }, 422, 'text-too-long'],
      [{ state: 'x', is_question: true }, 422, 'question-without-text'],
      [{ state: 5 }, 422, 'no-state'],
      [{ message: 'x', is_question: 'yes' }, 422, 'bad-question'],
    ])
      problem(await postJson(vorgang(made.id, '/antwort'), body,
        once(token)), status, code);
    const text = await send('POST', vorgang(made.id, '/antwort'),
      { headers: { ...once(token), 'Content-Type': 'text/plain' }, body: 'x' });
    assert.equal(text.status, 415);
    assert.equal(eventsOf(made.id).includes('handled'), false);
  });
  await test('handover: a notice reaches the citizen, once', async () => {
    const made = await apply();
    const headers = { ...once(token), 'Content-Type': 'application/pdf',
      'Content-Disposition': 'attachment; filename="Bescheid.pdf"' };
    const post = (body, h = headers) =>
      send('POST', vorgang(made.id, '/dokumente'), { headers: h, body });
    const first = await post(notice);
    assert.equal(first.status, 201, first.text);
    fits('Document', first.json);
    const again = await post(notice);
    assert.equal(again.status, 200);
    assert.equal(again.json.id, first.json.id);
    problem(await post(Buffer.from('%PDF-1.4 anders')), 409, 'key-used');
    problem(await post(Buffer.from('<html>'), { ...headers, ...once(token) }),
      415, 'no-pdf');
    /* Told before it is sent. */
    const large = await raw(`POST ${vorgang(made.id, '/dokumente')} HTTP/1.1\r\n` +
      `Host: ${host}\r\nContent-Type: application/pdf\r\nConnection: close` +
      `\r\nAuthorization: Bearer ${token}\r\nIdempotency-Key: ${newId()}\r\n` +
      'Content-Length: 1048577\r\n\r\n');
    assert.match(large, /^HTTP\/1.1 413 /);
    assert.match(large, /document-too-large/);
    const view = await get('/api/v1/vorgang', bearer(made.token));
    assert.equal(view.json.documents.length, 1);
    assert.equal(view.json.documents[0].from, 'office');
    const file = await get(
      `/vorgang/l/${made.token}/dokument/${first.json.id}`);
    assert.deepEqual(file.bytes, notice);
  });
}

export async function handoverTests() {
  await test('handover: the OpenAPI document', async () => {
    await loadOpenapi();
    assert.equal(openapi.openapi, '3.1.0');
    for (const name of Object.keys(openapi.components.schemas))
      schemas.getSchema(`api#/components/schemas/${name}`);
    const ids = Object.values(openapi.paths).flatMap((path) =>
      Object.values(path).map((one) => one.operationId));
    assert.equal(new Set(ids).size, 8);
  });
  const token = addClient('ewo', '--scope',
    `${service}=read,acknowledge,answer`);
  await doorTests(token);
  await listTests(token);
  await fetchTests(token);
  await answerTests(token);
  await test('handover: the audit is clean behind it', () => {
    const run = torhaus('audit', 'verify');
    assert.equal(run.status, 0, run.out + run.err);
  });
}
