// The conditions of service packages (docs/service-packages.md), as far as a
// page can know them. The server decides; a condition that cannot be computed
// here throws Unknown, and the page stays as the server made it.

export class Unknown extends Error {}

const order = {
  eq: (c) => c === 0, ne: (c) => c !== 0, lt: (c) => c < 0,
  le: (c) => c <= 0, gt: (c) => c > 0, ge: (c) => c >= 0,
};

function isObject(e) {
  return typeof e === 'object' && e !== null && !Array.isArray(e);
}

// Dates as people type them or as <input type=date> gives them.
function isoDate(text) {
  const s = String(text).trim();
  let m = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(s);
  let parts = m && [m[1], m[2], m[3]];
  if (!parts && (m = /^(\d{1,2})\. ?(\d{1,2})\. ?(\d{4})$/.exec(s)))
    parts = [m[3], m[2], m[1]];
  if (!parts)
    return null;
  const date = new Date(Date.UTC(+parts[0], parts[1] - 1, +parts[2]));
  if (date.getUTCMonth() !== parts[1] - 1 || date.getUTCDate() !== +parts[2])
    return null;
  return date.toISOString().slice(0, 10);
}

// Times of day as people type them, "9:05", "9.05 Uhr", "2:30 pm", in minutes.
function minutes(text) {
  const m = /^(\d{1,2})(?:[:.](\d{2}))?(?::00)? *(uhr|h|am|pm)?$/i
    .exec(String(text).trim());
  if (!m || (m[2] === undefined && m[3] === undefined))
    return null;
  const half = (m[3] ?? '').toLowerCase();
  const hour = half === 'am' ? m[1] % 12 : half === 'pm' ? m[1] % 12 + 12
    : +m[1];
  return hour * 60 + Number(m[2] ?? 0);
}

function today() {
  return new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/Berlin' })
    .format(new Date());
}

function compare(a, b) {
  const da = isoDate(a), db = isoDate(b);
  if (da && db)
    return da < db ? -1 : da > db ? 1 : 0;
  // A definition's time is always "14:30"; "12.50" alone may be an amount.
  const ma = minutes(a), mb = minutes(b);
  if (ma !== null && mb !== null && /:/.test(`${a}${b}`))
    return Math.sign(ma - mb);
  const number = /^-?\d+([.,]\d+)?$/;
  const sa = String(a).trim(), sb = String(b).trim();
  if (number.test(sa) && number.test(sb))
    return Math.sign(Number(sa.replace(',', '.')) - Number(sb.replace(',', '.')));
  return sa < sb ? -1 : sa > sb ? 1 : 0;
}

function whole(value) {
  const n = Number(String(value).replace(',', '.'));
  if (value === '' || Number.isNaN(n))
    return null;
  return n;
}

function days(from, to) {
  return Math.round((Date.parse(to) - Date.parse(from)) / 86400000);
}

function age(birth, day) {
  let years = day.slice(0, 4) - birth.slice(0, 4);
  if (day.slice(5) < birth.slice(5))
    years--;
  return years;
}

// Street names as people write them.
function fold(name) {
  return name.toLowerCase().replaceAll('\u00df', 'ss').replace(/[\s.-]/g, '')
    .replace(/str$/, 'strasse');
}

// A member of a town's table: exact, as a name, or by a range such as 1-39.
function member(table, key) {
  if (Array.isArray(table))
    return table[Math.min(Math.max(whole(key), 1), table.length) - 1] ?? null;
  if (Object.hasOwn(table, key))
    return table[key];
  const n = whole(key);
  for (const [name, entry] of Object.entries(table)) {
    const range = /^(\d+)-(\d+)$/.exec(name);
    if (range ? n !== null && n >= range[1] && n <= range[2]
      : fold(name) === fold(String(key)))
      return entry;
  }
  return null;
}

/*
 * answers: {
 *   value(path, scope) -> text, list of texts, or undefined when no such field
 *   isUnset(path, scope) -> whether it is a checkbox that is there, not set
 *   items(path, scope) -> scopes of a repeating group's items, or undefined
 *   setting(name) -> value or undefined }
 */
export function holds(condition, answers, scope) {
  if (typeof condition === 'boolean')
    return condition;
  if (!isObject(condition))
    throw new Unknown('condition');
  const [[name, arg]] = Object.entries(condition);
  switch (name) {
  case 'and':
    return arg.every((c) => holds(c, answers, scope));
  case 'or':
    return arg.some((c) => holds(c, answers, scope));
  case 'not':
    return !holds(arg, answers, scope);
  case 'eq': case 'ne': case 'lt': case 'le': case 'gt': case 'ge': {
    const a = first(arg[0], answers, scope);
    const b = second(arg[1], answers, scope);
    if (a === null || b === null)
      return false;
    return order[name](compare(a, b));
  }
  case 'in': {
    const a = first(arg[0], answers, scope);
    const list = Array.isArray(arg[1])
      ? arg[1] : value(arg[1], answers, scope);
    if (a === null || list === null)
      return false;
    if (isObject(list))
      return Object.hasOwn(list, a);
    if (!Array.isArray(list))
      throw new Unknown('in');
    return list.some((one) =>
      compare(a, isObject(one) ? one.value : one) === 0);
  }
  case 'contains': {
    const list = value(arg[0], answers, scope);
    return Array.isArray(list) ? list.includes(arg[1]) : list === arg[1];
  }
  case 'empty': {
    const a = value(arg, answers, scope);
    return a === null || a.length === 0;
  }
  case 'matches': {
    const text = value(arg[0], answers, scope);
    return text !== null && pattern(arg[1]).test(text);
  }
  case 'any': case 'all': {
    const items = answers.items(arg[0], scope);
    if (items === undefined)
      throw new Unknown(arg[0]);
    const each = (item) => holds(arg[1], answers, item);
    return name === 'any' ? items.some(each) : items.every(each);
  }
  default:
    throw new Unknown(name);
  }
}

function pattern(source) {
  // PCRE2's way to ignore case for the whole pattern.
  const ignoresCase = source.startsWith('(?i)');
  try {
    return new RegExp(`^(?:${ignoresCase ? source.slice(4) : source})$`,
      ignoresCase ? 'iu' : 'u');
  } catch {
    throw new Unknown('matches');
  }
}

// The first place of a comparison: a checkbox that is not set says no.
function first(e, answers, scope) {
  const found = value(e, answers, scope);
  return found === null && typeof e === 'string' &&
    answers.isUnset?.(e, scope) ? 'false' : found;
}

// The second place of a comparison: a plain string is a literal.
function second(e, answers, scope) {
  if (typeof e === 'string') {
    if (e.startsWith('@'))
      return value(e.slice(1), answers, scope);
    if (!e.startsWith('setting.'))
      return e;
  }
  return value(e, answers, scope);
}

// The value of an expression: text, number, list, object; null for none.
export function value(e, answers, scope) {
  if (typeof e === 'number')
    return e;
  if (typeof e === 'boolean')
    return String(e);
  if (typeof e === 'string') {
    const found = e.startsWith('setting.')
      ? answers.setting(e.slice(8)) : answers.value(e, scope);
    if (found === undefined)
      throw new Unknown(e);
    return found === '' ? null : found;
  }
  if (!isObject(e))
    throw new Unknown('expression');
  const [[name, arg]] = Object.entries(e);
  const list = (a) => a.map((x) => value(x, answers, scope));
  const date = (x) => {
    const text = value(x, answers, scope);
    return text === null ? null : isoDate(text);
  };
  const numbers = (a) => list(a).map((x) => x === null ? null : whole(x));
  switch (name) {
  case 'text':
    return arg;
  case 'today':
    return today();
  case 'age': case 'days': {
    const [from, to] = [date(arg[0]), date(arg[1])];
    if (!from || !to)
      return null;
    return name === 'age' ? age(from, to) : days(from, to);
  }
  case 'add': case 'sub': case 'mul': {
    const all = numbers(arg);
    if (all.includes(null))
      return null;
    return all.reduce((a, b) =>
      name === 'add' ? a + b : name === 'sub' ? a - b : a * b);
  }
  case 'min': case 'max': {
    const all = list(arg).filter((x) => x !== null);
    if (all.length === 0)
      return null;
    return all.reduce((a, b) =>
      (compare(a, b) <= 0) === (name === 'min') ? a : b);
  }
  case 'count': {
    const [group, condition] = Array.isArray(arg) ? arg : [arg, true];
    const items = answers.items(group, scope);
    if (items === undefined)
      throw new Unknown(group);
    return items.filter((i) => holds(condition, answers, i)).length;
  }
  case 'sum': {
    const items = answers.items(arg[0], scope);
    if (items === undefined)
      throw new Unknown(arg[0]);
    return items.reduce((sum, item) =>
      sum + (whole(value(arg[1], answers, item) ?? 0) ?? 0), 0);
  }
  case 'div': {
    const [a, b] = numbers(arg);
    return a === null || !b ? null : a / b;
  }
  case 'floor': {
    const [n] = numbers([arg].flat());
    return n === null ? null : Math.floor(n);
  }
  case 'join':
    return list(arg).filter(Boolean).join(' ') || null;
  case 'if':
    return value(arg[holds(arg[0], answers, scope) ? 1 : 2], answers, scope);
  case 'lookup': {
    let at = value(arg[0], answers, scope);
    for (const key of list(arg.slice(1))) {
      if (key === null)
        return null;
      if (at === null || typeof at !== 'object')
        return at;
      at = member(at, key);
      if (at === null || typeof at !== 'object')
        return at;
    }
    return at;
  }
  default:
    throw new Unknown(name);
  }
}
