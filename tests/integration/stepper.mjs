// A browser without scripts in a stepped form: it keeps cookies, sends what a
// page has in its inputs, and presses buttons.

import assert from 'node:assert/strict';
import { get, multipart, postForm, send } from './client.mjs';

const unescape = (s) => s.replace(/&quot;/g, '"').replace(/&lt;/g, '<')
  .replace(/&gt;/g, '>').replace(/&#39;/g, "'").replace(/&amp;/g, '&');

// The inputs that a page has, as a browser would send them.
export function inputsOf(text) {
  const form = text.slice(text.indexOf('<form class="th-form"'));
  const pairs = [];
  for (const [tag] of form.matchAll(/<(?:input|textarea)[^>]*>[^<]*/g)) {
    const attribute = (name) => {
      const found = tag.match(new RegExp(` ${name}="([^"]*)"`));
      return found && unescape(found[1]);
    };
    const type = attribute('type');
    const name = attribute('name');
    if (!name || type === 'file' || name === 'action' || name === 'answer')
      continue;
    if ((type === 'radio' || type === 'checkbox') && !/ checked/.test(tag))
      continue;
    if (tag.startsWith('<textarea'))
      pairs.push([name, unescape(tag.slice(tag.indexOf('>') + 1).trim())]);
    else
      pairs.push([name, attribute('value') ?? '']);
  }
  return pairs;
}

// Replaces pairs by name; a list sets several, null takes away.
export function filled(pairs, answers) {
  const out = pairs.filter(([name]) => !(name in answers));
  for (const [name, value] of Object.entries(answers))
    for (const one of value === null ? [] : [value].flat())
      out.push([name, one]);
  return out;
}

export class Browser {
  cookies = {};

  headers() {
    const list = Object.entries(this.cookies).map(([k, v]) => `${k}=${v}`);
    return list.length ? { Cookie: list.join('; ') } : {};
  }

  take(res) {
    for (const line of res.headers['set-cookie'] ?? []) {
      const [, name, value] = line.match(/^([^=]+)=([^;]*)/);
      this.cookies[name] = value;
    }
    return res;
  }

  async get(path) {
    return this.take(await get(path, this.headers()));
  }

  async post(path, pairs, headers = {}) {
    return this.take(await postForm(path, pairs,
      { ...this.headers(), ...headers }));
  }

  async postFiles(path, parts) {
    const { type, body } = multipart(parts);
    return this.take(await send('POST', path, {
      headers: { ...this.headers(), 'Content-Type': type }, body }));
  }

  // Begins a draft; its address without the page.
  async begin(path, more = []) {
    const page = await this.get(path);
    assert.equal(page.status, 200, page.text.slice(0, 300));
    const id = page.text.match(/name="submission_id" value="([0-9a-f]{32})"/)[1];
    const res = await this.post(path,
      [['submission_id', id], ...more, ['action', 'begin']]);
    assert.equal(res.status, 303, res.text.slice(0, 400));
    this.base = res.headers.location.replace(/\/[^/]*$/, '');
    this.id = id;
    return res;
  }

  // Opens a page, fills it in and presses a button.
  async fill(page, answers, action = 'next') {
    const shown = await this.get(`${this.base}/${page}`);
    assert.equal(shown.status, 200, `${page}: ${shown.status}`);
    return this.post(`${this.base}/${page.split('?')[0]}`,
      [...filled(inputsOf(shown.text), answers), ['action', action]]);
  }

  goesTo(res, page) {
    assert.equal(res.status, 303, res.text.slice(0, 600));
    assert.equal(res.headers.location, `${this.base}/${page}`);
  }
}
