// Files: what is taken comes back as it was, what is refused leaves nothing.

import assert from 'node:assert/strict';
import { test } from './check.mjs';
import { documentFiles } from '../faults/books.mjs';
import {
  get, multipart, newId, png, postParts, raw, send, sql, until,
} from './client.mjs';
import { bearer, pairsOf, report, tokenOf } from './samples.mjs';

const path = '/antrag/maengelmeldung/';

const form = (id, files, action = 'submit', answers = report) => [
  { name: 'submission_id', value: id },
  ...pairsOf(answers).map(([name, value]) => ({ name, value })),
  ...files.map((f) => ({ name: 'photos', filename: 'foto.png',
    type: 'image/png', ...f })),
  { name: 'action', value: action },
];

const rows = (id) => Number(sql('SELECT COUNT(*) FROM document WHERE ' +
  `submission_id = UNHEX('${id}')`)[0][0]);
const books = () => ({
  files: documentFiles().length,
  rows: Number(sql('SELECT COUNT(*) FROM document')[0][0]),
});

// The form comes back, says why, and nothing of the file is kept.
async function refused(name, files, words, more = {}) {
  await test(`refused and nothing left: ${name}`, async () => {
    const id = newId();
    const before = books();
    const res = await postParts(path, form(id, files, 'submit', report), more);
    assert.equal(res.status, 303, res.text.slice(0, 400));
    assert.match(res.headers.location, /\/entwurf\?id=/);
    const page = (await get(res.headers.location)).text;
    assert.match(page, words);
    assert.match(page, /Laterne flackert seit gestern Abend\./);
    assert.equal(Number(sql('SELECT COUNT(*) FROM vorgang WHERE ' +
      `submission_id = UNHEX('${id}')`)[0][0]), 0);
    assert.deepEqual(await until(books, (now) =>
      now.files === before.files && now.rows === before.rows, 5), before);
  });
}

// A JPEG of 8 x 8 grey points, with an EXIF block: turned by 90 degrees, and
// taken at a place.
function jpegWithPlace() {
  const hex = 'ffd8ffe000104a46494600010100000100010000ffdb004300' +
    '10'.repeat(64) +
    'ffc0000b080008000801011100' +
    'ffda0008010100003f00' + 'd2cf20' + 'ffd9';
  const base = Buffer.from(hex, 'hex');
  const tiff = Buffer.alloc(8 + 2 + 24 + 4 + 2 + 24 + 4 + 24);
  tiff.write('II*\0', 0, 'latin1');
  tiff.writeUInt32LE(8, 4);
  tiff.writeUInt16LE(2, 8);
  const entry = (at, tag, type, n, value) => {
    tiff.writeUInt16LE(tag, at);
    tiff.writeUInt16LE(type, at + 2);
    tiff.writeUInt32LE(n, at + 4);
    tiff.writeUInt32LE(value, at + 8);
  };
  entry(10, 0x0112, 3, 1, 6); /* orientation */
  entry(22, 0x8825, 4, 1, 38); /* where the GPS block is */
  tiff.writeUInt16LE(2, 38);
  entry(40, 1, 2, 2, 0x4e); /* N */
  entry(52, 2, 5, 3, 68); /* 50 degrees, 58, 48 */
  [50, 1, 58, 1, 48, 1].forEach((n, i) => {
    if (68 + i * 4 + 4 <= tiff.length)
      tiff.writeUInt32LE(n, 68 + i * 4);
  });
  const body = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiff,
    Buffer.from('GEHEIMERORT')]);
  const head = Buffer.from([0xff, 0xe1, 0, 0]);
  head.writeUInt16BE(body.length + 2, 2);
  return Buffer.concat([base.subarray(0, 2), head, body, base.subarray(2)]);
}

export async function uploadTests() {
  await test('several files of a field, in order, with their names',
    async () => {
      const id = newId();
      const files = ['eins.png', 'zwei ü.png', "dr'ei.png"].map((filename) =>
        ({ filename, bytes: png() }));
      const res = await postParts(path, form(id, files));
      assert.equal(res.status, 303);
      const token = tokenOf(res);
      const { documents } = (await get('/api/v1/vorgang', bearer(token))).json;
      assert.deepEqual(documents.map((d) => d.name).sort(),
        files.map((f) => f.filename).sort());
      for (const document of documents) {
        const file = await get(`/api/v1/vorgang/dokumente/${document.id}`,
          bearer(token));
        assert.ok(file.bytes.equals(files.find(
          (f) => f.filename === document.name).bytes), document.name);
        assert.match(file.headers['content-disposition'],
          /^attachment|^inline/);
      }
    });
  await test('a file is removed before the form is sent', async () => {
    const id = newId();
    const first = await postParts(path, form(id,
      [{ bytes: png() }, { bytes: png(), filename: 'b.png' }], 'upload'));
    assert.equal(first.status, 303);
    assert.equal(rows(id), 2);
    const page = (await get(first.headers.location)).text;
    const document = page.match(/remove-file:([0-9a-f]{32})/)[1];
    const res = await postParts(path, form(id, [],
      `remove-file:${document}`));
    assert.equal(res.status, 303);
    assert.equal(rows(id), 1);
    assert.ok(!documentFiles().some((f) => f.name === document));
    const own = await get(`/dokument/${id}/${document}`);
    assert.equal(own.status, 404);
    const done = await postParts(path, form(id, []));
    const view = await get('/api/v1/vorgang', bearer(tokenOf(done)));
    assert.equal(view.json.documents.length, 1);
  });
  await test('an upload of another submission is not to be had', async () => {
    const id = newId();
    await postParts(path, form(id, [{ bytes: png() }], 'upload'));
    const [[document]] = sql('SELECT LOWER(HEX(id)) FROM document WHERE ' +
      `submission_id = UNHEX('${id}')`);
    assert.equal((await get(`/dokument/${id}/${document}`)).status, 200);
    assert.equal((await get(`/dokument/${newId()}/${document}`)).status, 404);
    const stolen = await send('POST', '/api/v1/antraege/maengelmeldung', {
      headers: { 'Content-Type': 'application/json',
        'Idempotency-Key': newId() },
      body: JSON.stringify({ ...report, photos: [document] }),
    });
    assert.notEqual(stolen.status, 201, stolen.text);
  });
  await test('a photo loses its place and keeps its turn', async () => {
    const id = newId();
    const photo = jpegWithPlace();
    assert.ok(photo.includes('GEHEIMERORT'));
    const res = await postParts(path, form(id,
      [{ bytes: photo, filename: 'ort.jpg', type: 'image/jpeg' }]));
    assert.equal(res.status, 303);
    assert.ok(tokenOf(res), res.headers.location);
    const token = tokenOf(res);
    const { documents } = (await get('/api/v1/vorgang', bearer(token))).json;
    const file = await get(`/api/v1/vorgang/dokumente/${documents[0].id}`,
      bearer(token));
    assert.equal(file.headers['content-type'], 'image/jpeg');
    assert.ok(!file.bytes.includes('GEHEIMERORT'));
    assert.ok(!file.bytes.includes(Buffer.from([0x25, 0x88])), 'GPS tag');
    const at = file.bytes.indexOf(Buffer.from([0x12, 0x01, 3, 0])) >= 0 ||
      file.bytes.indexOf(Buffer.from([0x01, 0x12, 0, 3])) >= 0;
    assert.ok(at, 'the orientation is gone');
  });
  const pdf = Buffer.from('%PDF-1.4\n%âãÏÓ\n1 0 obj<<>>endobj\n%%EOF\n');
  const exe = Buffer.concat([Buffer.from('MZ\x90\0\x03\0\0\0', 'latin1'),
    Buffer.alloc(500), Buffer.from('PE\0\0')]);
  await refused('a PDF named .jpg',
    [{ bytes: pdf, filename: 'bild.jpg', type: 'image/jpeg' }], /bild\.jpg/);
  await refused('a program named .jpg',
    [{ bytes: exe, filename: 'bild.jpg', type: 'image/jpeg' }], /bild\.jpg/);
  await refused('HTML named .png', [{ bytes: Buffer.from(
    '<html><script>alert(1)</script></html>'), filename: 'x.png' }], /x\.png/);
  await refused('an empty file', [{ bytes: Buffer.alloc(0),
    filename: 'leer.png' }], /leer\.png/);
  await refused('a file above the limit', [{ bytes: png(700, 700),
    filename: 'gross.png' }], /gross\.png/);
  await test('too many files: three stay, the fourth is refused', async () => {
    const id = newId();
    const res = await postParts(path, form(id, [1, 2, 3, 4].map((n) =>
      ({ bytes: png(), filename: `${n}.png` }))));
    assert.equal(res.status, 303);
    assert.match(res.headers.location, /entwurf/);
    assert.match((await get(res.headers.location)).text, /4\.png/);
    assert.equal(rows(id), 3);
  });
  for (const [name, filename] of [
    ['path', '../../../etc/passwd.png'], ['backslash', '..\\..\\x.png'],
    ['quote', 'a"b.png'], ['line end', 'a\r\nSet-Cookie: x=1.png'],
    ['bidi', 'foto\u202egnp.exe.png'], ['long', 'x'.repeat(300) + '.png'],
    ['NUL', Buffer.from('a\0b.png')], ['bad UTF-8', Buffer.from([0x61, 0xff,
      0x2e, 0x70, 0x6e, 0x67])], ['markup', '<img src=x onerror=1>.png'],
    ['none', ' .png'],
  ]) {
    await test(`name trick: ${name}`, async () => {
      const res = await postParts(path, form(newId(),
        [{ bytes: png(), filename }]));
      if (res.status === 400) /* a request that breaks the rules of MIME */
        return;
      assert.equal(res.status, 303, res.text.slice(0, 200));
      if (!tokenOf(res))
        return; /* refused, which the draft's page tells */
      const token = tokenOf(res);
      const { documents } = (await get('/api/v1/vorgang',
        bearer(token))).json;
      const stored = documents[0].name;
      // eslint-disable-next-line no-control-regex
      assert.doesNotMatch(stored, /[\u0000-\u001f/\\\u202a-\u202e"]/);
      assert.ok(Buffer.byteLength(stored) <= 255);
      const file = await get(`/api/v1/vorgang/dokumente/${documents[0].id}`,
        bearer(token));
      assert.equal(file.status, 200);
      assert.equal(file.headers['set-cookie'], undefined);
      const page = await get(`/vorgang/l/${token}`);
      assert.doesNotMatch(page.text, /<img src=x/);
    });
  }
  await test('an upload that breaks off leaves nothing', async () => {
    const before = books();
    const id = newId();
    const { type, body } = multipart(form(id, [{ bytes: png(400, 400) }]));
    for (const part of [0.3, 0.7, 0.99]) {
      await raw(Buffer.concat([Buffer.from(`POST ${path} HTTP/1.1\r\n` +
        `Host: quellstadt.localhost\r\nContent-Type: ${type}\r\n` +
        `Content-Length: ${body.length}\r\n\r\n`),
      body.subarray(0, Math.floor(body.length * part))]), { hangUp: true });
    }
    assert.deepEqual(await until(books, (now) =>
      now.files === before.files && now.rows === before.rows, 10), before);
  });
  await test('more than a Vorgang may have: refused', async () => {
    const id = newId();
    const { type, body } = multipart(form(id, Array.from({ length: 5 }, () =>
      ({ bytes: png(560, 560) }))));
    const before = books();
    const res = await send('POST', path, { body,
      headers: { 'Content-Type': type } }).catch(() => null);
    if (res)
      assert.ok(res.status === 413 || (res.status === 303 && !tokenOf(res)),
        `${res.status}`);
    assert.ok(books().rows <= before.rows + 3);
  });
  await test('every file has a row, and every row a file', async () => {
    const pair = await until(() => {
      const names = new Set(documentFiles().map((f) => f.name));
      const ids = sql('SELECT LOWER(HEX(id)) FROM document').map((r) => r[0]);
      return [ids.filter((i) => !names.has(i)).length, names.size - ids.length];
    }, ([a, b]) => a === 0 && b === 0, 5);
    assert.deepEqual(pair, [0, 0]);
  });
}
