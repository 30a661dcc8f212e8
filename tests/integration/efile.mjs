// Closed applications on their way to the e-file: parcels by xdomea 3.0.0, what
// the e-file answers, and what stays when the original is erased.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync,
} from 'node:fs';
import { globalAgent } from 'node:http';
import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import { skip, test } from './check.mjs';
import { get, newId, png, postJson, postParts, sql, torhaus, town }
  from './client.mjs';
import { bearer, pairsOf, report, submitJson, tokenOf } from './samples.mjs';

const service = 'maengelmeldung';
const official = resolve('../shared/xoev');
const out = mkdtempSync(`${tmpdir()}/torhaus-efile-`);
export const uuid = (hex) => hex.replace(
  /^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
const idOf = (reference) => sql('SELECT LOWER(HEX(id)) FROM vorgang WHERE ' +
  `reference = '${reference.replaceAll('-', '')}'`)[0][0];

// The entries of a ZIP file that stores them as they are.
function unzip(bytes) {
  const files = {};
  let at = bytes.length - 22;
  while (bytes.readUInt32LE(at) !== 0x06054b50)
    at--;
  const count = bytes.readUInt16LE(at + 10);
  at = bytes.readUInt32LE(at + 16);
  for (let i = 0; i < count; i++) {
    const size = bytes.readUInt32LE(at + 24);
    const length = bytes.readUInt16LE(at + 28);
    const name = bytes.toString('utf8', at + 46, at + 46 + length);
    const local = bytes.readUInt32LE(at + 42);
    assert.equal(bytes.readUInt16LE(at + 10), 0, 'stored');
    const begin = local + 30 + bytes.readUInt16LE(local + 26) +
      bytes.readUInt16LE(local + 28);
    files[name] = bytes.subarray(begin, begin + size);
    at += 46 + length + bytes.readUInt16LE(at + 30) +
      bytes.readUInt16LE(at + 32);
  }
  return files;
}

function xmllint(file) {
  const run = spawnSync('xmllint', ['--nonet', '--noout', '--schema',
    `${official}/xdomea-3.0.0/xsd/xdomea.xsd`, file], { encoding: 'utf8',
    env: { ...process.env, XML_CATALOG_FILES: `${official}/catalog.xml` } });
  return run.status === 0 ? '' : run.stderr;
}

// As an e-file would answer; objects: [id, success, reason].
export function answer(process, code, objects = []) {
  const root = code === '0402' ? 'Abgabe.ImportBestaetigen.0402'
    : 'Abgabe.EmpfangBestaetigen.0403';
  const contact = (name) => `<xdomea:Institution><xdomea:Name>${name}` +
    '</xdomea:Name></xdomea:Institution>';
  return `<?xml version="1.0" encoding="UTF-8"?>
<xdomea:${root} xmlns:xdomea="urn:xoev-de:xdomea:schema:3.0.0"><xdomea:Kopf>` +
`<xdomea:ProzessID>${process}</xdomea:ProzessID>` +
'<xdomea:Nachrichtentyp listURI="urn:xoev-de:xdomea:codeliste:nachrichtentyp"' +
` listVersionID="2.0"><code>${code}</code></xdomea:Nachrichtentyp>` +
'<xdomea:Erstellungszeitpunkt>2026-11-22T10:00:00Z' +
'</xdomea:Erstellungszeitpunkt>' +
`<xdomea:Absender>${contact('E-Akte')}</xdomea:Absender>` +
`<xdomea:Empfaenger>${contact('Stadt')}</xdomea:Empfaenger></xdomea:Kopf>` +
objects.map(([id, good, why]) => '<xdomea:AbgegebenesObjekt>' +
  `<xdomea:IDSGO>${id}</xdomea:IDSGO><xdomea:Erfolgreich>${good}` +
  '</xdomea:Erfolgreich>' +
  (why ? `<xdomea:Fehlermeldung>${why}</xdomea:Fehlermeldung>` : '') +
  '</xdomea:AbgegebenesObjekt>').join('') + `</xdomea:${root}>\n`;
}

let files = 0;
export function received(text) {
  const file = `${out}/antwort-${++files}.xml`;
  writeFileSync(file, text);
  return torhaus('efile', 'receive', file, '--town', town);
}

async function apply(bytes) {
  const res = await postParts(`/antrag/${service}/`, [
    { name: 'submission_id', value: newId() },
    ...pairsOf(report).map(([name, value]) => ({ name, value })),
    { name: 'photos', filename: 'loch & co.png', type: 'image/png', bytes },
    { name: 'action', value: 'submit' }]);
  assert.equal(res.status, 303, res.text.slice(0, 300));
  const token = tokenOf(res);
  await postJson('/api/v1/vorgang/nachrichten',
    { text: 'Bitte <bald> & ganz reparieren. „Zoë“' },
    { ...bearer(token), 'Idempotency-Key': newId() });
  const { json } = await get('/api/v1/vorgang', bearer(token));
  return { token, reference: json.reference, id: idOf(json.reference),
    document: json.documents[0] };
}

export const exported = (...args) => torhaus('efile', 'export', ...args, '--town',
  town, '--out', out, '--to', 'E-Akte Quellstadt', '--plan', '66.1=Strassen');

export async function efileTests() {
  const photo = png(30, 30);
  const made = await apply(photo);
  let process;
  await test('efile: an open application is not exported', () => {
    const run = exported(made.reference);
    assert.equal(run.status, 1);
    assert.match(run.err, /is not closed/);
    assert.deepEqual(readdirSync(out), []);
  });
  assert.equal(torhaus('vorgang', 'advance', made.reference, '--town', town,
    '--to', 'done').status, 0);
  await test('efile: a closed one is a parcel with all that belongs to it',
    () => {
      const run = exported(made.reference);
      assert.equal(run.status, 0, run.err);
      const [, zip] = run.out.match(/(\S+\.zip)/);
      assert.match(zip, /^[0-9a-f-]{36}_Abgabe\.Abgabe\.0401\.zip$/);
      process = zip.slice(0, 36);
      const entries = unzip(readFileSync(`${out}/${zip}`));
      const xml = entries[zip.replace(/zip$/, 'xml')].toString();
      assert.match(xml, new RegExp(uuid(made.id)));
      assert.match(xml, new RegExp(made.reference));
      assert.match(xml, /loch &amp; co\.png/);
      assert.equal(Object.keys(entries).length, 5);
      for (const [name, bytes] of Object.entries(entries)) {
        if (name.endsWith('.xml'))
          continue;
        assert.match(name, /^[0-9a-f-]{36}\.(txt|json|png)$/);
        const sum = createHash('sha256').update(bytes).digest('hex');
        assert.ok(xml.includes(`SHA-256 ${name}`) && xml.includes(sum), name);
      }
      assert.deepEqual(entries[`${uuid(made.document.id)}.png`].length,
        made.document.size);
      writeFileSync(`${out}/0401.xml`, xml);
      assert.match(exported(made.reference).err, /was exported before/);
    });
  if (existsSync(`${official}/xdomea-3.0.0`)) {
    await test('efile: parcel and answers are valid by the official schema',
      () => {
        assert.equal(xmllint(`${out}/0401.xml`), '');
        writeFileSync(`${out}/0402.xml`, answer(process, '0402',
          [[uuid(made.id), 'false', 'x']]));
        assert.equal(xmllint(`${out}/0402.xml`), '');
        writeFileSync(`${out}/0403.xml`, answer(process, '0403'));
        assert.equal(xmllint(`${out}/0403.xml`), '');
      });
  } else {
    skip('efile: parcel and answers are valid by the official schema',
      `${official} is not there`);
  }
  await test('efile: answers that are none change nothing', () => {
    const good = answer(process, '0402', [[uuid(made.id), 'true']]);
    for (const [text, why] of [
      [good.replaceAll(process, uuid(newId())), /no parcel/],
      [good.replace(uuid(made.id), uuid(newId())), /does not tell/],
      [good.replace('?>', '?><!DOCTYPE x [<!ENTITY e "x">]>'), /./],
    ]) {
      const run = received(text);
      assert.equal(run.status, 1, text.slice(0, 200) + run.out);
      assert.match(run.err, why);
    }
    assert.match(torhaus('efile', 'list', '--town', town).out, /exported/);
  });
  await test('efile: nothing is erased before the e-file has it', () => {
    const run = torhaus('efile', 'erase', made.reference, '--town', town);
    assert.equal(run.status, 1);
    assert.match(run.err, /has not confirmed/);
  });
  await test('efile: refused, exported anew, received, imported', async () => {
    const refused = received(answer(process, '0402',
      [[uuid(made.id), 'false', 'Aktenplan unbekannt']]));
    assert.match(refused.out, /REFUSED: Aktenplan unbekannt/);
    const again = exported('--refused');
    assert.equal(again.status, 0, again.err);
    const fresh = again.out.match(
      new RegExp(`${made.reference}.* (\\S+)_Abgabe`))[1];
    assert.notEqual(fresh, process);
    process = fresh;
    assert.match(received(answer(process, '0403')).out, /received/);
    assert.match(received(answer(process, '0402',
      [[uuid(made.id), '1']])).out, /imported/);
    assert.match(received(answer(process, '0402',
      [[uuid(made.id), '1']])).out, /known already/);
    assert.match(received(answer(process, '0402',
      [[uuid(made.id), '0', 'doch nicht']])).err, /was confirmed/);
    globalAgent.destroy(); /* commands took longer than a connection is kept */
    const page = await get(`/vorgang/l/${made.token}`);
    assert.match(page.text, /E-Akte Quellstadt/);
  });
  await test('efile: erased for good; a record without contents stays',
    async () => {
      const run = torhaus('efile', 'erase', '--imported', '--town', town);
      assert.equal(run.status, 0, run.err);
      globalAgent.destroy();
      assert.equal((await get(`/vorgang/l/${made.token}`)).status, 404);
      const [[key, answers, index, access]] = sql('SELECT v.data_key, ' +
        'v.answers, (SELECT COUNT(*) FROM blind_index b WHERE ' +
        'b.vorgang_id = v.id), (SELECT COUNT(*) FROM access_token a WHERE ' +
        `a.vorgang_id = v.id) FROM vorgang v WHERE v.id = UNHEX('${made.id}')`);
      assert.deepEqual([key, answers, index, access],
        ['NULL', 'NULL', '0', '0']);
      const list = torhaus('efile', 'list', '--deleted', '--town', town);
      assert.match(list.out, new RegExp(`${made.reference} +${service}`));
      assert.match(list.out, new RegExp(process));
      assert.doesNotMatch(list.out, /Zoë|Laterne|loch/);
      assert.match(torhaus('vorgang', 'show', made.reference, '--town', town)
        .err, /erased/);
      const audit = torhaus('audit', 'verify');
      assert.equal(audit.status, 0, audit.out + audit.err);
    });
  await test('efile: whatever else is closed goes along', async () => {
    globalAgent.destroy();
    const other = await submitJson(service, report);
    assert.equal(torhaus('vorgang', 'advance', other.json.reference, '--town',
      town, '--to', 'rejected').status, 0);
    const run = exported();
    assert.equal(run.status, 0, run.err);
    assert.match(run.out, new RegExp(other.json.reference));
    process = run.out.match(/(\S+)_Abgabe/)[1];
  });
  if (existsSync(`${official}/xdomea-3.0.0`)) {
    await test('efile: with the official schema installed, it is asked', () => {
      const add = torhaus('xoev', 'add', `${official}/xdomea-3.0.0`,
        '--name', 'xdomea', '--version', '3.0.0');
      assert.equal(add.status, 0, add.err);
      const run = received(answer(process, '0403')
        .replace('<xdomea:Absender>', '<xdomea:Sender/><xdomea:Absender>'));
      assert.equal(run.status, 1, run.out);
      assert.match(run.err, /does not fit the schema of xdomea 3\.0\.0/);
    });
  }
}
