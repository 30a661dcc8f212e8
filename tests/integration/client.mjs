// A client for the running stack: requests with bytes in and bytes out, bodies
// with files, and the folder of the stack for what no page shows.

import { spawnSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Agent, request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { userInfo } from 'node:os';
import { deflateSync } from 'node:zlib';

export const dir = process.env.STACK_DIR;
export const port = Number(process.env.STACK_PORT);
export const mailPort = Number(process.env.STACK_MAIL_PORT);
export const bin = process.env.STACK_BIN;
export const town = 'quellstadt';
export const host = `${town}.localhost`;

export const newId = () => randomBytes(16).toString('hex');
export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

// ---- HTTP -----------------------------------------------------------------

// Rejects only when no whole answer came.
export function send(method, path, {
  headers = {}, body = null, agent = undefined, timeout = 60000,
} = {}) {
  return new Promise((resolve, reject) => {
    const req = httpRequest({
      host: '127.0.0.1', port, method, path, agent, timeout,
      headers: {
        Host: host,
        ...(body === null ? {} : { 'Content-Length': Buffer.byteLength(body) }),
        ...headers,
      },
    }, (res) => {
      const parts = [];
      res.on('data', (part) => parts.push(part));
      res.on('error', reject);
      res.on('end', () => {
        if (!res.complete)
          return reject(new Error('the answer broke off'));
        const bytes = Buffer.concat(parts);
        return resolve({
          status: res.statusCode,
          headers: res.headers,
          bytes,
          get text() { return bytes.toString('utf8'); },
          get json() { return JSON.parse(bytes.toString('utf8')); },
        });
      });
    });
    req.on('error', reject);
    req.on('timeout', () => req.destroy(new Error('no answer in time')));
    req.end(body);
  });
}

export const get = (path, headers = {}) => send('GET', path, { headers });

export function postJson(path, value, headers = {}) {
  return send('POST', path, {
    headers: { 'Content-Type': 'application/json', ...headers },
    body: typeof value === 'string' || Buffer.isBuffer(value)
      ? value : JSON.stringify(value),
  });
}

// pairs: [name, value] in order.
export function postForm(path, pairs, headers = {}) {
  return send('POST', path, {
    headers: {
      'Content-Type': 'application/x-www-form-urlencoded', ...headers,
    },
    body: new URLSearchParams(pairs).toString(),
  });
}

// parts: { name, value } or { name, filename, bytes, type }. A filename that is
// a Buffer goes out as it is, else quotes and line ends are written as browsers
// do.
export function multipart(parts, boundary = '----torhaus' + newId()) {
  const out = [];
  for (const part of parts) {
    out.push(Buffer.from(`--${boundary}\r\n` +
      `Content-Disposition: form-data; name="${part.name}"`));
    if (part.filename !== undefined) {
      out.push(Buffer.from('; filename="'),
        Buffer.isBuffer(part.filename) ? part.filename
          : Buffer.from(part.filename.replace(/"/g, '%22')
            .replace(/\r/g, '%0D').replace(/\n/g, '%0A')),
        Buffer.from(`"\r\nContent-Type: ${part.type ?? 'image/jpeg'}`));
    }
    out.push(Buffer.from('\r\n\r\n'),
      part.bytes ?? Buffer.from(String(part.value)), Buffer.from('\r\n'));
  }
  out.push(Buffer.from(`--${boundary}--\r\n`));
  return {
    type: `multipart/form-data; boundary=${boundary}`,
    body: Buffer.concat(out),
  };
}

export function postParts(path, parts, headers = {}) {
  const { type, body } = multipart(parts);
  return send('POST', path, {
    headers: { 'Content-Type': type, ...headers }, body,
  });
}

// Sends bytes as they are and gives back what came until the other side closes
// or, with hangUp, until they are sent and the line is cut.
export function raw(bytes, { hangUp = false, wait = 10000 } = {}) {
  return new Promise((resolve) => {
    const parts = [];
    const socket = connect(port, '127.0.0.1');
    const end = () => resolve(Buffer.concat(parts).toString('latin1'));
    socket.setTimeout(wait, () => socket.destroy());
    socket.on('data', (part) => parts.push(part));
    socket.on('error', () => {});
    socket.on('close', end);
    socket.write(bytes, () => {
      if (hangUp)
        setTimeout(() => socket.resetAndDestroy(), 300);
    });
  });
}

export const newAgent = (n) => new Agent({ keepAlive: true, maxSockets: n });

// ---- the operator's side ----------------------------------------------------

export function torhaus(...args) {
  return torhausWith({}, ...args);
}

export function torhausWith(env, ...args) {
  const run = spawnSync(`${bin}/torhaus`,
    ['--config', `${dir}/torhaus.conf`, ...args], {
      encoding: 'utf8',
      env: { ...process.env, TORHAUS_ALLOW_ROOT: '1', ...env },
      maxBuffer: 256 << 20,
    });
  return { status: run.status, out: run.stdout, err: run.stderr };
}

// Rows as lists of strings, with all rights.
export function sql(text) {
  const run = spawnSync('mariadb', ['--no-defaults', '-S',
    `${dir}/run/db.sock`, '-u', userInfo().username, '-N', '-B', 'torhaus'], {
    input: text, encoding: 'utf8', maxBuffer: 512 << 20,
  });
  if (run.status !== 0)
    throw new Error(`SQL: ${run.stderr}`);
  return run.stdout.split('\n').slice(0, -1).map((line) => line.split('\t'));
}

export function processId(name) {
  try {
    return Number(readFileSync(`${dir}/run/${name}.pid`, 'utf8'));
  } catch {
    return 0;
  }
}

export function stack(...args) {
  return new Promise((resolve) => {
    const run = spawn('tests/stack/stack.sh', [...args, '--dir', dir]);
    let out = '';
    run.stdout.on('data', (part) => { out += part; });
    run.stderr.on('data', (part) => { out += part; });
    run.on('close', (status) => resolve({ status, out }));
  });
}

// ---- mails ------------------------------------------------------------------

function sink(method, path, body = null) {
  return new Promise((resolve, reject) => {
    const req = httpRequest({ host: '127.0.0.1', port: mailPort, method, path },
      (res) => {
        const parts = [];
        res.on('data', (part) => parts.push(part));
        res.on('end', () => resolve(JSON.parse(Buffer.concat(parts))));
      });
    req.on('error', reject);
    req.end(body);
  });
}

export const mails = (to) =>
  sink('GET', `/api/mails?to=${encodeURIComponent(to)}&limit=100`);
export const mailBehaviour = (value) =>
  sink('PUT', '/api/behaviour', JSON.stringify(value));

// Until is(what()) holds; what it was at last.
export async function until(what, is, seconds = 60) {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const value = await what();
    if (is(value) || Date.now() > end)
      return value;
    await sleep(150);
  }
}

export const mailsUntil = (to, n, seconds) =>
  until(() => mails(to), (list) => list.length >= n, seconds);

// ---- files ------------------------------------------------------------------

// Node 18 has none of its own.
function crc32(bytes) {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let i = 0; i < 8; i++)
      crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

function pngChunk(type, data) {
  const head = Buffer.from(type);
  const out = Buffer.alloc(12 + data.length);
  out.writeUInt32BE(data.length, 0);
  head.copy(out, 4);
  data.copy(out, 8);
  out.writeUInt32BE(crc32(out.subarray(4, 8 + data.length)), 8 + data.length);
  return out;
}

// A picture of random pixels: no two are alike, and nothing compresses.
export function png(width = 16, height = 16) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8;
  header[9] = 2;
  const pixels = randomBytes((width * 3 + 1) * height);
  for (let row = 0; row < height; row++)
    pixels[row * (width * 3 + 1)] = 0;
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    pngChunk('IHDR', header),
    pngChunk('IDAT', deflateSync(pixels, { level: 1 })),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}
