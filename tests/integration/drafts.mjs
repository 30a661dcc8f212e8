// Stepped applications that are interrupted: another device, lost cookies,
// mailed links, expiry, discarding, and programs that die between two pages.

import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { test } from './check.mjs';
import {
  dir, get, host, mails, mailsUntil, newId, png, postForm, postParts,
  processId, sleep, sql, until,
} from './client.mjs';

const service = 'geburtsurkunde';
const start = `/antrag/${service}/`;

// ---- a device ---------------------------------------------------------------

// A browser as far as a draft knows one: its cookies, and where it was sent.
class Device {
  cookie = '';

  headers(more = {}) {
    return { ...(this.cookie ? { Cookie: this.cookie } : {}), ...more };
  }

  took(res) {
    for (const line of res.headers['set-cookie'] ?? []) {
      const [, value] = line.match(/^entwurf=([^;]*)/) ?? [];
      if (value !== undefined)
        this.cookie = value ? `entwurf=${value}` : '';
    }
    return res;
  }

  async get(path) {
    return this.took(await get(path, this.headers()));
  }

  async post(path, pairs, headers = {}) {
    return this.took(await postForm(path, pairs, this.headers(headers)));
  }

  async parts(path, parts, headers = {}) {
    return this.took(await postParts(path, parts, this.headers(headers)));
  }

  async follow(res) {
    let at = res;
    for (let i = 0; i < 5 && at.status === 303; i++)
      at = await this.get(at.headers.location);
    return at;
  }

  async begin(more = []) {
    const id = newId();
    const res = await this.post(start,
      [['submission_id', id], ['action', 'begin'], ...more]);
    assert.equal(res.status, 303, res.text.slice(0, 300));
    return { id, base: `/antrag/${service}/${id}`, res };
  }

  // Saves a page as its form stands in the browser.
  async save(base, page, values, action = 'next') {
    const revision = revisionOf(await this.get(`${base}/${page}`));
    return this.post(`${base}/${page}`, [
      ...Object.entries(values), ['page_revision', revision],
      ['action', action]]);
  }
}

const revisionOf = (res) => {
  assert.equal(res.status, 200, res.text.slice(0, 300));
  return res.text.match(/name="page_revision" value="(\d+)"/)[1];
};

const unescape = (s) => s.replace(/&quot;/g, '"').replace(/&#39;/g, "'")
  .replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&');

// Of the page's own form; the footer has one, too.
const hidden = (text) =>
  [...text.split('</main>')[0].matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)]
    .map(([, name, value]) => [unescape(name), unescape(value)]);

const birth = (name, more = {}) => ({
  child_family_name: name, child_given_names: 'Ida Zoë',
  child_birth_date: '1.2.2020', birth_place: 'Auental', ...more,
});
const valueOf = (text, name) =>
  unescape(text.match(new RegExp(`name="${name}"[^>]* value="([^"]*)"`))?.[1] ??
    '');

async function codeOf(device, base) {
  const res = await device.post(`${base}/merken`, [['action', 'code']]);
  assert.equal(res.status, 200);
  return res.text.match(/\b[0-9A-Z]{4}(?:-[0-9A-Z]{4}){4}\b/)[0];
}

// A code of the right shape that nobody has: 19 characters and their check
// character, as in common/id.h.
function freshCode() {
  const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
  let sum = 0;
  let code = '';
  const step = (value) => {
    sum <<= 1;
    if (sum & 32)
      sum ^= 0x25;
    sum ^= value;
  };
  for (let i = 0; i < 19; i++) {
    const value = Math.floor(Math.random() * 32);
    code += alphabet[value];
    step(value);
  }
  step(0);
  return code + alphabet[sum];
}

const forgetTries = () => sql('DELETE FROM rate_limit;');
const rows = (table, id) => Number(sql(
  `SELECT COUNT(*) FROM ${table} WHERE submission_id = X'${id}';`)[0][0]);

function files(id) {
  return sql(`SELECT LOWER(HEX(id)), town_id FROM document
    WHERE submission_id = X'${id}';`);
}

// Whether a file of the store is there, wherever its folder is.
function isStored(document) {
  const root = `${readFileSync(`${dir}/torhaus.conf`, 'utf8')
    .match(/^documents_dir\s*=\s*(.*)$/m)[1].trim()}`;
  const walk = (at) => readdirSync(at, { withFileTypes: true }).some((e) =>
    e.isDirectory() ? walk(`${at}/${e.name}`) : e.name === document);
  return existsSync(root) && walk(root);
}

// ---- access -----------------------------------------------------------------

async function accessTests() {
  const laptop = new Device();
  const phone = new Device();
  let draft;
  await test('a begun application sets a cookie that scripts cannot read',
    async () => {
      draft = await laptop.begin();
      const [cookie] = draft.res.headers['set-cookie']
        .filter((line) => line.startsWith('entwurf='));
      assert.match(cookie, /^entwurf=[0-9a-z]{26}; Max-Age=1209600; /);
      for (const flag of ['HttpOnly', 'SameSite=Lax', 'Path=/'])
        assert.ok(cookie.includes(flag), cookie);
    });
  await test('on a shared device the cookie ends with the browser',
    async () => {
      const { res } = await new Device().begin([['shared', 'true']]);
      const [cookie] = res.headers['set-cookie']
        .filter((line) => line.startsWith('entwurf='));
      assert.ok(!/Max-Age|Expires/i.test(cookie), cookie);
    });
  await test('the address alone opens nothing', async () => {
    const name = 'Zwetschgenröster';
    const saved = await laptop.save(draft.base, 'geburt', birth(name));
    assert.equal(saved.status, 303);
    for (const page of ['geburt', 'pruefen', 'merken', 'loeschen', '']) {
      const res = await phone.get(`${draft.base}/${page}`);
      assert.equal(res.status, 403, page);
      assert.ok(!res.text.includes(name));
    }
    const res = await phone.get(
      `/antrag/${service}/entwurf?id=${draft.id}`);
    assert.ok(res.status >= 300 && !res.text.includes(name));
    const stranger = new Device();
    await stranger.begin();
    assert.equal((await stranger.get(`${draft.base}/geburt`)).status, 403);
  });
  await test('a code on paper opens it on another device, typed badly',
    async () => {
      const code = await codeOf(laptop, draft.base);
      const typed = ` ${code.toLowerCase().replace(/-/g, ' ')
        .replace(/0/g, 'o').replace(/1/g, 'l')} `;
      const res = await phone.post('/antrag/weiter/',
        [['code', typed], ['action', 'code']]);
      assert.equal(res.status, 303, res.text.slice(0, 400));
      assert.notEqual(phone.cookie, laptop.cookie);
      assert.equal((await phone.follow(res)).status, 200);
      const page = await phone.get(`${draft.base}/geburt`);
      assert.equal(valueOf(page.text, 'child_family_name'),
        'Zwetschgenröster');
      // Both go on.
      const back = await laptop.get(`${draft.base}/geburt`);
      assert.equal(back.status, 200);
    });
  await test('an earlier code still works when another one was shown',
    async () => {
      const first = await codeOf(laptop, draft.base);
      await codeOf(laptop, draft.base);
      const res = await new Device().post('/antrag/weiter/',
        [['code', first]]);
      assert.equal(res.status, 303);
    });
  await test('a typing error is called one and is not counted', async () => {
    forgetTries();
    const code = freshCode();
    const typo = (code[0] === 'A' ? 'B' : 'A') + code.slice(1);
    for (const wrong of [typo, '', 'ABCD', `${code}1`, 'ÄÖ<b>"', '\u0000']) {
      const res = await new Device().post('/antrag/weiter/',
        [['code', wrong]]);
      assert.equal(res.status, 422, wrong);
      assert.match(res.text, /Tippfehler/);
      assert.ok(!res.text.includes('<b>'));
    }
    assert.deepEqual(sql('SELECT hits FROM rate_limit;'), []);
  });
  await test('wrong codes are limited by address, and nothing typed is lost',
    async () => {
      let last;
      for (let i = 0; i < 100; i++) {
        last = await new Device().post('/antrag/weiter/', [
          ['code', freshCode()], ['ziel', `${service}/${draft.id}/geburt`],
          ['k.birth_place', 'Oberfrohna & Co']]);
        if (last.status === 429 || /zu oft/.test(last.text))
          break;
        assert.equal(last.status, 422);
      }
      assert.match(last.text, /zu oft/);
      assert.ok(Number(last.headers['retry-after']) > 0);
      assert.deepEqual(
        hidden(last.text).find(([name]) => name === 'k.birth_place'),
        ['k.birth_place', 'Oberfrohna & Co']);
      const code = await codeOf(laptop, draft.base);
      const right = await new Device().post('/antrag/weiter/',
        [['code', code]]);
      assert.notEqual(right.status, 303);
      forgetTries();
    });
  await test('nobody reads a draft in the database, nor what opens it',
    async () => {
      const code = await codeOf(laptop, draft.base);
      const tables = ['draft', 'draft_access', 'draft_post', 'outbox',
        'document', 'access_token', 'rate_limit'];
      const dump = tables.map((table) => sql(`SELECT * FROM ${table};`)
        .map((row) => row.join(' ')).join('\n')).join('\n');
      for (const secret of ['Zwetschgen', 'Zoë', code, code.replace(/-/g, ''),
        laptop.cookie.split('=')[1], phone.cookie.split('=')[1]])
        assert.ok(!dump.includes(secret), secret);
      // No key of the town leads to it: there is none in its row.
      assert.deepEqual(sql(`SELECT data_key IS NULL, is_stepped FROM draft
        WHERE submission_id = X'${draft.id}';`), [['1', '1']]);
    });
}

// ---- an expired session ----------------------------------------------------

async function expiredTests() {
  const laptop = new Device();
  const draft = await laptop.begin();
  await laptop.save(draft.base, 'geburt', birth('Anfang'));
  const code = await codeOf(laptop, draft.base);
  const typed = birth('Nach <der> "Pause" & so', {
    birth_place: 'Żółć', page_revision: '0', action: 'next',
  });
  await test('what is posted after the session has ended is kept and saved',
    async () => {
      const revision = revisionOf(await laptop.get(`${draft.base}/geburt`));
      const device = new Device();
      const res = await device.post(`${draft.base}/geburt`,
        Object.entries({ ...typed, page_revision: revision }));
      assert.equal(res.status, 403);
      assert.match(res.text, /Ihre Eingaben sind noch da/);
      const kept = hidden(res.text);
      assert.ok(kept.some(([n, v]) =>
        n === 'k.child_family_name' && v === typed.child_family_name));
      // A wrong code first: everything is still there.
      const wrong = await device.post('/antrag/weiter/',
        [...kept, ['code', 'nein'], ['action', 'code']]);
      assert.equal(wrong.status, 422);
      assert.deepEqual(hidden(wrong.text), kept);
      const right = await device.post('/antrag/weiter/',
        [...hidden(wrong.text), ['code', code], ['action', 'code']]);
      assert.equal(right.status, 303, right.text.slice(0, 500));
      const next = await device.get(right.headers.location);
      assert.equal(next.status, 303);
      assert.match(next.headers.location, /\/eintrag$/);
      const page = await device.get(`${draft.base}/geburt`);
      assert.equal(valueOf(page.text, 'child_family_name'),
        typed.child_family_name);
      assert.equal(valueOf(page.text, 'birth_place'), 'Żółć');
      assert.equal(rows('draft_post', draft.id), 0);
    });
  await test('a code of another application does not take it', async () => {
    const other = new Device();
    const second = await other.begin();
    const foreign = await codeOf(other, second.base);
    const res = await new Device().post('/antrag/weiter/', [
      ['ziel', `${service}/${draft.id}/geburt`],
      ['k.child_family_name', 'Fremd'], ['code', foreign]]);
    assert.equal(res.status, 422);
    assert.match(res.text, /anderen Antrag/);
  });
  await test('without a code it begins a new application', async () => {
    const device = new Device();
    const res = await device.post(`${draft.base}/geburt`,
      Object.entries(typed));
    const anew = await device.post('/antrag/weiter/',
      [...hidden(res.text), ['action', 'neu']]);
    assert.equal(anew.status, 303, anew.text.slice(0, 400));
    const [, id] = anew.headers.location.match(/\/([0-9a-f]{32})\/geburt\?/);
    assert.notEqual(id, draft.id);
    assert.equal((await device.get(anew.headers.location)).status, 303);
    const page = await device.get(`/antrag/${service}/${id}/geburt`);
    assert.equal(valueOf(page.text, 'child_family_name'),
      typed.child_family_name);
  });
  await test('files of an expired session are told as lost', async () => {
    const res = await new Device().parts(`${draft.base}/unterlagen`, [
      { name: 'page_revision', value: '0' },
      { name: 'attachments.doc_id', filename: 'a.png', bytes: png(),
        type: 'image/png' },
      { name: 'action', value: 'next' }]);
    assert.equal(res.status, 403);
    assert.match(res.text, /noch einmal auswählen/);
    assert.deepEqual(files(draft.id), []);
    const device = new Device();
    const right = await device.post('/antrag/weiter/',
      [...hidden(res.text), ['code', code]]);
    const page = await device.follow(right);
    assert.match(page.text, /noch einmal/);
  });
  await test('a script is told by problem JSON', async () => {
    const res = await new Device().post(`${draft.base}/geburt`,
      [['action', 'autosave']], { Accept: 'application/json' });
    assert.equal(res.status, 403);
    assert.equal(res.json.type, 'urn:torhaus:problem:session-expired');
  });
  await test('"send" of an expired session leads to the check page, not out',
    async () => {
      const res = await new Device().post(`${draft.base}/pruefen`,
        [['action', 'submit']]);
      const device = new Device();
      const right = await device.post('/antrag/weiter/',
        [...hidden(res.text), ['code', code], ['action', 'code']]);
      const page = await device.follow(right);
      assert.equal(page.status, 200);
      assert.equal(rows('draft', draft.id), 1);
      assert.equal(rows('vorgang', draft.id), 0);
    });
  await test('pages that this service does not have are told so', async () => {
    for (const page of ['ergebnis', 'gibtsnicht', 'x'.repeat(300)]) {
      const res = await laptop.get(`${draft.base}/${page}`);
      assert.equal(res.status, 404, page);
      const posted = await laptop.post(`${draft.base}/${page}`,
        [['action', 'next'], ['page_revision', '1']]);
      assert.ok([303, 404].includes(posted.status), `${posted.status}`);
    }
  });
  await test('a target that is no page of ours is left alone', async () => {
    for (const target of ['//evil.example/x/y', 'a/b', `${service}/x/y`,
      `${service}/${draft.id}/..%2f..`, `${service}/${draft.id}/a b`]) {
      const res = await new Device().post('/antrag/weiter/',
        [['ziel', target], ['k.a', 'b'], ['code', code]]);
      assert.equal(res.status, 303);
      assert.equal(res.headers.location, `${draft.base}/`);
    }
  });
}

// ---- mails -----------------------------------------------------------------

const linkOf = (mail) =>
  mail.text.match(/\/antrag\/weiter\/[0-9a-z]{26}/)[0];

async function mailTests() {
  const laptop = new Device();
  const draft = await laptop.begin();
  const to = `pause-${newId().slice(0, 8)}@example.org`;
  const ask = (address, more = []) => laptop.post(`${draft.base}/merken`,
    [['mail', address], ['action', 'link'], ...more]);
  let link;
  await laptop.save(draft.base, 'geburt', birth('Postweg'));
  await test('a link is mailed, and the page says so', async () => {
    const res = await ask(to, [['erinnern', 'true']]);
    assert.equal(res.status, 303, res.text.slice(0, 400));
    const page = await laptop.get(res.headers.location);
    assert.ok(page.text.includes(to));
    const [mail] = await mailsUntil(to, 1);
    assert.ok(mail, 'no mail came');
    link = linkOf(mail);
    assert.ok(mail.text.includes(`http://${host}`));
    assert.ok(!mail.text.includes('Postweg'));
  });
  await test('an address that never used its link gets no second mail',
    async () => {
      for (const same of [to, to.toUpperCase()]) {
        const again = await ask(same);
        assert.equal(again.status, 422);
        assert.match(again.text, /schon einen Link geschickt/);
      }
      await sleep(1200);
      assert.equal((await mails(to)).length, 1);
    });
  await test('what is no address is refused', async () => {
    for (const bad of ['', 'x', 'a@b@c', 'a b@example.org',
      'x@example.org\r\nBcc: y@example.org', `${'a'.repeat(300)}@example.org`])
      assert.equal((await ask(bad)).status, 422, bad);
  });
  await test('following the link does nothing; its button opens the draft',
    async () => {
      const phone = new Device();
      for (let i = 0; i < 2; i++) {
        const res = await phone.get(link);
        assert.equal(res.status, 200);
        assert.equal(res.headers['set-cookie'], undefined);
        assert.ok(!res.text.includes('Postweg'));
      }
      const res = await phone.post(link, [['action', 'link']]);
      assert.equal(res.status, 303);
      const page = await phone.get(`${draft.base}/geburt`);
      assert.equal(valueOf(page.text, 'child_family_name'), 'Postweg');
      const merken = await laptop.get(`${draft.base}/merken`);
      assert.match(merken.text, /Adresse bestätigt/);
    });
  await test('a link that opens nothing says so and is counted', async () => {
    forgetTries();
    const res = await new Device().post(`/antrag/weiter/${'0'.repeat(26)}`,
      []);
    assert.equal(res.status, 404);
    assert.match(res.text, /öffnet keinen Entwurf/);
    assert.equal(sql('SELECT SUM(hits) FROM rate_limit;')[0][0], '1');
    forgetTries();
  });
  await test('nobody is flooded: three addresses, three mails an hour',
    async () => {
      const victim = `opfer-${newId().slice(0, 8)}@example.org`;
      for (let i = 0; i < 4; i++) {
        const device = new Device();
        const { base } = await device.begin();
        const res = await device.post(`${base}/merken`,
          [['mail', victim], ['action', 'link']]);
        assert.equal(res.status, i < 3 ? 303 : 429);
      }
      forgetTries();
      for (const name of ['b', 'c', 'd', 'e']) {
        const res = await ask(`${name}-${newId().slice(0, 8)}@example.org`);
        assert.equal(res.status, name < 'd' ? 303 : 422);
      }
      forgetTries();
    });
  await test('the end is announced once a week and once a day before',
    async () => {
      const age = (days) => sql(`UPDATE draft SET
        expires_at = UTC_TIMESTAMP(3) + INTERVAL ${days} DAY
          - INTERVAL 1 HOUR,
        touched_at = UTC_TIMESTAMP(3) - INTERVAL 20 DAY
        WHERE submission_id = X'${draft.id}';`);
      age(7);
      await courierAgain();
      const subject = async (n, pattern) => (await mailsUntil(to, n))
        .find((one) => pattern.test(one.subject));
      const mail = await subject(2, /wird bald gelöscht/);
      assert.ok(mail, 'a week before');
      assert.ok(!mail.text.includes(link) &&
        mail.text.includes('/antrag/weiter/'));
      await courierAgain();
      age(1);
      await courierAgain();
      assert.ok(await subject(3, /wird morgen gelöscht/), 'a day before');
      await courierAgain();
      await sleep(1500);
      assert.equal((await mails(to)).length, 3);
    });
  await test('an expired draft opens no more and is swept with all it had',
    async () => {
      const upload = await laptop.parts('/dokument/', [
        { name: 'submission_id', value: draft.id },
        { name: 'service', value: service },
        { name: 'field', value: 'attachments.doc_id' },
        { name: 'file', filename: 'a.png', bytes: png(),
          type: 'image/png' }]);
      assert.ok([200, 201].includes(upload.status), upload.text);
      const { id: document } = upload.json;
      assert.ok(isStored(document));
      sql(`UPDATE draft SET expires_at = UTC_TIMESTAMP(3) - INTERVAL 1 SECOND
        WHERE submission_id = X'${draft.id}';`);
      assert.equal((await laptop.get(`${draft.base}/geburt`)).status, 403);
      assert.equal((await new Device().post(link, [])).status, 404);
      await courierAgain();
      await until(() => rows('draft', draft.id), (n) => n === 0);
      for (const table of ['draft', 'draft_access', 'draft_post', 'document'])
        assert.equal(rows(table, draft.id), 0, table);
      assert.ok(!isStored(document));
    });
}

// A courier that starts does at once what it does every quarter of an hour.
async function courierAgain() {
  const before = processId('courier');
  process.kill(before, 'SIGKILL');
  await until(() => processId('courier'), (id) => id && id !== before);
  await sleep(1500);
}

// ---- files -----------------------------------------------------------------

async function fileTests() {
  const laptop = new Device();
  const phone = new Device();
  const draft = await laptop.begin();
  await laptop.save(draft.base, 'bestellung',
    { applicant_kind: 'person', relation: 'self' });
  const code = await codeOf(laptop, draft.base);
  const picture = png();
  const upload = (device, bytes = png()) => device.parts('/dokument/', [
    { name: 'submission_id', value: draft.id },
    { name: 'service', value: service },
    { name: 'field', value: 'attachments.doc_id' },
    { name: 'file', filename: 'Ausweis.png', bytes, type: 'image/png' }]);
  let document;
  await test('a file goes into the draft of who has its secret', async () => {
    assert.equal((await upload(phone)).status, 403);
    assert.deepEqual(files(draft.id), []);
    const res = await upload(laptop, picture);
    assert.ok([200, 201].includes(res.status), res.text);
    document = res.json.id;
  });
  await test('it is there on another device, and opens there', async () => {
    const at = `/dokument/${draft.id}/${document}`;
    assert.equal((await phone.get(at)).status, 404);
    await phone.post('/antrag/weiter/', [['code', code]]);
    const page = await phone.get(`${draft.base}/unterlagen`);
    assert.ok(page.text.includes('Ausweis.png'));
    const res = await phone.get(at);
    assert.equal(res.status, 200);
    assert.ok(res.bytes.equals(picture));
  });
  await test('a page is posted with its file, without scripts', async () => {
    const page = await phone.get(`${draft.base}/unterlagen`);
    const res = await phone.parts(`${draft.base}/unterlagen`, [
      ...hidden(page.text).filter(([n]) => n !== 'action')
        .map(([name, value]) => ({ name, value })),
      { name: 'attachments.doc_id', filename: 'Rückseite.png', bytes: png(),
        type: 'image/png' },
      { name: 'action', value: 'next' }]);
    assert.equal(res.status, 303, res.text.slice(0, 500));
    const again = await laptop.get(`${draft.base}/unterlagen`);
    assert.ok(again.text.includes('Ausweis.png') &&
      again.text.includes('Rückseite.png'));
    assert.equal(files(draft.id).length, 2);
    assert.equal(rows('draft_post', draft.id), 0);
  });
  await test('a file that is refused is told on the page', async () => {
    const page = await phone.get(`${draft.base}/unterlagen`);
    const res = await phone.parts(`${draft.base}/unterlagen`, [
      ...hidden(page.text).filter(([n]) => n !== 'action')
        .map(([name, value]) => ({ name, value })),
      { name: 'attachments.doc_id', filename: 'dritte.png', bytes: png(),
        type: 'image/png' },
      { name: 'action', value: 'next' }]);
    assert.equal(res.status, 422);
    assert.ok(res.text.includes('dritte.png'));
    assert.equal(files(draft.id).length, 2);
  });
  await test('only its browsers remove a file', async () => {
    const at = `/dokument/${draft.id}/${document}/entfernen`;
    assert.equal((await new Device().post(at, [])).status, 404);
    const named = await new Device().parts('/dokument/', [
      { name: 'submission_id', value: draft.id },
      { name: 'service', value: service },
      { name: 'action', value: `remove-file:${document}` }]);
    assert.equal(named.status, 404);
    assert.equal(files(draft.id).length, 2);
    const res = await laptop.post(at, []);
    assert.equal(res.status, 204);
    assert.ok(!isStored(document));
    assert.equal(files(draft.id).length, 1);
  });
  await test('discarding asks, then removes rows and files', async () => {
    const [[left]] = files(draft.id);
    assert.ok(isStored(left));
    const question = await laptop.get(`${draft.base}/loeschen`);
    assert.equal(question.status, 200);
    assert.equal((await new Device().parts(`${draft.base}/loeschen`,
      [{ name: 'action', value: 'loeschen' }])).status, 403);
    assert.equal(rows('draft', draft.id), 1);
    const res = await laptop.parts(`${draft.base}/loeschen`,
      [{ name: 'action', value: 'loeschen' }]);
    assert.equal(res.status, 303);
    assert.match((await laptop.follow(res)).text, /gelöscht/);
    for (const table of ['draft', 'draft_access', 'draft_post', 'document'])
      assert.equal(rows(table, draft.id), 0, table);
    assert.ok(!isStored(left));
    assert.equal((await phone.get(`${draft.base}/unterlagen`)).status, 403);
    const gone = await new Device().post('/antrag/weiter/', [['code', code]]);
    assert.equal(gone.status, 422);
    forgetTries();
  });
}

// ---- at once, and with programs that die ------------------------------------

async function onceTests() {
  const device = new Device();
  const draft = await device.begin();
  await test('pages that are saved at once are all kept', async () => {
    const pages = {
      geburt: birth('Gleichzeitig'),
      eintrag: { parents_names: 'Mia und Kai', register_no: 'G 12/2020' },
      antragsteller: { applicant_family_name: 'Ebenfalls' },
    };
    const all = await Promise.all(Object.entries(pages).map(
      ([page, values]) => device.save(draft.base, page, values, 'back')));
    assert.ok(all.every((res) => res.status === 303),
      all.map((res) => res.status).join());
    for (const [page, values] of Object.entries(pages)) {
      const { text } = await device.get(`${draft.base}/${page}`);
      const [[name, value]] = Object.entries(values);
      assert.equal(valueOf(text, name), value);
    }
  });
  await test('of two tabs with the same page one is asked', async () => {
    const revision = revisionOf(await device.get(`${draft.base}/eintrag`));
    const all = await Promise.all(Array.from({ length: 6 }, (_, i) =>
      device.post(`${draft.base}/eintrag`, [['parents_names', `Tab ${i}`],
        ['page_revision', revision], ['action', 'next']])));
    const statuses = all.map((res) => res.status).sort();
    assert.deepEqual(statuses, [303, 409, 409, 409, 409, 409]);
    const won = all.findIndex((res) => res.status === 303);
    const page = await device.get(`${draft.base}/eintrag`);
    assert.equal(valueOf(page.text, 'parents_names'), `Tab ${won}`);
  });
  for (const name of ['forms.1', 'forms.2', 'mariadbd']) {
    await test(`what was acknowledged outlives SIGKILL of ${name}`,
      async () => {
        for (let i = 0; i < 3; i++) {
          const value = `${name} ${i} ${newId()}`;
          const res = await device.save(draft.base, 'eintrag',
            { parents_names: value }, 'next');
          assert.equal(res.status, 303);
          const id = processId(name);
          process.kill(id, 'SIGKILL');
          const page = await until(
            () => device.get(`${draft.base}/eintrag`).catch(() => null),
            (got) => got?.status === 200, 60);
          assert.equal(valueOf(page.text, 'parents_names'), value);
          await until(() => processId(name), (now) => now && now !== id);
        }
      });
  }
  await test('a save that is cut off is done or not, never half', async () => {
    for (let i = 0; i < 6; i++) {
      const before = await until(
        () => device.get(`${draft.base}/geburt`).catch(() => null),
        (got) => got?.status === 200, 60);
      const value = `Schnitt ${i}`;
      const saving = device.post(`${draft.base}/geburt`, [
        ...Object.entries(birth(value)),
        ['page_revision', revisionOf(before)], ['action', 'next']])
        .catch(() => null);
      process.kill(processId(i % 2 ? 'mariadbd' : 'forms.1'), 'SIGKILL');
      const res = await saving;
      const after = await until(
        () => device.get(`${draft.base}/geburt`).catch(() => null),
        (got) => got?.status === 200, 60);
      const now = valueOf(after.text, 'child_family_name');
      const place = valueOf(after.text, 'birth_place');
      if (res?.status === 303)
        assert.equal(now, value);
      else if (res?.status === 503)
        assert.ok(res.text.includes(value), 'the page kept what was typed');
      assert.ok([value, valueOf(before.text, 'child_family_name')]
        .includes(now));
      assert.equal(place, 'Auental');
      await sleep(300);
    }
  });
  await test('an upload outlives SIGKILL of documents', async () => {
    await device.save(draft.base, 'bestellung',
      { applicant_kind: 'person', relation: 'self' });
    for (const name of ['documents.1', 'documents.2']) {
      const bytes = png();
      const res = await device.parts('/dokument/', [
        { name: 'submission_id', value: draft.id },
        { name: 'service', value: service },
        { name: 'field', value: 'attachments.doc_id' },
        { name: 'file', filename: `${name}.png`, bytes, type: 'image/png' }]);
      assert.ok([200, 201].includes(res.status), res.text);
      const id = processId(name);
      process.kill(id, 'SIGKILL');
      const got = await until(() =>
        device.get(`/dokument/${draft.id}/${res.json.id}`).catch(() => null),
      (file) => file?.status === 200, 30);
      assert.ok(got.bytes.equals(bytes));
      await until(() => processId(name), (now) => now && now !== id);
    }
  });
}

export async function draftTests() {
  await accessTests();
  await expiredTests();
  await mailTests();
  await fileTests();
  await onceTests();
}
