// Moving house by messages: one person, families, from elsewhere; the citizen
// reads what the register says and confirms it on the page; and every way in
// which the offices (tests/register) or the citizen do something else.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from './check.mjs';
import { dir, get, newId, postForm, sql, torhaus, town, until }
  from './client.mjs';
import { bearer, submitJson, tokenOf } from './samples.mjs';

const service = 'wohnsitz-ummeldung';
const right = 'ABCD-1234'; // on every letter of the invented offices

const move = (family, given = 'Ada', birth = '1990-08-12', more = {}) => ({
  comes_from: 'germany',
  person: { family_name: family, given_names: given, birth_date: birth },
  current_address: { street: 'Lindenweg', house_no: '7', postal_code: '12345',
    city: 'Quellstadt' },
  move_kind: 'change_within_town', keep_old_home: false,
  new_street: 'Am Markt', new_house_no: '12', new_postal_code: '12345',
  new_city: 'Quellstadt',
  move_in_date: new Date(Date.now() - 86400000).toISOString().slice(0, 10),
  housing: 'tenant', landlord_name: 'Wohnbau Quellstadt GmbH',
  landlord_address: { kind: 'domestic', street: 'Am Markt', house_no: '1',
    postal_code: '12345', city: 'Quellstadt' },
  landlord_proof: 'postal_code', spouse_included: false, truth_declared: true,
  ...more,
});

const together = (spouse, ...children) => ({
  spouse_included: true, spouse_type: 'EG', entitled_assurance: true, spouse,
  children,
});
const person = (given_names, birth_date, family_name) =>
  ({ given_names, birth_date, family_name });
const elsewhere = (more = {}) => ({
  move_kind: 'single_home', current_ags: '99000003', keep_old_home: undefined,
  current_address: { street: 'Marktgasse', house_no: '3', postal_code: '54321',
    city: 'Altstadt' },
  ...more,
});

async function apply(data) {
  const res = await submitJson(service, JSON.parse(JSON.stringify(data)),
    newId(), { 'Simulated-Identity': 'yes' });
  assert.equal(res.status, 201, res.text.slice(0, 400));
  const { reference } = res.json;
  const [[id]] = sql('SELECT LOWER(HEX(id)) FROM vorgang WHERE reference = ' +
    `'${reference.replaceAll('-', '')}'`);
  return { id, reference, token: tokenOf(res) ?? res.json.token };
}

const read = async (one) =>
  (await get('/api/v1/vorgang', bearer(one.token))).json;
const page = async (one, lang = 'de') =>
  (await get(`/vorgang/l/${one.token}?sprache=${lang}`)).text;

async function reach(one, state) {
  const json = await until(() => read(one), (j) => j.state.id === state, 40);
  assert.equal(json.state.id, state, rows(one).join());
  return json;
}

const names = { 1: 'handed', 2: 'delivered', 3: 'answered', 4: 'silent',
  5: 'refused', 10: 'filed', 11: 'quarantined', 12: 'rejected', 13: 'twice' };
const rows = (one) => sql('SELECT state, type FROM exchange WHERE ' +
  `vorgang_id = X'${one.id}' ORDER BY id`)
  .map(([state, type]) => `${type} ${names[state]}`);
const rowsUntil = async (one, wanted) => assert.deepEqual(
  await until(() => rows(one), (list) => list.join() === wanted.join()),
  wanted);
// The form of the status page: step and answers.
const answer = (one, schritt, fields) =>
  postForm(`/vorgang/l/${one.token}/antwort`,
    Object.entries({ submission_id: newId(), schritt, ...fields }));
const confirm = (one, n) => answer(one, 'register', Object.fromEntries(
  Array.from({ length: n }, (_, i) => [`person-${i}`, 'ja'])));
const code = (one, text) => answer(one, 'confirm', { text });

async function sentOn(one, n) {
  await reach(one, 'data_received');
  const res = await confirm(one, n);
  assert.equal(res.status, 303, res.text.slice(0, 300));
}

// ---- who gets through -----------------------------------------------------

async function alone() {
  const one = await apply(move('Umzug'));
  await test('moving: what the register says can be read on the page',
    async () => {
      const json = await reach(one, 'data_received');
      assert.equal(json.documents.length, 0);
      assert.deepEqual(rows(one), ['1702 answered', '1703 filed']);
      const de = await page(one);
      for (const words of ['Stimmen diese Daten?', 'Ada Umzug', '12.08.1990',
        'Lindenweg 7, 12345 Quellstadt', 'einzige Wohnung', 'ledig'])
        assert.ok(de.includes(words), words);
      assert.doesNotMatch(de, /xmeld|nachrichtenUUID|99000001/);
      const en = await page(one, 'en');
      for (const words of ['Are these data right?', 'Date of birth', 'single'])
        assert.ok(en.includes(words), words);
    });
  await test('moving: an answer that leaves something open is told',
    async () => {
      let res = await confirm(one, 0);
      assert.equal(res.status, 422);
      assert.match(res.text, /f-person-0-error[^]*für jede Person/);
      res = await answer(one, 'register', { 'person-0': 'nein' });
      assert.equal(res.status, 422);
      assert.match(res.text, /schreiben Sie, was nicht stimmt/);
      assert.match(res.text, /value="nein" checked/);
      res = await answer(one, 'confirm', { text: right });
      assert.equal(res.status, 409); // of a question that is not open
      assert.match(res.text, new RegExp(`<textarea[^>]*>${right}<`));
      assert.equal((await read(one)).state.id, 'data_received');
    });
  await test('moving: after the yes a letter is on its way, with its time',
    async () => {
      await sentOn(one, 1);
      const json = await reach(one, 'code_sent');
      assert.match(json.messages.map(({ text }) => text).join(),
        /MB-2026-000123/);
      const de = await page(one);
      assert.match(de, /Code aus dem Brief/);
      const end = new Date(Date.now() + 21 * 86400000);
      assert.ok(de.includes(`${end.getUTCFullYear()} hier sein`));
    });
  await test('moving: what cannot be a code goes nowhere, the right one ends it',
    async () => {
      for (const text of ['', 'Das ist kein Code!']) {
        const res = await code(one, text);
        assert.equal(res.status, 422);
        assert.match(res.text, /f-antwort-error/);
      }
      const pressed = { submission_id: newId(), text: ` ${right} ` };
      assert.equal((await answer(one, 'confirm', pressed)).status, 303);
      const json = await reach(one, 'registered');
      assert.deepEqual(json.documents.map(({ name }) => name),
        ['Meldebestätigung.pdf']);
      assert.deepEqual(rows(one), ['1702 answered', '1703 filed',
        '1704 answered', '1705 filed', '1706 answered', '1707 filed']);
      assert.equal((await answer(one, 'confirm', pressed)).status, 303);
      const res = await code(one, 'noch einmal');
      assert.equal(res.status, 409);
      assert.match(res.text, /noch nicht gesendet/);
      assert.match(res.text, /<textarea[^>]*>noch einmal</);
    });
}

async function families() {
  const one = await apply(move('Çağlar-Wójcik', 'Ayşegül Małgorzata',
    '1988-02-29', together(person('Jürgen', '1985-11-03', 'Wójcik'),
      person('Łucja', '2015-05-04', 'Wójcik'),
      person('Đorđe', '2018-09-17', 'Çağlar'), person('Zoë', '2022-01-01'))));
  await test('moving: a family of five is asked for one by one, once',
    async () => {
      await reach(one, 'data_received');
      assert.deepEqual(sql('SELECT message, item, state FROM exchange WHERE ' +
        `vorgang_id = X'${one.id}' ORDER BY direction, message, item`)
        .map((row) => row.join(' ')), ['anfrage 0 3', 'anfrage_kind 0 3',
        'anfrage_kind 1 3', 'anfrage_kind 2 3', 'anfrage_partner 0 3',
        'auskunft 0 10', 'auskunft_kind 0 10', 'auskunft_kind 1 10',
        'auskunft_kind 2 10', 'auskunft_partner 0 10']);
      const de = await page(one);
      const at = ['Ayşegül Małgorzata Çağlar-Wójcik', 'Jürgen Wójcik',
        'Łucja Wójcik', 'Đorđe Çağlar', 'Zoë Çağlar-Wójcik']
        .map((name) => de.indexOf(`Stimmen die Daten von ${name}?`));
      assert.ok(at.every((n) => n > 0), at.join());
      assert.deepEqual([...at].sort((a, b) => a - b), at);
    });
  await test('moving: all are registered, each with a confirmation',
    async () => {
      await sentOn(one, 5);
      await reach(one, 'code_sent');
      const [[sent]] = sql('SELECT LOWER(HEX(id)) FROM exchange WHERE type = ' +
        `'1704' AND vorgang_id = X'${one.id}'`);
      const run = torhaus('nachrichten', 'show', sent, '--town', town, '--xml');
      assert.match(run.out, /<xmeld:weitereMitzuziehendePerson>[^]*Jürgen/);
      assert.equal(run.out.match(/<xmeld:bestaetigteMeldedaten>/g).length, 5);
      const table = torhaus('nachrichten', 'show', sent, '--town', town);
      assert.match(table.out, /Wer mit umzieht[^]*Vornamen +Đorđe/);
      assert.match(table.out, /Geburtsdatum +17\.09\.2018/);
      await code(one, right);
      const { documents } = await reach(one, 'registered');
      assert.deepEqual(new Set(documents.map(({ name }) => name)), new Set(
        ['', ' 2', ' 3', ' 4', ' 5'].map((n) => `Meldebestätigung${n}.pdf`)));
    });
  await test('moving: from elsewhere, the old office is asked, the new one ' +
    'registers', async () => {
    const two = await apply(move('Altmann', 'Erika', '1984-08-12',
      elsewhere(together(person('Max', '1980-01-15'),
        person('Leonie', '2016-03-30')))));
    await sentOn(two, 3);
    await reach(two, 'code_sent');
    const keys = sql('SELECT DISTINCT type, partner_key FROM exchange WHERE ' +
      `direction = 1 AND vorgang_id = X'${two.id}' ORDER BY type`);
    assert.deepEqual(keys, [['1702', 'ags:99000003'],
      ['1704', 'ags:99000001']]);
    await code(two, right);
    assert.equal((await reach(two, 'registered')).documents.length, 3);
  });
}

// ---- who does not ---------------------------------------------------------

async function offices() {
  const made = {};
  const cases = {
    nobody: [move('Unbekannt'), ['1702 answered', '1703 filed']],
    wrongDate: [move('Altmann', 'Erika', '1984-08-13', elsewhere()),
      ['1702 answered', '1703 filed']],
    hidden: [move('Sperling', 'Bente', '1991-06-21',
      together(person('Kai', '1990-10-10')))],
    blocked: [move('Geheim', 'Mara', '1993-04-05'),
      ['1702 answered', '1703 filed']],
    mixedUp: [move('Verwechselt', 'Toni', '1987-07-07'),
      ['1702 answered', '1703 filed']],
    unreachable: [move('Umzug', 'Ada', '1990-08-12',
      elsewhere({ current_ags: '99000002' })), []],
    untold: [move('Umzug', 'Ada', '1990-08-12',
      elsewhere({ current_ags: undefined })), []],
    back: [move('Zurueck', 'Anfrage'), ['1702 refused', '0010 filed']],
  };
  for (const [name, [data]] of Object.entries(cases))
    made[name] = await apply(data);
  for (const [name, [, wanted]] of Object.entries(cases))
    await test(`moving: ${name} goes to a person`, async () => {
      const json = await reach(made[name], 'in_review');
      assert.equal(json.documents.length, 0);
      if (wanted)
        await rowsUntil(made[name], wanted);
    });
  await test('moving: nobody learns from the page that somebody is blocked',
    async () => {
      const events = ({ events: list }) => list.map(({ kind }) => kind).join();
      const other = await read(made.nobody);
      for (const name of ['hidden', 'blocked', 'mixedUp']) {
        const json = await read(made[name]);
        assert.equal(events(json), events(other), name);
        const text = await page(made[name]);
        assert.doesNotMatch(text, /perre|Ganzanders|in Gefahr ist, *<|51 BMG/);
        assert.doesNotMatch(text, /Stimmen diese Daten/);
      }
    });
}

async function misbehaviour() {
  const at = ['Anfrage', 'Meldeschein', 'Code'];
  const made = {};
  for (const family of ['Spaet', 'Doppelt', 'Zweierlei', 'Nachgebessert'])
    made[family] = await apply(move(family, 'Anfrage'));
  for (const given of at) {
    made[`Unbrauchbar ${given}`] = await apply(move('Unbrauchbar', given));
    made[`Stumm ${given}`] = await apply(move('Stumm', given));
  }
  made['Ungueltig Anfrage'] = await apply(move('Ungueltig', 'Anfrage'));

  await test('moving: late, twice and corrected answers are taken once',
    async () => {
      const first = ['1702 answered', '1703 filed'];
      for (const family of ['Spaet', 'Doppelt', 'Zweierlei', 'Nachgebessert'])
        await reach(made[family], 'data_received');
      await rowsUntil(made.Spaet, first);
      await rowsUntil(made.Doppelt, [...first, '1703 twice']);
      await rowsUntil(made.Zweierlei, [...first, '1703 quarantined']);
      await rowsUntil(made.Nachgebessert,
        ['1702 answered', '1703 rejected', '1703 filed']);
      assert.match(await page(made.Nachgebessert),
        /Die Antwort von Melderegister \(erfunden\) war fehlerhaft/);
    });
  await test('moving: one faulty answer is told to citizen and operator',
    async () => {
      const one = made['Ungueltig Anfrage'];
      await rowsUntil(one, ['1702 delivered', '1703 rejected']);
      assert.match(await page(one), /wir warten auf eine neue/);
      const run = torhaus('nachrichten', 'waiting', '--town', town);
      assert.equal(run.status, 3);
      assert.match(run.out,
        new RegExp(`${one.id}: 1 answers were not valid`));
      sql('UPDATE exchange SET answer_due = UTC_TIMESTAMP(3) - INTERVAL 1 ' +
        `SECOND WHERE vorgang_id = X'${one.id}' AND direction = 1`);
      await reach(one, 'in_review');
    });
  await test('moving: three faulty answers, and silence, end with a person',
    async () => {
      const ends = (one) => rows(one).slice(-4).join();
      for (const given of at) {
        const bad = made[`Unbrauchbar ${given}`], mute = made[`Stumm ${given}`];
        for (const one of [bad, mute]) {
          if (given !== 'Anfrage')
            await sentOn(one, 1);
          if (given === 'Code') {
            await reach(one, 'code_sent');
            await code(one, right);
          }
        }
        await reach(bad, 'in_review');
        assert.match(ends(bad), /170. silent(,170. rejected){3}/);
        const type = { Anfrage: 1702, Meldeschein: 1704, Code: 1706 }[given];
        await until(() => rows(mute), (l) => l.at(-1) === `${type} delivered`);
        sql('UPDATE exchange SET answer_due = UTC_TIMESTAMP(3) - INTERVAL 1 ' +
          `SECOND WHERE vorgang_id = X'${mute.id}' AND type = '${type}'`);
        await reach(mute, 'in_review');
        assert.equal(rows(mute).at(-1), `${type} silent`);
      }
    });
}

async function results() {
  const made = {};
  for (const family of ['Sofort', 'Abgelehnt', 'Geduldig', 'Frist', 'Streng',
    'Nein', 'Ohne', 'Weg'])
    made[family] = await apply(move(family));
  await test('moving: registered or refused without a letter', async () => {
    for (const family of ['Sofort', 'Abgelehnt'])
      await sentOn(made[family], 1);
    assert.equal((await reach(made.Sofort, 'registered')).documents.length, 1);
    const json = await reach(made.Abgelehnt, 'rejected_to_counter');
    assert.deepEqual(json.documents.map(({ name }) => name),
      ['Schreiben der Meldebehörde.pdf']);
  });
  await test('moving: a wrong code ends it, or may be tried again twice',
    async () => {
      for (const family of ['Geduldig', 'Streng']) {
        await sentOn(made[family], 1);
        await reach(made[family], 'code_sent');
        await code(made[family], 'XXXX-0000');
      }
      const json = await reach(made.Streng, 'rejected_to_counter');
      assert.match(json.messages.at(-1).text, /Code nicht anerkannt/);
      const wrong = async (n) => until(() => read(made.Geduldig),
        ({ messages, state }) => state.id !== 'code_confirmed' && messages
          .filter(({ text }) => /Code stimmt nicht/.test(text)).length === n);
      await wrong(1);
      await code(made.Geduldig, 'XXXX-0001');
      await reach(made.Geduldig, 'in_review');
      assert.deepEqual(rows(made.Geduldig).slice(4), ['1706 answered',
        '1705 filed', '1706 answered', '1705 filed']);
    });
  await test('moving: the letter’s time is kept', async () => {
    await sentOn(made.Frist, 1);
    await reach(made.Frist, 'expired');
    await reach(made.Ohne, 'data_received');
    sql('UPDATE exchange_deadline SET due_at = UTC_TIMESTAMP(3) - INTERVAL 1 ' +
      `SECOND WHERE vorgang_id = X'${made.Ohne.id}'`);
    await reach(made.Ohne, 'in_review');
  });
  await test('moving: who says no is read by a person', async () => {
    await reach(made.Nein, 'data_received');
    const res = await answer(made.Nein, 'register',
      { 'person-0': 'nein', text: 'Ich heiße seit gestern anders.' });
    assert.equal(res.status, 303);
    const json = await reach(made.Nein, 'in_review');
    assert.match(json.messages.at(-1).text,
      /^Nein\nAda Nein: Die Daten stimmen nicht\.\n\nIch heiße seit gestern/);
    assert.deepEqual(rows(made.Nein), ['1702 answered', '1703 filed']);
  });
  await test('moving: withdrawn midway, nothing more goes out', async () => {
    await sentOn(made.Weg, 1);
    await reach(made.Weg, 'code_sent');
    const res = await postForm(`/vorgang/l/${made.Weg.token}/rueckzug`, []);
    assert.equal(res.status, 303);
    await reach(made.Weg, 'withdrawn');
    await code(made.Weg, right);
    assert.doesNotMatch(rows(made.Weg).join(), /1706/);
    assert.doesNotMatch(await page(made.Weg), /name="schritt"/);
  });
}

export async function movingTests() {
  if (!existsSync(`${dir}/xoev/xmeld-25.11a`))
    return; // the exchange's tests say so
  await alone();
  await families();
  await offices();
  await results();
  await misbehaviour();
}
