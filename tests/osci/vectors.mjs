// Every vector through nginx to the program osci and its database; see run.sh.
// Positive ones first, in a lenient configuration, then what must be refused in
// the one that production has.

import assert from 'node:assert/strict';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { end, skip, test } from '../integration/check.mjs';
import { dir, send, sql, stack } from '../integration/client.mjs';
import {
  canonical, certificate, decryptAny, mimeParts, readAnswer,
} from './answer.mjs';
import { checkSchemas, keepForSchema } from './schema.mjs';
import {
  deliveries, issueId, openDialog, renameDelivery,
} from './state.mjs';

const vectors = process.env.OSCI_VECTORS;
const keys = process.env.OSCI_KEYS;
const pem = (name) => readFileSync(`${keys}/${name}.pem`);
const certOf = (name) => certificate(pem(`${name}.cert`));
const pairOf = (name) => ({ cert: certOf(name), key: pem(`${name}.key`) });
const originator = pairOf('originator_cipher');
const addressee = pairOf('addressee_cipher');
const intermediary = pairOf('intermediary_cipher');
const signer = certOf('intermediary_sign');

function load(folder) {
  return readdirSync(`${vectors}/${folder}`).sort()
    .filter((name) => name.endsWith('.json'))
    .map((name) => {
      const vector = JSON.parse(readFileSync(`${vectors}/${folder}/${name}`));
      vector.bytes = readFileSync(`${vectors}/${folder}/${vector.file}`);
      return vector;
    });
}

// The request as it is inside its transport encryption, if that opens.
function plain(vector, own) {
  try {
    if (vector.transport_encrypted)
      return decryptAny(mimeParts(vector.bytes), own).toString('latin1');
  } catch { /* spoilt on purpose */ }
  return vector.bytes.toString('latin1');
}

const idOf = (text, block) => {
  const id = text.match(new RegExp(
    `<osci(?:2017)?:${block} .*?<osci:MessageId>([^<]*)<`, 's'))?.[1];
  return id && Buffer.from(id, 'base64').toString('utf8');
};

const post = (path, bytes) => send('POST', path, { body: bytes, headers: {
  Host: '127.0.0.1', 'Content-Type': 'text/xml', charset: 'utf-8' } });

// Gives the intermediary what the vector says it must know, sends the vector
// and reads the answer strictly.
async function ask(vector, path = '/osci') {
  const text = plain(vector, intermediary);
  const isFetch = /soap(Partial)?FetchDelivery\.xsd/.test(text);
  const client = isFetch ? addressee : originator;
  const state = vector.dialog_state_before;
  if (state && vector.name !== 'dialog-unknown-conversation') {
    openDialog({ conversationId: state.conversationId,
      challenge: state.challenge_sent_by_server,
      sequence: state.last_sequence_number }, client.cert);
  }
  for (const block of ['storeDelivery', 'forwardDelivery', 'mediateDelivery',
    'partialStoreDelivery']) {
    const id = idOf(text, block)?.replace(/_Partial$/, '');
    if (id && !vector.knowsId)
      issueId(id, originator.cert);
  }
  const res = await post(path, vector.bytes);
  assert.equal(res.status, 200, res.text.slice(0, 200));
  assert.match(res.headers['content-type'], /^text\/xml/);
  assert.doesNotMatch(String(Object.keys(res.headers)), /set-cookie/);
  const answer = readAnswer(res.bytes, { own: client, signer,
    explicit: state !== undefined || /soapInitDialog/.test(text) });
  if (!answer.fault) {
    assert.equal(answer.encrypted, vector.transport_encrypted,
      'encrypted as it was asked');
    assert.equal(answer.response,
      text.match(/<osci:Challenge>([^<]*)</)?.[1], 'Response');
    if (state)
      assert.equal(answer.conversationId, state.conversationId);
    const sequence = text.match(/SequenceNumber="(\d+)"/)?.[1];
    if (sequence && answer.sequence !== undefined)
      assert.equal(answer.sequence, sequence);
    assert.equal(answer.type.replace('ResponseTo', ''),
      text.match(/ soap(\w+)\.xsd /)?.[1], 'the answer that fits');
    keepForSchema(vector.name, answer);
  }
  return answer;
}

function assertExpected(vector, answer) {
  const { kind, any_of: codes, faultcode } = vector.expect;
  const said = `${answer.fault ? 'fault' : 'feedback'} ${answer.codes.join()}`;
  assert.ok(answer.codes.some((code) => codes.includes(code)),
    `${said} instead of ${kind} ${codes}`);
  if (kind !== 'feedback_or_fault')
    assert.equal(answer.fault, kind === 'fault', said);
  if (answer.fault && faultcode)
    assert.equal(answer.faultcode, faultcode);
  if (!answer.fault)
    assert.match(answer.codes[0], /^(080[01]|9)/, 'the outcome comes first');
}

// ---- positive ---------------------------------------------------------------

async function positive() {
  const all = load('positive');
  const is = (pattern) => (v) => pattern.test(v.name);
  const later = /^(fetch|partial|exit)/;
  for (const vector of all.filter((v) => !later.test(v.name))) {
    await test(`positive ${vector.name}`, async () => {
      const before = deliveries();
      const answer = await ask(vector);
      assertExpected(vector, answer);
      if (vector.name.startsWith('store'))
        assert.equal(deliveries(), before + 1);
      if (/^(store|forward|mediate-delivery$)/.test(vector.name)) {
        assert.match(answer.xml, /<osci:(Request)?ProcessCardBundle/);
        assert.match(answer.xml, /<osci:Creation>/);
      }
      if (vector.name === 'store-expired-signer')
        assert.equal(answer.codes[0], '0800');
    });
  }
  await test('positive: what was sent again is refused with 9801', async () => {
    const vector = all.find(is(/^store-plain-signed$/));
    const answer = await ask({ ...vector, knowsId: true });
    assert.deepEqual(answer.codes, ['9801']);
  });
  // What can be fetched has the id that the vectors ask for.
  renameDelivery('msg-vec-1018', 'msg-vec-fetch');
  for (const vector of all.filter(is(/^fetch/))) {
    await test(`positive ${vector.name}`, async () => {
      const answer = await ask(vector);
      assertExpected(vector, answer);
      if (/by-(message-id|none)/.test(vector.name)) {
        assert.equal(answer.codes[0], '0801');
        assert.match(answer.xml, /<osci:Creation>.*<osci:Forwarding>/s);
        assert.doesNotMatch(answer.xml, /<osci:Reception>/);
      }
    });
  }
  await test('positive: content comes back as it was sent', () => {
    const vector = all.find(is(/^store-author-signed-reader-encrypted$/));
    const sent = plain(vector, intermediary);
    const body = (text) => canonical(text.match(
      /<osci:ContentPackage.*<\/osci:ContentPackage>/s)[0]);
    const got = readFileSync(
      `${dir}/answers/fetch-delivery-by-message-id.xml`, 'utf8');
    assert.equal(body(got), body(Buffer.from(sent, 'latin1').toString('utf8')));
  });
  for (const vector of all.filter(is(/^partial-store/)).sort((a, b) =>
    a.dialog_state_before.last_sequence_number -
    b.dialog_state_before.last_sequence_number)) {
    await test(`positive ${vector.name}`, async () => {
      vector.knowsId = !/1-of-2/.test(vector.name);
      let answer = await ask(vector);
      assertExpected(vector, answer);
      if (/1-of-2/.test(vector.name))
        return;
      assert.ok(answer.codes.includes('3950') || answer.codes.includes('3952'),
        answer.codes.join());
      if (answer.codes.includes('3950')) {
        assert.deepEqual(answer.inside, ['0800']);
        assert.match(answer.xml, /<osci:Creation>/);
      }
      assert.match(answer.xml, /ReceivedChunks="1 2"/);
    });
  }
  let whole = Buffer.alloc(0);
  for (const vector of all.filter(is(/^partial-fetch/))) {
    await test(`positive ${vector.name}`, async () => {
      const answer = await ask(vector);
      assertExpected(vector, answer);
      assert.equal(answer.type, 'ResponseToPartialFetchDelivery');
      assert.equal(answer.parts.length, 2);
      whole = Buffer.concat([whole, answer.parts[1].bytes]);
      const total = Number(answer.xml.match(/TotalChunkNumbers="(\d+)"/)[1]);
      assert.ok(total >= 2);
      if (total === 2 && /2$/.test(vector.name)) {
        const inner = readAnswer(whole, { own: addressee, signer });
        assert.equal(inner.type, 'ResponseToFetchDelivery');
      }
    });
  }
  for (const vector of all.filter(is(/^exit/))) {
    await test(`positive ${vector.name}`, async () => {
      assertExpected(vector, await ask(vector));
      const { conversationId } = vector.dialog_state_before;
      const again = await send('POST', '/osci', { body: vector.bytes });
      const answer = readAnswer(again.bytes, { own: originator, signer });
      assert.deepEqual(answer.codes, ['9400'], `dialog ${conversationId}`);
    });
  }
}

// ---- negative ---------------------------------------------------------------

async function negative() {
  for (const vector of load('negative')) {
    await test(`negative ${vector.name}: ${vector.what}`, async () => {
      const before = deliveries();
      assertExpected(vector, await ask(vector));
      assert.equal(deliveries(), before, 'nothing is kept');
    });
  }
  // In a configuration as in production, old algorithms are refused, too.
  for (const vector of load('positive').filter((v) =>
    /cbc|rsa-1_5|unsigned/.test(v.name))) {
    await test(`strict: ${vector.name} is refused`, async () => {
      const before = deliveries();
      const answer = await ask(vector);
      assert.ok(['9600', '9202'].includes(answer.codes[0]),
        answer.codes.join());
      assert.equal(deliveries(), before, 'nothing is kept');
    });
  }
}

async function recipient() {
  const own = intermediary;
  for (const vector of load('recipient').filter((v) =>
    v.receiver === 'passive recipient')) {
    await test(`recipient ${vector.name}`, async () => {
      const res = await post('/osci/empfang', vector.bytes);
      assert.equal(res.status, 200);
      const answer = readAnswer(res.bytes, { own,
        signer: certOf('addressee_sign') });
      assertExpected(vector, answer);
      assert.equal(answer.encrypted, vector.transport_encrypted);
      const text = plain(vector, addressee);
      assert.equal(answer.response,
        text.match(/<osci:Challenge>([^<]*)</)[1]);
      keepForSchema(vector.name, answer);
    });
  }
}

// The reader of answers is held to answers that others gave.
async function known() {
  for (const [folder, own, by] of [
    ['responses', originator, signer],
    ['recipient', intermediary, certOf('addressee_sign')]]) {
    for (const vector of load(folder).filter((v) => v.expect === undefined ||
      folder === 'responses')) {
      await test(`known answer ${vector.name}`, () => {
        const answer = readAnswer(vector.bytes, { own, signer: by });
        assert.equal(answer.encrypted, vector.transport_encrypted);
        assert.match(answer.codes[0], /^\d{4}$/);
      });
    }
  }
}

function set(name, value) {
  const file = `${dir}/torhaus.conf`;
  const rest = readFileSync(file, 'utf8').split('\n')
    .filter((line) => !line.startsWith(`${name} =`));
  writeFileSync(file, `${rest.join('\n').trimEnd()}\n${name} = ${value}\n`);
}

if (!vectors || !keys) {
  skip('vectors', 'no folder of vectors');
} else {
  await known();
  await positive();
  for (const [name, value] of [['osci_signatures', 'required'],
    ['osci_allow_cbc', 'no'], ['osci_allow_rsa15', 'no']])
    set(name, value);
  await test('the program takes its new settings', async () => {
    const { status, out } = await stack('restart-program', 'osci');
    assert.equal(status, 0, out);
  });
  await negative();
  await recipient();
  await checkSchemas();
}
end();
