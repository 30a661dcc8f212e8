// Takes every mail, shows it, sends none on.
//
//   node mailsink.mjs --dir DIR --tls DIR --http PORT --smtp PORT [--npm DIR]
//
// SMTP with STARTTLS (required) on 127.0.0.1. Web page: / and /mail/<id>.
// For tests: GET /api/mails[?to=ADDRESS&limit=N] and DELETE /api/mails;
// PUT /api/behaviour with JSON {"mode", "count", "seconds"} makes the next
// count mails (0: all) fail in a way:
//   accept   takes them (the default)
//   refuse   550 at RCPT: this address will never work
//   defer    451 at RCPT: try again later
//   drop     breaks the connection after DATA, without an answer
//   late     takes the mail, but breaks the connection before the answer
//   slow     waits seconds before it answers DATA
//   no-tls   does not offer STARTTLS
// Without it, an address that begins with a mode and a dot ("refuse.x@...")
// is treated so.

import { createServer } from 'node:http';
import { createServer as createTcp } from 'node:net';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { css, listPage, mailHtml, mailPage, missingPage } from './pages.mjs';
import { load } from './npm.mjs';
import { Store } from './store.mjs';

const { SMTPServer } = load('smtp-server');
const MAIL_MAX = 20 * 1024 * 1024;
const MODES = ['accept', 'refuse', 'defer', 'drop', 'late', 'slow', 'no-tls'];

function option(name) {
  const i = process.argv.indexOf('--' + name);
  if (i < 0 || i + 1 >= process.argv.length) {
    console.error(`mailsink: --${name} is missing`);
    process.exit(2);
  }
  return process.argv[i + 1];
}

const store = new Store(option('dir'));
const tls = option('tls');
let behaviour = { mode: 'accept', count: 0, seconds: 5 };

// ---- SMTP ---------------------------------------------------------------

// How to treat the next mail; counts it when count says how many.
function modeFor(address) {
  const { mode, count } = behaviour;
  if (mode !== 'accept') {
    if (count > 0 && --behaviour.count === 0)
      behaviour.mode = 'accept';
    return mode;
  }
  const named = address.split('@')[0].split('.')[0];
  return MODES.includes(named) ? named : 'accept';
}

function refusal(code, text) {
  return Object.assign(new Error(text), { responseCode: code });
}

function onRecipient(address, session, done) {
  const mode = modeFor(address.address);
  session.sinkMode = mode;
  if (mode === 'refuse')
    return done(refusal(550, 'No such mailbox here'));
  if (mode === 'defer')
    return done(refusal(451, 'Try again later'));
  return done();
}

function onData(stream, session, done) {
  const parts = [];
  stream.on('data', (part) => parts.push(part));
  stream.on('end', () => {
    const mode = session.sinkMode;
    if (stream.sizeExceeded)
      return done(refusal(552, 'Too large'));
    if (mode === 'drop')
      return hangUp(session);
    const id = store.put(Buffer.concat(parts), {
      received: new Date().toISOString(),
      from: session.envelope.mailFrom?.address ?? '',
      to: session.envelope.rcptTo.map((a) => a.address),
      tls: session.secure,
    });
    if (mode === 'late')
      return hangUp(session);
    setTimeout(() => done(null, `Taken as ${id}`),
      mode === 'slow' ? behaviour.seconds * 1000 : 0);
  });
}

function hangUp(session) {
  for (const server of Object.values(servers)) {
    for (const connection of server.connections) {
      if (connection.id === session.id)
        connection._socket.destroy();
    }
  }
}

function smtpServer(offersTls) {
  const server = new SMTPServer({
    name: 'localhost',
    key: readFileSync(join(tls, 'mail.key')),
    cert: readFileSync(join(tls, 'mail.pem')),
    authOptional: true,
    hideSTARTTLS: !offersTls,
    disabledCommands: offersTls ? ['AUTH'] : ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    size: MAIL_MAX,
    closeTimeout: 500,
    onRcptTo: onRecipient,
    onData,
    onMailFrom(address, session, done) {
      if (offersTls && !session.secure)
        return done(refusal(530, 'Must issue a STARTTLS command first'));
      return done();
    },
  });
  server.on('error', (error) => console.error(`mailsink: ${error.message}`));
  return server;
}

// Two servers behind one port, so that STARTTLS can be left out for a while.
const servers = { true: smtpServer(true), false: smtpServer(false) };

function connect(socket) {
  servers[behaviour.mode !== 'no-tls'].server.emit('connection', socket);
}

// ---- web ----------------------------------------------------------------

function send(res, status, type, body, more = {}) {
  res.writeHead(status, {
    'Content-Type': type,
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Content-Security-Policy': "default-src 'none'; style-src 'self'; " +
      "frame-src 'self'; frame-ancestors 'none'",
    ...more,
  });
  res.end(body);
}

const html = 'text/html; charset=utf-8';
const json = (res, status, value) =>
  send(res, status, 'application/json', JSON.stringify(value));

async function readJson(req) {
  let text = '';
  for await (const part of req) {
    text += part;
    if (text.length > 10000)
      return null;
  }
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

async function api(req, res, url) {
  if (url.pathname === '/api/mails' && req.method === 'GET') {
    const to = url.searchParams.get('to');
    const limit = Number(url.searchParams.get('limit') ?? 1000);
    return json(res, 200, await store.list(
      (m) => !to || m.envelope_to.includes(to), limit));
  }
  if (url.pathname === '/api/mails' && req.method === 'DELETE') {
    store.clear();
    return json(res, 200, {});
  }
  if (url.pathname === '/api/behaviour' && req.method === 'GET')
    return json(res, 200, behaviour);
  if (url.pathname === '/api/behaviour' && req.method === 'PUT') {
    const wanted = await readJson(req);
    if (!MODES.includes(wanted?.mode))
      return json(res, 400, { error: `mode: one of ${MODES.join(' ')}` });
    behaviour = { count: 0, seconds: 5, ...wanted };
    return json(res, 200, behaviour);
  }
  return json(res, 404, { error: 'not found' });
}

function language(req, url) {
  const asked = url.searchParams.get('sprache');
  if (asked === 'de' || asked === 'en')
    return asked;
  return /^\s*en/i.test(req.headers['accept-language'] ?? '') ? 'en' : 'de';
}

async function answer(req, res) {
  const url = new URL(req.url, 'http://localhost');
  if (url.pathname.startsWith('/api/'))
    return api(req, res, url);
  if (req.method !== 'GET' && req.method !== 'HEAD')
    return send(res, 405, 'text/plain', '');
  const lang = language(req, url);
  if (url.pathname === '/') {
    const all = store.ids().length;
    return send(res, 200, html,
      listPage(lang, await store.list(() => true, 200), all));
  }
  if (url.pathname === '/mails.css')
    return send(res, 200, 'text/css; charset=utf-8', css);
  const [, id, part] = url.pathname.match(
    /^\/mail\/([0-9a-f-]+)(?:\/(html|quelltext))?$/) ?? [];
  const mail = id && await store.get(id);
  if (!mail)
    return send(res, 404, html, missingPage(lang));
  if (part === 'quelltext')
    return send(res, 200, 'text/plain; charset=utf-8', store.raw(id));
  if (part === 'html') {
    return send(res, 200, html, mailHtml(mail), {
      'Content-Security-Policy': "default-src 'none'; img-src data:; " +
        "style-src 'unsafe-inline'; frame-ancestors 'self'; " +
        'sandbox allow-popups allow-popups-to-escape-sandbox',
    });
  }
  return send(res, 200, html, mailPage(lang, mail));
}

const web = createServer((req, res) => {
  answer(req, res).catch((error) => {
    console.error(`mailsink: ${error.stack}`);
    send(res, 500, 'text/plain', 'error');
  });
});

// ---- start and stop -----------------------------------------------------

function fail(error) {
  console.error(`mailsink: ${error.message}`);
  process.exit(1);
}

web.on('error', fail);
web.listen(Number(option('http')), '127.0.0.1');
const smtp = createTcp(connect);
smtp.on('error', fail);
smtp.listen(Number(option('smtp')), '127.0.0.1');
for (const signal of ['SIGTERM', 'SIGINT'])
  process.on(signal, () => process.exit(0));
