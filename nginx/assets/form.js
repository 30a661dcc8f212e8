// A form that follows what people answer: conditional fields, characters left,
// and one submission for a double click.

import { holds, Unknown } from './conditions.js';
import { say } from './words.js';

// Seconds after which a submission that got no answer may be sent again. The
// submission id makes a repetition harmless.
const RETRY_AFTER_S = 8;

function json(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

// The controls of the field at an exact path.
function controls(form, path) {
  const found = form.elements.namedItem(path);
  if (!found)
    return [];
  return found instanceof RadioNodeList ? [...found] : [found];
}

// Whether anything inside a group is answered.
function hasAnswers(group) {
  return !isHidden(group) &&
    [...group.querySelectorAll('input, select, textarea')].some((c) =>
      !isHidden(c) && !c.closest('[data-item] > input') &&
      (/^(checkbox|radio)$/.test(c.type) ? c.checked : c.value !== ''));
}

function isHidden(element) {
  return element.closest('[hidden]') !== null;
}

// Looks a relative path up from the innermost scope outwards.
function candidates(path, scope) {
  const list = [];
  for (let s = scope; s; s = s.includes('.')
    ? s.slice(0, s.lastIndexOf('.')) : '')
    list.push(s + '.' + path);
  list.push(path);
  return list;
}

function answersOf(form) {
  const settings = json(form.dataset.settings ?? '');
  // Of other pages, by path; a repeating group's is the number of its items.
  const known = json(form.dataset.known ?? '') ?? {};
  const knownAt = (path, scope) =>
    candidates(path, scope).find((full) => Object.hasOwn(known, full));
  return {
    value(path, scope) {
      for (const full of candidates(path, scope)) {
        const list = controls(form, full)
          .filter((c) => !/^(submit|button)$/.test(c.type));
        if (list.length === 0) {
          const group = form.querySelector(
            `fieldset[data-field="${CSS.escape(full)}"]`);
          if (group?.classList.contains('th-repeat'))
            return group.querySelector('[data-item]') ? 'items' : '';
          if (group)
            return hasAnswers(group) ? 'answered' : '';
          continue;
        }
        const live = list.filter((c) => !isHidden(c));
        if (list[0].type === 'checkbox' && list.length > 1)
          return live.filter((c) => c.checked).map((c) => c.value);
        if (list[0].type === 'checkbox' || list[0].type === 'radio')
          return live.find((c) => c.checked)?.value ?? '';
        // Files that are here already have a hidden input each.
        if (list[0].type === 'file')
          return live.some((c) => c.type === 'file'
            ? c.files.length > 0 : c.value !== '') ? 'file' : '';
        return live[0]?.value.trim() ?? '';
      }
      const elsewhere = known[knownAt(path, scope)];
      if (typeof elsewhere === 'number')
        return elsewhere > 0 ? 'items' : '';
      return elsewhere;
    },
    isUnset(path, scope) {
      for (const full of candidates(path, scope)) {
        const [box] = controls(form, full);
        if (box)
          return box.matches('[data-checkbox] [type=checkbox]:not(:checked)')
            && !isHidden(box);
      }
      return false;
    },
    items(path, scope) {
      for (const full of candidates(path, scope)) {
        const group = form.querySelector(`[data-field="${CSS.escape(full)}"]`);
        if (!group)
          continue;
        if (isHidden(group))
          return [];
        const indices = new Set();
        const start = full + '.';
        for (const inner of group.querySelectorAll('[data-field], [name]')) {
          const name = inner.dataset.field ?? inner.name;
          if (name.startsWith(start))
            indices.add(name.slice(start.length).split('.')[0]);
        }
        return [...indices].filter((i) => /^\d+$/.test(i))
          .map((i) => start + i);
      }
      const full = knownAt(path, scope);
      return typeof known[full] === 'number'
        ? Array.from({ length: known[full] }, (_, i) => `${full}.${i}`)
        : undefined;
    },
    setting(name) {
      if (settings === undefined)
        return undefined;
      return name.split('.').reduce((at, key) => at?.[key], settings) ?? null;
    },
  };
}

// Where the names of an element's condition begin: beside its own field.
function scopeOf(element) {
  const path = element.closest('[data-field]')?.dataset.field ?? '';
  return path.includes('.') ? path.slice(0, path.lastIndexOf('.')) : '';
}

// Shows and hides in document order, so that a condition sees what the one
// before it decided. Questions that this page hid from the start are listed for
// the server, which asks before it takes an application without them; here they
// appear by themselves, unless a condition cannot be computed.
function follow(form) {
  const answers = answersOf(form);
  let knowsAll = true;
  for (const element of form.querySelectorAll('[data-show]')) {
    const condition = json(element.dataset.show);
    try {
      const shown = holds(condition, answers, scopeOf(element));
      element.hidden = !shown;
      if (element.matches('option'))
        element.disabled = !shown;
    } catch (error) {
      if (!(error instanceof Unknown))
        throw error;
      knowsAll = false;
    }
  }
  if (knowsAll)
    form.querySelector('[data-not-shown]')?.remove();
}

function countCharacters(area) {
  const max = Number(area.getAttribute('maxlength') ?? area.dataset.count);
  if (!max)
    return;
  // People shall see what is too much instead of losing it while pasting.
  area.removeAttribute('maxlength');
  const line = document.createElement('p');
  line.className = 'th-count';
  line.id = area.id + '-count';
  line.setAttribute('aria-live', 'polite');
  area.after(line);
  const update = () => {
    const left = max - [...area.value].length;
    line.textContent = left > max / 4 ? '' : left >= 0
      ? say('form.count', { n: left }) : say('form.over', { n: -left });
  };
  area.addEventListener('input', update);
  update();
}

// The second click within a moment is dropped; later it may be a retry, which
// is always let through.
function guard(form) {
  let sent = 0;
  let timer = 0;
  const release = () => {
    sent = 0;
    clearTimeout(timer);
    form.classList.remove('th-busy');
    form.removeAttribute('aria-busy');
  };
  form.addEventListener('submit', (event) => {
    if (event.defaultPrevented)
      return;
    if (sent && Date.now() - sent < RETRY_AFTER_S * 1000) {
      event.preventDefault();
      return;
    }
    sent = Date.now();
    form.classList.add('th-busy');
    form.setAttribute('aria-busy', 'true');
    timer = setTimeout(release, RETRY_AFTER_S * 1000);
  });
  // Back from the next page, or stopped by hand.
  window.addEventListener('pageshow', release);
  window.addEventListener('keydown', (event) => {
    if (event.key === 'Escape')
      release();
  });
}

export function enhance(form) {
  form.addEventListener('input', () => follow(form));
  form.addEventListener('change', () => follow(form));
  form.querySelectorAll('textarea[data-count]').forEach(countCharacters);
  guard(form);
  follow(form);
  // The browser may restore answers after this script ran.
  window.addEventListener('pageshow', () => follow(form));
}
