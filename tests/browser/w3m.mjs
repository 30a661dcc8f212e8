// A text browser on a terminal of its own, told what to do by key strokes, as
// people use it.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

class Terminal {
  constructor(url, home) {
    // By way of a proxy, for *.localhost is known to browsers only.
    this.out = '';
    this.child = spawn('script', ['-qfec', 'stty rows 200 cols 110; exec w3m' +
      ` -cookie -o use_mouse=0 -o accept_language=de ${url}`, '/dev/null'], {
      env: { PATH: process.env.PATH, TERM: 'xterm', HOME: home,
        LC_ALL: 'C.UTF-8', http_proxy: `${new URL(url).protocol}//127.0.0.1:` +
          `${new URL(url).port}/` },
    });
    this.child.stdout.on('data', (data) => { this.out += data; });
  }

  // Until nothing has come for a while.
  async quiet(ms = 250) {
    for (let n = -1; n !== this.out.length;) {
      n = this.out.length;
      await sleep(ms);
    }
  }

  async keys(...list) {
    for (const keys of list) {
      this.child.stdin.write(keys);
      await this.quiet();
    }
  }

  // Everything that stands on the screen, drawn anew.
  async screen() {
    this.out = '';
    await this.keys('\x0c');
    return this.out.replace(/\x1b\[\d*C/g, ' ')
      .replace(/\x1b\[[\d;]*[Hf]/g, '\n')
      .replace(/\x1b[[(][?\d;]*[A-Za-z]?/g, '');
  }

  async until(pattern) {
    for (let i = 0; i < 40; i++) {
      const text = await this.screen();
      if (pattern.test(text))
        return text;
      await sleep(250);
    }
    throw new Error(`${pattern} does not come: ${await this.screen()}`);
  }

  // The cursor to the first control after these words.
  to(words) {
    return this.keys('g', `/${words}\r`, '\t');
  }

  async type(words, text) {
    await this.to(words);
    await this.keys('\r', `${text}\r`);
  }

  async choose(words, times = 1) {
    await this.to(words);
    await this.keys('\r', ...Array(times).fill('j'), '\r');
  }

  // A radio button, a box or a button by its own words.
  async press(words) {
    await this.keys('g', `/${words}\r`, '\r');
  }
}

const count = () => {
  const run = spawnSync('mariadb', ['--no-defaults', '-S',
    `${process.env.STACK_DIR}/run/db.sock`, '-u', userInfo().username, '-N',
    '-B', 'torhaus', '-e', 'SELECT COUNT(*) FROM vorgang'],
  { encoding: 'utf8' });
  assert.equal(run.status, 0, run.stderr);
  return Number(run.stdout);
};

export async function textBrowser(base) {
  const home = mkdtempSync(join(tmpdir(), 'torhaus-w3m-'));
  const before = count();
  const w3m = new Terminal(`${base}/antrag/sperrmuell/`, home);
  try {
    await w3m.until(/Jetzt beginnen/);
    await w3m.press('Jetzt beginnen');
    await w3m.until(/Gegenstand 1/);
    await w3m.choose('Gegenstand 1', 3);
    await w3m.type('in Kubikmetern', '1,5');
    await w3m.press('Speichern und weiter');
    await w3m.until(/Sie bestellen als/);
    await w3m.to('Sie bestellen als');
    await w3m.keys('\r');
    await w3m.type('Ohne Hausnummer', 'Lange Gasse');
    await w3m.type('Nur die Zahl', '7');
    await w3m.type('Postleitzahl', '12345');
    await w3m.type('^Ort', 'Quellstadt');
    await w3m.type('wenn es die erste ist', '0');
    await w3m.press('Speichern und weiter');
    await w3m.until(/Familienname/);
    await w3m.type('Familienname', 'Hedwig Text');
    await w3m.press('Speichern und weiter');
    await w3m.until(/kostenlos absagen/);
    await w3m.to('kostenlos absagen');
    await w3m.keys('\r');
    await w3m.press('Speichern und weiter');
    await w3m.until(/Verbindlich absenden|Bitte prüfen Sie \d/);
    await w3m.press('Verbindlich absenden');
    const text = await w3m.until(/Aktenzeichen|Bitte prüfen Sie \d/);
    assert.match(text, /[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{2}/, text);
    assert.equal(count(), before + 1);
  } finally {
    w3m.child.kill();
    rmSync(home, { recursive: true, force: true });
  }
}
