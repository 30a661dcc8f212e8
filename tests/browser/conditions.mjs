// The conditions as the browser computes them; the engine's own tests are in
// tests/unit.

import { holds, Unknown } from '../../nginx/assets/conditions.js';
import { check, finish } from './report.mjs';

const fields = {
  age: '17', empty: '', kind: 'renewal', colours: ['red', 'blue'],
  born: '29.02.2000', moved: 'false', street: 'Lange-Gasse', number: '12',
  'dogs.0.breed': 'Pug', 'dogs.0.weight': '8',
  'dogs.1.breed': 'Dackel-Mix', 'dogs.1.weight': '',
  opens: '9.05 Uhr', closes: '2:30 pm', fee: '12.50', box: '',
  'holder.name': 'Łukasiewicz',
};
const settings = {
  on: true, off: false, kinds: [{ value: 'renewal', de: 'Verlängerung' }],
  listed: { Pug: true },
  zones: { 'Lange Gasse': { '1-39': 'A', '40-98': 'B' }, 'Am Wall': 'C' },
  prices: [10, 20, 30],
};

const answers = {
  value(path, scope) {
    for (let s = scope; ; s = s.includes('.')
      ? s.slice(0, s.lastIndexOf('.')) : '') {
      const full = s ? `${s}.${path}` : path;
      if (full in fields)
        return fields[full];
      if (!s)
        return undefined;
    }
  },
  isUnset: (path) => path === 'box',
  items: (path) => path === 'dogs' ? ['dogs.0', 'dogs.1'] : undefined,
  setting: (name) => name.split('.').reduce((at, k) => at?.[k], settings) ??
    null,
};

const cases = [
  ['number by value', { lt: ['age', 18] }, '', true],
  ['text equal', { eq: ['kind', 'renewal'] }, '', true],
  ['no value compares with nothing', { ne: ['empty', 'x'] }, '', false],
  ['no value is not equal either', { eq: ['empty', 'x'] }, '', false],
  ['true and false', { eq: ['moved', false] }, '', true],
  ['times as they follow', { lt: ['opens', '@closes'] }, '', true],
  ['a time of the definition', { ge: ['opens', '09:05'] }, '', true],
  ['an hour in English', { eq: ['closes', '14:30'] }, '', true],
  ['an amount is no time', { lt: ['fee', 13] }, '', true],
  ['a checkbox that is not set', { eq: ['box', false] }, '', true],
  ['nor is it set', { eq: ['box', true] }, '', false],
  ['not set is empty', { empty: 'box' }, '', true],
  ['not set, in a list', { in: ['box', [false]] }, '', true],
  ['empty', { empty: 'empty' }, '', true],
  ['not empty', { not: { empty: 'kind' } }, '', true],
  ['in a list', { in: ['kind', ['new', 'renewal']] }, '', true],
  ['in a list of the town', { in: ['kind', 'setting.kinds'] }, '', true],
  ['in a table of the town', { in: ['breed', 'setting.listed'] }, 'dogs.0',
    true],
  ['contains', { contains: ['colours', 'red'] }, '', true],
  ['contains not', { contains: ['colours', 'green'] }, '', false],
  ['setting on', { eq: ['setting.on', true] }, '', true],
  ['setting off', { eq: ['setting.off', true] }, '', false],
  ['setting unknown', { eq: ['setting.none', true] }, '', false],
  ['any item', { any: ['dogs', { eq: ['breed', 'Pug'] }] }, '', true],
  ['all items', { all: ['dogs', { eq: ['breed', 'Pug'] }] }, '', false],
  ['count', { gt: [{ count: 'dogs' }, 1] }, '', true],
  ['count some', { eq: [{ count: ['dogs', { empty: 'weight' }] }, 1] }, '',
    true],
  ['sum leaves out what is empty', { eq: [{ sum: ['dogs', 'weight'] }, 8] },
    '', true],
  ['item scope', { eq: ['breed', 'Pug'] }, 'dogs.0', true],
  ['item scope of the other', { eq: ['breed', 'Pug'] }, 'dogs.1', false],
  ['outwards from an item', { eq: ['kind', 'renewal'] }, 'dogs.1', true],
  ['own group first', { eq: ['name', 'Łukasiewicz'] }, 'holder', true],
  ['pattern, case ignored', { matches: ['breed', '(?i)(.*-)?MIX'] }, 'dogs.1',
    true],
  ['pattern is anchored', { matches: ['breed', 'Da'] }, 'dogs.1', false],
  ['age on the birthday of 29 February, a day early',
    { ge: [{ age: ['born', { text: '2018-02-28' }] }, 18] }, '', false],
  ['age on 1 March',
    { ge: [{ age: ['born', { text: '2018-03-01' }] }, 18] }, '', true],
  ['days', { eq: [{ days: [{ text: '2026-10-25' }, { text: '2026-10-26' }] },
    1] }, '', true],
  ['look-up as a name and by range',
    { eq: [{ lookup: ['setting.zones', 'street', 'number'] }, 'A'] }, '', true],
  ['look-up beyond the end takes the last',
    { eq: [{ lookup: ['setting.prices', 7] }, 30] }, '', true],
  ['sum of none is none', { gt: [{ add: ['empty', 1] }, 0] }, '', false],
  ['and, or, not', { and: [true, { or: [false, { not: false }] }] }, '', true],
];

for (const [name, condition, scope, want] of cases) {
  let got;
  try {
    got = holds(condition, answers, scope);
  } catch (error) {
    got = error;
  }
  check(`condition: ${name}`, got === want, `wanted ${want}, got ${got}`);
}

for (const [name, condition] of [
  ['a place is the server\'s business', { inside: ['age', 'setting.area'] }],
  ['a field that is not on the page', { eq: ['nowhere', 1] }],
]) {
  let got;
  try {
    got = holds(condition, answers, '');
  } catch (error) {
    got = error;
  }
  check(`condition: ${name}`, got instanceof Unknown, `got ${got}`);
}

finish();
