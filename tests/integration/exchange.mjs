// Applications that messages to a register settle: out by OSCI, through our own
// intermediary, to an invented office (tests/register), which answers or
// misbehaves as the family name says; and back to the citizen.

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { skip, test } from './check.mjs';
import { dir, get, newId, sql, torhaus, town, until }
  from './client.mjs';
import { answer, exported, received, uuid } from './efile.mjs';
import { bearer, submitJson, tokenOf } from './samples.mjs';

const service = 'meldebescheinigung';
const register = 'Melderegister (erfunden)';

const answers = (family, delivery = 'pdf') => ({
  family_name: family, given_names: 'Ada', birth_date: '1990-08-12',
  postal_code: '12345', street_house: 'Lindenweg 7', scope: 'minimum',
  delivery, truth_declared: true,
});
const post = { ...answers('Muster', 'post'), copies: 1, purpose: 'pension',
  post_address: { kind: 'foreign', lines: ['1 High Street', 'London'],
    country: '168' } };

async function apply(data, headers = { 'Simulated-Identity': 'yes' },
  to = service) {
  const at = Date.now();
  const res = await submitJson(to, data, newId(), headers);
  assert.equal(res.status, 201, res.text.slice(0, 400));
  const { reference } = res.json;
  const [[id]] = sql('SELECT LOWER(HEX(id)) FROM vorgang WHERE reference = ' +
    `'${reference.replaceAll('-', '')}'`);
  return { at, id, reference, token: tokenOf(res) ?? res.json.token };
}

const read = async (one) =>
  (await get('/api/v1/vorgang', bearer(one.token))).json;
const reach = (one, state, seconds = 20) =>
  until(() => read(one), (json) => json.state.id === state, seconds);

// Rows of an application: [direction, state, type], oldest first.
const names = { 1: 'handed', 2: 'delivered', 3: 'answered', 4: 'silent',
  5: 'refused', 6: 'undelivered', 10: 'filed', 11: 'quarantined',
  12: 'rejected', 13: 'twice', 14: 'settled' };
const rows = (one) => sql('SELECT state, type FROM exchange WHERE ' +
  `vorgang_id = X'${one.id}' ORDER BY id`)
  .map(([state, type]) => `${type} ${names[state]}`);
const rowsUntil = (one, wanted) => until(() => rows(one),
  (list) => list.join() === wanted.join());
const messages = (...more) => {
  const run = torhaus('nachrichten', 'list', '--town', town, ...more);
  assert.equal(run.status, 0, run.err);
  return run.out;
};

// What the office got, by the UUIDs in its log.
const got = () => readFileSync(`${dir}/log/register.log`, 'utf8')
  .matchAll(/message \S+\.1700 ([0-9a-f-]{36})/g);

function nothingDoubled(made) {
  const uuids = [...got()].map(([, uuid]) => uuid);
  assert.equal(new Set(uuids).size, uuids.length);
  for (const one of made)
    assert.equal(sql('SELECT COUNT(*) FROM exchange WHERE direction = 1 ' +
      `AND vorgang_id = X'${one.id}'`)[0][0], '1', one.reference);
}

async function withoutSets() {
  await test('exchange: without schema sets a step waits for the operator',
    async () => {
      const one = await apply(answers('Muster'));
      const run = await until(() =>
        torhaus('nachrichten', 'waiting', '--town', town),
      ({ status }) => status === 3);
      assert.equal(run.status, 3, run.out + run.err);
      assert.match(run.out, new RegExp(`${one.id}: step request`));
      assert.equal((await read(one)).state.id, 'identified');
    });
  skip('exchange: messages with a register',
    'the schema sets of XMeld are not in ../shared/xoev');
}

// What each name leads to: state, rows.
const cases = {
  Muster: ['answered_document', ['1700 answered', '1701 filed']],
  Daten: ['answered_document', ['1700 answered', '1701 filed'], 'data'],
  Unbekannt: ['answered_rejected', ['1700 answered', '1701 filed']],
  Verstorben: ['answered_rejected', ['1700 answered', '1701 filed']],
  Spaet: ['answered_document', ['1700 answered', '1701 filed']],
  Doppelt: ['answered_document',
    ['1700 answered', '1701 filed', '1701 twice']],
  Zurueck: ['in_review', ['1700 refused', '0010 filed']],
  Ungueltig: ['requested', ['1700 delivered', '1701 rejected']],
  Stumm: ['requested', ['1700 delivered']],
  Kaputt: ['requested', ['1700 delivered']],
  Fremd: ['requested', ['1700 delivered']],
};

async function misbehaviour(made) {
  for (const [family, [state, wanted]] of Object.entries(cases))
    await test(`exchange: ${family} ends as ${state}`, async () => {
      const one = made[family];
      const json = await reach(one, state);
      assert.equal(json.state.id, state);
      assert.deepEqual(await rowsUntil(one, wanted), wanted);
      assert.equal(json.documents.length,
        state === 'answered_document' ? 1 : 0);
    });
}

async function citizen(made) {
  await test('exchange: the certificate is on the status page, as a PDF',
    async () => {
      const json = await read(made.Muster);
      const [document] = json.documents;
      assert.equal(document.name, 'Meldebescheinigung.pdf');
      const file = await get(`/api/v1/vorgang/dokumente/${document.id}`,
        bearer(made.Muster.token));
      assert.match(file.bytes.toString('latin1'), /^%PDF-1\.4[^]*\(Muster, Ada\)/);
      for (const [lang, words] of [['de', /Die Anfrage zu Ihren Meldedaten an/],
        ['en', /The request for your registration data to/]]) {
        const page = await get(
          `/vorgang/l/${made.Muster.token}?sprache=${lang}`);
        assert.match(page.text, words);
        assert.ok(page.text.includes(register));
        assert.ok(page.text.includes(document.name));
      }
    });
  await test('exchange: who has the request, and when, is told', async () => {
    const { handovers: [one], events } = await until(() => read(made.Stumm),
      (json) => json.handovers[0]?.collected_at);
    assert.equal(one.to, register);
    assert.equal(one.what, 'request');
    assert.ok(one.handed_at && one.collected_at);
    assert.equal(one.answered_at, null);
    assert.ok(events.some((e) => e.kind === 'identified'));
    const { handovers: [other] } = await read(made.Unbekannt);
    assert.ok(other.answered_at);
  });
  await test('exchange: data comes as the message itself', async () => {
    const { documents: [document] } = await read(made.Daten);
    assert.equal(document.name, 'Meldebescheinigung.xml');
    const file = await get(`/api/v1/vorgang/dokumente/${document.id}`,
      bearer(made.Daten.token));
    assert.match(file.text,
      /<xmeld:onlinedienste\.meldebescheinigungAntwort\.1701 [^]*Daten/);
  });
}

async function operator(made) {
  const idOf = (line) => line.split(' ')[0];
  const waiting = () => torhaus('nachrichten', 'waiting', '--town', town).out
    .split('\n').filter((line) => line.includes('quarantined'));
  await test('exchange: what cannot be dealt with waits in a list',
    async () => {
      const list = await until(waiting, (l) => l.length >= 2);
      assert.equal(list.length, 2, list.join('\n'));
      assert.ok(list.every((line) => line.includes('quarantined')));
    });
  await test('exchange: a message is shown with findings and way', async () => {
    for (const line of waiting()) {
      const run = torhaus('nachrichten', 'show', idOf(line), '--town', town,
        '--lang', 'en');
      assert.equal(run.status, 0, run.err);
      assert.match(run.out, /^finding +(X000|S999) \S+/m);
      assert.match(run.out, /^state +quarantined/m);
      assert.match(run.out, /arrived/);
    }
    const bad = messages('--state', 'rejected').split('\n')[0];
    const run = torhaus('nachrichten', 'show', idOf(bad), '--town', town);
    assert.match(run.out, /X001 .*grundDerRueckweisung/);
    assert.equal(torhaus('nachrichten', 'show', idOf(bad), '--town', town,
      '--xml').out.includes('<code>77</code>'), true);
    // As a table: a line an element, a file by its kind.
    const good = messages('--state', 'filed').split('\n')
      .find((line) => line.includes(' 1701 '));
    const { out } = torhaus('nachrichten', 'show', idOf(good), '--town', town);
    assert.match(out, /^ {2}Art der Nachricht +\S.* 1701$/m);
    assert.match(out, /^Schreiben +Datei/m);
    assert.match(out, /^uuid +[0-9a-f]{8}-[0-9a-f]{4}-/m);
    assert.doesNotMatch(out, /JVBERi0/);
  });
  await test('exchange: one goes back, one is filed, none twice', async () => {
    const [foreign] = waiting().filter((line) => line.includes('1701'));
    const [broken] = waiting().filter((line) => !line.includes('1701'));
    let run = torhaus('nachrichten', 'back', idOf(foreign), '--town', town,
      '--code', 'S998');
    assert.match(run.err, /'S998' is no code of the standard/);
    run = torhaus('nachrichten', 'back', idOf(foreign), '--town', town,
      '--code', 'S999', '--reason', 'Gehört nicht zu uns.');
    assert.equal(run.status, 0, run.err);
    run = torhaus('nachrichten', 'back', idOf(foreign), '--town', town,
      '--code', 'S999');
    assert.notEqual(run.status, 0);
    run = torhaus('nachrichten', 'file', idOf(broken), '--town', town,
      '--vorgang', made.Kaputt.reference);
    assert.equal(run.status, 0, run.err);
    assert.ok(rows(made.Kaputt).some((row) => row.endsWith('filed')));
    assert.deepEqual(waiting(), []);
    assert.equal((await until(() => readFileSync(
      `${dir}/log/register.log`, 'utf8').match(/0010 /g),
    (list) => list?.length >= 2))?.length, 2);
  });
  await test('exchange: an answer that is not valid waits for a better one',
    async () => {
      const list = () => torhaus('nachrichten', 'waiting', '--town', town);
      const one = made.Ungueltig;
      assert.match(list().out, new RegExp(`${one.id}: 1 answers were not`));
      sql('UPDATE exchange SET answer_due = UTC_TIMESTAMP(3) - INTERVAL 1 ' +
        `SECOND WHERE vorgang_id = X'${one.id}'`);
      assert.equal((await reach(one, 'in_review')).state.id, 'in_review');
      const run = await until(list, ({ status }) => status === 0);
      assert.equal(run.out, 'nothing waits for a person\n');
    });
  await test('exchange: silence is noticed, and the message can go again',
    async () => {
      const one = made.Stumm;
      sql('UPDATE exchange SET answer_due = UTC_TIMESTAMP(3) - INTERVAL 1 ' +
        `SECOND WHERE vorgang_id = X'${one.id}'`);
      assert.equal((await reach(one, 'in_review')).state.id, 'in_review');
      assert.deepEqual(rows(one), ['1700 silent']);
      // Others may have fallen silent, too.
      const [[id]] = sql('SELECT LOWER(HEX(id)) FROM exchange WHERE ' +
        `vorgang_id = X'${one.id}'`);
      assert.ok(messages('--state', 'silent').includes(id));
      let run = torhaus('nachrichten', 'again', id, '--town', town);
      assert.equal(run.status, 0, run.err);
      run = torhaus('nachrichten', 'again', id, '--town', town);
      assert.match(run.err, /it went out again already/);
      const wanted = ['1700 silent', '1700 delivered'];
      assert.deepEqual(await rowsUntil(one, wanted), wanted);
    });
}

async function party() {
  await test('exchange: a party that no message could be from is refused', () => {
    const valid = { service: '', key: 'mbp:99000001', name: 'Stadt',
      mail: 'rathaus@quellstadt.example', street: 'Am Markt',
      postcode: '12345', city: 'Quellstadt' };
    for (const [name, value, why] of [['key', 'mbp', /directory key/],
      ['mail', 'rathaus', /takes an address/],
      ['service', 'gibtsnicht', /does not offer/],
      ['identity', 'gibtsnicht', /has no keys/]]) {
      const options = Object.entries({ ...valid, [name]: value })
        .flatMap(([key, text]) => [`--${key}`, text]);
      const run = torhaus('nachrichten', 'party', '--town', town, ...options);
      assert.notEqual(run.status, 0, name);
      assert.match(run.err, why);
    }
  });
}

// In the e-file, and erased here.
async function erased(made) {
  await test('exchange: what is erased is erased in its messages too',
    async () => {
      const one = made.Unbekannt;
      const of = `vorgang_id = X'${one.id}'`;
      const transfers = 'SELECT id FROM osci_transfer WHERE id IN (SELECT ' +
        `transfer_id FROM exchange WHERE ${of}) OR about = X'${one.id}'`;
      const counted = () => sql('SELECT (SELECT COUNT(*) FROM ' +
        `osci_transfer_piece WHERE transfer_id IN (${transfers})), (SELECT ` +
        `SUM(LENGTH(data_key) + LENGTH(body)) FROM exchange WHERE ${of}), ` +
        '(SELECT SUM(LENGTH(data_key) + LENGTH(private)) FROM osci_transfer ' +
        `WHERE id IN (${transfers}))`)[0].map(Number);
      assert.ok(counted().every((n) => n > 0));
      let run = torhaus('vorgang', 'advance', one.reference, '--town', town,
        '--to', 'closed');
      assert.equal(run.status, 0, run.err);
      run = exported(one.reference);
      assert.equal(run.status, 0, run.err);
      const [, process] = run.out.match(/(\S+)_Abgabe/);
      run = received(answer(process, '0402', [[uuid(one.id), 'true']]));
      assert.equal(run.status, 0, run.err);
      run = torhaus('efile', 'erase', one.reference, '--town', town);
      assert.equal(run.status, 0, run.err);
      assert.deepEqual(counted(), [0, 0, 0]);
      const [[id]] = sql(`SELECT LOWER(HEX(id)) FROM exchange WHERE ${of} ` +
        'ORDER BY id LIMIT 1');
      run = torhaus('nachrichten', 'show', id, '--town', town);
      assert.equal(run.status, 0, run.err);
      assert.match(run.out, /erased with its application/);
      assert.doesNotMatch(run.out, /Unbekannt/);
      run = torhaus('nachrichten', 'show', id, '--town', town, '--xml');
      assert.equal(run.status, 1);
      assert.equal(run.out, '');
    });
}

async function levels(made) {
  await test('exchange: nothing goes out without the level, or by post',
    async () => {
      for (const one of [made.anonymous, made.paper]) {
        assert.equal((await reach(one, 'in_review')).state.id, 'in_review');
        assert.deepEqual(rows(one), []);
      }
    });
}

export async function exchangeTests() {
  if (!existsSync(`${dir}/xoev/xmeld-25.11a`))
    return withoutSets();
  const first = await apply(answers('Muster'));
  let seconds;
  await test('exchange: from the form to the PDF', async () => {
    const json = await until(() => read(first),
      (now) => now.state.id === 'answered_document', 120);
    seconds = (Date.now() - first.at) / 1000;
    assert.equal(json.state.id, 'answered_document');
  });
  console.log(`# ${seconds?.toFixed(1)} s from the form to the PDF`);
  const made = {};
  await Promise.all(Object.entries(cases).map(async ([family, [, , way]]) => {
    made[family] = await apply(answers(family, way ?? 'pdf'));
  }));
  made.anonymous = await apply(answers('Muster'), {});
  made.paper = await apply(post);
  await misbehaviour(made);
  await levels(made);
  await citizen(made);
  await test('exchange: nothing goes out or comes in twice', () => {
    nothingDoubled(Object.keys(cases).map((family) => made[family]));
  });
  await operator(made);
  await party();
  await erased(made);
}
