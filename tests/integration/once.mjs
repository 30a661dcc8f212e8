// Exactly once, and the packages' examples through the API.

import assert from 'node:assert/strict';
import { skip, test } from './check.mjs';
import {
  get, mails, mailsUntil, newId, png, postForm, postParts, send, sleep, sql,
} from './client.mjs';
import {
  bearer, examplesOf, pairsOf, report, reportWithMail, services, submitForm,
  submitJson, tokenOf, wholeExample,
} from './samples.mjs';

const rowsOf = (id) => sql('SELECT reference FROM vorgang WHERE ' +
  `submission_id = UNHEX('${id}')`).length;

function parts(id, answers, files, action = 'submit') {
  return [{ name: 'submission_id', value: id },
    ...pairsOf(answers).map(([name, value]) => ({ name, value })),
    ...files.map((f) => ({ name: 'photos', filename: 'foto.png',
      type: 'image/png', ...f })),
    { name: 'action', value: action }];
}

async function referenceOf(token) {
  const res = await get('/api/v1/vorgang', bearer(token));
  assert.equal(res.status, 200, res.text);
  return res.json.reference;
}

async function exactlyOnce() {
  await test('JSON: the same again is 200 and the same receipt', async () => {
    const id = newId();
    const first = await submitJson('maengelmeldung', report, id);
    const again = await submitJson('maengelmeldung', report, id);
    assert.equal(first.status, 201);
    assert.equal(again.status, 200);
    for (const name of ['reference', 'code', 'token', 'link'])
      assert.equal(again.json[name], first.json[name]);
  });
  await test('JSON: the same id with other answers is 409', async () => {
    const id = newId();
    const first = await submitJson('maengelmeldung', report, id);
    const other = await submitJson('maengelmeldung',
      { ...report, danger: true }, id);
    assert.equal(other.status, 409);
    assert.equal(other.json.type, 'urn:torhaus:problem:duplicate');
    assert.equal(other.json.reference, first.json.reference);
    assert.doesNotMatch(other.text, new RegExp(first.json.token));
    assert.equal(rowsOf(id), 1);
  });
  await test('form: the same again leads to the same receipt', async () => {
    const id = newId();
    const first = await submitForm('maengelmeldung', report, id);
    const again = await submitForm('maengelmeldung', report, id);
    assert.equal(first.status, 303, first.text.slice(0, 300));
    assert.equal(again.status, 303);
    assert.equal(tokenOf(again), tokenOf(first));
    assert.equal(rowsOf(id), 1);
  });
  await test('form: other answers are 409 with everything typed', async () => {
    const id = newId();
    const first = await submitForm('maengelmeldung', report, id);
    const res = await submitForm('maengelmeldung', { ...report,
      description: 'Jetzt ist sie ganz dunkel, seit heute.' }, id);
    assert.equal(res.status, 409);
    assert.match(res.text, /Jetzt ist sie ganz dunkel, seit heute\./);
    const fresh = res.text.match(
      /name="submission_id" value="([0-9a-f]{32})"/)[1];
    assert.notEqual(fresh, id);
    assert.doesNotMatch(res.text, new RegExp(tokenOf(first)));
    assert.equal(rowsOf(id), 1);
  });
  await test('twenty at once are one', async () => {
    const id = newId();
    const answers = reportWithMail('zwanzig');
    const all = await Promise.all(Array.from({ length: 20 }, () =>
      submitJson('maengelmeldung', answers, id)));
    assert.ok(all.every((r) => r.status === 200 || r.status === 201),
      all.map((r) => r.status).join());
    assert.equal(new Set(all.map((r) => r.json.reference)).size, 1);
    assert.equal(rowsOf(id), 1);
    await mailsUntil(answers.email, 1);
    await sleep(1000);
    assert.equal((await mails(answers.email)).length, 1);
  });
  await test('twenty forms at once are one', async () => {
    const id = newId();
    const all = await Promise.all(Array.from({ length: 20 }, () =>
      submitForm('maengelmeldung', report, id)));
    assert.ok(all.every((r) => r.status === 303),
      all.map((r) => r.status).join());
    assert.equal(new Set(all.map(tokenOf)).size, 1);
    assert.equal(rowsOf(id), 1);
  });
  await test('with a file: the same again is one, with one document',
    async () => {
      const id = newId();
      const body = parts(id, report, [{ bytes: png() }]);
      const first = await postParts('/antrag/maengelmeldung/', body);
      const again = await postParts('/antrag/maengelmeldung/', body);
      assert.equal(first.status, 303, first.text.slice(0, 300));
      assert.equal(again.status, 303, again.text.slice(0, 300));
      assert.ok(tokenOf(first));
      assert.equal(tokenOf(again), tokenOf(first));
      assert.equal(rowsOf(id), 1);
      const view = await get('/api/v1/vorgang', bearer(tokenOf(first)));
      assert.equal(view.json.documents.length, 1);
    });
  await test('with a file: eight at once are one', async () => {
    const id = newId();
    const before = Number(sql('SELECT COUNT(*) FROM vorgang')[0][0]);
    const body = parts(id, report, [{ bytes: png() }]);
    const all = await Promise.all(Array.from({ length: 8 }, () =>
      postParts('/antrag/maengelmeldung/', body)));
    assert.ok(all.every((r) => r.status === 303),
      all.map((r) => r.status).join());
    const references = new Set();
    for (const res of all)
      references.add(await referenceOf(tokenOf(res)));
    assert.equal(references.size, 1);
    assert.equal(Number(sql('SELECT COUNT(*) FROM vorgang')[0][0]),
      before + 1);
  });
  await test('with another file: 409, nothing is lost', async () => {
    const id = newId();
    await postParts('/antrag/maengelmeldung/',
      parts(id, report, [{ bytes: png() }]));
    const res = await postParts('/antrag/maengelmeldung/',
      parts(id, report, [{ bytes: png(), filename: 'zweites.png' }]));
    assert.equal(res.status, 409, res.text.slice(0, 300));
    assert.equal(rowsOf(id), 1);
    const hidden = [...res.text.matchAll(
      /<input type="hidden" name="([^"]+)" value="([^"]*)">/g)]
      .map(([, name, value]) => [name, value]);
    const next = await postForm('/antrag/maengelmeldung/',
      [...hidden, ['action', 'submit']]);
    assert.equal(next.status, 303, next.text.slice(0, 300));
    const view = await get('/api/v1/vorgang', bearer(tokenOf(next)));
    assert.equal(view.json.documents[0].name, 'zweites.png');
  });
}

// The town's settings, with which an example can be sent as it is. Dates of an
// example hold on its day only.
const dated = /birth_date|held_since|valid_from|seen_at|moved_on|issued_on/;

async function example(service, all, one) {
  const id = newId();
  const data = structuredClone(one.data);
  for (const field of one.files) {
    const up = await send('POST',
      `/api/v1/dokumente?leistung=${service}&feld=${field}`, {
        body: png(), headers: { 'Content-Type': 'image/png',
          'Idempotency-Key': id },
      });
    if (up.status !== 201) {
      const wanted = one.expect.errors[0];
      assert.equal(up.status, 422, up.text);
      assert.equal(wanted, `${field}: ${up.json.errors[0].code}`);
      return;
    }
    const steps = field.split('.');
    let at = data;
    for (const step of steps.slice(0, -1))
      at = at[step] ??= {};
    (at[steps.at(-1)] ??= []).push(up.json.id);
  }
  const res = await submitJson(service, data, id);
  const wanted = all.find((e) => e.name === one.name).expect.errors;
  if (wanted.length === 0) {
    assert.equal(res.status, 201, res.text);
    return;
  }
  assert.equal(res.status, 422, res.text);
  assert.deepEqual(res.json.errors.map((e) => `${e.path}: ${e.code}`).sort(),
    [...wanted].sort());
}

async function examples() {
  for (const service of services) {
    const all = examplesOf(service);
    const own = {};
    let sent = 0;
    for (const raw of all) {
      const one = wholeExample(all, raw);
      const hasOwn = raw.settings && raw.base;
      if (hasOwn || dated.test(JSON.stringify(one.data)) ||
          typeof one.files?.[0] === 'object') {
        own[raw.name] = true;
        continue;
      }
      sent++;
      await test(`example ${service}: ${raw.name}`, () =>
        example(service, all, one));
    }
    skip(`example ${service}: ${Object.keys(own).length} others`,
      `they hold on a certain day or with other settings; torhaus service ` +
      `check runs all ${all.length}, ${sent} went through HTTP`);
  }
}

export async function onceTests() {
  await exactlyOnce();
  await examples();
}
