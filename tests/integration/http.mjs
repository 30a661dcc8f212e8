// What goes in: methods, hosts, sizes, media types, encodings, languages; and
// what comes out: problems, headers.

import assert from 'node:assert/strict';
import { test } from './check.mjs';
import {
  get, newId, port, postForm, postJson, raw, send, sql,
} from './client.mjs';
import { report, services, submitForm, submitJson } from './samples.mjs';

const api = '/api/v1/antraege/maengelmeldung';
const count = () => Number(sql('SELECT COUNT(*) FROM vorgang')[0][0]);

function assertProblem(res, status, type) {
  assert.equal(res.status, status, res.text.slice(0, 300));
  assert.match(res.headers['content-type'], /^application\/problem\+json/);
  const problem = res.json;
  assert.equal(problem.status, status);
  for (const name of ['type', 'title', 'detail', 'instance'])
    assert.equal(typeof problem[name], 'string', `${name} is missing`);
  assert.match(problem.instance, /^urn:torhaus:request:[0-9a-f]{32}$/);
  if (type)
    assert.equal(problem.type, `urn:torhaus:problem:${type}`);
  return problem;
}

export async function httpTests() {
  for (const [path, allow] of [
    [api, 'POST'], ['/api/v1/leistungen', 'GET'], ['/vorgang/', 'POST'],
    ['/api/v1/dokumente', 'POST'], ['/api/v1/vorgang', 'GET'],
  ]) {
    await test(`wrong method at ${path}: 405 and Allow`, async () => {
      const res = await send('DELETE', path);
      assert.equal(res.status, 405);
      assert.match(res.headers.allow ?? '', new RegExp(`\\b${allow}\\b`));
      assert.doesNotMatch(res.headers.allow, /DELETE/);
    });
  }
  for (const path of ['/gibt-es-nicht', '/api/v1/gibt-es-nicht',
    '/antrag/gibt-es-nicht/', '/vorgang/l/0123/gibt-es-nicht']) {
    await test(`unknown path ${path}: 404`, async () => {
      assert.equal((await get(path)).status, 404);
    });
  }
  await test('an unknown path of the API is a problem', async () => {
    assertProblem(await get('/api/v1/leistungen/gibt-es-nicht'), 404);
  });
  await test('an unknown host: 421', async () => {
    for (const name of ['anderswo.example', '127.0.0.1'])
      assert.equal((await get('/', { Host: name })).status, 421);
    assert.equal((await postJson(api, report, { Host: 'x.example',
      'Idempotency-Key': newId() })).status, 421);
  });
  await test('an oversize body: 413', async () => {
    const body = JSON.stringify({ ...report, x: 'a'.repeat(2 << 20) });
    const res = await postJson(api, body, { 'Idempotency-Key': newId() })
      .catch(() => null);
    if (res) /* the line may be cut before the client has sent all */
      assertProblem(res, 413);
    const said = await raw(`POST ${api} HTTP/1.1\r\nHost: quellstadt.local` +
      'host\r\nContent-Type: application/json\r\nContent-Length: 3000000' +
      '\r\nConnection: close\r\n\r\n{');
    assert.match(said, /^HTTP\/1\.1 413 /);
  });
  for (const type of ['text/plain', 'application/xml', '', 'application/jsonx',
    'application/x-www-form-urlencoded']) {
    await test(`media type "${type}" at the API: 415`, async () => {
      assertProblem(await send('POST', api, { body: JSON.stringify(report),
        headers: { 'Content-Type': type, 'Idempotency-Key': newId() } }),
      415);
    });
  }
  const json = JSON.stringify(report);
  const deep = (n) => '['.repeat(n) + ']'.repeat(n);
  for (const [name, body] of [
    ['broken', json.slice(0, -1)],
    ['with something behind', json + 'x'],
    ['empty', ''],
    ['an array', '[]'],
    ['a number', '1'],
    ['a trailing comma', json.replace(/}$/, ',}')],
    ['duplicate keys', json.replace(/}$/, ',"category":"litter"}')],
    ['nested deeply', json.replace(/}$/, `,"x":${deep(5000)}}`)],
    ['bad UTF-8', Buffer.concat([Buffer.from(json.slice(0, -1) + ',"name":"'),
      Buffer.from([0xc3, 0x28]), Buffer.from('"}')])],
    ['overlong UTF-8', Buffer.concat([Buffer.from(json.slice(0, -1) +
      ',"name":"'), Buffer.from([0xc0, 0xaf]), Buffer.from('"}')])],
    ['a lone surrogate', json.replace(/}$/, ',"name":"\\ud800"}')],
    ['an escaped NUL', json.replace(/}$/, ',"name":"a\\u0000b"}')],
  ]) {
    await test(`JSON ${name}: refused, nothing stored`, async () => {
      const before = count();
      const res = await postJson(api, body, { 'Idempotency-Key': newId() });
      assert.ok([400, 413, 422].includes(res.status), `${res.status} ${res.text}`);
      assertProblem(res, res.status);
      assert.equal(count(), before);
    });
  }
  await test('bidi controls in a text are refused or taken out', async () => {
    const res = await submitJson('maengelmeldung', { ...report,
      description: 'Laterne \u202egnp.exe\u2066 flackert seit gestern.' });
    if (res.status === 422) {
      assert.equal(res.json.errors[0].path, 'description');
      return;
    }
    assert.equal(res.status, 201);
    const view = await get('/api/v1/vorgang',
      { Authorization: `Bearer ${res.json.token}` });
    assert.doesNotMatch(view.text, /[\u202a-\u202e\u2066-\u2069]|\\u20[26]/);
  });
  await test('hidden answers are dropped, and it is said', async () => {
    const res = await submitJson('maengelmeldung', { ...report,
      vehicle_plate: 'QS-AB 1', email: 'x@example.org' });
    assert.equal(res.status, 201, res.text);
    assert.deepEqual(res.json.hidden_dropped.sort(),
      ['email', 'vehicle_plate']);
    const view = await get('/api/v1/vorgang',
      { Authorization: `Bearer ${res.json.token}` });
    assert.equal(view.json.answers.vehicle_plate, undefined);
    assert.equal(view.json.answers.description, report.description);
    assert.equal(view.json.answers.location_text, report.location_text);
  });
  await test('unknown members are dropped, and it is said', async () => {
    const res = await submitJson('maengelmeldung',
      { ...report, farbe: 'rot', __proto__x: { a: 1 } });
    assert.equal(res.status, 201, res.text);
    assert.ok(res.json.unknown_dropped.includes('farbe'), res.text);
  });
  await test('wrong answers: 422 with each path and code', async () => {
    const res = await submitJson('maengelmeldung', { category: 'drache' });
    const problem = assertProblem(res, 422, 'field-invalid');
    const codes = problem.errors.map((e) => `${e.path}: ${e.code}`);
    assert.ok(codes.includes('category: not_in_list'), codes.join());
    assert.ok(codes.includes('description: required'), codes.join());
    assert.ok(problem.errors.every((e) => e.message.length > 5));
  });
  await test('no Idempotency-Key, or a bad one: 400', async () => {
    assertProblem(await postJson(api, report), 400);
    for (const key of ['1', 'g'.repeat(32), '0'.repeat(31)])
      assertProblem(await submitJson('maengelmeldung', report, key), 400);
  });
  await test('German, English: Accept-Language and the choice', async () => {
    const text = async (headers, query = '') => (await get(
      `/vorgang/${query}`, headers)).text.match(/<html[^>]*lang="(..)"/)[1];
    assert.equal(await text({}), 'de');
    assert.equal(await text({ 'Accept-Language': 'en-GB,en;q=0.9' }), 'en');
    assert.equal(await text({ 'Accept-Language': 'fr, de;q=0.3' }), 'de');
    assert.equal(await text({ 'Accept-Language': 'de' }, '?sprache=en'), 'en');
    assert.equal(await text({ 'Accept-Language': 'en',
      Cookie: 'sprache=de' }), 'de');
    const res = await get('/vorgang/?sprache=en');
    assert.match(String(res.headers['set-cookie']), /sprache=en;/);
    const wrong = (lang) => submitJson('maengelmeldung', {}, newId(),
      { 'Accept-Language': lang });
    assert.notEqual((await wrong('de')).json.errors[0].message,
      (await wrong('en')).json.errors[0].message);
  });
  await test('a form with mistakes comes back with all that was typed',
    async () => {
      const res = await submitForm('maengelmeldung', { ...report,
        description: 'k <b>"&' });
      assert.equal(res.status, 422);
      assert.match(res.text, /k &lt;b&gt;(&quot;|&#34;|")&amp;/);
      assert.match(res.text, /value="L-0417"/);
      assert.match(res.text, /href="#f-description"/);
    });
  await test('a form without a submission id is not taken', async () => {
    const before = count();
    const res = await postForm('/antrag/maengelmeldung/', [
      ...Object.entries(report), ['action', 'submit']]);
    assert.equal(res.status, 422);
    assert.match(res.text, /name="submission_id" value="[0-9a-f]{32}"/);
    assert.equal(count(), before);
  });
  await test('a page of another site cannot send: 403', async () => {
    const before = count();
    for (const site of ['cross-site', 'same-site']) {
      const res = await submitForm('maengelmeldung', report, newId(),
        { 'Sec-Fetch-Site': site, Origin: 'https://evil.example' });
      assert.equal(res.status, 403, site);
    }
    assert.equal(count(), before);
    assert.equal((await submitForm('maengelmeldung', report, newId(),
      { 'Sec-Fetch-Site': 'same-origin' })).status, 303);
  });
  for (const path of ['/', '/antrag/maengelmeldung/', '/vorgang/',
    '/gibt-es-nicht', '/api/v1/leistungen']) {
    await test(`security headers of ${path}`, async () => {
      const { headers } = await get(path);
      assert.match(headers['content-security-policy'], /default-src '/);
      assert.doesNotMatch(headers['content-security-policy'], /unsafe/);
      assert.equal(headers['x-content-type-options'], 'nosniff');
      assert.ok(headers['referrer-policy']);
      assert.doesNotMatch(headers.server ?? '', /\d/);
    });
  }
  await test('health and metrics for this machine', async () => {
    for (const program of ['forms', 'documents', 'status']) {
      assert.equal((await get(`/bereit/${program}`)).status, 200);
      const metrics = await get(`/metriken/${program}`);
      assert.equal(metrics.status, 200);
      assert.match(metrics.text, /^# TYPE torhaus_\w+ /m);
    }
    assert.equal((await get('/bereit/courier')).status, 404);
  });
  for (const service of services) {
    await test(`OpenAPI of ${service}: 3.1, every $ref leads somewhere`,
      async () => {
        const res = await get(`/api/v1/leistungen/${service}/openapi.json`);
        assert.equal(res.status, 200);
        const doc = res.json;
        assert.match(doc.openapi, /^3\.1\./);
        assert.ok(doc.info.title && doc.info.version);
        let refs = 0;
        const walk = (value) => {
          if (value === null || typeof value !== 'object')
            return;
          if (typeof value.$ref === 'string') {
            refs++;
            assert.match(value.$ref, /^#\//);
            let at = doc;
            for (const step of value.$ref.slice(2).split('/'))
              at = at?.[step.replaceAll('~1', '/').replaceAll('~0', '~')];
            assert.ok(at, `${value.$ref} leads nowhere`);
          }
          Object.values(value).forEach(walk);
        };
        walk(doc);
        assert.ok(Object.keys(doc.paths).length > 0);
        for (const item of Object.values(doc.paths)) {
          for (const method of ['get', 'post']) {
            if (item[method])
              assert.ok(Object.keys(item[method].responses).length > 0);
          }
        }
      });
  }
  await test('many headers, long lines: refused, and the next is served',
    async () => {
      const said = await raw(`GET / HTTP/1.1\r\nHost: quellstadt.localhost\r\n` +
        `X: ${'a'.repeat(40000)}\r\n\r\n`);
      assert.match(said, /^HTTP\/1\.1 4\d\d /);
      assert.equal((await get('/')).status, 200, `port ${port}`);
    });
}
