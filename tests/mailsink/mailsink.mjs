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
import { readFileSync } from 'node:fs';
import { createRequire, register } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

function option(name, other) {
  const i = process.argv.indexOf('--' + name);
  if (i < 0 && other === undefined) {
    console.error(`mailsink: --${name} is missing`);
    process.exit(2);
  }
  return i < 0 ? other : process.argv[i + 1];
}
