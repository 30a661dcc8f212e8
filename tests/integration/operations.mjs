// What the operator relies on: the audit, the outbox, the courier.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { test } from './check.mjs';
import {
  dir, mailBehaviour, mails, mailsUntil, processId, sleep, sql, torhaus, town,
  until,
} from './client.mjs';
import { reportWithMail, submitJson } from './samples.mjs';

const verify = () => torhaus('audit', 'verify');
const waiting = () => Number(sql(
  'SELECT COUNT(*) FROM outbox WHERE state IN (0, 1)')[0][0]);

async function auditTests() {
  await test('the audit is clean; a damaged event is named', async () => {
    /* One that is sealed already, so that nothing moves meanwhile. */
    await until(() => Number(sql('SELECT COUNT(*) FROM event ' +
      'WHERE seal_seq IS NULL')[0][0]), (n) => n === 0);
    const clean = verify();
    assert.equal(clean.status, 0, clean.out + clean.err);
    const [[id, seq, hash]] = sql('SELECT HEX(vorgang_id), seq, HEX(hash) ' +
      'FROM event ORDER BY vorgang_id LIMIT 1');
    const [[reference]] = sql('SELECT reference FROM vorgang WHERE ' +
      `id = UNHEX('${id}')`);
    const [[at]] = sql('SELECT at FROM event WHERE ' +
      `vorgang_id = UNHEX('${id}') AND seq = ${seq}`);
    sql('UPDATE event SET at = at + INTERVAL 1 SECOND WHERE ' +
      `vorgang_id = UNHEX('${id}') AND seq = ${seq}`);
    const bad = verify();
    sql(`UPDATE event SET at = '${at}' WHERE ` +
      `vorgang_id = UNHEX('${id}') AND seq = ${seq}`);
    assert.equal(bad.status, 3, bad.out + bad.err);
    const said = (bad.out + bad.err).toLowerCase().replaceAll('-', '');
    assert.ok(said.includes(id.toLowerCase()) ||
      said.includes(reference.toLowerCase()), bad.out + bad.err);
    assert.ok(hash.length === 64);
    assert.equal(verify().status, 0);
  });
  await test('an export is verified without the database', async () => {
    const file = `${mkdtempSync(`${tmpdir()}/torhaus-audit-`)}/export`;
    const made = torhaus('audit', 'export', '--town', town, '--out', file);
    assert.equal(made.status, 0, made.err);
    const key = made.out.match(/\b[0-9a-f]{64}\b/)[0];
    const good = torhaus('audit', 'verify', '--file', file, '--key', key);
    assert.equal(good.status, 0, good.out + good.err);
    const wrong = torhaus('audit', 'verify', '--file', file, '--key',
      '0'.repeat(64));
    assert.notEqual(wrong.status, 0);
    assert.doesNotMatch(readFileSync(file, 'latin1'), /flackert|example\.org/);
  });
}

async function apply(tag) {
  const answers = reportWithMail(tag);
  const res = await submitJson('maengelmeldung', answers);
  assert.equal(res.status, 201, res.text);
  return answers.email;
}

async function outboxTests() {
  await until(waiting, (n) => n === 0);
  await test('a mail server that says later is asked again', async () => {
    await mailBehaviour({ mode: 'defer' });
    const to = await apply('spaeter');
    const row = () => sql('SELECT attempts, state, last_error FROM outbox ' +
      'ORDER BY id DESC LIMIT 1')[0];
    const [attempts, state, why] = await until(row, (r) => r[2] !== 'NULL' &&
      r[1] === '0');
    assert.ok(Number(attempts) >= 1 && state === '0', `${attempts} ${state}`);
    assert.match(why, /451|later/i);
    await mailBehaviour({ mode: 'accept' });
    sql('UPDATE outbox SET next_at = UTC_TIMESTAMP(3) WHERE state = 0');
    assert.equal((await mailsUntil(to, 1)).length, 1);
  });
  await test('refused for good: given up, doctor says so, restart works',
    async () => {
      await mailBehaviour({ mode: 'refuse' });
      const to = await apply('nie');
      await until(() => sql('SELECT id FROM outbox WHERE state = 3').length,
        (n) => n === 1);
      const doctor = torhaus('doctor');
      assert.match(doctor.out + doctor.err, /1 deliver\w+ w\w+ given up/);
      assert.notEqual(doctor.status, 0);
      const list = torhaus('outbox', 'list');
      assert.match(list.out, /550/);
      assert.doesNotMatch(list.out, /geheim@/);
      await mailBehaviour({ mode: 'accept' });
      assert.equal(torhaus('outbox', 'restart', '--failed').status, 0);
      assert.equal((await mailsUntil(to, 1)).length, 1);
      assert.equal(sql('SELECT id FROM outbox WHERE state = 3').length, 0);
    });
  await test('a courier killed in a batch: one mail each', async () => {
    await mailBehaviour({ mode: 'slow', seconds: 0.3 });
    const all = await Promise.all(Array.from({ length: 12 }, () =>
      apply('stapel')));
    await sleep(1200);
    process.kill(processId('courier'), 'SIGKILL');
    await mailBehaviour({ mode: 'accept' });
    /* Its claims would come free by themselves after some minutes. */
    await sleep(500);
    sql('UPDATE outbox SET next_at = UTC_TIMESTAMP(3) - INTERVAL 1 SECOND ' +
      `WHERE state = 1 AND claimed_by NOT LIKE '%:${processId('courier')}'`);
    assert.equal(await until(waiting, (n) => n === 0, 40), 0);
    for (const to of all) {
      const ids = new Set((await mails(to)).map((m) => m.message_id));
      assert.equal(ids.size, 1, `${to}: ${ids.size}`);
    }
  });
}

// After everything: no log knows a citizen.
export async function logTests() {
  await test('no log holds tokens, ids, names, addresses or texts', () => {
    const tokens = sql('SELECT LOWER(HEX(submission_id)) FROM vorgang')
      .map((row) => row[0]);
    const faults = [];
    for (const name of readdirSync(`${dir}/log`)) {
      if (!/\.log$/.test(name) || name === 'mariadbd.log')
        continue;
      const text = readFileSync(`${dir}/log/${name}`, 'utf8');
      for (const word of [/geheim@/, /Laterne/, /Bahnhofstra/, /Zoë/,
        /vorgang\/l\/[0-9a-z]{26}/i, /ganz dunkel/, /Nachweis/]) {
        const hit = text.match(word);
        if (hit)
          faults.push(`${name}: ${hit[0]}`);
      }
      const known = new Set(tokens);
      for (const [id] of text.matchAll(/\b[0-9a-f]{32}\b/g)) {
        if (known.has(id))
          faults.push(`${name}: submission id ${id}`);
      }
    }
    assert.deepEqual(faults.slice(0, 5), []);
  });
}

export async function operationsTests() {
  await auditTests();
  await outboxTests();
}
