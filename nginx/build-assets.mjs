// Builds what browsers load: one style sheet, fonts, scripts, and the layout
// fragments that name them.
//
//   node nginx/build-assets.mjs [--npm build/npm] [--out build]
//
// writes OUT/assets/<name>-<hash>.<ext> (with .gz beside, for gzip_static) and
// OUT/layout/*.html. KERN is cut down to the classes that the sources name.

import { createHash } from 'node:crypto';
import {
  mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, extname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(here);

function option(name, other) {
  const i = process.argv.indexOf(name);
  return resolve(i > 0 ? process.argv[i + 1] : join(root, other));
}

const npm = option('--npm', 'build/npm');
const out = option('--out', 'build');
const modules = join(npm, 'node_modules');

function* walk(dir, pattern) {
  for (const entry of readdirSync(dir, { withFileTypes: true })) {
    const path = join(dir, entry.name);
    if (entry.isDirectory())
      yield* walk(path, pattern);
    else if (pattern.test(entry.name))
      yield path;
  }
}

// ---- style sheets -------------------------------------------------------

// A style sheet as a list of { prelude, text } (declarations) and
// { prelude, rules } (groups such as @media).
function parseCss(css) {
  css = css.replace(/\/\*[^]*?\*\//g, '');
  let i = 0;
  function block() {
    const rules = [];
    let start = i;
    let quote = '';
    for (; i < css.length; i++) {
      const c = css[i];
      if (quote) {
        if (c === '\\') i++;
        else if (c === quote) quote = '';
      } else if (c === '"' || c === "'") {
        quote = c;
      } else if (c === ';' ) {
        const text = css.slice(start, i).trim();
        if (text) rules.push({ prelude: text, statement: true });
        start = i + 1;
      } else if (c === '{') {
        const prelude = css.slice(start, i).trim();
        i++;
        if (/^@(media|supports|layer|container)\b/.test(prelude)) {
          rules.push({ prelude, rules: block() });
        } else {
          const from = i;
          let depth = 1, q = '';
          for (; i < css.length && depth > 0; i++) {
            const d = css[i];
            if (q) {
              if (d === '\\') i++;
              else if (d === q) q = '';
            } else if (d === '"' || d === "'") {
              q = d;
            } else if (d === '{') {
              depth++;
            } else if (d === '}') {
              depth--;
            }
          }
          i--;
          rules.push({ prelude, text: css.slice(from, i).trim() });
        }
        start = i + 1;
      } else if (c === '}') {
        return rules;
      }
    }
    return rules;
  }
  return block();
}

// Splits at a separator that stands outside brackets and quotes.
function splitTop(text, separator) {
  const parts = [];
  let depth = 0, quote = '', start = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (quote) {
      if (c === '\\') i++;
      else if (c === quote) quote = '';
    } else if (c === '"' || c === "'") {
      quote = c;
    } else if (c === '(' || c === '[') {
      depth++;
    } else if (c === ')' || c === ']') {
      depth--;
    } else if (c === separator && depth === 0) {
      parts.push(text.slice(start, i));
      start = i + 1;
    }
  }
  parts.push(text.slice(start));
  return parts.map((p) => p.trim()).filter(Boolean);
}

// Whether a selector can match: every class outside :not() is in use.
function isUsed(selector, used) {
  const positive = selector.replace(/:not\((?:[^()]|\([^()]*\))*\)/g, '');
  const within = positive.match(/:(?:is|where)\(([^()]*)\)/);
  if (within && within[1].includes(',')) {
    return within[1].split(',').some((one) =>
      isUsed(positive.replace(within[0], one.trim()), used));
  }
  for (const [, name] of positive.matchAll(/\.([a-zA-Z_][\w-]*)/g)) {
    if (!used.has(name))
      return false;
  }
  return !/\[data-kern-theme/.test(positive);
}

function prune(rules, used) {
  const kept = [];
  for (const rule of rules) {
    if (rule.rules) {
      const inner = prune(rule.rules, used);
      if (inner.length > 0)
        kept.push({ prelude: rule.prelude, rules: inner });
    } else if (rule.statement || rule.prelude.startsWith('@')) {
      if (!/^@(charset|import)/.test(rule.prelude))
        kept.push(rule);
    } else {
      const selectors = splitTop(rule.prelude, ',')
        .filter((s) => isUsed(s, used));
      if (selectors.length > 0)
        kept.push({ prelude: selectors.join(','), text: rule.text });
    }
  }
  return kept;
}

function* declarations(rules) {
  for (const rule of rules) {
    if (rule.rules)
      yield* declarations(rule.rules);
    else if (rule.text)
      yield rule;
  }
}

// Drops custom properties that nothing refers to, directly or by another one.
function pruneProperties(rules) {
  const wanted = new Set();
  const values = new Map();
  const queue = [];
  const want = (text) => {
    for (const [, name] of text.matchAll(/var\(\s*(--[\w-]+)/g)) {
      if (!wanted.has(name)) {
        wanted.add(name);
        queue.push(name);
      }
    }
  };
  for (const rule of declarations(rules)) {
    for (const declaration of splitTop(rule.text, ';')) {
      const at = declaration.indexOf(':');
      const name = declaration.slice(0, at).trim();
      if (name.startsWith('--'))
        values.set(name, (values.get(name) ?? '') + ' ' + declaration);
      else
        want(declaration);
    }
  }
  while (queue.length > 0)
    want(values.get(queue.pop()) ?? '');
  for (const rule of declarations(rules)) {
    rule.text = splitTop(rule.text, ';').filter((d) => {
      const name = d.slice(0, d.indexOf(':')).trim();
      return !name.startsWith('--') || wanted.has(name);
    }).join(';');
  }
}

function printCss(rules) {
  return rules.map((rule) => {
    if (rule.rules) {
      const inner = printCss(rule.rules);
      return inner && `${rule.prelude}{${inner}}`;
    }
    if (rule.statement)
      return rule.prelude + ';';
    return rule.text && `${rule.prelude}{${rule.text.replace(/\s+/g, ' ')}}`;
  }).join('\n').replace(/\n+/g, '\n');
}

// Every class that a page can carry: all of the sources and of the manual of
// markup, so that a snippet from there always works.
function usedClasses() {
  const used = new Set(['js']);
  const sources = [
    join(root, 'docs/pages.md'),
    ...walk(join(root, 'fcgi-apps'), /_view.*\.c$|^pages?.*\.c$/),
    ...walk(join(here, 'layout'), /\.html$/),
    ...walk(join(here, 'assets'), /\.js$/),
  ];
  for (const path of sources) {
    const text = readFileSync(path, 'utf8');
    for (const [name] of text.matchAll(/\b(?:kern|th)-[a-z0-9_-]*[a-z0-9]/g))
      used.add(name);
  }
  return used;
}

// ---- output -------------------------------------------------------------

const staging = join(out, `.assets-${process.pid}`);
const names = new Map();

function put(name, data) {
  const hash = createHash('sha256').update(data).digest('hex').slice(0, 10);
  const ext = extname(name);
  const hashed = `${name.slice(0, -ext.length)}-${hash}${ext}`;
  writeFileSync(join(staging, 'assets', hashed), data);
  if (ext !== '.woff2')
    writeFileSync(join(staging, 'assets', hashed + '.gz'),
      gzipSync(data, { level: 9 }));
  names.set(name, hashed);
  return hashed;
}

function fonts() {
  const dir = join(modules, '@fontsource/fira-sans');
  const ranges = JSON.parse(readFileSync(join(dir, 'unicode.json'), 'utf8'));
  let css = '';
  for (const subset of ['latin-ext', 'latin']) {
    for (const weight of [400, 600]) {
      const file = put(`fira-sans-${subset}-${weight}.woff2`, readFileSync(
        join(dir, 'files', `fira-sans-${subset}-${weight}-normal.woff2`)));
      css += `@font-face{font-family:"Fira Sans";font-style:normal;` +
        `font-display:swap;font-weight:${weight};` +
        `src:url(${file}) format("woff2");unicode-range:${ranges[subset]}}\n`;
    }
  }
  return css;
}

function styles() {
  const used = usedClasses();
  const kern = readFileSync(join(modules, '@kern-ux/native/dist/kern.css'),
    'utf8');
  const own = readFileSync(join(here, 'assets/torhaus.css'), 'utf8');
  const rules = [...prune(parseCss(kern), used), ...parseCss(own)];
  pruneProperties(rules);
  put('torhaus.css', fonts() + printCss(rules) + '\n');
}

// Without comments on lines of their own and without indentation; no template
// string of ours spans lines with either.
function slim(text) {
  return text.replace(/^\s*\/\*[^]*?\*\/\n/gm, '')
    .replace(/^\s*\/\/.*\n/gm, '').replace(/^\s+/gm, '');
}

function scripts() {
  const dir = join(here, 'assets');
  const files = readdirSync(dir).filter((f) => f.endsWith('.js'));
  const done = new Set();
  // What a module imports gets its hashed name first.
  function one(file) {
    if (done.has(file))
      return;
    done.add(file);
    let text = readFileSync(join(dir, file), 'utf8');
    for (const [, name] of text.matchAll(/['"]\.\/([\w-]+\.js)['"]/g)) {
      if (!files.includes(name))
        throw new Error(`${file} imports ${name}, which does not exist`);
      one(name);
    }
    text = text.replace(/(['"])\.\/([\w-]+\.js)\1/g,
      (_, q, name) => `${q}./${names.get(name)}${q}`);
    put(file, slim(text));
  }
  files.sort().forEach(one);
}

function pictures() {
  for (const file of readdirSync(join(here, 'assets'))) {
    if (/\.(svg|png)$/.test(file))
      put(file, readFileSync(join(here, 'assets', file)));
  }
}

function layout() {
  for (const file of readdirSync(join(here, 'layout'))) {
    const text = readFileSync(join(here, 'layout', file), 'utf8')
      .replace(/\{\{([\w.-]+)\}\}/g, (_, name) => {
        if (!names.has(name))
          throw new Error(`layout/${file} names ${name}, which does not exist`);
        return '/assets/' + names.get(name);
      });
    writeFileSync(join(staging, 'layout', file), text);
  }
}

function main() {
  for (const sub of ['assets', 'layout'])
    mkdirSync(join(staging, sub), { recursive: true });
  styles();
  scripts();
  pictures();
  layout();
  // New assets first, the fragments that name them last; old assets stay, so
  // that a page loaded before the change still finds its own.
  for (const sub of ['assets', 'layout']) {
    mkdirSync(join(out, sub), { recursive: true });
    for (const file of readdirSync(join(staging, sub)))
      renameSync(join(staging, sub, file), join(out, sub, file));
  }
  rmSync(staging, { recursive: true });
  for (const [name, hashed] of names) {
    const path = join(out, 'assets', hashed);
    const size = (p) => (statSync(p).size / 1024).toFixed(1) + ' KB';
    console.log(`assets: ${name} ${size(path)}` +
      (name.endsWith('.woff2') ? '' : `, ${size(path + '.gz')} compressed`));
  }
}

try {
  main();
} catch (error) {
  rmSync(staging, { recursive: true, force: true });
  console.error(`build-assets: ${error.message}`);
  process.exitCode = 1;
}
