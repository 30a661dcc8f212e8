// Applications that go to another authority by XTorhaus, our own standard: out,
// what it reports and asks for, and the citizen's answer; with an invented
// authority (tests/fachverfahren) that goes by words in what it gets.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { skip, test } from './check.mjs';
import { dir, get, newId, postJson, png, send, sql, torhaus, town, until }
  from './client.mjs';
import { bearer, examplesOf, report, submitJson, tokenOf, wholeExample }
  from './samples.mjs';

const road = 'Landesbetrieb Straßen (erfunden)';

async function apply(service, data) {
  const res = await submitJson(service, data, newId());
  assert.equal(res.status, 201, res.text.slice(0, 400));
  const { reference } = res.json;
  const [[id]] = sql('SELECT LOWER(HEX(id)) FROM vorgang WHERE reference = ' +
    `'${reference.replaceAll('-', '')}'`);
  return { id, reference, token: tokenOf(res) ?? res.json.token };
}

const damage = (description, category = 'traffic_light') =>
  apply('maengelmeldung', { ...report, category, description });
const permit = (family) => {
  const all = examplesOf('bewohnerparkausweis');
  const { data } = wholeExample(all, all.find((one) =>
    one.expect.errors?.length === 0 && !one.files));
  data.person.family_name = family;
  data.address.street = 'Rosengasse';
  data.valid_from = new Date(Date.now() + 864e5).toISOString().slice(0, 10);
  return apply('bewohnerparkausweis', data);
};

const read = async (one) =>
  (await get('/api/v1/vorgang', bearer(one.token))).json;
const reach = async (one, state) => {
  const json = await until(() => read(one), ({ state: s }) => s.id === state,
    90);
  assert.equal(json.state.id, state);
  return json;
};
const names = { 1: 'handed', 2: 'delivered', 3: 'answered', 4: 'silent',
  5: 'refused', 6: 'undelivered', 10: 'filed', 11: 'quarantined',
  12: 'rejected', 13: 'twice', 14: 'settled' };
const rows = (one) => sql('SELECT state, type FROM exchange WHERE ' +
  `vorgang_id = X'${one.id}' ORDER BY id`)
  .map(([state, type]) => `${type} ${names[state]}`);
const rowsUntil = async (one, wanted) => assert.deepEqual(await until(
  () => rows(one), (list) => list.join() === wanted.join(), 90), wanted);
const words = (json) => json.messages.filter(({ from }) => from === 'office')
  .map(({ text }) => text).join('\n');
const write = (one, text) => postJson('/api/v1/vorgang/nachrichten', { text },
  { ...bearer(one.token), 'Idempotency-Key': newId() });
const upload = (one, name) => send('POST', '/api/v1/vorgang/dokumente', {
  headers: { ...bearer(one.token), 'Content-Type': 'image/png',
    'Content-Disposition': `attachment; filename="${name}"` }, body: png() });

// All of them first: they are worked on while the tests wait for one.
async function applyAll() {
  const made = {};
  for (const [name, text, category] of [
    ['hole', 'Schlagloch in der Fahrbahn.', 'street_damage'],
    ['lamp', 'Ampel blinkt nur noch gelb.'],
    ['asked', 'Nachfrage: Ampel defekt.'],
    ['back', 'Zurueck: keine Ampel.'],
    ['refused', 'Ablehnung: Ampel zu hell.'],
    ['broken', 'Kaputt ist die Ampel.'],
    ['silent', 'Stumm ist die Ampel.']])
    made[name] = await damage(text, category);
  for (const family of ['Muster', 'Ablehnung', 'Zahlung', 'Falsch'])
    made[family] = await permit(family);
  return made;
}

async function withoutPartner(made) {
  await test('authority: without a partner everything stays as it was',
    async () => {
      const one = made.hole;
      await reach(made.lamp, 'done');
      assert.equal((await read(one)).state.id, 'received');
      assert.deepEqual(rows(one), []);
      assert.doesNotMatch(torhaus('nachrichten', 'waiting', '--town', town).out,
        new RegExp(one.id));
    });
}

async function reports(made) {
  await test('authority: a report goes out, and its end comes back',
    async () => {
      const one = made.lamp;
      const json = await reach(one, 'done');
      await rowsUntil(one, ['1301 answered', '1002 filed', '1302 filed',
        '1302 filed']);
      assert.match(words(json), /schreibt Ihnen:[^]*Eine Kollegin/);
      assert.match(words(json), /Der Mangel ist behoben\./);
      assert.match(words(json), /Aktenzeichen dort: FV-/);
      const page = await get(`/vorgang/l/${one.token}`);
      assert.ok(page.text.includes(road));
      assert.match(page.text, /Ihre Meldung an/);
    });
  await test('authority: what it asks for is answered by message, once each',
    async () => {
      const one = made.asked;
      const asked = await reach(one, 'query_open');
      assert.match(words(asked), /fehlt noch:\n– Ein Bild: damit/);
      assert.match(words(asked), /Bitte antworten Sie bis zum 31\.12\.2099/);
      assert.equal((await write(one, 'Vor dem Haus Nr. 7.')).status, 201);
      await reach(one, 'forwarded');
      assert.equal((await upload(one, 'ampel.png')).status, 201);
      await reach(one, 'done');
      await rowsUntil(one, ['1301 answered', '1002 filed', '1402 filed',
        '1403 delivered', '1403 delivered', '1302 filed']);
    });
  await test('authority: what it does not want is told to a person', async () => {
    const one = made.back;
    await reach(one, 'in_progress');
    await rowsUntil(one, ['1301 refused', '1001 filed']);
  });
  await test('authority: what it refuses is refused', async () => {
    const one = made.refused;
    assert.match(words(await reach(one, 'rejected')), /Das gehört so\./);
  });
  await test('authority: nonsense waits for a person, silence for its time',
    async () => {
      const bad = made.broken;
      const silent = made.silent;
      await rowsUntil(silent, ['1301 delivered']);
      await rowsUntil(bad, ['1301 delivered']);
      assert.equal((await read(bad)).state.id, 'forwarded');
    });
}

async function permits(made) {
  await test('authority: a parking permit comes as a document', async () => {
    const one = made.Muster;
    const json = await reach(one, 'issued');
    await rowsUntil(one, ['1201 answered', '1401 filed', '1202 filed']);
    assert.deepEqual(json.documents.map(({ name }) => name).sort(),
      ['Bescheid.pdf', 'Bewohnerparkausweis.pdf']);
    assert.match(words(json), /Nummer Ihres Ausweises: BP-/);
  });
  await test('authority: a refusal names who decided, and what to do',
    async () => {
      const one = made.Ablehnung;
      const text = words(await reach(one, 'refused'));
      assert.match(text, /Entschieden hat: Frau Beispiel/);
      assert.match(text, /Widerspruch/);
    });
  await test('authority: what is to be paid is told, with the invoice',
    async () => {
      const one = made.Zahlung;
      const json = await reach(one, 'payment_due');
      assert.match(words(json), /– Bewohnerparkausweis: 60,00 Euro/);
      assert.match(words(json), /Zusammen: 61,50 Euro/);
      assert.match(words(json), /Kassenzeichen: KZ-/);
      assert.deepEqual(json.documents.map(({ name }) => name),
        ['Rechnung.pdf']);
    });
  await test('authority: a document that was changed goes back', async () => {
    const one = made.Falsch;
    await rowsUntil(one, ['1201 answered', '1401 filed', '1202 rejected']);
    assert.equal((await read(one)).state.id, 'in_review');
    assert.equal((await read(one)).documents.length, 0);
  });
}

export async function authorityTests() {
  if (!existsSync(`${dir}/xoev/xtorhaus-1.0`)) {
    skip('authority: messages of XTorhaus',
      'the library of XÖV is not in ../shared/xoev');
    return;
  }
  const made = await applyAll();
  await withoutPartner(made);
  await reports(made);
  await permits(made);
}
