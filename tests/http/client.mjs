// Requests to the stack under test, and what is asked of it besides.

import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';

import { notOk } from '../browser/report.mjs';

process.on('uncaughtException', (error) => {
  notOk(`http: ${process.argv[1]}`, error.stack);
  process.exit(1);
});

export const dir = process.env.STACK_DIR;
export const port = Number(process.env.PORT);
const mailPort = Number(process.env.MAIL_PORT);
export const host = 'quellstadt.localhost';

// What the demo's towns offer: every package of the repository.
export const offered = readdirSync('fcgi-apps/services')
  .filter((s) => existsSync(`fcgi-apps/services/${s}/service.json`));

export const newId = () => randomBytes(16).toString('hex');
export const pause = (ms) => new Promise((done) => setTimeout(done, ms));

// body: Buffer or string; the answer has status, headers, text, json().
export function send(method, path, { headers = {}, body } = {}) {
  return new Promise((done, fail) => {
    const req = http.request({
      host: '127.0.0.1', port, method, path, agent: false, timeout: 30000,
      headers: {
        Host: `${host}:${port}`,
        ...(body === undefined ? {} : { 'Content-Length': Buffer.byteLength(body) }),
        ...headers,
      },
    }, (res) => {
      const parts = [];
      res.on('data', (part) => parts.push(part));
      res.on('error', fail);
      res.on('end', () => {
        const data = Buffer.concat(parts);
        done({
          status: res.statusCode, headers: res.headers, data,
          text: data.toString('utf8'),
          json: () => JSON.parse(data.toString('utf8')),
        });
      });
    });
    req.on('timeout', () => req.destroy(new Error(`${path}: no answer`)));
    req.on('error', fail);
    req.end(body);
  });
}

export const get = (path, headers) => send('GET', path, { headers });

// fields: [[name, value], ...] or an object.
export function postForm(path, fields, headers = {}) {
  return send('POST', path, {
    headers: {
      'Content-Type': 'application/x-www-form-urlencoded', ...headers,
    },
    body: new URLSearchParams(fields).toString(),
  });
}

export function postJson(path, value, headers = {}) {
  return send('POST', path, {
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify(value),
  });
}

// files: [{ field, name, type, data }]
export function multipart(fields, files = []) {
  const boundary = 'grenze' + newId();
  const parts = [];
  for (const [name, value] of fields) {
    parts.push(`--${boundary}\r\nContent-Disposition: form-data; ` +
      `name="${name}"\r\n\r\n${value}\r\n`);
  }
  for (const file of files) {
    parts.push(`--${boundary}\r\nContent-Disposition: form-data; ` +
      `name="${file.field}"; filename="${file.name}"\r\n` +
      `Content-Type: ${file.type}\r\n\r\n`, file.data, '\r\n');
  }
  parts.push(`--${boundary}--\r\n`);
  return {
    headers: { 'Content-Type': `multipart/form-data; boundary=${boundary}` },
    body: Buffer.concat(parts.map((part) => Buffer.from(part))),
  };
}

export function postFiles(path, fields, files, headers = {}) {
  const message = multipart(fields, files);
  return send('POST', path,
    { headers: { ...message.headers, ...headers }, body: message.body });
}

// Sends part of a request and hangs up.
export function breakOff(path, message, bytes) {
  return new Promise((done) => {
    const socket = net.connect(port, '127.0.0.1', () => {
      socket.write(`POST ${path} HTTP/1.1\r\nHost: ${host}:${port}\r\n` +
        `Content-Type: ${message.headers['Content-Type']}\r\n` +
        `Content-Length: ${message.body.length}\r\n\r\n`);
      socket.write(message.body.subarray(0, bytes),
        () => setTimeout(() => socket.destroy(), 200));
    });
    socket.on('close', done);
    socket.on('error', done);
  });
}

// ---- answers of the packages' examples ----------------------------------

// A submission that must be accepted, with its base merged in.
export function example(service, name) {
  const all = JSON.parse(readFileSync(
    `fcgi-apps/services/${service}/examples.json`, 'utf8'));
  const find = (n) => {
    const one = all.find((e) => e.name === n);
    return one.base ? merge(find(one.base), one.data) : one.data;
  };
  return structuredClone(find(name));
}

// One for each service that is accepted on any day.
export function sample(service) {
  if (service === 'maengelmeldung')
    return example(service, 'ok-anonymous-light');
  if (service === 'hundesteuer-anmeldung')
    return example(service, 'minimal');
  const soon = new Date(Date.now() + 5 * 86400000).toISOString();
  return { ...example(service, 'ok-new-12m'), valid_from: soon.slice(0, 10) };
}

function merge(base, more) {
  const out = structuredClone(base);
  for (const [key, value] of Object.entries(more ?? {})) {
    out[key] = value && typeof value === 'object' && !Array.isArray(value) &&
      out[key] && typeof out[key] === 'object' ? merge(out[key], value) : value;
  }
  return out;
}

// The same as a form sends it: [["dogs.0.breed", "Dackel"], ...].
export function asPairs(data, prefix = '') {
  const pairs = [];
  for (const [key, value] of Object.entries(data)) {
    const path = prefix + key;
    if (value && typeof value === 'object' && 'lat' in value)
      pairs.push([path, `${value.lat}, ${value.lon}`]);
    else if (Array.isArray(value) && typeof value[0] !== 'object')
      pairs.push(...value.map((v) => [path, String(v)]));
    else if (value && typeof value === 'object')
      pairs.push(...asPairs(value, path + '.'));
    else if (value !== null)
      pairs.push([path, String(value)]);
  }
  return pairs;
}

// ---- the other ways to look at the stack --------------------------------

export function sql(text) {
  return execFileSync('mariadb', ['--no-defaults', '-N', '-S',
    `${dir}/run/db.sock`, '-u', process.env.USER_NAME, 'torhaus', '-e', text],
  { encoding: 'utf8' }).trim();
}

// The operator's command line: { status, out }.
export function torhaus(...args) {
  const run = spawnSync(`${process.env.BIN}/torhaus`,
    ['--config', `${dir}/torhaus.conf`, ...args], { encoding: 'utf8' });
  return { status: run.status, out: run.stdout + run.stderr };
}

function mailSink(method, path, body) {
  return new Promise((done, fail) => {
    const req = http.request(
      { host: '127.0.0.1', port: mailPort, method, path }, (res) => {
        let text = '';
        res.on('data', (part) => { text += part; });
        res.on('end', () => done(JSON.parse(text)));
      });
    req.on('error', fail);
    req.end(body);
  });
}

export const mailBehaviour = (value) =>
  mailSink('PUT', '/api/behaviour', JSON.stringify(value));

// Mails to an address, once there are n of them or the time is over.
export async function mails(to, n, seconds = 10) {
  for (let i = 0; ; i++) {
    const found = await mailSink('GET',
      `/api/mails?to=${encodeURIComponent(to)}`);
    if (found.length >= n || i >= seconds * 10)
      return found;
    await pause(100);
  }
}

export const answered = (res) =>
  `${res.status} ${JSON.stringify(res.headers)} ` +
  res.text.replace(/\s+/g, ' ').slice(0, 700);
