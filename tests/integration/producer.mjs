// Orders of identity cards: out by OSCI once the office approved them, to an
// invented producer (tests/producer), which answers or misbehaves as the family
// name says.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { skip, test } from './check.mjs';
import { bin, dir, get, newId, sql, torhaus, town, until } from './client.mjs';
import { bearer, submitJson, tokenOf } from './samples.mjs';

const producer = 'Ausweisproduzent (erfunden)';
const card = JSON.parse(readFileSync('tests/stack/card.json', 'utf8'));

const names = { 1: 'handed', 2: 'delivered', 3: 'answered', 4: 'silent',
  5: 'refused', 6: 'undelivered', 10: 'filed', 11: 'quarantined',
  12: 'rejected', 13: 'twice', 14: 'settled' };
const rows = (one) => sql('SELECT state, type FROM exchange WHERE ' +
  `vorgang_id = X'${one.id}' AND partner = '${producer}' ORDER BY id`)
  .map(([state, type]) => `${type} ${names[state]}`);
const rowsUntil = (one, wanted) => until(() => rows(one),
  (list) => list.join() === wanted.join(), 40);
const read = async (one) =>
  (await get('/api/v1/vorgang', bearer(one.token))).json;
const reach = (one, state) =>
  until(() => read(one), (json) => json.state.id === state, 40);
const advance = (one, to) =>
  torhaus('vorgang', 'advance', one.reference, '--town', town, '--to', to);

// Applied, and come to the counter.
async function prepared(family, more = {}) {
  const res = await submitJson('personalausweis',
    { ...card, family_name: family, ...more }, newId());
  assert.equal(res.status, 201, res.text.slice(0, 400));
  const { reference } = res.json;
  const [[id]] = sql('SELECT LOWER(HEX(id)) FROM vorgang WHERE reference = ' +
    `'${reference.replaceAll('-', '')}'`);
  const one = { id, reference, token: tokenOf(res) ?? res.json.token };
  assert.equal(advance(one, 'at_counter').status, 0);
  return one;
}

// How often the producer got an order; by the UUIDs in its log.
const orders = () => [...readFileSync(`${dir}/log/producer.log`, 'utf8')
  .matchAll(/message produzent\.bestellung\.2001 ([0-9a-f-]{36})/g)]
  .map(([, uuid]) => uuid);

const cases = {
  Muster: ['shipped',
    ['2001 answered', '2002 filed', '2003 filed', '2003 filed']],
  Spaet: ['shipped',
    ['2001 answered', '2002 filed', '2003 filed', '2003 filed']],
  Verdreht: ['shipped',
    ['2001 answered', '2003 filed', '2003 filed', '2002 filed']],
  Doppelt: ['order_confirmed', ['2001 answered', '2002 filed', '2002 twice']],
  Zweimal: ['order_confirmed', ['2001 answered', '2002 filed', '2002 filed']],
  Abgelehnt: ['order_problem', ['2001 refused', '2002 filed']],
  Ungueltig: ['ordered', ['2001 delivered', '2002 rejected']],
  Stumm: ['ordered', ['2001 delivered']],
  Kaputt: ['ordered', ['2001 delivered']],
  Fremd: ['ordered', ['2001 delivered']],
};

async function misbehaviour(made) {
  for (const [family, [state, wanted]] of Object.entries(cases))
    await test(`producer: ${family} ends as ${state}`, async () => {
      assert.deepEqual(await rowsUntil(made[family], wanted), wanted);
      assert.equal((await reach(made[family], state)).state.id, state);
    });
}

async function told(made) {
  await test('producer: the citizen reads where the card is', async () => {
    const json = await read(made.Muster);
    const one = json.handovers.find(({ what }) => what === 'order_card');
    assert.equal(one.to, producer);
    assert.ok(one.handed_at && one.collected_at && one.answered_at);
    for (const [lang, words] of [
      ['de', [/Die Bestellung Ihres Ausweises an/, /Versandt/,
        /Bestellung bestätigt/]],
      ['en', [/The order of your card to/, /The producer has sent it/]]]) {
      const page = await get(
        `/vorgang/l/${made.Muster.token}?sprache=${lang}`);
      for (const word of words)
        assert.match(page.text, word);
      assert.ok(page.text.includes(producer));
    }
  });
  await test('producer: the office reads receipt and reason', async () => {
    const [[id]] = sql('SELECT LOWER(HEX(id)) FROM exchange WHERE ' +
      `vorgang_id = X'${made.Abgelehnt.id}' AND type = '2002'`);
    const show = torhaus('nachrichten', 'show', id, '--town', town);
    assert.match(show.out, /abgelehnt|refused/i);
    assert.match(show.out, / Das Lichtbild ist nicht biometrie/);
    assert.ok(show.out.includes(`${made.Abgelehnt.reference}-1`));
    const run = torhaus('vorgang', 'show', made.Abgelehnt.reference,
      '--town', town);
    assert.match(run.out, /answer 2002: Das Lichtbild ist nicht/);
  });
  await test('producer: an order says that it is none', () => {
    const [[id]] = sql('SELECT LOWER(HEX(id)) FROM exchange WHERE ' +
      `vorgang_id = X'${made.Muster.id}' AND type = '2001'`);
    const { out } = torhaus('nachrichten', 'show', id, '--town', town,
      '--xml');
    assert.match(out, /<xpp:platzhalter>true<\/xpp:platzhalter>/);
    assert.match(out, / test="ja"/);
    assert.match(out, /<kennung>simulator:99000001<\/kennung>/);
    assert.match(out, /<xpp:direktversand>false</);
  });
}

// Two commands at the same moment.
const both = (one) => Promise.all([1, 2].map(() => new Promise((done) => {
  const child = spawn(`${bin}/torhaus`, ['--config', `${dir}/torhaus.conf`,
    'vorgang', 'advance', one.reference, '--town', town, '--to', 'approved'],
  { stdio: 'ignore', env: { ...process.env, TORHAUS_ALLOW_ROOT: '1' } });
  child.on('exit', done);
})));

async function once(made) {
  await test('producer: approved twice at once is one order', async () => {
    const one = await prepared('Muster');
    const [first, second] = await both(one);
    assert.equal([first, second].filter((code) => code === 0).length, 1);
    const wanted = cases.Muster[1];
    assert.deepEqual(await rowsUntil(one, wanted), wanted);
    assert.notEqual(advance(one, 'approved').status, 0);
  });
  await test('producer: after a refusal a new number is ordered', async () => {
    const one = made.Abgelehnt;
    assert.equal(advance(one, 'approved').status, 0);
    const wanted = [...cases.Abgelehnt[1], ...cases.Abgelehnt[1]];
    assert.deepEqual(await rowsUntil(one, wanted), wanted);
    const { out } = torhaus('nachrichten', 'show', sql('SELECT ' +
      `LOWER(HEX(id)) FROM exchange WHERE vorgang_id = X'${one.id}' AND ` +
      "type = '2002' ORDER BY id DESC LIMIT 1")[0][0], '--town', town);
    assert.ok(out.includes(`${one.reference}-2`), out);
  });
  await test('producer: of a silent order there is no second', async () => {
    const one = made.Stumm;
    sql('UPDATE exchange SET answer_due = created_at + INTERVAL 5 SECOND ' +
      `WHERE vorgang_id = X'${one.id}'`);
    assert.equal((await reach(one, 'order_problem')).state.id,
      'order_problem');
    assert.equal(advance(one, 'approved').status, 0);
    const run = await until(() => torhaus('vorgang', 'show', one.reference,
      '--town', town), ({ out }) => /sent before and not refused/.test(out));
    assert.match(run.out, /sent before and not refused/);
    assert.equal((await reach(one, 'order_problem')).state.id,
      'order_problem');
    assert.deepEqual(rows(one), ['2001 silent']);
    const [[id]] = sql('SELECT LOWER(HEX(id)) FROM exchange WHERE ' +
      `vorgang_id = X'${one.id}'`);
    assert.equal(torhaus('nachrichten', 'again', id, '--town', town).status,
      0);
    const [[uuid]] = sql('SELECT LOWER(HEX(uuid)) FROM exchange WHERE ' +
      `id = X'${id}'`);
    const log = await until(() => readFileSync(`${dir}/log/producer.log`,
      'utf8').replaceAll('-', ''),
    (text) => text.includes(`known already: ${uuid}`), 40);
    assert.ok(log.includes(`known already: ${uuid}`));
    assert.equal(rows(one).length, 2);
    assert.equal(sql('SELECT COUNT(DISTINCT uuid) FROM exchange WHERE ' +
      `vorgang_id = X'${one.id}'`)[0][0], '1');
  });
  await test('producer: it got each order once', () => {
    const uuids = orders();
    assert.ok(uuids.length > 10);
    assert.equal(new Set(uuids).size, uuids.length);
  });
}

async function nowhereElse() {
  await test('producer: an order never leaves for anybody else', async () => {
    const file = `${dir}/order.xml`;
    writeFileSync(file, readFileSync(
      'tests/data/xtorhaus/valid-2001-bestellung.xml'));
    const sent = torhaus('osci', 'send', file, '--town', town,
      '--to', 'Melderegister (erfunden)');
    rmSync(file);
    assert.equal(sent.status, 0, sent.err);
    const id = sent.out.match(/[0-9a-f]{32}/)[0];
    const run = await until(
      () => torhaus('osci', 'transfer', 'show', id),
      ({ out }) => /^state +failed/m.test(out));
    assert.match(run.out, /only for simulators/);
    assert.doesNotMatch(run.out, /accepted/);
  });
  await test('producer: provisional cards are not ordered', async () => {
    const one = await prepared('Muster',
      { application_kind: 'provisional' });
    assert.equal(advance(one, 'approved').status, 0);
    assert.equal((await reach(one, 'order_problem')).state.id,
      'order_problem');
    assert.deepEqual(rows(one), []);
  });
}

export async function producerTests() {
  if (!existsSync(`${dir}/xoev/xproduzent-platzhalter-1.0`)) {
    skip('producer: orders of identity cards',
      'the library of XÖV is not in ../shared/xoev');
    return;
  }
  const made = {};
  for (const family of Object.keys(cases)) {
    made[family] = await prepared(family);
    assert.equal(advance(made[family], 'approved').status, 0);
  }
  await misbehaviour(made);
  await told(made);
  await once(made);
  await nowhereElse();
}
