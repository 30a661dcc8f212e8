// What is made from the definitions about personal data, and what people say
// about pages.

import assert from 'node:assert/strict';
import { test } from './check.mjs';
import { get, postForm, sql, torhaus, town } from './client.mjs';

const officer = 'datenschutz@quellstadt.example';

async function properties(service) {
  const { json } = await get(`/api/v1/leistungen/${service}/schema.json`);

  return Object.keys(json.properties);
}

const feedback = (...args) => torhaus('feedback', ...args, '--town', town);

export async function privacyTests() {
  const { services } = (await get('/api/v1/leistungen')).json;
  let records;

  await test('record of processing: every service, every field', async () => {
    const run = torhaus('service', 'record', '--all', '--town', town,
      '--towns', 'nginx/towns');
    assert.equal(run.status, 0, run.err);
    records = run.out;
    for (const { service } of services) {
      const at = records.indexOf(`<section id="${service}">`);
      assert.ok(at > 0, service);
      const one = records.slice(at, records.indexOf('</section>', at));
      for (const name of await properties(service))
        assert.ok(one.includes(`<code>${name}</code>`), `${service} ${name}`);
      assert.ok(one.includes(officer.split('@')[0]));
      for (const letter of 'abcdefg')
        assert.ok(one.includes(`<h3>${letter}) `), `${service} ${letter})`);
      assert.match(one, /Art\. 35/);
      assert.equal(one.match(/<td>(ja|nein|offen)<\/td>/g).length, 9);
    }
  });
  await test('record of processing: one service, wrong use', () => {
    const one = torhaus('service', 'record', 'maengelmeldung', '--town', town,
      '--towns', 'nginx/towns');
    assert.equal(one.status, 0, one.err);
    assert.ok(one.out.length < records.length);
    assert.ok(!one.out.includes('<section id="hundesteuer'));
    assert.equal(torhaus('service', 'record', '--town', town).status, 2);
    assert.equal(torhaus('service', 'record', 'nichts', '--town', town).status,
      1);
  });
  await test('privacy notice of each service', async () => {
    for (const { service } of services)
      for (const lang of ['de', 'en']) {
        const page = await get(
          `/leistungen/${service}/datenschutz/?sprache=${lang}`);
        assert.equal(page.status, 200, service);
        assert.ok(page.text.includes(officer.split('@')[0]), service);
        assert.ok(!/\{[a-z_.]+\}/.test(page.text), service);
      }
  });
  await test('feedback: kept without tokens, listed, done', async () => {
    const path = '/vorgang/l/5n1v0r3w8c6f2d9h4k7m0p1q2s';
    const pairs = [['hilfreich', 'nein'], ['seite', path], ['sprache', 'en'],
      ['anmerkung', 'Ruft an: 03999 123456\noder ada@example.org']];
    const res = await postForm('/rueckmeldung', pairs,
      { Referer: `http://${town}.localhost${path}` });
    assert.equal(res.status, 200);
    const list = feedback('list').out;
    const line = list.split('\n').find((one) => one.includes('Ruft an'));
    assert.match(line, / no +en +\/vorgang\/l\/- +Ruft an: \[\.\.\.\] oder \[/);
    assert.ok(!list.includes('5n1v0r3w'));
    const [number] = line.split(' ');
    assert.equal(feedback('done', number).status, 0);
    assert.ok(!feedback('list').out.includes('Ruft an'));
    assert.ok(feedback('list', '--all').out.includes('(done)'));
    assert.equal(feedback('done', number).status, 1);
    assert.equal(feedback('list', '--page', '/nichts/').out,
      '0 answers, 0 found the page helpful\n');
    assert.equal(feedback('list', '--since', 'gestern').status, 2);
  });
  await test('feedback: the way back stays on this host', async () => {
    for (const from of ['http://evil.example/x', 'javascript:alert(1)',
      `http://${town}.localhost//evil.example/`]) {
      const res = await postForm('/rueckmeldung',
        [['hilfreich', 'ja'], ['seite', '/hilfe/']], { Referer: from });
      assert.ok(!res.text.includes('evil.example'), from);
      assert.ok(!res.text.includes('javascript:'), from);
    }
  });
  await test('feedback: no answer, too much, too often', async () => {
    const none = await postForm('/rueckmeldung',
      [['seite', '/hilfe/'], ['anmerkung', 'nur Text']]);
    assert.equal(none.status, 422);
    assert.ok(none.text.includes('nur Text'));
    const long = await postForm('/rueckmeldung', [['hilfreich', 'nein'],
      ['seite', '/'.repeat(5000)], ['anmerkung', 'ä'.repeat(20000)]]);
    assert.equal(long.status, 200);
    assert.deepEqual(
      sql('SELECT MAX(CHAR_LENGTH(remark)) FROM page_feedback'), [['1000']]);
    let status = 200;
    for (let i = 0; i < 40 && status === 200; i++)
      ({ status } = await postForm('/rueckmeldung',
        [['hilfreich', 'ja'], ['seite', '/hilfe/']]));
    assert.equal(status, 429);
  });
}
