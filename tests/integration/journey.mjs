// After the application: mail, link, message, document, office, withdrawal,
// receipt, look-up.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { test } from './check.mjs';
import {
  get, mails, mailsUntil, newId, postForm, postJson, postParts, sleep, torhaus,
  town,
} from './client.mjs';
import { bearer, reportWithMail, submitForm, tokenOf } from './samples.mjs';

const vorgang = (...args) => torhaus('vorgang', ...args, '--town', town);

export async function journeyTests() {
  const answers = reportWithMail('reise');
  let token;
  let code;
  let reference;
  await test('one confirmation: link, code, text and HTML, by STARTTLS',
    async () => {
      const res = await submitForm('maengelmeldung', answers);
      assert.equal(res.status, 303);
      token = tokenOf(res);
      const [mail] = await mailsUntil(answers.email, 1);
      assert.ok(mail, 'no mail came');
      assert.equal(mail.tls, true);
      assert.match(mail.message_id, /^<[^@>]+@[^>]+>$/);
      for (const part of [mail.text, mail.html])
        assert.ok(part.includes(`/vorgang/l/${token}`), part);
      reference = mail.text.match(/[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{2}\b/)[0];
      code = mail.text.match(/[0-9A-Z]{4}(?:-[0-9A-Z]{4}){2,}/)[0];
      assert.ok(mail.html.includes(code) && mail.html.includes(reference));
      await sleep(800);
      assert.equal((await mails(answers.email)).length, 1);
    });
  await test('the link shows the Vorgang', async () => {
    const res = await get(`/vorgang/l/${token}`);
    assert.equal(res.status, 200);
    assert.ok(res.text.includes(reference));
    assert.ok(res.text.includes('Laterne flackert seit gestern Abend.'));
    assert.match(res.headers['cache-control'], /no-store/);
    assert.match(res.headers['referrer-policy'],
      /^(no-referrer|same-origin)$/);
  });
  await test('a message that is sent twice is one', async () => {
    const id = newId();
    for (let i = 0; i < 2; i++) {
      const res = await postForm(`/vorgang/l/${token}/nachricht`,
        [['submission_id', id], ['text', 'Es ist jetzt <b>ganz</b> dunkel.']]);
      assert.equal(res.status, 303);
    }
    const { messages } = (await get('/api/v1/vorgang', bearer(token))).json;
    assert.equal(messages.length, 1);
    assert.equal(messages[0].text, 'Es ist jetzt <b>ganz</b> dunkel.');
    const page = (await get(`/vorgang/l/${token}`)).text;
    assert.ok(page.includes('Es ist jetzt &lt;b&gt;ganz&lt;/b&gt; dunkel.'));
  });
  await test('an empty message is refused and says why', async () => {
    const res = await postForm(`/vorgang/l/${token}/nachricht`,
      [['submission_id', newId()], ['text', '  ']]);
    assert.equal(res.status, 422);
    assert.match(res.text, /f-text-error/);
  });
  const pdf = Buffer.from('%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj' +
    '\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n' +
    '%%EOF\n');
  await test('a document is added; its bytes come back with safe headers',
    async () => {
      const res = await postParts(`/vorgang/l/${token}/dokument`, [
        { name: 'submission_id', value: newId() },
        { name: 'datei', filename: 'Nachweis "1".pdf', bytes: pdf,
          type: 'application/pdf' }]);
      assert.equal(res.status, 303, res.text.slice(0, 400));
      const { documents } = (await get('/api/v1/vorgang', bearer(token))).json;
      assert.equal(documents.length, 1);
      const file = await get(
        `/vorgang/l/${token}/dokument/${documents[0].id}`);
      assert.equal(file.status, 200);
      assert.ok(file.bytes.equals(pdf));
      assert.equal(file.headers['content-type'], 'application/pdf');
      assert.match(file.headers['content-disposition'], /^attachment/);
      assert.match(file.headers['x-content-type-options'], /^nosniff/);
      assert.match(file.headers['cache-control'], /no-store/);
      const other = await submitForm('maengelmeldung', reportWithMail());
      const stolen = await get(
        `/vorgang/l/${tokenOf(other)}/dokument/${documents[0].id}`);
      assert.equal(stolen.status, 404);
      assert.equal((await get(`/api/v1/vorgang/dokumente/${documents[0].id}`,
        bearer(tokenOf(other)))).status, 404);
      const out = mkdtempSync(`${tmpdir()}/torhaus-documents-`);
      const run = vorgang('documents', reference, '--out', out);
      assert.equal(run.status, 0, run.err);
      const names = readdirSync(out);
      assert.equal(names.length, 1);
      assert.ok(readFileSync(`${out}/${names[0]}`).equals(pdf));
    });
  await test('the office moves it on: note on the page, mail', async () => {
    const list = vorgang('advance', reference);
    assert.match(list.out, /in_progress/);
    const run = vorgang('advance', reference, '--to', 'in_progress', '--note',
      'Wir kommen <morgen> & bringen eine Leiter.');
    assert.equal(run.status, 0, run.err);
    const page = (await get(`/vorgang/l/${token}`)).text;
    assert.ok(page.includes(
      'Wir kommen &lt;morgen&gt; &amp; bringen eine Leiter.'));
    const list2 = await mailsUntil(answers.email, 2);
    assert.equal(list2.length, 2);
    assert.ok(vorgang('advance', reference, '--to', 'gibt-es-nicht').status);
  });
  await test('the receipt: reference, answers, tagged', async () => {
    const res = await get(`/vorgang/l/${token}/beleg.pdf`);
    assert.equal(res.status, 200);
    assert.equal(res.headers['content-type'], 'application/pdf');
    const dir = mkdtempSync(`${tmpdir()}/torhaus-receipt-`);
    writeFileSync(`${dir}/b.pdf`, res.bytes);
    const text = spawnSync('pdftotext', ['-layout', `${dir}/b.pdf`, '-'],
      { encoding: 'utf8' }).stdout;
    assert.ok(text.includes(reference), text);
    assert.match(text.replace(/\s+/g, ' '), /Laterne flackert seit gestern/);
    assert.match(text, /Zoë/);
    const info = spawnSync('pdfinfo', [`${dir}/b.pdf`],
      { encoding: 'utf8' }).stdout;
    assert.match(info, /Tagged:\s+yes/);
  });
  const lookup = (r, c) => postForm('/vorgang/', [['aktenzeichen', r],
    ['code', c]]);
  await test('look-up in many spellings', async () => {
    for (const [r, c] of [
      [reference, code],
      [reference.toLowerCase(), code.toLowerCase()],
      [reference.replaceAll('-', ''), code.replaceAll('-', '')],
      [` ${reference.replaceAll('-', ' ')} `, code.replaceAll('-', ' ')],
      [reference.replaceAll('0', 'O').replaceAll('1', 'l'),
        code.replaceAll('0', 'o').replaceAll('1', 'I')],
    ]) {
      const res = await lookup(r, c);
      assert.equal(res.status, 303, `${r} ${c}: ${res.text.slice(0, 200)}`);
      assert.equal(tokenOf(res), token);
    }
    const res = await postJson('/api/v1/vorgang/suche', { reference, code });
    assert.equal(res.status, 200, res.text);
    assert.equal(res.json.reference, reference);
  });
  await test('withdrawal: asked, done, closed', async () => {
    assert.equal((await get(`/vorgang/l/${token}/rueckzug`)).status, 200);
    const before = (await get('/api/v1/vorgang', bearer(token))).json;
    const res = await postForm(`/vorgang/l/${token}/rueckzug`,
      [['submission_id', newId()]]);
    const after = (await get('/api/v1/vorgang', bearer(token))).json;
    if (!before.state.is_withdrawable) {
      assert.equal(res.status, 409);
      assert.equal(after.state.id, before.state.id);
      return;
    }
    assert.equal(res.status, 303, res.text.slice(0, 300));
    assert.equal(after.state.is_final, true);
    const late = await postForm(`/vorgang/l/${token}/nachricht`,
      [['submission_id', newId()], ['text', 'Noch etwas.']]);
    assert.ok(late.status >= 400 && late.status < 500, `${late.status}`);
  });
  await test('a fresh application is withdrawn', async () => {
    const sent = await submitForm('maengelmeldung', reportWithMail());
    const own = tokenOf(sent);
    const res = await postForm(`/vorgang/l/${own}/rueckzug`, [['x', '1']]);
    assert.equal(res.status, 303, res.text.slice(0, 300));
    const view = (await get('/api/v1/vorgang', bearer(own))).json;
    assert.equal(view.state.is_final, true);
    assert.equal(view.state.id, 'withdrawn');
  });
  await test('a wrong code and an unknown reference answer alike', async () => {
    const clean = (res) => res.text
      .replace(/[0-9a-f]{32}/g, 'ID')
      .replace(/value="[^"]*"/g, 'value')
      .replace(/\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{2}\b/g, 'REF');
    const other = (await submitForm('maengelmeldung', reportWithMail()));
    const { json } = await get('/api/v1/vorgang', bearer(tokenOf(other)));
    vorgang('show', json.reference);
    const wrong = await lookup(json.reference, 'ABCD-EFGH-JKMN');
    const unknown = await lookup('W7K3-9QXD-4M', 'ABCD-EFGH-JKMN');
    assert.equal(wrong.status, unknown.status);
    assert.equal(clean(wrong), clean(unknown));
    const headers = ({ headers: h }) => Object.keys(h).sort().join();
    assert.equal(headers(wrong), headers(unknown));
    const api = (body) => postJson('/api/v1/vorgang/suche', body);
    const a = await api({ reference: json.reference, code: 'ABCD-EFGH-JKMN' });
    const b = await api({ reference: 'W7K3-9QXD-4M', code: 'ABCD-EFGH-JKMN' });
    assert.equal(a.status, b.status);
    assert.equal(clean(a), clean(b));
  });
  await test('guessing is stopped: 429 with Retry-After', async () => {
    let res;
    for (let i = 0; i < 40; i++) {
      res = await lookup(reference, 'ABCD-EFGH-JKMN');
      if (res.status === 429)
        break;
    }
    assert.equal(res.status, 429);
    assert.match(res.headers['retry-after'], /^[1-9][0-9]*$/);
    assert.equal((await lookup(reference, code)).status, 429);
    assert.equal((await get(`/vorgang/l/${token}`)).status, 200);
  });
  for (const path of ['/vorgang/l/0', `/vorgang/l/${'0'.repeat(26)}`,
    '/vorgang/l/..%2f..%2fx', `/vorgang/l/${'0'.repeat(26)}/beleg.pdf`]) {
    await test(`a link of nobody: ${path}`, async () => {
      assert.equal((await get(path)).status, 404);
    });
  }
}
