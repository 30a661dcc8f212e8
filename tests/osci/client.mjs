// A client of an intermediary, written from the specification and with none of
// Torhaus's code: requests canonical by construction, signed, and encrypted if
// wanted; answers read strictly (answer.mjs).

import {
  constants, createCipheriv, createHash, createPrivateKey, publicEncrypt,
  randomBytes, sign,
} from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { certificate, readAnswer } from './answer.mjs';

export const uris = {
  ds: 'http://www.w3.org/2000/09/xmldsig#',
  osci: 'http://www.osci.de/2002/04/osci',
  soap: 'http://schemas.xmlsoap.org/soap/envelope/',
  xenc: 'http://www.w3.org/2001/04/xmlenc#',
  xsi: 'http://www.w3.org/2001/XMLSchema-instance',
};
const xmlns = (...names) => names
  .map((name) => ` xmlns:${name}="${uris[name]}"`).join('');
export const five = xmlns('ds', 'osci', 'soap', 'xenc', 'xsi');
const c14n = 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315';
const sha256 = 'http://www.w3.org/2001/04/xmlenc#sha256';
const next = ' soap:actor="http://schemas.xmlsoap.org/soap/actor/next"' +
  ' soap:mustUnderstand="1"';
const none = ' soap:actor="http://www.w3.org/2001/12/soap-envelope/actor/none"' +
  ' soap:mustUnderstand="1"';
const b64 = (text) => Buffer.from(text).toString('base64');
const digest = (bytes) => createHash('sha256').update(bytes).digest('base64');

const agent = new Agent({ keepAlive: false });

// Key and certificate pairs of a folder such as keys.sh makes.
export function party(folder, name, signer = name) {
  const pair = (file) => {
    const key = readFileSync(`${folder}/${file}.key.pem`);
    return { key, handle: createPrivateKey(key),
      cert: certificate(readFileSync(`${folder}/${file}.cert.pem`)) };
  };
  return { cipher: pair(`${name}_cipher`), sign: pair(`${signer}_sign`) };
}

// Rejects when no whole answer came.
export function post(url, bytes, timeout = 60000) {
  return new Promise((resolve, reject) => {
    const req = request(url, { method: 'POST', agent, timeout, headers: {
      'Content-Type': 'text/xml', 'Content-Length': bytes.length } }, (res) => {
      const parts = [];
      res.on('data', (part) => parts.push(part));
      res.on('error', reject);
      res.on('end', () => (res.complete && res.statusCode === 200
        ? resolve(Buffer.concat(parts))
        : reject(new Error(`HTTP ${res.statusCode}`))));
    });
    req.on('error', reject);
    req.on('timeout', () => req.destroy(new Error('no answer in time')));
    req.end(bytes);
  });
}

export const block = (name, id, attributes, content, actor = next) =>
  ({ id, text: `<osci:${name}${five}${attributes.replace('@', ` Id="${id}"`)}` +
    `${actor}>${content}</osci:${name}>` });

export const certificateOf = (name, id, cert) => `<osci:${name} Id="${id}">` +
  `<ds:X509Data><ds:X509Certificate>${cert.raw.toString('base64')}` +
  `</ds:X509Certificate></ds:X509Data></osci:${name}>`;

function signature(blocks, body, parts, { handle }) {
  const reference = (uri, bytes, transform) => `<ds:Reference URI="${uri}">` +
    (transform ? `<ds:Transforms><ds:Transform Algorithm="${c14n}">` +
      '</ds:Transform></ds:Transforms>' : '') +
    `<ds:DigestMethod Algorithm="${sha256}"></ds:DigestMethod>` +
    `<ds:DigestValue>${digest(bytes)}</ds:DigestValue></ds:Reference>`;
  const isEc = handle.asymmetricKeyType === 'ec';
  const inside = `<ds:CanonicalizationMethod Algorithm="${c14n}">` +
    '</ds:CanonicalizationMethod><ds:SignatureMethod Algorithm=' +
    `"http://www.w3.org/2001/04/xmldsig-more#${isEc ? 'ecdsa' : 'rsa'}-sha256"` +
    '></ds:SignatureMethod>' +
    [...blocks, { id: 'body', text: body }]
      .map((b) => reference(`#${b.id}`, b.text, true)).join('') +
    parts.map((p) => reference(`cid:${p.id}`, p.bytes, false)).join('');
  const value = sign('sha256', Buffer.from(
    `<ds:SignedInfo${five}>${inside}</ds:SignedInfo>`),
  { key: handle, dsaEncoding: 'ieee-p1363' });
  return block('ClientSignature', 'clientsignature', '@',
    `<ds:Signature><ds:SignedInfo>${inside}</ds:SignedInfo>` +
    `<ds:SignatureValue>${value.toString('base64')}</ds:SignatureValue>` +
    '<ds:KeyInfo><ds:RetrievalMethod URI="#originator_signature_1">' +
    '</ds:RetrievalMethod></ds:KeyInfo></ds:Signature>');
}

export function mime(parts) {
  const boundary = `b${randomBytes(18).toString('hex')}`;
  return Buffer.concat([
    Buffer.from('MIME-Version: 1.0\r\nContent-Type: Multipart/Related; ' +
      `boundary=${boundary}; type=text/xml\r\n`),
    ...parts.flatMap(({ id, type, encoding, bytes }) => [
      Buffer.from(`\r\n--${boundary}\r\nContent-Type: ${type}\r\n` +
        `Content-Transfer-Encoding: ${encoding}\r\nContent-ID: <${id}>\r\n\r\n`),
      bytes]),
    Buffer.from(`\r\n--${boundary}--\r\n`)]);
}

export const declaration = '<?xml version="1.0" encoding="UTF-8"?>\r\n\r\n';
export const location = (name) => ` xsi:schemaLocation="${uris.soap} soap${name}.xsd ` +
  `${uris.ds} oscisig.xsd ${uris.xenc} oscienc.xsd"`;
export const root = (text) => ({ id: 'osci@message', encoding: '8bit',
  type: 'text/xml; charset=UTF-8', bytes: Buffer.from(declaration + text) });

export function encrypt(inner, cert) {
  const secret = randomBytes(32);
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', secret, iv);
  const bytes = Buffer.concat([iv, cipher.update(inner), cipher.final(),
    cipher.getAuthTag()]);
  const wrapped = publicEncrypt({ key: cert.publicKey, oaepHash: 'sha256',
    padding: constants.RSA_PKCS1_OAEP_PADDING }, secret).toString('base64');
  const xenc11 = 'http://www.w3.org/2009/xmlenc11#';
  return mime([root(`<soap:Envelope${xmlns('ds', 'soap', 'xenc', 'xsi')}` +
    `${location('MessageEncrypted')}><soap:Body><xenc:EncryptedData ` +
    'MimeType="Multipart/Related"><xenc:EncryptionMethod Algorithm=' +
    `"${xenc11}aes256-gcm"><osci128:IvLength xmlns:osci128=` +
    '"http://xoev.de/transport/osci12/8" Value="12"></osci128:IvLength>' +
    '</xenc:EncryptionMethod><ds:KeyInfo><xenc:EncryptedKey>' +
    `<xenc:EncryptionMethod Algorithm="${xenc11}rsa-oaep"><xenc11:MGF ` +
    `xmlns:xenc11="${xenc11}" Algorithm="${xenc11}mgf1sha256"></xenc11:MGF>` +
    `<ds:DigestMethod Algorithm="${sha256}"></ds:DigestMethod>` +
    '</xenc:EncryptionMethod><ds:KeyInfo><ds:X509Data><ds:X509Certificate>' +
    `${cert.raw.toString('base64')}</ds:X509Certificate></ds:X509Data>` +
    `</ds:KeyInfo><xenc:CipherData><xenc:CipherValue>${wrapped}` +
    '</xenc:CipherValue></xenc:CipherData></xenc:EncryptedKey></ds:KeyInfo>' +
    '<xenc:CipherData><xenc:CipherReference URI="cid:osci_enc">' +
    '<xenc:Transforms><ds:Transform Algorithm="http://www.w3.org/2000/09/' +
    'xmldsig#base64"></ds:Transform></xenc:Transforms></xenc:CipherReference>' +
    '</xenc:CipherData></xenc:EncryptedData></soap:Body></soap:Envelope>'),
  { id: 'osci_enc', type: 'application/octet-stream', encoding: 'binary',
    bytes }]);
}

// A container with one text; attachments are added by reference.
export const content = (text, parts = []) => '<osci:ContentContainer Id="cc">' +
  `<osci:Content><osci:Base64Content Id="c0">${b64(text)}` +
  '</osci:Base64Content></osci:Content>' + parts.map((p, i) =>
  `<osci:Content Id="c${i + 1}" href="cid:${p.id}"></osci:Content>`).join('') +
  '</osci:ContentContainer>';

export class Dialog {
  // encrypted: the transport, to and fro.
  constructor({ url, me, intermediary, encrypted = false }) {
    Object.assign(this, { url, me, intermediary, encrypted });
    this.conversationId = undefined;
    this.sequence = -1;
    this.answered = undefined;
  }

  // Sends a request and reads its answer; throws when none came.
  async ask(type, { order = [], body = '', addressee, parts = [],
    last = [] } = {}) {
    const challenge = randomBytes(10).toString('base64');
    const explicit = this.conversationId !== undefined;
    const starts = type === 'InitDialog';
    if (explicit)
      this.sequence++;
    const control = block('ControlBlock', 'controlblock',
      (explicit ? ` ConversationId="${this.conversationId}"` : '') + '@' +
      (starts ? '' : ` SequenceNumber="${explicit ? this.sequence : 0}"`),
      (explicit ? `<osci:Response>${this.answered}</osci:Response>` : '') +
      `<osci:Challenge>${challenge}</osci:Challenge>`);
    const certificates = block('NonIntermediaryCertificates', 'nic', '@',
      certificateOf('CipherCertificateOriginator', 'originator_cipher_1',
        this.me.cipher.cert) +
      (addressee ? certificateOf('CipherCertificateAddressee',
        'addressee_cipher_1', addressee) : '') +
      certificateOf('SignatureCertificateOriginator', 'originator_signature_1',
        this.me.sign.cert), none);
    const blocks = [control, block('DesiredLanguages', 'desiredlanguages',
      '@ LanguagesList="de"', ''), ...order, certificates,
      ...last];
    const wrapped = `<soap:Body${five} Id="body">${body}</soap:Body>`;
    const signed = signature(blocks, wrapped, parts, this.me.sign);
    const inner = mime([root(`<soap:Envelope${five}${location(type)}>` +
      `<soap:Header>${control.text}${signed.text}` +
      `${blocks.slice(1).map((b) => b.text).join('')}</soap:Header>` +
      `${wrapped}</soap:Envelope>`),
    ...parts.map((p) => ({ type: 'application/octet-stream',
      encoding: '8-bit', ...p }))]);
    this.last = this.encrypted ? encrypt(inner, this.intermediary.cipher)
      : inner;
    const bytes = await post(this.url, this.last);
    const answer = readAnswer(bytes, { own: this.me.cipher,
      signer: this.intermediary.sign, explicit: explicit || starts });
    if (answer.fault)
      throw Object.assign(new Error(`fault ${answer.codes}`), { answer });
    if (answer.response !== challenge)
      throw new Error('the answer is not to this request');
    this.answered = answer.challenge;
    if (starts)
      this.conversationId = answer.conversationId;
    return answer;
  }

  init() {
    return this.ask('InitDialog', { body: '<osci:initDialog></osci:initDialog>' });
  }

  exit() {
    return this.ask('ExitDialog', { body: '<osci:exitDialog></osci:exitDialog>' });
  }

  async messageId() {
    const answer = await this.ask('GetMessageId',
      { body: '<osci:getMessageId></osci:getMessageId>' });
    if (!answer.codes[0].startsWith('080'))
      throw new Error(`feedback ${answer.codes}`);
    return Buffer.from(answer.xml.match(
      /<osci:MessageId>([^<]*)</)[1], 'base64').toString('utf8');
  }

  quality() {
    return ['creation', 'reception'].map((service) => block(
      'QualityOfTimestamp', `qualityoftimestamp_${service}`,
      `@ Quality="plain" Service="${service}"`, ''));
  }

  package(inside) {
    return `<osci:ContentPackage>${inside}</osci:ContentPackage>`;
  }

  store(id, addressee, inside, parts = []) {
    return this.ask('StoreDelivery', { addressee, parts, order: [
      ...this.quality(), block('storeDelivery', 'storedelivery', '@',
        `<osci:MessageId>${b64(id)}</osci:MessageId>`)],
    body: this.package(inside) });
  }

  forward(id, addressee, receiver, inside, parts = []) {
    return this.ask('ForwardDelivery', { addressee, parts, order: [
      ...this.quality(), block('forwardDelivery', 'forwarddelivery', '@',
        `<osci:ContentReceiver URI="${receiver}"></osci:ContentReceiver>` +
        `<osci:MessageId>${b64(id)}</osci:MessageId>`)],
    body: this.package(inside) });
  }

  fetch(id) {
    return this.ask('FetchDelivery', { order: [block('fetchDelivery',
      'fetchdelivery', '@', id === undefined ? ''
        : `<osci:SelectionRule><osci:MessageId>${b64(id)}</osci:MessageId>` +
          '</osci:SelectionRule>')] });
  }

  // The cards of these ids: a Map of id to the card's text.
  async cards(ids) {
    const answer = await this.ask('FetchProcessCard', { body:
      '<osci:fetchProcessCard><osci:SelectionRule>' +
      ids.map((id) => `<osci:MessageId>${b64(id)}</osci:MessageId>`).join('') +
      '</osci:SelectionRule></osci:fetchProcessCard>' });
    return new Map([...answer.xml.matchAll(/<osci:ProcessCardBundle>.*?<\/osci:ProcessCardBundle>/gs)]
      .map(([text]) => [Buffer.from(text.match(/<osci:MessageId>([^<]*)</)[1],
        'base64').toString('utf8'), text]));
  }
}
