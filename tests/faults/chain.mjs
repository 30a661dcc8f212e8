// The crash test of the whole chain, from the form to the register to the
// citizen: applications for a Meldebescheinigung by form and by API, an invented
// register that answers or misbehaves as the family name says, and meanwhile
// SIGKILL for every program on the way. Afterwards the books must be in order:
// the applicants', ours, and the register's own.
//
//   node chain.mjs        CHAIN_N (24) applications, CHAIN_KILLS (12), CHAIN_LANES
//   (4) at once, CHAIN_SEED (chosen and printed): who applies when, and who is
//   killed when; CHAIN_WAIT_S (90): until all must have come to their end

import { readFileSync } from 'node:fs';
import { dir, get, newAgent, newId, sleep, sql, torhaus, town, until }
  from '../integration/client.mjs';
import { bearer, tokenOf } from '../integration/samples.mjs';
import { Browser, filled, inputsOf } from '../integration/stepper.mjs';
import { mailsCheck } from './books.mjs';
import { insist } from './insist.mjs';
import { kill } from './killer.mjs';

const total = Number(process.env.CHAIN_N ?? 24);
const wantedKills = Number(process.env.CHAIN_KILLS ?? 12);
const lanes = Number(process.env.CHAIN_LANES ?? 4);
const seed = Number(process.env.CHAIN_SEED ??
  Math.floor(Math.random() * 2 ** 31));
const patience = Number(process.env.CHAIN_WAIT_S ?? 90);

const agent = newAgent(lanes);
const count = { retries: 0, broken: 0, http: {}, longest: 0 };
let failures = 0;

function result(name, faults) {
  if (faults.length > 0) {
    failures++;
    console.log(faults.slice(0, 5).join('\n'));
  }
  console.log(`${faults.length === 0 ? 'ok' : 'not ok'} chain: ${name}` +
    (faults.length > 0 ? ` (${faults.length})` : ''));
}

// Numbers from 0 to below 1 that follow from the seed (mulberry32).
function generator(state) {
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
const random = generator(seed);

// ---- who applies, and what the register does --------------------------------

// end: the state that the application comes to; request: what our message to
// the register ends as; came: what became of its answers; mails: distinct ones.
const families = {
  Muster: { end: 'answered_document', request: 'answered', came: ['filed'],
    mails: 2, document: 'Meldebescheinigung.pdf' },
  Daten: { end: 'answered_document', request: 'answered', came: ['filed'],
    mails: 2, document: 'Meldebescheinigung.xml', delivery: 'data' },
  Unbekannt: { end: 'answered_rejected', request: 'answered', came: ['filed'],
    mails: 2 },
  Verstorben: { end: 'answered_rejected', request: 'answered',
    came: ['filed'], mails: 2 },
  Gesperrt: { end: 'answered_rejected', request: 'answered', came: ['filed'],
    mails: 2 },
  Spaet: { end: 'answered_document', request: 'answered', came: ['filed'],
    mails: 2, document: 'Meldebescheinigung.pdf' },
  Doppelt: { end: 'answered_document', request: 'answered', came: ['filed'],
    mails: 2, document: 'Meldebescheinigung.pdf', isTwice: true },
  Zurueck: { end: 'in_review', request: 'refused', came: ['filed'],
    mails: 1 },
  Ungueltig: { end: 'requested', request: 'delivered', came: ['rejected'],
    mails: 1 },
  Stumm: { end: 'requested', request: 'delivered', came: [], mails: 1 },
  Kaputt: { end: 'requested', request: 'delivered', came: [], mails: 1 },
  Fremd: { end: 'requested', request: 'delivered', came: [], mails: 1 },
};
const names = Object.keys(families);
const matters = Array.from({ length: total }, (_, i) => ({
  i, family: names[i % names.length], given: `Lauf ${seed} Nr ${i}`,
  id: newId(), mail: `k${seed}.${i}@example.org`, byForm: random() < 0.4,
}));
for (let i = total - 1; i > 0; i--) { // in any order
  const j = Math.floor(random() * (i + 1));
  [matters[i], matters[j]] = [matters[j], matters[i]];
}

const answers = (one) => ({
  family_name: one.family, given_names: one.given, birth_date: '1990-08-12',
  postal_code: '12345', street_house: 'Lindenweg 7',
  contact: { email: one.mail }, scope: 'minimum',
  delivery: families[one.family].delivery ?? 'pdf', truth_declared: true,
});

async function applyByApi(one) {
  const res = await insist({
    path: '/api/v1/antraege/meldebescheinigung',
    headers: { 'Content-Type': 'application/json', 'Idempotency-Key': one.id,
      'Simulated-Identity': 'yes' },
    body: JSON.stringify(answers(one)),
    isDone: ({ status }) => status === 200 || status === 201,
  }, agent, count);
  one.token = res.json.token;
}

// A browser whose user presses the button again when an error comes.
class PatientBrowser extends Browser {
  async again(run) {
    for (const begin = Date.now(); ; await sleep(200)) {
      const res = await run().catch(() => null);
      if (res !== null && res.status < 500)
        return res;
      if (Date.now() > begin + 120000)
        throw new Error(`no page in two minutes: ${res?.status}`);
      count.retries++;
      count.broken += res === null;
    }
  }

  get(path) {
    return this.again(() => super.get(path));
  }

  post(...all) {
    return this.again(() => super.post(...all));
  }
}

async function applyByForm(one) {
  const browser = new PatientBrowser();
  await browser.begin('/antrag/meldebescheinigung/');
  one.id = browser.id;
  const pages = {
    person: { family_name: one.family, given_names: one.given,
      birth_date: '12.8.1990' },
    anschrift: { postal_code: '12345', street_house: 'Lindenweg 7',
      'contact.email': one.mail },
    umfang: { scope: 'minimum' },
    zustellung: { delivery: families[one.family].delivery ?? 'pdf' },
    absenden: { truth_declared: 'true' },
  };
  for (const [page, values] of Object.entries(pages)) {
    const res = await browser.fill(page, values);
    if (res.status !== 303)
      throw new Error(`${page}: ${res.status} ${res.text.slice(0, 600)}`);
  }
  const check = await browser.get(`${browser.base}/pruefen`);
  const res = await browser.post(`${browser.base}/pruefen`,
    [...filled(inputsOf(check.text), { identity_simulated: 'on' }),
      ['action', 'submit']]);
  one.token = tokenOf(res);
  if (!one.token)
    throw new Error(`pruefen: ${res.status} ${res.headers.location} ` +
      res.text.slice(0, 600));
}

// ---- applications and kills, in step --------------------------------------------

const targets = ['courier', 'osci.1', 'register', 'mariadbd', 'forms.1',
  'courier', 'osci.2', 'nginx', 'register', 'forms.2', 'courier',
  'nginx worker', 'mariadbd'];
const acknowledged = [];
const refused = [];
const killed = {};
let next = 0;
let kills = 0;

// Applications are spread over the kills, and begin before the first.
async function lane() {
  while (next < total) {
    if (next > (kills + 1) * total / wantedKills) {
      await sleep(5);
      continue;
    }
    const one = matters[next++];
    try {
      await (one.byForm ? applyByForm(one) : applyByApi(one));
      acknowledged.push(one);
    } catch (error) {
      refused.push(`${one.family}, ${one.given}: ${error.message}`);
    }
  }
}

async function torment() {
  const round = [];
  for (; kills < wantedKills; kills++) {
    if (round.length === 0) /* everyone, in any order, before any comes again */
      for (const one of targets)
        round.splice(Math.floor(random() * (round.length + 1)), 0, one);
    const target = round.pop();
    await sleep(100 + random() * 700);
    await kill(target);
    killed[target] = (killed[target] ?? 0) + 1;
  }
}

// What an earlier test left in the stack.
const inState = (state) => Number(sql('SELECT COUNT(*) FROM exchange WHERE ' +
  `state = ${state}`)[0][0]);
const before = { quarantined: inState(11) };

console.log(`seed ${seed} (CHAIN_SEED)`);
const begin = Date.now();
const since = () => ((Date.now() - begin) / 1000).toFixed(1);
await Promise.all([torment(), ...Array.from({ length: lanes }, lane)]);
console.log(`${total} applications (${matters.filter((m) => m.byForm).length}` +
  ` by form), ${acknowledged.length} acknowledged in ${since()} s, ` +
  `${count.retries} repeated (${count.broken} without an answer); killed: ` +
  Object.entries(killed).map((pair) => pair.join(' ')).join(', '));
result('every application was acknowledged in the end', refused);

// ---- to their end -------------------------------------------------------------

const states = { 1: 'handed', 2: 'delivered', 3: 'answered', 4: 'silent',
  5: 'refused', 6: 'undelivered', 10: 'filed', 11: 'quarantined',
  12: 'rejected', 13: 'twice', 14: 'settled' };

// Messages of the applications, by the Vorgang's submission id.
function messages() {
  const found = new Map(acknowledged.map(({ id }) => [id, []]));
  for (const [id, direction, state, type] of sql('SELECT ' +
    'LOWER(HEX(v.submission_id)), e.direction, e.state, e.type FROM exchange ' +
    'e JOIN vorgang v ON v.id = e.vorgang_id ORDER BY e.id'))
    found.get(id)?.push({ isOut: direction === '1', state: states[state],
      type });
  return found;
}

async function fault(one, rows) {
  const wanted = families[one.family];
  const out = rows.filter((row) => row.isOut);
  const came = rows.filter((row) => !row.isOut).map((row) => row.state);
  /* An invalid one that the register sends once more goes back once more. */
  const real = came.filter((state, at) => state !== 'twice' &&
    (state !== 'rejected' || came.indexOf(state) === at));
  const view = await get('/api/v1/vorgang', bearer(one.token));
  if (view.status !== 200)
    return `status ${view.status}`;
  one.view = view.json;
  if (view.json.state.id !== wanted.end)
    return `is ${view.json.state.id}`;
  if (out.length !== 1 || out[0].state !== wanted.request)
    return `asked: ${out.map((row) => row.state)}`;
  if (real.join() !== wanted.came.join() ||
      (wanted.isTwice && !came.includes('twice')))
    return `answers: ${came}`;
  if (view.json.documents.length !== (wanted.document ? 1 : 0))
    return `${view.json.documents.length} documents`;
  return null;
}

async function faultsOfAll() {
  const rows = messages();
  const faults = [];
  for (const one of acknowledged) {
    const why = await fault(one, rows.get(one.id)).catch((e) => e.message);
    if (why)
      faults.push(`${one.family}, ${one.given}: ${why}`);
  }
  return faults;
}

const ended = await until(faultsOfAll, (list) => list.length === 0, patience);
console.log(`all at their end after ${since()} s`);
result('each has come to the right state, asked once', ended);

// ---- the books ----------------------------------------------------------------

// The register's own: UUID, type, time, whom it is about.
const readBook = () =>
  readFileSync(`${dir}/register/book/asked`, 'utf8').split('\n')
    .filter(Boolean).map((line) => line.match(/^(\S+) (\S+) (\S+) (.*)$/));
const asked = new Map();
for (const [, , type, , who] of readBook())
  asked.set(who, (asked.get(who) ?? 0) + (type === '1700'));
result('the register was asked once for each, by its own book',
  acknowledged.filter((one) =>
    asked.get(`${one.family}, ${one.given}`) !== 1)
    .map((one) => `${one.family}, ${one.given}: ` +
      `${asked.get(`${one.family}, ${one.given}`) ?? 0} times`));

async function wrongDocument(one) {
  const [document] = one.view.documents;
  const wanted = families[one.family].document;
  const file = await get(`/api/v1/vorgang/dokumente/${document.id}`,
    bearer(one.token));
  const text = file.bytes.toString('latin1');
  const isRight = wanted.endsWith('.pdf') ? text.startsWith('%PDF-1.4')
    : text.includes('meldebescheinigungAntwort.1701');
  return document.name === wanted && isRight && text.includes(one.given)
    ? null : `${one.family}, ${one.given}: ${document.name} ${file.status}`;
}

const documents = [];
for (const one of acknowledged.filter((m) => m.view?.documents.length > 0))
  documents.push(await wrongDocument(one).catch((e) => e.message));
result('each document is the one for this person',
  documents.filter((why) => why !== null));
// What nobody can deal with waits for a person, and nothing else does.
const waiting = torhaus('nachrichten', 'waiting', '--town', town);
const quarantined = before.quarantined + acknowledged.filter(({ family }) =>
  family === 'Kaputt' || family === 'Fremd').length;
// An office that dies between sending and writing down sends again; what cannot
// be read has no UUID by which to tell.
const listed = waiting.out.trim().split('\n').filter((line) =>
  line.includes('quarantined')).length;
result(`what cannot be dealt with waits in the list, ${listed} of ${quarantined}`,
  listed >= quarantined && listed <= quarantined + (killed.register ?? 0) &&
  !/step/.test(waiting.out) ? [] : [waiting.out + waiting.err]);

// The ledger of transfers: what is accepted is followed until it is received.
const open = () => sql('SELECT direction, state, COUNT(*), ' +
  'MAX(attempts) FROM osci_transfer WHERE NOT (direction = 1 AND state = 6) ' +
  'AND NOT (direction = 2 AND state = 9) GROUP BY direction, state');
for (const [id] of sql('SELECT LOWER(HEX(id)) FROM osci_transfer WHERE ' +
  'direction = 1 AND state IN (4, 5)'))
  torhaus('osci', 'transfer', 'retry', id);
result('no transfer is left over', (await until(open,
  (rows) => rows.length === 0, patience)).map((row) => row.join(' ')));
result('nothing lies in a mailbox', sql('SELECT COUNT(*) FROM osci_delivery ' +
  'WHERE kind = 1 AND received_at IS NULL')[0][0] === '0' ? []
  : ['deliveries that were never received']);

const back = () => readBook().filter(([, , type]) => type === '0010').length;
const got = await until(back, (n) => n === inState(12), 20);
result('each rejection arrived, and once', got === inState(12) ? []
  : [`${inState(12)} sent, the register has ${got}`]);

// Silence ends in time, whoever dies then.
sql('UPDATE exchange SET answer_due = UTC_TIMESTAMP(3) - INTERVAL 1 SECOND ' +
  'WHERE direction = 1 AND state = 2');
await kill('courier');
for (const name of ['Ungueltig', 'Stumm', 'Kaputt', 'Fremd'])
  Object.assign(families[name], { end: 'in_review', request: 'silent' });
result('who was never answered goes to a person',
  await until(faultsOfAll, (list) => list.length === 0, patience));

await mailsCheck(acknowledged.map((one) => ({ ...one,
  mails: families[one.family].mails })),
(name, isGood, what) => result(name, isGood ? [] : [what]));
const audit = torhaus('audit', 'verify');
result('the event chains and seals verify',
  audit.status === 0 ? [] : [audit.out + audit.err]);
console.log(`${since()} s in all; ` + (failures === 0
  ? 'the books are in order' : `${failures} checks failed, seed ${seed}`));
process.exit(failures === 0 ? 0 : 1);
