// A hostile peer: requests that are to be refused, each with its code, in
// bounded time and memory, by a program that lives on. Runs on the endpoint of
// run.sh (OSCI_URL elsewhere), which takes unencrypted requests.

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import { end, test } from '../integration/check.mjs';
import { mimeParts } from './answer.mjs';
import {
  Dialog, block, certificateOf, content, encrypt, five, location, mime, party, post, root,
} from './client.mjs';

const dir = process.env.STACK_DIR;
const url = process.env.OSCI_URL ??
  `http://127.0.0.1:${process.env.STACK_PORT}/osci`;
const keys = process.env.OSCI_KEYS;
const isSan = /\/san\//.test(process.env.STACK_BIN ?? '');
const slow = isSan ? 20000 : 5000; // for one answer
const me = party(keys, 'originator');
const other = party(keys, 'addressee');
const { cipher, sign } = party(keys, 'intermediary');
const intermediary = { cipher: cipher.cert, sign: sign.cert };
const dialog = (own = me) =>
  new Dialog({ url, me: own, intermediary, encrypted: true });

// ---- what an answer says ----------------------------------------------------

// The codes of an answer in clear; those of a request that is refused before
// anything is known of its sender are faults.
function codesOf(bytes) {
  const xml = mimeParts(bytes)[0].bytes.toString('utf8');
  return [...xml.matchAll(/Code>(\d{4})</g)].map((m) => m[1]);
}

async function refused(bytes, ...want) {
  const began = Date.now();
  const codes = codesOf(await post(url, bytes));
  const took = Date.now() - began;
  assert.ok(want.includes(codes[0]), `${codes[0]} instead of ${want}`);
  assert.ok(took < slow, `${took} ms`);
}

// The order is refused with this code, by a feedback or a fault.
async function fails(answer, ...want) {
  let codes;
  try {
    ({ codes } = await answer);
  } catch (error) {
    if (!error.answer)
      throw error;
    ({ codes } = error.answer);
  }
  assert.ok(want.includes(codes[0]), `${codes[0]} instead of ${want}`);
}

const pids = () => readdirSync(`${dir}/run`)
  .filter((name) => /^osci\.\d+\.pid$/.test(name))
  .map((name) => Number(readFileSync(`${dir}/run/${name}`)));
const figure = (pid, name) => Number(
  readFileSync(`/proc/${pid}/status`, 'utf8').match(`${name}:\\s*(\\d+)`)[1]);

// ---- requests ---------------------------------------------------------------

const control = (attributes = '', inside = '') => block('ControlBlock', 'cb',
  `@${attributes}`, inside).text;
const plain = '<osci:Challenge>x</osci:Challenge>';
const certificates = block('NonIntermediaryCertificates', 'nic', '@',
  certificateOf('CipherCertificateOriginator', 'c', me.cipher.cert) +
  certificateOf('SignatureCertificateOriginator', 's', me.sign.cert)).text;
const languages = block('DesiredLanguages', 'dl', '@ LanguagesList="de"', '').text;
const digestOf = (s) => createHash('sha256').update(s).digest('base64');
const bodyOf = (inside) => `<soap:Body${five} Id="body">${inside}</soap:Body>`;
const envelope = (type, header, body) => mime([root(
  `<soap:Envelope${five}${location(type)}><soap:Header>${header}</soap:Header>` +
  `${body}</soap:Envelope>`)]);
const getId = (header, body = '') => envelope('GetMessageId', header,
  bodyOf(`<osci:getMessageId></osci:getMessageId>${body}`));
const text = (s) => Buffer.from(s, 'latin1');
const top = 'MIME-Version: 1.0\r\nContent-Type: Multipart/Related; ' +
  'boundary=B; type=text/xml\r\n\r\n';
const part = (id, headers = '') => '\r\n--B\r\nContent-Type: text/xml\r\n' +
  `Content-Transfer-Encoding: 8bit\r\nContent-ID: <${id}>\r\n${headers}\r\n`;
const xml = (inside) => text(
  `${top}${part('osci@message')}${inside}\r\n--B--\r\n`);
const start = `<soap:Envelope${five}${location('GetMessageId')}>`;

// ---- MIME and XML -----------------------------------------------------------

const before = pids();
const memory = before.map((pid) => figure(pid, 'VmHWM'));

await test('nothing, and nothing but line ends', async () => {
  await refused(text('\r\n'.repeat(50000)), '9100');
  await refused(text('MIME-Version: 1.0\r\n'), '9100');
});

await test('a header line without end, and headers without end', async () => {
  await refused(text('MIME-Version: 1.0\r\nX: ' + 'a'.repeat(9 << 20)), '9100');
  await refused(text('X: a\r\n'.repeat(1 << 20)), '9100');
  await refused(text(top + part('a', 'X: a\r\n'.repeat(1 << 18)) +
    'x\r\n--B--\r\n'), '9100');
});

await test('10,000 parts, and as many boundaries that are none', async () => {
  await refused(text(top + Array.from({ length: 10000 }, (_, i) =>
    part(`p${i}`) + 'x').join('') + '\r\n--B--\r\n'), '9100');
  await refused(xml('\r\n--A'.repeat(1 << 20)), '9100');
  await refused(xml('\r\n-'.repeat(1 << 20)), '9100');
});

await test('base64 that does not end, and that is none', async () => {
  const base64 = (body) => text(top + part('osci@message') + start +
    `${part('a').replace('8bit', 'base64')}${body}\r\n--B--\r\n`);
  await refused(base64('A'.repeat(4 << 20)), '9100');
  await refused(base64('\n'.repeat(4 << 20)), '9100');
  await refused(base64('='.repeat(1 << 20)), '9100');
});

await test('deep, broad and endless XML', async () => {
  await refused(xml('<a>'.repeat(100000)), '9100');
  await refused(xml(`${start}${'<a/>'.repeat(500000)}</soap:Envelope>`), '9100');
  await refused(xml(`${start}<a b="${'x'.repeat(9 << 20)}"/>`), '9100');
  await refused(xml(`${start}<${'a'.repeat(9 << 20)}/>`), '9100');
  await refused(xml(`${start}<!--${'x'.repeat(9 << 20)}-->`), '9100');
  await refused(xml(`${start}<?${'x'.repeat(1 << 20)}?>`), '9100');
  await refused(xml(' '.repeat(9 << 20)), '9100');
});

await test('an element of 600,000 attributes, or namespaces', async () => {
  const attributes = Array.from({ length: 600000 }, (_, i) => ` a${i}=""`);
  await refused(xml(`${start}<a${attributes.join('')}/>`), '9100');
  await refused(xml(`${start}<a${attributes.slice(9).join('')
    .replaceAll(' ', ' xmlns:')}/>`), '9100');
});

await test('a DOCTYPE, entities, instructions', async () => {
  const bomb = '<!DOCTYPE a [<!ENTITY b "x"><!ENTITY c "&b;&b;&b;&b;">]>';
  await refused(xml(`${bomb}${start}&c;</soap:Envelope>`), '9100');
  await refused(xml('<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>'), '9100');
  await refused(xml(`${start}<?php ?></soap:Envelope>`), '9100');
  await refused(xml(`${start}&nbsp;</soap:Envelope>`), '9100');
  await refused(xml(`<?xml version="1.0" encoding="UTF-7"?>${start}`), '9100');
  await refused(xml(`<?xml version="1.0" encoding="UTF-16"?>${start}`), '9100');
});

await test('namespaces that make canonical forms dear', async () => {
  const outer = Array.from({ length: 14 }, (_, i) => Array.from({ length: 16 },
    (_, k) => ` xmlns:p${i}q${k}="u"`).join(''));
  const inner = '<a xmlns:z="1"/><a xmlns:z="2"/>'.repeat(11000);
  const deep = outer.map((ns) => `<b${ns}>`).join('') + inner +
    '</b>'.repeat(outer.length);
  const first = control(' SequenceNumber="0"', plain);
  const digests = { cb: first, dl: languages, nic: certificates, x: '',
    body: bodyOf('<osci:getMessageId></osci:getMessageId>') };
  const signature = block('ClientSignature', 'cs', '@', '<ds:Signature>' +
    '<ds:SignedInfo><ds:CanonicalizationMethod Algorithm="http://www.w3.org/' +
    'TR/2001/REC-xml-c14n-20010315"/><ds:SignatureMethod Algorithm="http://' +
    'www.w3.org/2001/04/xmldsig-more#rsa-sha256"/>' +
    Object.entries(digests).map(([id, signed]) => `<ds:Reference URI="#${id}"><ds:Transforms>` +
    '<ds:Transform Algorithm="http://www.w3.org/TR/2001/REC-xml-c14n-20010315"' +
    '/></ds:Transforms><ds:DigestMethod Algorithm="http://www.w3.org/2001/04/' +
    `xmlenc#sha256"/><ds:DigestValue>${digestOf(signed)}</ds:DigestValue>` +
    '</ds:Reference>').join('') + '</ds:SignedInfo><ds:SignatureValue>AA==' +
    '</ds:SignatureValue><ds:KeyInfo><ds:RetrievalMethod URI="#s"/>' +
    '</ds:KeyInfo></ds:Signature>').text;
  await refused(getId(first + signature +
    languages + certificates + `<x Id="x">${deep}</x>`), '9601');
});

await test('100,000 references, blocks and Ids', async () => {
  const reference = '<ds:Reference URI="#a"><ds:DigestMethod Algorithm="' +
    'http://www.w3.org/2001/04/xmlenc#sha256"/><ds:DigestValue>AA==' +
    '</ds:DigestValue></ds:Reference>';
  const many = (n, f) => Array.from({ length: n }, (_, i) => f(i)).join('');
  const signed = (references) => block('ClientSignature', 'cs', '@',
    '<ds:Signature><ds:SignedInfo><ds:CanonicalizationMethod Algorithm="' +
    'http://www.w3.org/TR/2001/REC-xml-c14n-20010315"/><ds:SignatureMethod ' +
    'Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"/>' +
    `${references}</ds:SignedInfo></ds:Signature>`).text;
  const first = control(' SequenceNumber="0"', plain);
  await refused(getId(first + signed(reference.repeat(100000))), '9100');
  await refused(getId(first + signed(reference.repeat(10000)) + languages +
    certificates), '9601');
  await refused(getId(first + many(5000, (i) => `<x Id="i${i}"/>`)), '9100');
  await refused(getId(first + languages + certificates,
    many(40000, (i) => `<x Id="i${i}"/>`)), '9100');
});

await test('blocks that are missing, twice, or of others', async () => {
  const first = control(' SequenceNumber="0"', plain);
  await refused(getId(''), '9100');
  await refused(getId(languages), '9100');
  await refused(getId(first + first), '9100');
  await refused(getId(first + control(' SequenceNumber="0"', plain)
    .replace('Id="cb"', 'Id="cb2"') + languages), '9100');
  await refused(getId(first + languages.replace('Id="dl"', 'Id="cb"')), '9100');
  await refused(getId(first + languages), '9500');
  await refused(getId(first + languages + certificates), '9600');
  await refused(envelope('GetMessageId', first + languages + certificates,
    bodyOf('<osci:initDialog></osci:initDialog>')), '9100');
  await refused(envelope('AcceptDelivery', first, bodyOf('')), '9100', '9300');
  await refused(envelope('ResponseToGetMessageId', first, bodyOf('')), '9100',
    '9300');
  await refused(envelope('MessageEncrypted', '', bodyOf('')), '9100');
});

await test('control blocks: no number, negative, huge, leading zeros', async () => {
  const numbers = ['-1', '+0', '1.0', '', ' 0', '0x0', '1e3', '4294967296',
    '99999999999999999999', '9'.repeat(100000), '0;'];
  for (const n of numbers)
    await refused(getId(control(` SequenceNumber="${n}"`, plain) + languages +
      certificates), '9100', '9400');
  for (const n of ['-5', '0', '1', '9223372036854775807', '9223372036854775808',
    '9'.repeat(30), '9'.repeat(5000), "1' OR '1'='1", ''])
    await refused(getId(control(
      ` ConversationId="${n}" SequenceNumber="0"`,
      `<osci:Response>x</osci:Response>${plain}`) + languages + certificates),
    '9100', '9400');
  await refused(getId(control(' SequenceNumber="0"', '') + languages +
    certificates), '9100', '9400');
  await refused(getId(control(' SequenceNumber="0"',
    `<osci:Challenge>${'x'.repeat(1 << 20)}</osci:Challenge>`) + languages +
    certificates), '9100', '9400');
});

// ---- dialogs ----------------------------------------------------------------

await test('a dialog: wrong number, wrong response, of another, a replay', async () => {
  const d = dialog();
  await d.init();
  const { conversationId, answered } = d;
  for (const wrong of [{ sequence: 5 }, { sequence: -2 }, { answered: 'x' },
    { conversationId: String(BigInt(conversationId) + 1n) }]) {
    Object.assign(d, { conversationId, answered, sequence: -1 }, wrong);
    await fails(d.messageId(), '9100', '9400');
  }
  const thief = dialog(other);
  Object.assign(thief, { conversationId, answered, sequence: -1 });
  await fails(thief.messageId(), '9400');
  Object.assign(d, { conversationId, answered, sequence: -1 });
  assert.ok(await d.messageId());
  const { last } = d;
  await refused(last, '9400');
  await d.exit();
  await refused(last, '9400');
});

await test('eight requests of one dialog at once: one of them counts', async () => {
  const d = dialog();
  await d.init();
  const { conversationId, answered } = d;
  const same = await Promise.allSettled(Array.from({ length: 8 }, () => {
    const twin = dialog();
    Object.assign(twin, { conversationId, answered, sequence: -1 });
    return twin.messageId();
  }));
  assert.equal(same.filter((s) => s.status === 'fulfilled').length, 1);
});

await test('message ids: of others, used, invented, huge', async () => {
  const mine = await dialog().messageId();
  const cert = other.cipher.cert;
  await fails(dialog(other).store(mine, me.cipher.cert, content('x')), '9801');
  for (const id of ['invented', 'a'.repeat(100000), ';', "' OR 1=1 -- ",
    `${mine}_Partial`, `${mine}\0`, ` ${mine}`])
    await fails(dialog().store(id, cert, content('x')), '9801', '9100', '9300');
  const d = new Dialog({ url, me, intermediary });
  await d.store(mine, cert, content('x'));
  await fails(dialog().store(mine, cert, content('x')), '9801');
  await refused(d.last, '9801');
});

await test('mail of others; too many ids', async () => {
  const id = await dialog().messageId();
  await dialog().store(id, other.cipher.cert, content('secret'));
  const d = dialog();
  await d.init();
  await fails(d.fetch(id), '9803');
  const stranger = dialog(party(keys, 'author'));
  await stranger.init();
  const cards = (ids) => stranger.ask('FetchProcessCard', { body:
    '<osci:fetchProcessCard><osci:SelectionRule>' + ids.map((one) =>
    `<osci:MessageId>${Buffer.from(one).toString('base64')}</osci:MessageId>`)
    .join('') + '</osci:SelectionRule></osci:fetchProcessCard>' });
  await fails(cards([id]), '9804');
  await fails(cards(Array.from({ length: 1000 }, (_, i) => `${id}${i}`)), '9804');
  await fails(cards(Array(50000).fill('x')), '9100', '9300');
});

// ---- chunks -----------------------------------------------------------------

const osci2017 = 'http://xoev.de/transport/osci12/7';
const five2017 = five.replace(' xmlns:soap', ` xmlns:osci2017="${osci2017}" xmlns:soap`);
const in2017 = (id, name, actor, attributes, inside) => ({ id, text:
  `<osci2017:${name}${five2017}${attributes}${actor}>${inside}</osci2017:${name}>` });
const next = block('a', 'a', '@', '').text.match(/ soap:actor=.*?"1"/)[0];
const features = in2017('fd', 'FeatureDescription', '', ' Id="fd"',
  '<osci2017:SupportedFeatures></osci2017:SupportedFeatures>');
const encode = (id) => Buffer.from(id).toString('base64');

// One chunk: number, size and total in KiB and chunks, as told; its bytes.
function chunk(d, id, { number = 1, size = 16, total = 2, kib = 20, bytes = 16384,
  info = ` ChunkNumber="${number}" ChunkSize="${size}" ` +
    `TotalChunkNumbers="${total}" TotalMessageSize="${kib}"`,
  cid = 'ChunkBlobStoreDelivery' }) {
  return d.ask('PartialStoreDelivery', { addressee: other.cipher.cert,
    order: [d.quality()[0], in2017('ps', 'partialStoreDelivery', next, ' Id="ps"',
      `<osci:MessageId>${encode(`${id}_Partial`)}</osci:MessageId>` +
      `<osci2017:ChunkInformation${info}></osci2017:ChunkInformation>`)],
    last: [features],
    body: d.package('<osci:ContentContainer Id="ChunkContentContainer">' +
      `<osci:Content Id="ChunkContent" href="cid:${cid}"></osci:Content>` +
      '</osci:ContentContainer>'),
    parts: [{ id: 'ChunkBlobStoreDelivery', bytes: Buffer.alloc(bytes, 'x') }] });
}

await test('chunks: number 0, negative, huge; sizes that are not theirs', async () => {
  const id = await dialog().messageId();
  const one = (what, ...codes) => fails(chunk(dialog(), id, what), ...codes);
  await one({ number: 0 }, '9901', '9100', '9905');
  await one({ number: -1 }, '9901', '9100', '9905');
  await one({ number: 3 }, '9901');
  await one({ number: '9'.repeat(30) }, '9901', '9100');
  await one({ total: 0 }, '9905', '9901');
  await one({ total: '2147483648' }, '9905', '9100');
  await one({ size: 0 }, '9905', '9100', '9902');
  await one({ size: 1 << 30 }, '9902', '9903');
  await one({ kib: '9007199254740993' }, '9904', '9100');
  await one({ kib: -1 }, '9905', '9100');
  await one({ bytes: (8192 + 1) * 1024 }, '9902');
  await one({ bytes: 0 }, '9903', '9100');
  await one({ cid: 'another' }, '9100', '9300');
  await one({ info: '' }, '9905', '9100');
});

await test('chunks: of others, the same twice, of another whole, too much', async () => {
  const id = await dialog().messageId();
  await fails(chunk(dialog(other), id, {}), '9801');
  await chunk(dialog(), id, {});
  await fails(chunk(dialog(other), id, { number: 2 }), '9801');
  await fails(chunk(dialog(), id, {}), '9900');
  await fails(chunk(dialog(), id, { number: 2, total: 3 }), '9905');
  await fails(chunk(dialog(), id, { number: 2, kib: 21 }), '9905');
  await fails(chunk(dialog(), id, { number: 2, size: 17 }), '9905');
  await fails(chunk(dialog(), id, { number: 2, bytes: 16384 }), '9905');
  await fails(chunk(dialog(), `${id}_Partial`, {}), '9801', '9900', '9905');
  const whole = await chunk(dialog(), id, { number: 2, bytes: 4608 });
  assert.deepEqual([whole.codes[0], whole.inside?.[0]], ['9950', '9100']);
  await fails(chunk(dialog(), id, { number: 2, bytes: 4608 }), '9900', '9801');
});

await test('the same chunk eight times at once is kept once', async () => {
  const id = await dialog().messageId();
  const all = await Promise.all(Array.from({ length: 8 }, () =>
    chunk(dialog(), id, {}).then((a) => a.codes[0])));
  assert.deepEqual(all.sort(), ['0800', ...Array(7).fill('9900')]);
});

// ---- time -------------------------------------------------------------------

await test('sixty-four that send slowly keep nobody else waiting', async () => {
  const { hostname, port, pathname } = new URL(url);
  const sockets = await Promise.all(Array.from({ length: 64 }, () =>
    new Promise((resolve, reject) => {
      const socket = connect(port, hostname, () => socket.write(
        `POST ${pathname} HTTP/1.1\r\nHost: x\r\nContent-Type: text/xml\r\n` +
        `Content-Length: 100000\r\n\r\n${top}`, () => resolve(socket)));
      socket.on('error', reject);
    })));
  const began = Date.now();
  assert.ok(await dialog().messageId());
  assert.ok(Date.now() - began < slow, `${Date.now() - began} ms`);
  sockets.forEach((socket) => socket.destroy());
});

// ---- recipients -------------------------------------------------------------

await test('deliveries to this machine and to networks inside', async () => {
  const internal = process.env.OSCI_INTERNAL?.split(' ') ?? [];
  for (const uri of ['file:///etc/passwd', 'gopher://127.0.0.1/x', 'ftp://x/',
    'http://user@127.0.0.1/', 'https://', 'http://[::1', '//127.0.0.1/',
    'http://127.0.0.1:99999/', 'javascript:1', ...internal]) {
    const d = dialog();
    const began = Date.now();
    await fails(d.forward(await d.messageId(), other.cipher.cert, uri,
      content('x')), '9809', '9100', '9300');
    assert.ok(Date.now() - began < slow, `${uri}: ${Date.now() - began} ms`);
  }
});

// ---- and the program? -------------------------------------------------------

await test('the programs are the same as before, and not much larger', () => {
  assert.deepEqual(pids(), before);
  before.forEach((pid, i) => {
    const grown = (figure(pid, 'VmHWM') - memory[i]) / 1024;
    assert.ok(isSan || grown < 48, `${grown} MiB`);
  });
});
end();
