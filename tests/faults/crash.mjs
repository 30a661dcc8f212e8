// The crash test: applications by many connections at once while every process
// is killed in turn. The client repeats what was not acknowledged, with the
// same submission id and the same bytes, as a browser's or a program's retry
// would. Afterwards the books must be in order.
//
//   node crash.mjs        FAULTS_N (10000) applications, FAULTS_CONNECTIONS
//   (32), FAULTS_KILLS (5) of each process, FAULTS_FILES (5) % with a document

import { createHash } from 'node:crypto';
import {
  newAgent, newId, multipart, png, processId, sleep, sql, torhaus,
} from '../integration/client.mjs';
import { kill, targets } from './killer.mjs';
import { insist } from './insist.mjs';
import { documentsCheck, mailsCheck, sweepCheck } from './books.mjs';

const total = Number(process.env.FAULTS_N ?? 10000);
const connections = Number(process.env.FAULTS_CONNECTIONS ?? 32);
const rounds = Number(process.env.FAULTS_KILLS ?? 5);
const filesPercent = Number(process.env.FAULTS_FILES ?? 5);

const agent = newAgent(connections);
const count = { retries: 0, broken: 0, http: {}, longest: 0 };
let failures = 0;

function result(name, isGood, what) {
  if (!isGood) {
    failures++;
    if (what)
      console.log(what);
  }
  console.log(`${isGood ? 'ok' : 'not ok'} crash: ${name}`);
}

// ---- applications -----------------------------------------------------------

const address = (i) => `s${i}.crash@example.org`;

function answers(i) {
  return {
    category: 'street_light',
    asset_id: `L-${i}`,
    location_text: `Bahnhofstraße ${i}`,
    description: `Laterne ${i} flackert seit gestern Abend.`,
    danger: false,
    contact_wanted: true,
    email: address(i),
    publish_ok: true,
  };
}

function jsonRequest(i, id) {
  return {
    path: '/api/v1/antraege/maengelmeldung',
    headers: {
      'Content-Type': 'application/json', 'Idempotency-Key': id,
    },
    body: JSON.stringify(answers(i)),
    isDone: (res) => res.status === 200 || res.status === 201,
  };
}

function formRequest(i, id, photo) {
  const parts = [{ name: 'submission_id', value: id }];
  for (const [name, value] of Object.entries(answers(i)))
    parts.push({ name, value });
  parts.push({ name: 'photos', filename: `foto-${i}.png`, bytes: photo,
    type: 'image/png' });
  parts.push({ name: 'action', value: 'submit' });
  const { type, body } = multipart(parts);
  return {
    path: '/antrag/maengelmeldung/',
    headers: { 'Content-Type': type },
    body,
    isDone: (res) => res.status === 303 &&
      /^\/vorgang\/l\/[^/?]+/.test(res.headers.location ?? ''),
  };
}

async function apply(i) {
  const id = newId();
  const hasFile = i % 100 < filesPercent;
  const photo = hasFile ? png(64, 64) : null;
  const res = await insist(hasFile ? formRequest(i, id, photo)
    : jsonRequest(i, id), agent, count);
  const done = { i, id, mail: address(i), sha256: null };
  if (hasFile) {
    done.token = res.headers.location.match(/^\/vorgang\/l\/([^/?]+)/)[1];
    done.sha256 = createHash('sha256').update(photo).digest('hex');
  } else {
    done.reference = res.json.reference.replaceAll('-', '');
    done.token = res.json.token;
  }
  return done;
}

// ---- load and kills, in step: the kills are spread over all applications ------

const acknowledged = [];
const refused = [];
const killed = Object.fromEntries(targets.map((name) => [name, 0]));
const plan = [];
for (let round = 0; round < rounds; round++)
  plan.push(...targets);
const share = total / plan.length;
let next = 0;
let kills = 0;
let inFlight = 0;
let killedUnder = [];

async function lane() {
  for (;;) {
    const i = next;
    if (i >= total)
      return;
    if (i > (kills + 1) * share) { /* wait for the killer */
      await sleep(2);
      continue;
    }
    next++;
    inFlight++;
    try {
      acknowledged.push(await apply(i));
    } catch (error) {
      refused.push(`${i}: ${error.message}`);
    }
    inFlight--;
  }
}

async function killer() {
  for (const target of plan) {
    while (next < Math.min(total, (kills + 0.5) * share))
      await sleep(1);
    killedUnder.push(inFlight);
    await kill(target);
    killed[target]++;
    kills++;
  }
}

const begin = Date.now();
const lanes = Array.from({ length: connections }, lane);
await Promise.all([killer(), ...lanes]);
const seconds = (Date.now() - begin) / 1000;
agent.destroy();

console.log(`${total} applications at ${connections} connections in ` +
  `${seconds.toFixed(1)} s (${(total / seconds).toFixed(0)}/s), ` +
  `${acknowledged.length} acknowledged, ${count.retries} repeated ` +
  `(${count.broken} without an answer), longest ` +
  `${(count.longest / 1000).toFixed(1)} s`);
console.log('answers: ' + JSON.stringify(count.http));
console.log('killed: ' + targets.map((t) => `${t} ${killed[t]}`).join(', ') +
  `; ${Math.min(...killedUnder)} to ${Math.max(...killedUnder)} requests ` +
  'under way each time');

// ---- the books ----------------------------------------------------------------

result(`every process was killed ${rounds} times and came back`,
  targets.every((t) => killed[t] === rounds) &&
  targets.every((t) => processId(t.split(' ')[0]) > 0));
result('every application was acknowledged in the end',
  refused.length === 0 && acknowledged.length === total,
  refused.slice(0, 5).join('\n'));

const rows = sql('SELECT HEX(submission_id), reference FROM vorgang');
const bySubmission = new Map();
let doubles = 0;
for (const [submission, reference] of rows) {
  const key = submission.toLowerCase();
  doubles += bySubmission.has(key);
  bySubmission.set(key, reference);
}
const lost = acknowledged.filter((a) => !bySubmission.has(a.id) ||
  (a.reference && bySubmission.get(a.id) !== a.reference));
result('every acknowledged reference exists', lost.length === 0,
  lost.slice(0, 5).map((a) => JSON.stringify(a)).join('\n'));
result('no submission id has two, and none was made up', doubles === 0 &&
  new Set(rows.map((row) => row[1])).size === rows.length &&
  rows.length === total, `${rows.length} rows, ${doubles} doubles`);

await documentsCheck(acknowledged, connections, result);
await mailsCheck(acknowledged, result);
const audit = torhaus('audit', 'verify');
result('the event chains and seals verify', audit.status === 0,
  audit.out + audit.err);
await sweepCheck(result);
console.log(failures === 0 ? 'the books are in order'
  : `${failures} checks failed`);
process.exit(failures === 0 ? 0 : 1);
