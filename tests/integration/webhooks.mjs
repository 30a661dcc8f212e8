// Notices to clients: signed, once, tried again, dead but not lost, and never
// into networks that nobody allowed.

import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import { test } from './check.mjs';
import {
  get, newId, postJson, processId, sql, torhaus, town, until,
} from './client.mjs';
import { bearer, report, submitJson } from './samples.mjs';

const service = 'maengelmeldung';
const got = [];
let behave = () => ({ status: 204 });
let server;
let base;
let token;

function listen() {
  return new Promise((done) => {
    server = createServer((req, res) => {
      const parts = [];
      req.on('data', (part) => parts.push(part));
      req.on('end', () => {
        const one = { path: req.url, headers: req.headers,
          body: Buffer.concat(parts).toString() };
        got.push(one);
        const { status, headers = {}, body = '' } = behave(one);
        res.writeHead(status, headers);
        res.end(body);
      });
    }).listen(0, '127.0.0.1', () => {
      base = `http://127.0.0.1:${server.address().port}`;
      done();
    });
  });
}

function addWebhook(path, ...args) {
  const run = torhaus('webhook', 'add', 'melder', '--town', town, '--url',
    base + path, ...args);
  assert.equal(run.status, 0, run.err);
  return { number: run.out.match(/webhook (\d+)/)[1],
    secret: Buffer.from(run.out.match(/whsec_(\S+)/)[1], 'base64') };
}

async function apply() {
  const res = await submitJson(service, report);
  assert.equal(res.status, 201, res.text);
  const [[id]] = sql('SELECT LOWER(HEX(id)) FROM vorgang WHERE reference = ' +
    `'${res.json.reference.replaceAll('-', '')}'`);
  return { ...res.json, id };
}

const about = (path, id) => got.filter((one) => one.path === path &&
  JSON.parse(one.body).vorgang === id);
const heard = (path, id, n = 1) =>
  until(() => about(path, id), (list) => list.length >= n, 15);
const ledger = (number, columns = 'state, attempts, last_error') =>
  sql(`SELECT ${columns} FROM webhook_delivery WHERE ` +
    `webhook_id = ${number} ORDER BY id`);

async function noticeTests() {
  const hook = addWebhook('/gut');
  await test('webhook: a new application is told of, signed', async () => {
    const made = await apply();
    const [one] = await heard('/gut', made.id);
    assert.deepEqual(Object.keys(JSON.parse(one.body)),
      ['id', 'event', 'vorgang', 'service', 'state', 'at']);
    assert.equal(JSON.parse(one.body).event, 'new');
    assert.equal(one.headers['webhook-id'], JSON.parse(one.body).id);
    const signed = [one.headers['webhook-id'],
      one.headers['webhook-timestamp'], one.body].join('.');
    assert.equal(one.headers['webhook-signature'], 'v1,' +
      createHmac('sha256', hook.secret).update(signed).digest('base64'));
    const age = Date.now() / 1000 - Number(one.headers['webhook-timestamp']);
    assert.ok(age >= -1 && age < 20);
    await until(() => ledger(hook.number), (rows) => rows[0][0] === '2');
    assert.equal(ledger(hook.number).length, 1);
  });
  await test('webhook: what the client does itself is no news to it',
    async () => {
      const made = await apply();
      await heard('/gut', made.id);
      const path = `/api/v1/fachverfahren/vorgaenge/${made.id}`;
      assert.equal((await get(path, bearer(token))).status, 200);
      const res = await postJson(`${path}/antwort`,
        { message: 'Danke, wir kommen.' },
        { ...bearer(token), 'Idempotency-Key': newId() });
      assert.equal(res.status, 200, res.text);
      const message = await postJson('/api/v1/vorgang/nachrichten',
        { text: 'Es brennt wieder.' },
        { ...bearer(made.token), 'Idempotency-Key': newId() });
      assert.equal(message.status, 201, message.text);
      const list = await heard('/gut', made.id, 2);
      assert.deepEqual(list.map((one) => JSON.parse(one.body).event),
        ['new', 'changed']);
      const gone = await postJson('/api/v1/vorgang/rueckzug', {},
        bearer(made.token));
      assert.equal(gone.status, 200, gone.text);
      const last = (await heard('/gut', made.id, 3)).at(-1);
      assert.equal(JSON.parse(last.body).event, 'withdrawn');
      assert.equal(JSON.parse(last.body).state, 'withdrawn');
    });
  torhaus('webhook', 'remove', hook.number, '--town', town);
}

async function failureTests() {
  const hook = addWebhook('/krank', '--events', 'new');
  const again = () => sql('UPDATE webhook_delivery SET next_at = ' +
    'UTC_TIMESTAMP(3) WHERE state = 0');
  await test('webhook: a receiver that fails is asked again, same id',
    async () => {
      behave = () => ({ status: 503 });
      const made = await apply();
      await heard('/krank', made.id);
      await until(() => ledger(hook.number)[0],
        (row) => row[0] === '0' && row[2] === 'status 503');
      behave = () => ({ status: 200 });
      again();
      const list = await heard('/krank', made.id, 2);
      assert.equal(list[0].headers['webhook-id'],
        list[1].headers['webhook-id']);
      await until(() => ledger(hook.number)[0], (row) => row[0] === '2');
    });
  await test('webhook: no redirects, no endless answers', async () => {
    behave = () => ({ status: 302, headers: { Location: `${base}/falle` } });
    const made = await apply();
    await heard('/krank', made.id);
    await until(() => ledger(hook.number).at(-1), (row) => row[0] === '0' &&
      /redirects are not followed/.test(row[2]));
    assert.equal(got.filter((one) => one.path === '/falle').length, 0);
    behave = () => ({ status: 200, body: 'x'.repeat(1 << 20) });
    again();
    await until(() => ledger(hook.number).at(-1),
      (row) => /longer than 65536/.test(row[2]));
  });
  await test('webhook: dead after its tries, shown, and sent again by hand',
    async () => {
      behave = () => ({ status: 500 });
      sql('UPDATE webhook_delivery SET attempts = 14, next_at = ' +
        'UTC_TIMESTAMP(3) WHERE state = 0');
      await until(() => ledger(hook.number).at(-1), (row) => row[0] === '3');
      const list = torhaus('webhook', 'list', '--town', town, '--dead');
      assert.match(list.out, /DEAD +15 attempts +status 500/);
      const id = ledger(hook.number, 'LOWER(HEX(id))').at(-1)[0];
      const show = torhaus('webhook', 'show', id, '--town', town);
      assert.match(show.out, /Answer +500/);
      assert.doesNotMatch(list.out + show.out, /Laterne|whsec/);
      behave = () => ({ status: 200 });
      assert.equal(torhaus('webhook', 'retry', '--dead', '--town', town)
        .status, 0);
      await until(() => ledger(hook.number).at(-1), (row) => row[0] === '2');
      assert.equal(ledger(hook.number).at(-1)[0], '2');
    });
  await test('webhook: a killed courier loses no notice', async () => {
    const made = [];
    process.kill(processId('courier'), 'SIGKILL');
    for (let i = 0; i < 5; i++)
      made.push(await apply());
    for (const one of made)
      assert.equal((await heard('/krank', one.id)).length, 1);
  });
  torhaus('webhook', 'remove', hook.number, '--town', town);
}

async function addressTests() {
  await test('webhook: addresses that are none are refused', () => {
    for (const url of ['http://example.org/', 'ftp://example.org/',
      'https://user@example.org/', 'https://', 'https://example.org/#x',
      'https://example.org:x/', 'http://127.0.0.1.example.org/',
      'https://example.org/ä', 'https:/example.org']) {
      const run = torhaus('webhook', 'add', 'melder', '--town', town,
        '--url', url);
      assert.equal(run.status, 1, `${url}: ${run.out}`);
    }
  });
  await test('webhook: an internal network is not written to', async () => {
    const run = torhaus('webhook', 'add', 'melder', '--town', town, '--url',
      'https://10.0.0.1/', '--events', 'new');
    const number = run.out.match(/webhook (\d+)/)[1];
    await apply();
    const row = await until(() => ledger(number)[0],
      (one) => one !== undefined && one[2] !== 'NULL');
    assert.match(row[2], /webhook_networks does not allow/);
    torhaus('webhook', 'remove', number, '--town', town);
  });
}

export async function webhookTests() {
  await listen();
  const made = torhaus('client', 'add', 'melder', '--town', town, '--label',
    'Melder', '--scope', `${service}=read,answer`);
  assert.equal(made.status, 0, made.err);
  token = made.out.match(/\bfv_[0-9a-z]{26}\b/)[0];
  await noticeTests();
  await failureTests();
  await addressTests();
  server.close();
}
