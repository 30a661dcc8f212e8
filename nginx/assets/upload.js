// Uploads while people go on filling in: progress, drag and drop, cancel,
// remove. Each file goes to /dokument/ on its own; where anything is missing
// for that, the plain file field is left as it is.

import { bytes, say } from './words.js';

const URL_UPLOAD = '/dokument/';

// One polite voice for all fields of the page.
let voice;
function announce(text) {
  if (!voice) {
    voice = document.createElement('div');
    voice.className = 'kern-sr-only';
    voice.setAttribute('role', 'status');
    document.body.append(voice);
  }
  voice.textContent = text;
}

function element(name, className, text) {
  const e = document.createElement(name);
  if (className)
    e.className = className;
  if (text !== undefined)
    e.textContent = text;
  return e;
}

function button(text, name) {
  const e = element('button', 'kern-btn kern-btn--tertiary kern-btn--x-small');
  e.type = 'button';
  const label = element('span', 'kern-label', text);
  label.append(element('span', 'kern-sr-only', ' ' + name));
  e.append(label);
  return e;
}

function errorLine(text) {
  const line = element('p', 'kern-error');
  const icon = element('span', 'kern-icon kern-icon--danger');
  icon.setAttribute('aria-hidden', 'true');
  line.append(icon, element('span', 'kern-body', text));
  return line;
}

// What the server said, in the page's language; else our own sentence.
function reason(request, name) {
  try {
    const { detail } = JSON.parse(request.responseText);
    if (typeof detail === 'string' && detail !== '')
      return `${name}: ${detail}`;
  } catch {
    // not JSON: an error page of the web server
  }
  return say('upload.failed', { name });
}

class Upload {
  constructor(field) {
    this.field = field;
    this.input = field.querySelector('input[type="file"]');
    this.form = field.closest('form');
    this.list = field.querySelector('.th-files');
    this.path = field.dataset.field;
    this.maxBytes = Number(field.dataset.maxBytes) || Infinity;
    this.maxFiles = Number(field.dataset.maxFiles) || Infinity;
    this.accept = (field.dataset.accept ?? '').split(/\s+/).filter(Boolean);
    this.queue = [];
    this.running = null;
  }

  start() {
    this.input.addEventListener('change', () => this.take());
    for (const name of ['dragenter', 'dragover', 'dragleave', 'drop'])
      this.field.addEventListener(name, (event) => this.drag(event));
    this.list.addEventListener('click', (event) => this.removeClick(event));
    this.form.addEventListener('submit', (event) => this.holdBack(event));
    // Chosen before this script was there.
    if (this.input.files.length > 0)
      this.take();
    const tip = element('p', 'th-count', say('upload.drop'));
    tip.setAttribute('aria-hidden', 'true');
    this.input.after(tip);
  }

  count() {
    return this.list.querySelectorAll('[data-document]').length +
      this.queue.length + (this.running ? 1 : 0);
  }

  // Takes the chosen files out of the field, so that the form does not send
  // them a second time.
  take() {
    const files = [...this.input.files];
    this.input.value = '';
    this.add(files);
  }

  drag(event) {
    if (![...event.dataTransfer.types].includes('Files'))
      return;
    event.preventDefault();
    this.field.classList.toggle('th-upload--over',
      event.type === 'dragenter' || event.type === 'dragover');
    if (event.type === 'drop')
      this.add([...event.dataTransfer.files]);
  }

  add(files) {
    for (const file of files) {
      const row = this.row(file.name, bytes(file.size));
      const problem = this.check(file);
      if (problem) {
        this.fail(row, file, problem, false);
        continue;
      }
      this.queue.push({ file, row });
    }
    this.next();
  }

  // The server checks again, by content.
  check(file) {
    const name = file.name;
    if (this.count() >= this.maxFiles)
      return say('upload.too_many', { name, max: this.maxFiles });
    if (file.size === 0)
      return say('upload.empty', { name });
    if (file.size > this.maxBytes)
      return say('upload.too_large',
        { name, size: bytes(file.size), max: bytes(this.maxBytes) });
    if (file.type && this.accept.length > 0 &&
        !this.accept.includes(file.type))
      return say('upload.type', { name });
    return '';
  }

  row(name, size) {
    const row = element('li', 'th-file');
    row.append(element('span', 'th-file__name', name),
      element('span', 'th-file__size', size));
    this.list.append(row);
    this.list.hidden = false;
    return row;
  }

  next() {
    if (this.running || this.queue.length === 0)
      return;
    const { file, row } = this.queue.shift();
    this.running = this.send(file, row);
  }

  done() {
    this.running = null;
    this.next();
  }

  send(file, row) {
    const name = file.name;
    const progress = document.createElement('progress');
    progress.max = 100;
    progress.value = 0;
    progress.setAttribute('aria-label', name);
    const bar = element('div', 'kern-progress');
    bar.append(progress);
    const cancel = button(say('upload.cancel'), name);
    row.append(cancel, bar);

    const body = new FormData();
    body.append('submission_id', this.form.elements.submission_id.value);
    body.append('service', this.form.dataset.service ??
      this.form.getAttribute('action').split('/')[2]);
    body.append('field', this.path);
    body.append('file', file, name);

    const request = new XMLHttpRequest();
    let spoken = 0;
    request.upload.addEventListener('progress', (event) => {
      if (!event.lengthComputable)
        return;
      const percent = Math.floor(100 * event.loaded / event.total);
      progress.value = percent;
      if (percent >= spoken + 25 && percent < 100) {
        spoken = percent;
        announce(say('upload.running', { name, percent }));
      }
    });
    request.upload.addEventListener('load', () => {
      progress.removeAttribute('value');
      announce(say('upload.checking', { name }));
    });
    const finish = (report) => {
      bar.remove();
      cancel.remove();
      report();
      this.done();
    };
    request.addEventListener('load', () => finish(() => {
      let answer = null;
      if (request.status === 200 || request.status === 201) {
        try {
          answer = JSON.parse(request.responseText);
        } catch {
          // a proxy's page instead of the answer
        }
      }
      if (answer?.id)
        this.kept(row, file, answer);
      else
        this.fail(row, file, reason(request, name),
          request.status >= 500 || request.status === 429);
    }));
    request.addEventListener('error', () => finish(() =>
      this.fail(row, file, say('upload.offline', { name }), true)));
    request.addEventListener('timeout', () => finish(() =>
      this.fail(row, file, say('upload.offline', { name }), true)));
    request.addEventListener('abort', () => finish(() => {
      row.remove();
      this.input.focus();
      announce(say('upload.cancelled', { name }));
    }));
    cancel.addEventListener('click', () => request.abort());

    request.open('POST', URL_UPLOAD);
    request.setRequestHeader('Accept',
      'application/json, application/problem+json');
    request.setRequestHeader('Accept-Language', document.documentElement.lang);
    request.send(body);
    return request;
  }

  kept(row, file, answer) {
    const name = answer.name ?? file.name;
    row.dataset.document = answer.id;
    const label = row.querySelector('.th-file__name');
    const link = element('a', 'kern-link', name);
    link.href = `${URL_UPLOAD}${encodeURIComponent(
      this.form.elements.submission_id.value)}/${encodeURIComponent(answer.id)}`;
    label.replaceChildren(link);
    const held = document.createElement('input');
    held.type = 'hidden';
    held.name = this.path;
    held.value = answer.id;
    row.append(held);
    if (answer.size)
      row.querySelector('.th-file__size').textContent = bytes(answer.size);
    // The same button as the server writes: works if the script later fails.
    const remove = button(say('upload.remove'), name);
    remove.type = 'submit';
    remove.name = 'action';
    remove.value = 'remove-file:' + answer.id;
    remove.formNoValidate = true;
    row.append(remove);
    announce(say('upload.done', { name }));
    this.form.dispatchEvent(new Event('change'));
  }

  fail(row, file, text, again) {
    row.append(errorLine(text));
    if (again) {
      const retry = button(say('upload.retry'), file.name);
      retry.addEventListener('click', () => {
        row.remove();
        this.add([file]);
      });
      row.append(retry);
    }
    const dismiss = button(say('upload.dismiss'), file.name);
    dismiss.addEventListener('click', () => {
      row.remove();
      this.input.focus();
    });
    row.append(dismiss);
    announce(text);
  }

  // Remove without loading the page anew; if that fails, the button's own
  // submission does it.
  removeClick(event) {
    const pressed = event.target.closest('button[value^="remove-file:"]');
    if (!pressed || pressed.dataset.plain !== undefined)
      return;
    event.preventDefault();
    const row = pressed.closest('.th-file');
    const name = row.querySelector('.th-file__name').textContent.trim();
    const body = new FormData();
    body.append('submission_id', this.form.elements.submission_id.value);
    body.append('service', this.form.dataset.service ??
      this.form.getAttribute('action').split('/')[2]);
    body.append('action', pressed.value);
    pressed.disabled = true;
    fetch(URL_UPLOAD, {
      method: 'POST', body, headers: { Accept: 'application/json' },
    }).then((response) => {
      if (!response.ok)
        throw new Error(String(response.status));
      row.remove();
      this.input.focus();
      announce(say('upload.removed', { name }));
      this.form.dispatchEvent(new Event('change'));
    }).catch(() => {
      pressed.disabled = false;
      pressed.dataset.plain = '';
      pressed.click();
    });
  }

  // Files under way belong to the application.
  holdBack(event) {
    const value = event.submitter?.value ?? 'submit';
    if (value !== 'submit' || (!this.running && this.queue.length === 0))
      return;
    event.preventDefault();
    event.stopImmediatePropagation();
    announce(say('upload.wait'));
    this.field.scrollIntoView({ block: 'center' });
  }
}

export function enhance(field) {
  const form = field.closest('form');
  if (!form?.elements.submission_id || !field.querySelector('.th-files') ||
      typeof FormData === 'undefined')
    return;
  new Upload(field).start();
}
