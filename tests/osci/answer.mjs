// Reads an OSCI answer with means of its own, and as strictly as clients do:
// MIME, envelope, control block, signature, digests, transport encryption. None
// of Torhaus's code takes part.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  constants, createDecipheriv, createHash, createVerify, privateDecrypt,
  X509Certificate,
} from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';

const namespaces = {
  ds: 'http://www.w3.org/2000/09/xmldsig#',
  osci: 'http://www.osci.de/2002/04/osci',
  soap: 'http://schemas.xmlsoap.org/soap/envelope/',
  xenc: 'http://www.w3.org/2001/04/xmlenc#',
  xsi: 'http://www.w3.org/2001/XMLSchema-instance',
};
const inScope = Object.entries(namespaces);
const five = inScope
  .map(([prefix, uri]) => ` xmlns:${prefix}="${uri}"`).join('');
const c14n = 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315';
const digests = {
  'http://www.w3.org/2001/04/xmlenc#sha256': 'sha256',
  'http://www.w3.org/2001/04/xmlenc#sha512': 'sha512',
};
const schemaLocation = (name) => `${namespaces.soap} soap${name}.xsd ` +
  `${namespaces.ds} oscisig.xsd ${namespaces.xenc} oscienc.xsd`;

// What the control block of each answer holds: Response, Challenge,
// ConversationId, SequenceNumber; r required, n never, "-" free. Explicit
// dialogs first, implicit ones behind the slash.
const presence = {
  ResponseToInitDialog: 'rrrn/', ResponseToExitDialog: 'rnrr/',
  ResponseToGetMessageId: 'rrrr/rnrr', ResponseToStoreDelivery: 'rrrr/rnrr',
  ResponseToPartialStoreDelivery: 'rrrr/rnrr',
  ResponseToForwardDelivery: 'rrrr/rn-r', ResponseToFetchDelivery: 'rrrr/rn--',
  ResponseToFetchProcessCard: 'rrrr/rn--', ResponseToMediateDelivery:
    'rrrr/rn--', ResponseToPartialFetchDelivery: 'rrrr/rn--',
  ResponseToAcceptDelivery: 'rnnn/', ResponseToProcessDelivery: 'rnnn/',
};

// ---- MIME -------------------------------------------------------------------

function headersOf(text) {
  const headers = {};
  for (const line of text.split('\r\n')) {
    assert.doesNotMatch(line, /[\r\n]/, 'a bare line end in a MIME header');
    const [, name, value] = line.match(/^([A-Za-z-]+): (.*)$/) ?? [];
    assert.ok(name, `not a MIME header: ${line}`);
    headers[name.toLowerCase()] = value;
  }
  return headers;
}

// [{ headers, bytes }], the root first.
export function mimeParts(message) {
  const text = message.toString('latin1').replace(/^(\r\n)+/, '');
  const end = text.indexOf('\r\n\r\n');
  const top = headersOf(text.slice(0, end));
  assert.equal(top['mime-version'], '1.0');
  const boundary = top['content-type'].match(/boundary=([^"; ]+)(;|$)/)?.[1];
  assert.ok(boundary, `no boundary in ${top['content-type']}`);
  assert.match(top['content-type'], /^Multipart\/Related; /i);
  const closing = `\r\n--${boundary}--\r\n`;
  assert.ok(text.endsWith(closing), 'the closing delimiter and its CRLF');
  const body = text.slice(end + 2, -closing.length);
  const delimiter = `\r\n--${boundary}\r\n`;
  const parts = body.split(delimiter);
  assert.equal(parts.shift(), '', 'something before the first part');
  const seen = new Set();
  return parts.map((part, i) => {
    const at = part.indexOf('\r\n\r\n');
    const headers = headersOf(part.slice(0, at));
    assert.ok(headers['content-type'], 'a part without Content-Type');
    assert.ok(i === 0 || headers['content-transfer-encoding'],
      'a part without Content-Transfer-Encoding');
    const id = headers['content-id']?.match(/^<(.+)>$/)?.[1];
    assert.ok(id && !seen.has(id), `Content-ID ${headers['content-id']}`);
    seen.add(id);
    return { headers, id, bytes: Buffer.from(part.slice(at + 4), 'latin1') };
  });
}

// ---- encryption -------------------------------------------------------------

const w3 = 'http://www.w3.org/';
const ciphers = {
  [`${w3}2001/04/xmlenc#tripledes-cbc`]: ['des-ede3-cbc', 8],
};
for (const bits of [128, 192, 256]) {
  ciphers[`${w3}2009/xmlenc11#aes${bits}-gcm`] = [`aes-${bits}-gcm`, 16];
  ciphers[`${w3}2001/04/xmlenc#aes${bits}-cbc`] = [`aes-${bits}-cbc`, 16];
}

// node has no RSA PKCS#1 v1.5 any more.
function unwrapOld(key, bytes) {
  const dir = mkdtempSync(`${tmpdir()}/osci-`);
  try {
    writeFileSync(`${dir}/key`, key);
    return spawnSync('openssl', ['pkeyutl', '-decrypt', '-inkey',
      `${dir}/key`], { input: bytes }).stdout;
  } finally {
    rmSync(dir, { recursive: true });
  }
}

// The inner message of an encrypted one, by any algorithm there ever was; the
// key is PEM.
export function decryptAny(parts, { key }) {
  const xml = parts[0].bytes.toString('utf8');
  const method = xml.match(/<xenc:EncryptionMethod Algorithm="([^"]*)"/)[1];
  const wrapped = xml.match(/<xenc:EncryptedKey>.*?<\/xenc:EncryptedKey>/s)[0];
  const value = Buffer.from(
    wrapped.match(/<xenc:CipherValue>([^<]*)</)[1], 'base64');
  const digest = wrapped.match(/<ds:DigestMethod[^>]*#(sha\d+)"/)?.[1];
  const secret = digest ? privateDecrypt({ key, oaepHash: digest,
    padding: constants.RSA_PKCS1_OAEP_PADDING }, value) : unwrapOld(key, value);
  const part = parts.find((p) => p.id === 'osci_enc');
  const bytes = /base64/.test(part.headers['content-transfer-encoding'] +
    part.headers['content-type'])
    ? Buffer.from(part.bytes.toString('latin1'), 'base64') : part.bytes;
  const [name, standard] = ciphers[method];
  const isGcm = name.endsWith('gcm');
  const iv = isGcm
    ? Number(xml.match(/IvLength [^>]*Value="(\d+)"/)?.[1] ?? standard)
    : standard;
  const cipher = createDecipheriv(name, secret, bytes.subarray(0, iv));
  if (isGcm)
    cipher.setAuthTag(bytes.subarray(-16));
  return Buffer.concat([cipher.update(
    bytes.subarray(iv, isGcm ? -16 : undefined)), cipher.final()]);
}

// The inner message of an answer, which is as good as it may be and for cert,
// an X509Certificate.
export function decrypt(parts, { key, cert }) {
  const xml = parts[0].bytes.toString('utf8');
  assert.match(xml, /2009\/xmlenc11#aes(128|192|256)-gcm"/);
  assert.match(xml, /<osci128:IvLength xmlns:osci128="[^"]*" Value="12">/);
  assert.match(xml, /2009\/xmlenc11#rsa-oaep"><xenc11:MGF /);
  const named = xml.match(/<ds:X509Certificate>([^<]*)</)[1];
  assert.ok(Buffer.from(named, 'base64').equals(cert.raw),
    'encrypted for another certificate');
  return decryptAny(parts, { key });
}

// ---- signature --------------------------------------------------------------

// An element as text, from its Id; the blocks of an answer are canonical.
function elementOf(xml, id) {
  const at = xml.search(new RegExp(`<[\\w:]+(?: [^<>]*)? Id="${id}"`));
  assert.ok(at >= 0, `nothing has Id ${id}`);
  const name = xml.slice(at).match(/^<([\w:]+)/)[1];
  let depth = 0;
  for (const tag of xml.slice(at).matchAll(
    new RegExp(`<(/?)${name}(?=[ >])`, 'g'))) {
    depth += tag[1] ? -1 : 1;
    if (depth === 0)
      return xml.slice(at, at + tag.index + name.length + 3);
  }
  throw new Error(`${name} does not end`);
}

// Canonical XML of an element that is canonical but for its namespaces: those
// in scope stand on it, none is said again further down.
export function canonical(text) {
  const scopes = [new Map()];
  return text.replace(/<(\/?)([\w:]+)([^>]*)>/g, (_, end, name, rest) => {
    if (end) {
      scopes.pop();
      return `</${name}>`;
    }
    const scope = scopes.at(-1);
    const declared = new Map(scopes.length > 1 ? [] : inScope);
    for (const [, prefix, uri] of rest.matchAll(/ xmlns:(\w+)="([^"]*)"/g)) {
      if (scope.get(prefix) !== uri)
        declared.set(prefix, uri);
    }
    scopes.push(new Map([...scope, ...declared]));
    const sorted = [...declared].sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([prefix, uri]) => ` xmlns:${prefix}="${uri}"`).join('');
    return `<${name}${sorted}${rest.replace(/ xmlns:\w+="[^"]*"/g, '')}>`;
  });
}

function checkSignature(xml, parts, blocks, signer) {
  const block = blocks.find((b) => b.name.endsWith('Signature'));
  assert.equal(blocks.indexOf(block), 1, 'the signature follows the control block');
  const text = block.text;
  assert.doesNotMatch(text, /X509Data|<ds:Object/);
  assert.match(text, /<ds:KeyInfo><ds:RetrievalMethod URI="#[^"]+"/);
  const info = text.match(/<ds:SignedInfo>.*<\/ds:SignedInfo>/s)[0];
  assert.ok(info.includes(`<ds:CanonicalizationMethod Algorithm="${c14n}">`));
  const want = new Set([
    ...blocks.filter((b) => b !== block).map((b) => `#${b.id}`), '#body',
    ...parts.slice(1).map((p) => `cid:${p.id}`)]);
  for (const reference of info.match(/<ds:Reference .*?<\/ds:Reference>/gs)) {
    const uri = reference.match(/URI="([^"]*)"/)[1];
    assert.ok(want.delete(uri), `a reference too many: ${uri}`);
    const hash = digests[reference.match(/DigestMethod Algorithm="([^"]*)"/)[1]];
    const part = parts.find((p) => `cid:${p.id}` === uri);
    const bytes = part ? part.bytes
      : Buffer.from(canonical(elementOf(xml, uri.slice(1))));
    assert.equal(createHash(hash).update(bytes).digest('base64'),
      reference.match(/DigestValue>([^<]*)</)[1].replace(/\s/g, ''),
      `digest of ${uri}`);
  }
  assert.equal(want.size, 0, `not signed: ${[...want]}`);
  const method = info.match(/SignatureMethod Algorithm="[^"]*#([^"]*)"/)[1];
  const hash = method.match(/sha(256|512)/)[1];
  const verify = createVerify(`sha${hash}`);
  verify.update(info.replace('<ds:SignedInfo>', `<ds:SignedInfo${five}>`));
  const value = Buffer.from(
    text.match(/SignatureValue>([^<]*)</)[1], 'base64');
  assert.ok(verify.verify({ key: signer.publicKey,
    ...(/MGF1/.test(method) ? { padding: constants.RSA_PKCS1_PSS_PADDING,
      saltLength: constants.RSA_PSS_SALTLEN_DIGEST } : {}),
    dsaEncoding: 'ieee-p1363' }, value), 'the signature');
}

// ---- the whole --------------------------------------------------------------

function blocksOf(xml) {
  const header = xml.match(/<soap:Header>(.*)<\/soap:Header>/s)?.[1];
  if (header === undefined)
    return [];
  const blocks = [];
  for (let at = 0; at < header.length;) {
    const tag = header.slice(at).match(/^<([\w:]+)[^>]* Id="([^"]*)"/);
    assert.ok(tag, `a block without Id: ${header.slice(at, at + 60)}`);
    const text = elementOf(header.slice(at), tag[2]);
    assert.equal(header.slice(at, at + text.length), text);
    blocks.push({ name: tag[1].split(':')[1], id: tag[2], text });
    at += text.length;
  }
  return blocks;
}

// own: { key, cert } that the answer may be encrypted for; signer: whose
// signature it must bear. explicit: within an explicit dialog.
export function readAnswer(message, { own, signer, explicit = true }) {
  let parts = mimeParts(message);
  let xml = parts[0].bytes.toString('utf8');
  let encrypted = false;
  if (xml.includes('soapMessageEncrypted.xsd')) {
    encrypted = true;
    message = decrypt(parts, own);
    parts = mimeParts(message);
    xml = parts[0].bytes.toString('utf8');
  }
  assert.equal(parts[0].id, 'osci@message');
  assert.match(xml, /^<\?xml version="1.0" encoding="UTF-8"\?>/);
  const codes = (text) => [...text.matchAll(
    /<osci:Code>(\d{4})<\/osci:Code>/g)].map((m) => m[1]);
  if (/<soap:Fault>/.test(xml)) {
    assert.doesNotMatch(xml, /schemaLocation|<soap:Header/);
    return { encrypted, fault: true, type: 'fault', xml, codes: codes(xml),
      faultcode: xml.match(/<faultcode>soap:(\w+)</)[1] };
  }
  const type = xml.match(/ soap(\w+)\.xsd /)?.[1];
  assert.ok(xml.includes(` xsi:schemaLocation="${schemaLocation(type)}"`),
    'schemaLocation');
  const ids = [...xml.matchAll(/<[^>]* Id="([^"]*)"/g)].map((m) => m[1]);
  assert.equal(new Set(ids).size, ids.length, 'an Id twice');
  const blocks = blocksOf(xml);
  const order = blocks.map((b) => b.name);
  assert.equal(order[0], 'ControlBlock');
  assert.equal(order[1], 'SupplierSignature');
  const control = blocks[0].text;
  const state = {
    response: control.match(/<osci:Response>([^<]*)</)?.[1],
    challenge: control.match(/<osci:Challenge>([^<]*)</)?.[1],
    conversationId: control.match(/ConversationId="(\d+)"/)?.[1],
    sequence: control.match(/SequenceNumber="(\d+)"/)?.[1],
  };
  const rule = presence[type].split('/')[explicit ? 0 : 1];
  Object.entries(state).forEach(([name, value], i) => {
    if (rule[i] === 'r')
      assert.ok(value !== undefined, `${type} without ${name}`);
    if (rule[i] === 'n')
      assert.equal(value, undefined, `${type} with ${name}`);
  });
  const certificates = blocks.find((b) => b.name === 'IntermediaryCertificates');
  if (certificates)
    assert.doesNotMatch(certificates.text, /CipherCertificateIntermediary/);
  if (order.includes('FeatureDescription')) {
    assert.ok(order.indexOf('FeatureDescription') >
      order.findLastIndex((n) => n.endsWith('Certificates')));
  }
  checkSignature(xml, parts, blocks, signer);
  const feedback = xml.match(/<osci:Feedback>.*?<\/osci:Feedback>/s)[0];
  assert.match(feedback, /<osci:Entry xml:lang="[a-z-]+">/i);
  const inside = xml.match(/InsideFeedback[ >].*?InsideFeedback>/s)?.[0];
  return { encrypted, fault: false, type, xml, parts, blocks, message,
    ...state, codes: codes(feedback), inside: inside && codes(inside) };
}

export const certificate = (pem) => new X509Certificate(pem);
