// Saves a page of a stepped application while it is filled in, and says
// honestly whether it is saved. The sentences come with the page, in data
// attributes of the line [data-save-state]. Files are upload.js's.

const TYPING_MS = 3000; // after the last key
const LONGEST_MS = 15000; // of typing without a pause
const LEFT_FIELD_MS = 400;
const TIMEOUT_MS = 15000;
const RETRY_MS = [4000, 8000, 15000, 30000, 60000];
const HOLD_MS = 2500; // a button waits for a save that is under way
const KEEPALIVE_MAX = 60000; // bytes; browsers take 64 KiB

class Autosave {
  constructor(form, line) {
    this.form = form;
    this.line = line;
    this.saved = this.body();
    this.running = null;
    this.failures = 0;
    this.stopped = false; // conflict, or no access: buttons still work
    this.leaving = false;
    this.timer = 0;
    this.typingSince = 0;
  }

  start() {
    const { form, line } = this;
    // Saved every few seconds would be read out every few seconds; only what
    // changes matters.
    line.removeAttribute('role');
    this.voice = document.createElement('div');
    this.voice.className = 'kern-sr-only';
    this.voice.setAttribute('role', 'status');
    line.after(this.voice);
    form.elements.page_revision.autocomplete = 'off';
    form.addEventListener('input', () => this.plan(TYPING_MS));
    form.addEventListener('change', () => this.plan(LEFT_FIELD_MS));
    form.addEventListener('focusout', () => this.plan(LEFT_FIELD_MS));
    // Before everybody else: who stops a submission stops it here.
    document.addEventListener('submit', (event) => this.submit(event), true);
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'hidden')
        this.last();
    });
    window.addEventListener('pagehide', () => this.last());
    window.addEventListener('online', () => this.plan(0));
    window.addEventListener('offline', () => {
      if (this.isDirty())
        this.tell('offline', {}, true);
    });
    window.addEventListener('beforeunload', (event) => {
      if (!this.leaving && this.isDirty() &&
          (this.failures > 0 || this.stopped || navigator.onLine === false))
        event.preventDefault();
    });
    window.addEventListener('pageshow', (event) => {
      this.leaving = false;
      // Back again: what was saved since is on the server only.
      if (event.persisted && !this.isDirty())
        location.reload();
    });
  }

  body() {
    const pairs = new URLSearchParams();
    for (const [name, value] of new FormData(this.form))
      if (typeof value === 'string' && name !== 'action' &&
          name !== 'page_revision')
        pairs.append(name, value);
    return pairs.toString();
  }

  isDirty() {
    return this.body() !== this.saved;
  }

  plan(ms) {
    if (this.stopped || this.leaving || !this.isDirty())
      return;
    const now = Date.now();
    this.typingSince ||= now;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(),
      Math.max(0, Math.min(ms, this.typingSince + LONGEST_MS - now)));
  }

  request(body, keepalive) {
    const sent = `${body}${body && '&'}page_revision=${
      encodeURIComponent(this.form.elements.page_revision.value)
    }&action=autosave`;
    return fetch(this.form.getAttribute('action'), {
      method: 'POST',
      body: sent,
      headers: {
        'Content-Type': 'application/x-www-form-urlencoded',
        Accept: 'application/json, application/problem+json',
        'Accept-Language': document.documentElement.lang,
      },
      keepalive: keepalive && sent.length < KEEPALIVE_MAX,
      signal: AbortSignal.timeout?.(TIMEOUT_MS),
    });
  }

  // One at a time: two at once would look like a change from elsewhere.
  save(keepalive = false) {
    clearTimeout(this.timer);
    if (this.running || this.stopped || this.leaving || !this.isDirty())
      return;
    const body = this.body();
    this.typingSince = 0;
    this.running = this.request(body, keepalive)
      .then((response) => this.take(response, body))
      .catch(() => this.fail('offline'))
      .finally(() => {
        this.running = null;
        if (this.failures === 0)
          this.plan(TYPING_MS);
      });
  }

  // The page goes: now or never.
  last() {
    if (!this.running)
      this.save(true);
    else
      this.running.finally(() => this.save(true));
  }

  async take(response, body) {
    let answer = null;
    try {
      answer = await response.json();
    } catch {
      // a page of the web server instead of the answer
    }
    if (response.ok && Number.isInteger(answer?.page_revision)) {
      this.saved = body;
      this.form.elements.page_revision.value = answer.page_revision;
      this.tell('saved', { time: this.clock(answer.saved_at) },
        this.failures > 0);
      this.failures = 0;
      return;
    }
    if (response.status >= 500 || response.status === 429 || response.ok) {
      this.fail('failed');
      return;
    }
    this.stopped = true;
    this.tell(response.status === 409 ? 'conflict'
      : /session-expired$/.test(answer?.type) ? 'expired' : 'refused', {},
    true);
    if (response.status === 409)
      this.offerReload();
  }

  fail(why) {
    this.tell(navigator.onLine === false ? 'offline' : why, {},
      this.failures === 0);
    this.timer = setTimeout(() => this.save(),
      RETRY_MS[Math.min(this.failures++, RETRY_MS.length - 1)]);
  }

  clock(iso) {
    const at = new Date(iso);
    return new Intl.DateTimeFormat(document.documentElement.lang,
      { hour: '2-digit', minute: '2-digit' })
      .format(Number.isNaN(at.getTime()) ? new Date() : at);
  }

  tell(key, values = {}, aloud = false) {
    const sentence = (this.line.dataset[key] ?? '').replace(/\{(\w+)\}/g,
      (_, name) => String(values[name] ?? ''));
    this.line.textContent = sentence;
    this.line.classList.toggle('th-saved--not', key !== 'saved');
    if (aloud)
      this.voice.textContent = sentence;
  }

  offerReload() {
    const link = document.createElement('a');
    link.className = 'kern-link';
    link.href = location.href;
    link.textContent = this.line.dataset.reload;
    link.addEventListener('click', () => {
      this.leaving = true;
    });
    this.line.append(' ', link);
  }

  // A button saves everything itself. A save that is under way comes first, so
  // that the button's is the newer one.
  submit(event) {
    if (event.target !== this.form)
      return;
    clearTimeout(this.timer);
    if (!this.running) {
      this.leaving = true;
      // Stopped by another script: people stay.
      setTimeout(() => {
        this.leaving = !event.defaultPrevented;
      });
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    if (this.held)
      return;
    this.held = true;
    const { submitter } = event;
    Promise.race([this.running,
      new Promise((resolve) => setTimeout(resolve, HOLD_MS))]).then(() => {
      this.held = false;
      this.running = null;
      this.form.requestSubmit(submitter);
    });
  }
}

export function enhance(form) {
  const line = form.querySelector('[data-save-state]');
  if (line?.dataset.saved && form.elements.page_revision)
    new Autosave(form, line).start();
}
