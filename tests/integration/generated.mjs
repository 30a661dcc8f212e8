// Generated answers (torhaus service sample) against each service's JSON
// Schema, and sent to the running forms.

import assert from 'node:assert/strict';
import { test } from './check.mjs';
import { get, newId, postJson, torhaus, town } from './client.mjs';
import { validate } from './schema.mjs';

const SAMPLES = 40;
const SENT = 5;

function samples(service, ...options) {
  const { status, out, err } = torhaus('service', 'sample', service,
    '--town', town, '--n', String(SAMPLES), ...options);

  assert.equal(status, 0, err);
  return out.trim().split('\n').map((line) => JSON.parse(line));
}

// Made-up files were never uploaded.
const hasFiles = (value) => JSON.stringify(value).match(/"[0-9a-f]{32}"/);

const send = (service, answers) => postJson(`/api/v1/antraege/${service}`,
  answers, { 'Idempotency-Key': newId() });

function spoil(schema, answers) {
  const [name] = schema.required ?? [];
  const text = Object.entries(schema.properties).find(([key, one]) =>
    one.type === 'string' && typeof answers[key] === 'string');
  const out = [];

  if (name !== undefined)
    out.push(Object.fromEntries(
      Object.entries(answers).filter(([key]) => key !== name)));
  if (text !== undefined)
    out.push({ ...answers, [text[0]]: 7 });
  return out;
}

export async function sampleTests() {
  const { services } = (await get('/api/v1/leistungen')).json;

  await test('the town offers services', () => {
    assert.ok(services.length >= 3);
  });
  for (const { service: id } of services) {
    let schema;

    await test(`${id}: schema of the answers`, async () => {
      const path = `/api/v1/leistungen/${id}`;
      const res = await get(`${path}/schema.json`);

      assert.equal(res.status, 200);
      assert.match(res.headers['content-type'], /application\/schema\+json/);
      schema = res.json;
      assert.equal(schema.$schema,
        'https://json-schema.org/draft/2020-12/schema');
      assert.ok(schema.$id.endsWith(`${path}/schema.json`));
      const { Answers } = (await get(`${path}/openapi.json`)).json
        .components.schemas;
      assert.deepEqual(schema.properties, Answers.properties);
      assert.deepEqual(schema.required, Answers.required);
    });
    await test(`${id}: ${SAMPLES} samples fit the schema`, async () => {
      const all = samples(id);

      assert.equal(all.length, SAMPLES);
      for (const one of all)
        assert.deepEqual(validate(schema, one), [], JSON.stringify(one));
      for (const wrong of spoil(schema, all[0]))
        assert.notDeepEqual(validate(schema, wrong), []);
      assert.deepEqual(samples(id), all);
      assert.notDeepEqual(samples(id, '--seed', '2'), all);
    });
    await test(`${id}: what is generated is taken in`, async () => {
      const some = samples(id).filter((one) => !hasFiles(one)).slice(0, SENT);

      for (const one of some) {
        const res = await send(id, one);
        assert.equal(res.status, 201, `${res.text} ${JSON.stringify(one)}`);
        assert.deepEqual(res.json.unknown_dropped, []);
        assert.deepEqual(res.json.hidden_dropped, []);
      }
    });
    await test(`${id}: what is spoilt is refused for that reason`,
      async () => {
        const some = samples(id, '--invalid')
          .filter(({ answers }) => !hasFiles(answers)).slice(0, SENT);

        for (const { answers, expect } of some) {
          const res = await send(id, answers);
          assert.equal(res.status, 422, JSON.stringify(answers));
          assert.deepEqual(
            res.json.errors.map(({ path, code }) => ({ path, code })),
            [expect], JSON.stringify(answers));
        }
      });
  }
}
