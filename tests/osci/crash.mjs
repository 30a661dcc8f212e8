// Messages through store, mailbox, fetch and through forward, passive recipient,
// while each program and the database are killed in turn. Each must be received
// exactly once, and each process card must be true. See crash.sh.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { end, test } from '../integration/check.mjs';
import { dir, port, sleep, sql } from '../integration/client.mjs';
import { kill } from '../faults/killer.mjs';
import { certificate } from './answer.mjs';
import { content, Dialog, party } from './client.mjs';

const keys = process.env.OSCI_KEYS;
const total = Number(process.env.OSCI_CRASH_N ?? 2000);
const wantedKills = Number(process.env.OSCI_CRASH_KILLS ?? 60);
const lanes = Number(process.env.OSCI_CRASH_LANES ?? 4);
const patience = Number(process.env.OSCI_CRASH_WAIT_S ?? 120) * 1000;

const url = `http://127.0.0.1:${port}/osci`;
const certOf = (name) => certificate(readFileSync(`${keys}/${name}.cert.pem`));
const intermediary = { cipher: certOf('intermediary_cipher'),
  sign: certOf('intermediary_sign') };
const originator = party(keys, 'originator');
const reader = party(keys, 'reader'); // the mailbox is his
const mailbox = reader.cipher.cert;
const recipient = certOf('addressee_cipher'); // the passive one
const dialog = (me) => new Dialog({ url, me, intermediary });

// Messages by key; their content begins with it.
const messages = Array.from({ length: total }, (_, i) => ({
  key: `m${String(i).padStart(6, '0')}`, way: i % 2 ? 'forward' : 'store',
  id: undefined, ids: [], arrived: 0, acknowledged: false,
  padding: Math.floor(Math.random() * 3000),
}));
const byKey = new Map(messages.map((m) => [m.key, m]));
const mistakes = [];
let tries = 0;
let failures = 0;
let accepted = 0;
const errors = new Map();

// Until it works; what fails on the way is the test's purpose.
async function persist(what, run) {
  const until = Date.now() + patience;
  for (;;) {
    tries++;
    try {
      return await run();
    } catch (error) {
      failures++;
      const name = `${what}: ${error.code ?? error.message.slice(0, 60)}`;
      errors.set(name, (errors.get(name) ?? 0) + 1);
      if (Date.now() > until)
        throw new Error(`${what} fails for good: ${error.message}`);
      await sleep(60);
    }
  }
}

const times = (card) => ['Creation', 'Forwarding', 'Reception'].map((name) => {
  const text = card.match(
    new RegExp(`<osci:${name}><osci:Plain>([^<]*)<`))?.[1];
  return text === undefined ? undefined : Date.parse(text);
});

async function cardOf(id) {
  return persist('card', async () => {
    const ask = dialog(originator);
    await ask.init();
    return (await ask.cards([id])).get(id);
  });
}

// Sends once; true when the intermediary has it for certain.
async function attempt(message) {
  const one = dialog(originator);
  const text = content(message.key + ' '.repeat(message.padding));
  try {
    const answer = message.way === 'store'
      ? await one.store(message.id, mailbox, text)
      : await one.forward(message.id, recipient, `${url}/empfang`, text);
    const [code] = answer.codes;
    if (code === '0800')
      return true;
    if (code === '9809' || code === '9801' || code === '9811')
      return code;
    throw new Error(`feedback ${answer.codes}`);
  } catch (error) {
    failures++;
    const name = `${message.way}: ${error.code ?? error.message.slice(0, 60)}`;
    errors.set(name, (errors.get(name) ?? 0) + 1);
    await sleep(60);
    return false;
  }
}

// What a careful sender does: when no answer came, the card tells whether the
// message is there; only a message that is not is sent again.
async function deliver(message) {
  const until = Date.now() + patience;
  message.id = await persist('id', () => dialog(originator).messageId());
  message.ids.push(message.id);
  while (Date.now() < until) {
    tries++;
    const done = await attempt(message);
    if (done === true)
      return;
    const card = await cardOf(message.id);
    if (!card && done !== '9809') {
      await sleep(100);
      continue;
    }
    if (card && message.way === 'store')
      return;
    const [, , reception] = card ? times(card) : [];
    if (reception)
      return;
    if (done === '9809') {
      // It did not reach the recipient: once more, as a new message.
      message.id = await persist('id', () => dialog(originator).messageId());
      message.ids.push(message.id);
    } else {
      await sleep(300); // the intermediary is still at it
    }
  }
  throw new Error(`${message.key} was not taken in time`);
}

async function send(queue) {
  for (let message; (message = queue.shift());) {
    await deliver(message);
    accepted++;
  }
}

// The mailbox's owner: one dialog after the other, one delivery after the
// other. A delivery counts as received when the next request was answered.
let draining = false;
async function receive(expected) {
  let got = 0;
  let idle = 0;
  while (got < expected || idle < 3) {
    if (draining && idle > 5)
      return;
    const box = dialog(reader);
    let handed;
    try {
      await box.init();
      for (;;) {
        const answer = await box.fetch();
        if (handed) {
          if (!handed.acknowledged)
            got++;
          handed.acknowledged = true;
          handed = undefined;
        }
        if (answer.codes[0] === '9803') {
          idle++;
          await box.exit();
          await sleep(100);
          break;
        }
        idle = 0;
        assert.equal(answer.codes[0], '0801');
        const text = Buffer.from(answer.xml.match(
          /<osci:Base64Content[^>]*>([^<]*)</)[1], 'base64').toString();
        const message = byKey.get(text.trimEnd());
        if (!message)
          mistakes.push(`unknown content ${text.slice(0, 20)}`);
        else if (message.acknowledged)
          mistakes.push(`${message.key} again, though it was acknowledged`);
        else if (message.way !== 'store')
          mistakes.push(`${message.key} is in the mailbox`);
        else
          message.arrived++;
        handed = message;
      }
    } catch (error) {
      failures++;
      const name = `fetch: ${error.code ?? error.message.slice(0, 60)}`;
      errors.set(name, (errors.get(name) ?? 0) + 1);
      await sleep(60);
    }
  }
}

const targets = ['osci.1', 'nginx', 'osci.2', 'mariadbd', 'courier',
  'nginx worker'];
let kills = 0;
let isOver = false;
// At even distances of progress, so that a slow machine is not killed faster
// than it comes back.
async function torment() {
  while (kills < wantedKills && !isOver) {
    if (accepted < (kills + 0.5) * total / wantedKills) {
      await sleep(20);
      continue;
    }
    await kill(targets[kills % targets.length]);
    kills++;
  }
}

const kept = () => Number(sql(
  'SELECT COUNT(*) FROM osci_delivery WHERE kind = 1')[0][0]);
const start = Date.now();
const before = kept();
const stores = messages.filter((m) => m.way === 'store').length;
await test(`${total} messages are taken while programs are killed`, async () => {
  const queue = [...messages];
  const fetched = receive(stores);
  const killer = torment();
  await Promise.all(Array.from({ length: lanes }, () => send(queue)))
    .finally(() => { isOver = true; });
  await killer;
  draining = true;
  await fetched;
  assert.equal(accepted, total);
});
await test('each message of the mailbox is received exactly once', () => {
  // One whose acknowledgement was heard, but its answer lost, has arrived too
  // and is not handed out again; its card says so.
  const lost = messages.filter((m) => m.way === 'store' && !m.acknowledged &&
    m.arrived === 0);
  assert.deepEqual(lost.map((m) => m.key), []);
  assert.deepEqual(mistakes, []);
  assert.equal(kept(), before + stores);
});
await test('each forwarded message reached the recipient exactly once', () => {
  const rows = sql('SELECT message_id, COUNT(*) FROM osci_transfer ' +
    'WHERE direction = 2 GROUP BY message_id');
  const came = new Map(rows.map(([id, n]) => [id, Number(n)]));
  const wrong = messages.filter((m) => m.way === 'forward' &&
    m.ids.reduce((sum, id) => sum + (came.get(id) ?? 0), 0) !== 1);
  assert.deepEqual(wrong.map((m) => `${m.key}: ${m.ids}`), []);
});
await test('each process card is true', async () => {
  const wrong = [];
  for (let at = 0; at < total; at += 100) {
    const some = messages.slice(at, at + 100);
    const cards = await persist('cards', async () => {
      const ask = dialog(originator);
      await ask.init();
      return ask.cards(some.map((m) => m.id ?? '-'));
    });
    for (const message of some) {
      const [made, gone, got] = times(cards.get(message.id) ?? '');
      if (!(made <= gone && gone <= got && got <= Date.now() + 1000 &&
        made >= start - 1000))
        wrong.push(`${message.key} (${message.way}): ${made} ${gone} ${got}`);
    }
  }
  assert.deepEqual(wrong.slice(0, 10), [], `${wrong.length} are wrong`);
});
const again = messages.filter((m) => m.arrived > 1).length;
console.log(`# ${kills} kills, ${tries} tries, ${failures} without an answer, ` +
  `${again} handed out more than once before they were acknowledged, ` +
  `${((Date.now() - start) / 1000).toFixed(1)} s in ${dir}`);
for (const [name, n] of [...errors].sort((a, b) => b[1] - a[1]).slice(0, 8))
  console.log(`#   ${n} x ${name}`);
end();
process.exit();
