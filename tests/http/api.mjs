// The JSON API: apply, once; errors as problem details; OpenAPI.

import {
  answered, get, newId, offered, postJson, sample, send, sql,
} from './client.mjs';
import { check, finish, story } from '../browser/report.mjs';

const problem = (res, status) => res.status === status &&
  res.headers['content-type'].startsWith('application/problem+json') &&
  res.json().status === status;

{
  const res = await get('/api/v1/leistungen');
  check('services', res.status === 200 &&
    res.json().services.length === offered.length, answered(res));
}
for (const service of ['bewohnerparkausweis', 'hundesteuer-anmeldung',
  'maengelmeldung']) {
  await story(`${service}: OpenAPI 3.1 names the way to apply`, async () => {
    const res = await get(`/api/v1/leistungen/${service}/openapi.json`);
    const api = res.json();
    const path = Object.keys(api.paths).find((p) => p.includes('antraege'));
    if (!api.openapi.startsWith('3.1') || !api.paths[path].post)
      throw new Error(answered(res));
  });

  await story(`${service}: applied once, the retry gets the same`,
    async () => {
      const path = `/api/v1/antraege/${service}`;
      const data = sample(service);
      const key = newId();
      const headers = { 'Idempotency-Key': key };
      const first = await postJson(path, data, headers);
      const again = await postJson(path, data, headers);
      if (first.status !== 201 || again.status !== 200 ||
          first.json().reference !== again.json().reference ||
          first.json().token !== again.json().token)
        throw new Error(`${answered(first)}\n${answered(again)}`);
      const other = { ...data, ...(service === 'maengelmeldung'
        ? { description: 'Etwas ganz anderes.' }
        : { address: { ...data.address, house_no: '9' } }) };
      const conflict = await postJson(path, other, headers);
      if (!problem(conflict, 409))
        throw new Error(answered(conflict));
      const status = await get('/api/v1/vorgang',
        { Authorization: `Bearer ${first.json().token}` });
      if (status.status !== 200 ||
          status.json().reference !== first.json().reference)
        throw new Error(answered(status));
      const n = sql('SELECT COUNT(*) FROM vorgang WHERE submission_id' +
        ` = X'${key}'`);
      if (n !== '1')
        throw new Error(`${n} Vorgaenge`);
    });
}

const path = '/api/v1/antraege/maengelmeldung';
const key = () => ({ 'Idempotency-Key': newId() });
{
  const res = await postJson(path, {}, key());
  const errors = res.status === 422 ? res.json().errors : [];
  check('all mistakes at once', problem(res, 422) && errors.length >= 3 &&
    errors.every((e) => e.path && e.code && e.message), answered(res));
}
{
  const res = await postJson(path, {}, {});
  check('no key', problem(res, 400), answered(res));
}
{
  const res = await send('POST', path,
    { headers: { 'Content-Type': 'application/json', ...key() }, body: '{"a":' });
  check('broken JSON, and said so', problem(res, 400) &&
    res.json().detail.includes('JSON'), answered(res));
}
for (const body of ['{"a":1,"a":2}', '{"a":1e999}', '[]', '\ufeff{}', '']) {
  const res = await send('POST', path,
    { headers: { 'Content-Type': 'application/json', ...key() }, body });
  check(`no JSON object: ${JSON.stringify(body)}`, problem(res, 400) &&
    res.json().detail.includes('JSON'), answered(res));
}
{
  const res = await send('POST', path, {
    headers: { 'Content-Type': 'application/json', ...key() },
    body: '['.repeat(20000),
  });
  check('JSON nested 20,000 deep', problem(res, 400) || problem(res, 413), answered(res));
}
{
  const res = await send('POST', path,
    { headers: { 'Content-Type': 'text/plain', ...key() }, body: 'x' });
  check('another media type', problem(res, 415) &&
    res.json().detail.includes('application/json'), answered(res));
}
{
  const res = await send('DELETE', path);
  check('another method', problem(res, 405), answered(res));
}
{
  const res = await get('/api/v1/vorgang', { Authorization: 'Bearer x' });
  check('a wrong token', problem(res, 401) || problem(res, 404),
    answered(res));
}
{
  const res = await get('/api/v1/vorgang');
  check('no token', problem(res, 401), answered(res));
}
{
  const res = await postJson(path, {}, { ...key(), 'Accept-Language': 'en' });
  const german = await postJson(path, {}, key());
  check('messages in two languages',
    res.json().errors[0].message !== german.json().errors[0].message,
    answered(res));
}
finish();
