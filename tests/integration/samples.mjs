// Answers that are right, and the packages' own examples.

import { readFileSync } from 'node:fs';
import { newId, postForm, postJson } from './client.mjs';

export const services = [
  'bewohnerparkausweis', 'hundesteuer-anmeldung', 'maengelmeldung',
];

export const report = {
  category: 'street_light',
  asset_id: 'L-0417',
  location_text: 'Bahnhofstraße 12½, gegenüber „Zoë“',
  description: 'Laterne flackert seit gestern Abend.',
  danger: false,
  contact_wanted: false,
  publish_ok: true,
};

let counter = 0;

// A report with an address of its own.
export function reportWithMail(tag = 'k') {
  return { ...report, contact_wanted: true,
    email: `${tag}${++counter}.geheim@example.org` };
}

export const examplesOf = (service) => JSON.parse(readFileSync(
  `fcgi-apps/services/${service}/examples.json`, 'utf8'));

// An example with what it takes over from its base: members of objects are
// replaced one by one, null takes one away.
function merge(base, change) {
  if (base === null || typeof base !== 'object' || Array.isArray(base) ||
      change === null || typeof change !== 'object' || Array.isArray(change))
    return change;
  const out = { ...base };
  for (const [key, value] of Object.entries(change)) {
    if (value === null)
      delete out[key];
    else
      out[key] = merge(base[key] ?? {}, value);
  }
  return out;
}

export function wholeExample(all, example) {
  const base = example.base
    ? wholeExample(all, all.find((e) => e.name === example.base)) : {};
  return {
    ...base, ...example,
    data: merge(base.data ?? {}, example.data ?? {}),
    settings: merge(base.settings ?? {}, example.settings ?? {}),
    files: example.files ?? base.files ?? [],
  };
}

// Answers as a form sends them.
export function pairsOf(value, path = '') {
  if (Array.isArray(value))
    return value.flatMap((one, i) => one !== null && typeof one === 'object'
      ? pairsOf(one, `${path}.${i}`) : [[path, String(one)]]);
  if (value !== null && typeof value === 'object')
    return Object.entries(value).flatMap(([key, one]) =>
      pairsOf(one, path === '' ? key : `${path}.${key}`));
  return [[path, String(value)]];
}

export const submitJson = (service, answers, key = newId(), headers = {}) =>
  postJson(`/api/v1/antraege/${service}`, answers,
    { 'Idempotency-Key': key, ...headers });

export const submitForm = (service, answers, id = newId(), headers = {}) =>
  postForm(`/antrag/${service}/`, [['submission_id', id],
    ...pairsOf(answers), ['action', 'submit']], headers);

export const tokenOf = (res) =>
  res.headers.location?.match(/^\/vorgang\/l\/([^/?#]+)/)?.[1];

export const bearer = (token) => ({ Authorization: `Bearer ${token}` });
