// A validator for what our JSON Schemas use of draft 2020-12. A keyword that
// it does not know is an error, so that nothing passes unseen.

const notes = new Set(['$schema', '$id', 'title', 'description', 'format']);

const typeOf = (value) => (value === null ? 'null'
  : Array.isArray(value) ? 'array'
    : Number.isInteger(value) ? 'integer' : typeof value);

const isType = (value, type) => typeOf(value) === type ||
  (type === 'number' && typeOf(value) === 'integer');

const length = (text) => [...text].length;

const keywords = {
  type: (v, type) => isType(v, type),
  const: (v, wanted) => v === wanted,
  enum: (v, list) => list.includes(v),
  minimum: (v, n) => typeof v !== 'number' || v >= n,
  maximum: (v, n) => typeof v !== 'number' || v <= n,
  minLength: (v, n) => typeof v !== 'string' || length(v) >= n,
  maxLength: (v, n) => typeof v !== 'string' || length(v) <= n,
  pattern: (v, p) => typeof v !== 'string' || new RegExp(p, 'u').test(v),
  minItems: (v, n) => !Array.isArray(v) || v.length >= n,
  maxItems: (v, n) => !Array.isArray(v) || v.length <= n,
  uniqueItems: (v, on) => !on || !Array.isArray(v) ||
    new Set(v.map((one) => JSON.stringify(one))).size === v.length,
  required: (v, names) => typeOf(v) !== 'object' ||
    names.every((name) => Object.hasOwn(v, name)),
  additionalProperties: (v, allowed, schema) => allowed ||
    typeOf(v) !== 'object' ||
    Object.keys(v).every((name) => Object.hasOwn(schema.properties, name)),
};

// The paths and keywords that value does not fulfil.
export function validate(schema, value, path = '') {
  const faults = [];

  for (const [name, wanted] of Object.entries(schema)) {
    if (notes.has(name) || name.startsWith('x-'))
      continue;
    if (name === 'properties') {
      if (typeOf(value) === 'object')
        for (const [key, inner] of Object.entries(wanted))
          if (Object.hasOwn(value, key))
            faults.push(...validate(inner, value[key], `${path}.${key}`));
    } else if (name === 'items') {
      if (Array.isArray(value))
        value.forEach((one, i) =>
          faults.push(...validate(wanted, one, `${path}.${i}`)));
    } else if (name === 'oneOf') {
      if (wanted.filter((one) => validate(one, value).length === 0)
        .length !== 1)
        faults.push(`${path}: oneOf`);
    } else if (keywords[name] === undefined) {
      throw new Error(`${path}: the schema uses "${name}"`);
    } else if (!keywords[name](value, wanted, schema)) {
      faults.push(`${path}: ${name}`);
    }
  }
  return faults;
}
