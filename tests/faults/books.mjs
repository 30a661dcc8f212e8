// What must hold after a crash test: documents, mails, no torsos.

import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, utimesSync } from 'node:fs';
import {
  dir, get, processId, sql, until,
} from '../integration/client.mjs';

// Every file under the documents folder, with its path.
export function documentFiles() {
  return readdirSync(`${dir}/documents`, { recursive: true,
    withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => ({ name: entry.name,
      path: `${entry.path ?? entry.parentPath}/${entry.name}` }));
}

async function documentFault(one) {
  const bearer = { Authorization: `Bearer ${one.token}` };
  const list = await get('/api/v1/vorgang', bearer);
  if (list.status !== 200)
    return `status ${list.status}`;
  const { documents } = list.json;
  if (documents.length !== 1)
    return `${documents.length} documents`;
  const file = await get(`/api/v1/vorgang/dokumente/${documents[0].id}`,
    bearer);
  if (file.status !== 200)
    return `document: status ${file.status}`;
  const hash = createHash('sha256').update(file.bytes).digest('hex');
  return hash === one.sha256 ? null : 'other bytes';
}

// Each file can be read and is the one that was sent; nobody has two.
export async function documentsCheck(acknowledged, connections, result) {
  const withFile = acknowledged.filter((one) => one.sha256);
  const faults = [];
  const queue = [...withFile];
  await Promise.all(Array.from({ length: 8 }, async () => {
    for (let one = queue.pop(); one; one = queue.pop()) {
      const fault = await documentFault(one).catch((e) => e.message);
      if (fault)
        faults.push(`${one.i}: ${fault}`);
    }
  }));
  console.log(`${withFile.length} documents read back`);
  result('every document is there once, with the bytes that were sent',
    faults.length === 0 && withFile.length > 0,
    `${faults.length} faults\n` + faults.slice(0, 5).join('\n'));
}

// Mails as the sink took them: recipient -> Message-IDs.
function mailsByAddress() {
  const found = new Map();
  for (const name of readdirSync(`${dir}/mails`)) {
    if (!name.endsWith('.eml'))
      continue;
    const text = readFileSync(`${dir}/mails/${name}`, 'latin1');
    const head = text.slice(0, text.search(/\r?\n\r?\n/));
    const to = head.match(/^To:[^<\n]*<?([^>\s]+)/mi)?.[1];
    const id = head.match(/^Message-ID:\s*(\S+)/mi)?.[1];
    if (!found.has(to))
      found.set(to, []);
    found.get(to).push(id);
  }
  return found;
}

// mails: how many distinct ones somebody gets, one unless told.
export async function mailsCheck(acknowledged, result) {
  const open = () => Number(sql(
    'SELECT COUNT(*) FROM outbox WHERE state IN (0, 1)')[0][0]);
  const begin = Date.now();
  /* What a killed courier had claimed comes free after a while. */
  const left = await until(open, (n) => n === 0,
    Number(process.env.FAULTS_MAIL_S ?? 300));
  const waiting = new Set(sql('SELECT HEX(v.submission_id) FROM outbox o' +
    ' JOIN vorgang v ON v.id = o.vorgang_id WHERE o.state IN (0, 1)')
    .map((row) => row[0].toLowerCase()));
  const found = mailsByAddress();
  const bad = [];
  let sent = 0;
  let again = 0;
  for (const one of acknowledged) {
    const ids = found.get(one.mail) ?? [];
    const distinct = new Set(ids);
    sent += distinct.size > 0;
    again += ids.length - distinct.size;
    const wanted = one.mails ?? 1;
    if (distinct.size > wanted ||
        (distinct.size < wanted && !waiting.has(one.id)))
      bad.push(`${one.mail}: ${distinct.size} mails`);
  }
  console.log(`${sent} mails, ${left} in the outbox after ` +
    `${((Date.now() - begin) / 1000).toFixed(0)} s; ${again} were sent ` +
    'again under the same Message-ID');
  result('everyone has each mail once, or it is in the outbox still',
    bad.length === 0, bad.slice(0, 5).join('\n'));
}

// Ages what a crash left by two days, has the courier sweep, and looks again.
export async function sweepCheck(result) {
  const wanted = () => new Set(sql('SELECT HEX(id) FROM document')
    .map((row) => row[0].toLowerCase()));
  const left = (rows) => documentFiles().filter((f) => !rows.has(f.name));
  const before = left(wanted());
  const old = Date.now() / 1000 - 2 * 86400;
  for (const file of documentFiles())
    utimesSync(file.path, old, old);
  const courier = processId('courier');
  process.kill(courier, 'SIGTERM'); /* it sweeps when it starts */
  const torsos = await until(() => left(wanted()), (n) => n.length === 0);
  const rows = wanted();
  const names = new Set(documentFiles().map((f) => f.name));
  const missing = [...rows].filter((id) => !names.has(id));
  console.log(`${before.length} files without a row before the sweep ` +
    `(${before.filter((f) => f.name.endsWith('.part')).length} torsos), ` +
    `${torsos.length} after it; ${rows.size} documents`);
  result('no torso is left, and no document went with them',
    torsos.length === 0 && missing.length === 0,
    `${torsos.length} torsos, ${missing.length} missing`);
}
