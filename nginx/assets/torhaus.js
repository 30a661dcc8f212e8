// The only script that pages name: says that scripts work, and loads what the
// page asks for. Everything here is an addition; pages work without.

document.documentElement.classList.add('js');

const modules = [
  ['form[data-form]', () => import('./form.js')],
  ['form[data-autosave]', () => import('./autosave.js')],
  ['[data-upload]', () => import('./upload.js')],
  ['[data-position]', () => import('./position.js')],
];

for (const [selector, load] of modules) {
  const elements = document.querySelectorAll(selector);
  if (elements.length > 0) {
    load().then((module) => elements.forEach((e) => module.enhance(e)))
      .catch((error) => console.warn(error));
  }
}

for (const button of document.querySelectorAll('[data-print]'))
  button.addEventListener('click', () => window.print());

// What went wrong is read first.
const summary = document.querySelector('[data-error-summary]');
if (summary) {
  summary.focus();
  // A link of the summary leads into the field, also where that is a group.
  summary.addEventListener('click', (event) => {
    const link = event.target.closest('a[href^="#"]');
    const target = link &&
      document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (!target)
      return;
    const field = target.matches('input, select, textarea, button')
      ? target : target.querySelector('input, select, textarea, button');
    if (field) {
      event.preventDefault();
      field.focus({ preventScroll: true });
      (field.closest('[data-field]') ?? field).scrollIntoView({ block: 'start' });
    }
  });
}
