// After submission: mail, status page, messages, documents, receipt, office,
// withdrawal, look-up, audit.

import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import {
  answered, dir, get, mailBehaviour, mails, newId, pause, postFiles,
  postForm, postJson, sample, sql, torhaus,
} from './client.mjs';
import { check, finish, story } from '../browser/report.mjs';
import { png } from '../browser/samples.mjs';

const town = ['--town', 'quellstadt'];

async function apply(email, headers = {}) {
  const res = await postJson('/api/v1/antraege/maengelmeldung', {
    ...sample('maengelmeldung'),
    contact_wanted: true, email,
  }, { 'Idempotency-Key': newId(), ...headers });
  if (res.status !== 201)
    throw new Error(answered(res));
  return { ...res.json(), path: new URL(res.json().link).pathname };
}

const address = (name) => `${name}.${newId().slice(0, 8)}@example.org`;

await story('one confirmation mail, German, text and HTML', async () => {
  const to = address('zoe');
  const it = await apply(to);
  const found = await mails(to, 1);
  await pause(1500);
  const all = await mails(to, 1);
  if (found.length !== 1 || all.length !== 1 || !all[0].tls ||
      !all[0].text.includes(it.link) || !all[0].html.includes(it.link) ||
      !all[0].subject.includes(it.reference))
    throw new Error(`${all.length} mails ${JSON.stringify(all[0])}`);
});

await story('the mail speaks the applicant\'s language', async () => {
  const to = address('jane');
  await apply(to, { 'Accept-Language': 'en' });
  const [mail] = await mails(to, 1);
  if (!mail || !/(application|report|thank)/i.test(mail.text))
    throw new Error(JSON.stringify(mail));
});

await story('a mail that was refused goes out after a restart by hand',
  async () => {
    const to = address('spaeter');
    await mailBehaviour({ mode: 'refuse' });
    await apply(to);
    let given = '';
    for (let i = 0; i < 100 && !given; i++) {
      await pause(100);
      given = sql('SELECT COUNT(*) FROM outbox WHERE state = 3')
        .replace(/^0$/, '');
    }
    await mailBehaviour({ mode: 'accept' });
    const restart = torhaus('outbox', 'restart', '--failed');
    const found = await mails(to, 1, 15);
    if (!given || restart.status !== 0 || found.length !== 1)
      throw new Error(`given up: ${given}; ${restart.out} ` +
        `${found.length} mails; ${torhaus('outbox', 'list').out}`);
  });

await story('message to the office, once', async () => {
  const it = await apply(address('a'));
  const page = await get(it.path);
  const id = page.text.match(/name="submission_id" value="([0-9a-f]{32})"/)[1];
  const fields = [['submission_id', id],
    ['text', 'Die Laterne <b>brennt</b> wieder.']];
  const first = await postForm(`${it.path}/nachricht`, fields);
  await postForm(`${it.path}/nachricht`, fields);
  const after = await get(it.path);
  const n = after.text.split('brennt').length - 1;
  if (first.status !== 303 || n !== 1 || after.text.includes('<b>brennt'))
    throw new Error(`${n} times; ${answered(first)}`);
});

await story('a document later, seen by the office', async () => {
  const it = await apply(address('b'));
  const res = await postFiles(`${it.path}/dokument`, [],
    [{ field: 'datei', name: 'nachtrag.png', type: 'image/png',
      data: png(50) }]);
  const page = await get(it.path);
  const out = `${dir}/office-${newId()}`;
  mkdirSync(out);
  const fetched = torhaus('vorgang', 'documents', it.reference, ...town,
    '--out', out);
  const names = readdirSync(out);
  if (res.status !== 303 || !page.text.includes('nachtrag.png') ||
      fetched.status !== 0 || names.length !== 1)
    throw new Error(`${answered(res)} ${fetched.out} ${names}`);
});

await story('receipt: PDF with reference and answers', async () => {
  const it = await apply(address('c'));
  const res = await get(`${it.path}/beleg.pdf`);
  const file = `${dir}/beleg.pdf`;
  writeFileSync(file, res.data);
  const text = execFileSync('pdftotext', [file, '-'], { encoding: 'utf8' });
  const info = execFileSync('pdfinfo', [file], { encoding: 'utf8' });
  if (res.headers['content-type'] !== 'application/pdf' ||
      !text.includes(it.reference) || !text.includes('flackert') ||
      !/Tagged:\s+yes/.test(info))
    throw new Error(`${res.status} ${text.slice(0, 300)} ${info}`);
});

await story('the office moves it along: page and mail say so', async () => {
  const to = address('d');
  const it = await apply(to);
  await mails(to, 1);
  const show = torhaus('vorgang', 'show', it.reference, ...town);
  const step = torhaus('vorgang', 'advance', it.reference, ...town,
    '--to', 'done', '--note', 'Lampe getauscht.');
  const page = await get(it.path);
  const found = await mails(to, 2);
  const wrong = torhaus('vorgang', 'advance', it.reference, ...town,
    '--to', 'in_progress');
  if (show.status !== 0 || !show.out.includes('flackert') ||
      step.status !== 0 || !page.text.includes('Lampe getauscht.') ||
      !page.text.includes('Behoben') || found.length !== 2 ||
      wrong.status === 0)
    throw new Error(`${show.status} ${step.out} ${found.length} mails, ` +
      `wrong: ${wrong.status}; ${answered(page)}`);
});

await story('withdrawal', async () => {
  const it = await apply(address('e'));
  const page = await get(it.path);
  if (!page.text.includes('rueckzug'))
    throw new Error('no withdrawal offered');
  const id = page.text.match(/name="submission_id" value="([0-9a-f]{32})"/)[1];
  let res = await postForm(`${it.path}/rueckzug`, [['submission_id', id]]);
  if (res.status === 200 || res.status === 422) {
    // It asks whether this is meant.
    const fields = [...res.text.matchAll(
      /<(?:input|button)[^>]*name="([^"]+)"[^>]*value="([^"]*)"/g)]
      .map((m) => [m[1], m[2]]);
    res = await postForm(`${it.path}/rueckzug`, fields);
  }
  const after = await get('/api/v1/vorgang',
    { Authorization: `Bearer ${it.token}` });
  if (res.status !== 303 || after.json().state.id !== 'withdrawn')
    throw new Error(`${answered(res)} ${answered(after)}`);
});

await story('logs hold no token, code, address or answer', async () => {
  const to = address('geheim');
  const it = await apply(to);
  await get(it.path);
  await postForm('/vorgang/', [['aktenzeichen', it.reference],
    ['code', it.code]]);
  await mails(to, 1);
  for (const secret of [it.token, it.code, it.code.replace(/-/g, ''), to,
    'flackert']) {
    const found = execFileSync('bash', ['-c',
      `grep -rlF -- "$1" "${dir}/log" || true`, '-', secret],
    { encoding: 'utf8' });
    if (found)
      throw new Error(`${secret} in ${found}`);
  }
});

await story('nothing in the clear at rest', async () => {
  const to = address('verborgen');
  await apply(to);
  const dump = execFileSync('bash', ['-c',
    `grep -rlaF -- "$1" "${dir}/db" "${dir}/documents" || true`, '-',
    to.split('@')[0]], { encoding: 'utf8' });
  if (dump)
    throw new Error(`found in ${dump}`);
});

await story('seals: verified, and a changed row shows', async () => {
  let sealed = '0';
  for (let i = 0; i < 100 && sealed === '0'; i++) {
    await pause(100);
    sealed = sql('SELECT COUNT(*) FROM seal');
  }
  const fine = torhaus('audit', 'verify');
  const [id, seq] = sql('SELECT HEX(vorgang_id), seq FROM event LIMIT 1')
    .split('\t');
  const row = `WHERE vorgang_id = X'${id}' AND seq = ${seq}`;
  sql(`UPDATE event SET at = at + INTERVAL 1 SECOND ${row}`);
  const bad = torhaus('audit', 'verify');
  sql(`UPDATE event SET at = at - INTERVAL 1 SECOND ${row}`);
  const again = torhaus('audit', 'verify');
  if (sealed === '0' || fine.status !== 0 || bad.status !== 3 ||
      again.status !== 0)
    throw new Error(`${sealed} seals; ${fine.status} ${bad.status} ` +
      `${again.status}: ${bad.out}`);
});
{
  const res = torhaus('doctor');
  check('doctor finds all well', res.status === 0, res.out);
}

await story('look-up: right, wrong, unknown; guessing is slowed down',
  async () => {
    const it = await apply(address('f'));
    const look = (reference, code) => postForm('/vorgang/',
      [['aktenzeichen', reference], ['code', code]]);
    const right = await look(
      it.reference.toLowerCase().replaceAll('-', ' '), it.code.toLowerCase());
    if (right.status !== 303)
      throw new Error(`right: ${answered(right)}`);
    const wrong = await look(it.reference, '0000-0000-0000');
    const unknown = await look('W7K3-9QXD-4M', '0000-0000-0000');
    const same = (res) => res.text.replace(/value="[^"]*"/g, '')
      .replace(/[0-9a-f]{32}/g, '');
    if (wrong.status !== unknown.status || same(wrong) !== same(unknown))
      throw new Error(`${answered(wrong)}\n${answered(unknown)}`);
    let last;
    for (let i = 0; i < 40 && last?.status !== 429; i++)
      last = await look(it.reference, '0000-0000-0001');
    if (last.status !== 429)
      throw new Error(`after 40 tries: ${answered(last)}`);
    const link = await get(it.path);
    if (link.status !== 200)
      throw new Error(`the link is blocked as well: ${answered(link)}`);
  });
finish();
