// Files: by form, by script, by API; tricks, break-offs, and no torsos.

import { readdirSync } from 'node:fs';
import {
  answered, asPairs, breakOff, dir, get, multipart, newId, pause,
  postFiles, postForm, postJson, sample, send, sql,
} from './client.mjs';
import { check, finish, story } from '../browser/report.mjs';
import { png } from '../browser/samples.mjs';

const path = '/antrag/maengelmeldung/';
const data = asPairs(sample('maengelmeldung'));
const photo = png(40);
const file = (name, body = photo, type = 'image/png') =>
  ({ field: 'photos', name, type, data: body });

const documents = (id) => Number(
  sql(`SELECT COUNT(*) FROM document WHERE submission_id = X'${id}'`));
const stored = () => readdirSync(`${dir}/documents`,
  { recursive: true, withFileTypes: true }).filter((e) => e.isFile()).length;

// Sends the form's upload button and follows to the draft's page.
async function upload(id, files, fields = []) {
  const res = await postFiles(path,
    [['submission_id', id], ...fields, ['action', 'upload']], files);
  if (res.status !== 303)
    return res;
  const to = new URL(res.headers.location, 'http://x');
  return get(to.pathname + to.search);
}

const ids = (page) => [...new Set([...page.text.matchAll(
  /href="\/dokument\/[0-9a-f]{32}\/([0-9a-f-]{32,36})"/g)].map((m) => m[1]))];

await story('upload button: the draft shows file and answers', async () => {
  const id = newId();
  const page = await upload(id, [file('laterne.png')], data);
  if (page.status !== 200 || !page.text.includes('laterne.png') ||
      !page.text.includes('flackert') || ids(page).length !== 1)
    throw new Error(answered(page));
});

await story('download of one\'s own: safe headers, same bytes', async () => {
  const id = newId();
  const page = await upload(id, [file('laterne.png')]);
  const res = await get(`/dokument/${id}/${ids(page)[0]}`);
  if (res.status !== 200 || res.headers['content-type'] !== 'image/png' ||
      res.headers['x-content-type-options'] !== 'nosniff' ||
      !/no-store|private/.test(res.headers['cache-control'] ?? '') ||
      res.data.length < 100)
    throw new Error(answered(res));
  const stranger = await get(`/dokument/${newId()}/${ids(page)[0]}`);
  if (stranger.status !== 404)
    throw new Error(`a stranger: ${answered(stranger)}`);
});

await story('remove before submission', async () => {
  const id = newId();
  const page = await upload(id, [file('a.png'), file('b.png', png(41))]);
  const [first] = ids(page);
  const res = await postFiles(path, [['submission_id', id],
    ['action', `remove-file:${first}`]], []);
  const to = new URL(res.headers.location ?? '/', 'http://x');
  const after = await get(to.pathname + to.search);
  if (res.status !== 303 || ids(after).length !== 1 || documents(id) !== 1)
    throw new Error(`${answered(res)}\n${answered(after)}`);
});

await story('submit with files: they belong to the Vorgang', async () => {
  const id = newId();
  const res = await postFiles(path,
    [['submission_id', id], ...data, ['action', 'submit']],
    [file('laterne.png'), file('zwei.png', png(42))]);
  if (res.status !== 303 || !res.headers.location.includes('/vorgang/l/'))
    throw new Error(answered(res));
  const again = await postFiles(path,
    [['submission_id', id], ...data, ['action', 'submit']],
    [file('laterne.png'), file('zwei.png', png(42))]);
  const page = await get(new URL(res.headers.location, 'http://x').pathname);
  const n = sql('SELECT COUNT(*) FROM document d JOIN vorgang v ON' +
    ` d.vorgang_id = v.id WHERE v.submission_id = X'${id}'`);
  if (n !== '2' || !page.text.includes('laterne.png') ||
      !page.text.includes('zwei.png'))
    throw new Error(`${n} documents; again ${again.status}; ${answered(page)}`);
});

await story('errors keep the files', async () => {
  const id = newId();
  const res = await postFiles(path, [['submission_id', id],
    ['description', 'Kurz'], ['action', 'submit']], [file('bleibt.png')]);
  if (res.status !== 422 || !res.text.includes('bleibt.png') ||
      !res.text.includes('data-error-summary'))
    throw new Error(answered(res));
});

const refused = [
  ['empty', file('leer.png', Buffer.alloc(0))],
  ['a program named as picture',
    file('bild.png', Buffer.from('MZ' + '\0'.repeat(500)))],
  ['HTML named as picture',
    file('bild.png', Buffer.from('<html><script>alert(1)</script>'))],
  ['SVG', file('bild.svg', Buffer.from('<svg xmlns=' +
    '"http://www.w3.org/2000/svg"><script/></svg>'), 'image/svg+xml')],
  ['PDF where only photos are wanted',
    file('a.pdf', Buffer.from('%PDF-1.4\n%âãÏÓ\n'), 'application/pdf')],
];
for (const [name, one] of refused) {
  await story(`refused with a reason: ${name}`, async () => {
    const id = newId();
    const before = stored();
    const page = await upload(id, [one]);
    if (documents(id) !== 0 || ids(page).length !== 0 ||
        !/kern-error|kern-alert/.test(page.text))
      throw new Error(answered(page));
    if (stored() !== before)
      throw new Error('a file was left behind');
  });
}

await story('names: paths, marks and controls do no harm', async () => {
  const id = newId();
  const page = await upload(id, [
    file('../../etc/passwd.png'), file('C:\\\\x\\\\y.png', png(43)),
    file('<img src=x>.png', png(44)),
  ]);
  if (ids(page).length !== 3 || page.text.includes('<img src=x>') ||
      page.text.includes('../..'))
    throw new Error(answered(page));
});

await story('larger than allowed: refused, no torso', async () => {
  const id = newId();
  const before = stored();
  const big = Buffer.concat([photo, Buffer.alloc(1200 * 1024)]);
  const page = await upload(id, [file('gross.png', big)]);
  if (documents(id) !== 0 || !/1 M|413|zu groß/.test(page.text) ||
      stored() !== before)
    throw new Error(`${stored() - before} files more; ${answered(page)}`);
});

await story('far larger: nginx refuses before it is read', async () => {
  const message = multipart([['submission_id', newId()]],
    [file('riesig.png', Buffer.alloc(12 << 20))]);
  const res = await send('POST', path,
    { headers: { ...message.headers, Expect: '' }, body: message.body })
    .catch((error) => ({ status: 0, text: error.message, headers: {} }));
  // A client that writes on may see the connection closed instead.
  if (res.status !== 413 && !/EPIPE|ECONNRESET/.test(res.text))
    throw new Error(answered(res));
});

await story('a connection that breaks off leaves nothing', async () => {
  const id = newId();
  const before = stored();
  const message = multipart([['submission_id', id], ['action', 'upload']],
    [file('halb.png', Buffer.concat([photo, Buffer.alloc(500000)]))]);
  await breakOff(path, message, 300000);
  await pause(500);
  if (stored() !== before || documents(id) !== 0)
    throw new Error(`${stored() - before} files, ${documents(id)} rows`);
});

await story('script upload: JSON in, JSON out, once', async () => {
  const id = newId();
  const fields = [['submission_id', id], ['service', 'maengelmeldung'],
    ['field', 'photos']];
  const res = await postFiles('/dokument/', fields,
    [{ ...file('skript.png'), field: 'file' }],
    { Accept: 'application/json' });
  if (res.status >= 300 || !res.json().id || res.json().size <= 0)
    throw new Error(answered(res));
  const wrong = await postFiles('/dokument/', fields,
    [{ ...file('x.png', Buffer.from('nein')), field: 'file' }],
    { Accept: 'application/json' });
  if (wrong.status < 400 || !wrong.json().detail)
    throw new Error(answered(wrong));
  const submit = await postForm(path, [['submission_id', id], ...data,
    ['photos', res.json().id], ['action', 'submit']]);
  if (submit.status !== 303)
    throw new Error(answered(submit));
});

await story('API: upload, then apply with its id', async () => {
  const key = { 'Idempotency-Key': newId() };
  const up = await send('POST',
    '/api/v1/dokumente?leistung=maengelmeldung&feld=photos',
    { headers: { ...key, 'Content-Type': 'image/png' }, body: photo });
  if (up.status >= 300)
    throw new Error(answered(up));
  const res = await postJson('/api/v1/antraege/maengelmeldung', {
    ...sample('maengelmeldung'),
    photos: [up.json().id],
  }, key);
  if (res.status !== 201)
    throw new Error(answered(res));
  const status = await get('/api/v1/vorgang',
    { Authorization: `Bearer ${res.json().token}` });
  if (status.json().documents.length !== 1)
    throw new Error(answered(status));
});

{
  const plain = sql('SELECT COUNT(*) FROM document') !== '0' &&
    readdirSync(`${dir}/documents`, { recursive: true, withFileTypes: true })
      .filter((e) => e.isFile()).length > 0;
  check('files were stored at all', plain);
}
finish();
