// The web page of the mail sink.

const words = {
  de: {
    title: 'Mails der Vorführung', none: 'Noch keine Mail angekommen.',
    from: 'Von', to: 'An', subject: 'Betreff', time: 'Zeit',
    intro: 'Hier kommt jede Mail an, die Torhaus auf diesem Rechner ' +
      'verschickt. Nichts verlässt den Rechner.',
    links: 'Links in dieser Mail', html: 'HTML-Fassung', text: 'Textfassung',
    headers: 'Kopfzeilen', back: 'Alle Mails', other: 'English',
    reload: 'Aktualisieren', raw: 'Quelltext', missing: 'Diese Mail gibt es ' +
      'nicht (mehr).', first: (n, all) => `Die neuesten ${n} von ${all} Mails`,
  },
  en: {
    title: 'Mails of the demo', none: 'No mail has arrived yet.',
    from: 'From', to: 'To', subject: 'Subject', time: 'Time',
    intro: 'Every mail that Torhaus sends on this machine arrives here. ' +
      'Nothing leaves the machine.',
    links: 'Links in this mail', html: 'HTML version', text: 'Text version',
    headers: 'Headers', back: 'All mails', other: 'Deutsch',
    reload: 'Refresh', raw: 'Source', missing: 'This mail does not exist ' +
      '(any more).', first: (n, all) => `The newest ${n} of ${all} mails`,
  },
};

const marks = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const esc = (s) => String(s).replace(/[&<>"]/g, (c) => marks[c]);

export const css = `
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 0 auto; padding: 1rem; }
header { display: flex; gap: 1rem; align-items: baseline; flex-wrap: wrap; }
h1 { margin: 0; flex: 1; font-size: 1.5rem; overflow-wrap: anywhere; }
h2 { font-size: 1.125rem; margin: 1.5rem 0 .5rem; }
.mails { list-style: none; padding: 0; }
.mails li { border-top: 1px solid #8888; padding: .6rem 0; }
.mails a { font-weight: 600; }
.mails span, dt { opacity: .8; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; }
dd { margin: 0; overflow-wrap: anywhere; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; border: 1px solid #8888;
  padding: 1rem; margin: 0; }
iframe { width: 100%; height: 36rem; border: 1px solid #8888;
  background: #fff; }
`;

function page(lang, title, body, path) {
  const t = words[lang];
  const other = lang === 'de' ? 'en' : 'de';
  return `<!DOCTYPE html>
<html lang="${lang}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${esc(title)}</title><link rel="stylesheet" href="/mails.css"></head>
<body><header><h1>${esc(title)}</h1>
<a href="${esc(path)}?sprache=${other}" lang="${other}">${t.other}</a></header>
<main>${body}</main></body></html>
`;
}

const time = (iso, lang) => new Intl.DateTimeFormat(
  lang === 'de' ? 'de-DE' : 'en-GB',
  { dateStyle: 'medium', timeStyle: 'medium', timeZone: 'Europe/Berlin' })
  .format(new Date(iso));

const who = (a) => a ? (a.name ? `${a.name} <${a.address}>` : a.address) : '';

export function listPage(lang, mails, all) {
  const t = words[lang];
  const rows = mails.map((m) => `<li>
<a href="/mail/${m.id}?sprache=${lang}">${esc(m.subject || '–')}</a><br>
<span>${t.to} ${esc(m.envelope_to.join(', '))} · ` +
    `${esc(time(m.received, lang))}</span></li>`).join('\n');
  return page(lang, t.title, `<p>${t.intro}</p>
<p><a href="/?sprache=${lang}">${t.reload}</a></p>
${mails.length < all ? `<p>${t.first(mails.length, all)}</p>` : ''}
${rows ? `<ul class="mails">${rows}</ul>` : `<p>${t.none}</p>`}`, '/');
}

export function mailPage(lang, m) {
  const t = words[lang];
  const links = [...new Set(m.text.match(/https?:\/\/[^\s<>"]+/g) ?? [])]
    .map((url) => url.replace(/[.,;:!?)]+$/, ''));
  const path = `/mail/${m.id}`;
  return page(lang, m.subject || '–', `
<p><a href="/?sprache=${lang}">${t.back}</a> ·
<a href="${path}/quelltext">${t.raw}</a></p>
<dl><dt>${t.from}</dt><dd>${esc(who(m.from))}</dd>
<dt>${t.to}</dt><dd>${esc(m.envelope_to.join(', '))}</dd>
<dt>${t.time}</dt><dd>${esc(time(m.received, lang))}</dd></dl>
${links.length ? `<h2>${t.links}</h2><ul>${links.map((url) =>
    `<li><a href="${esc(url)}" rel="noreferrer">${esc(url)}</a></li>`)
    .join('')}</ul>` : ''}
${m.html ? `<h2>${t.html}</h2><iframe title="${t.html}"
 sandbox="allow-popups allow-popups-to-escape-sandbox"
 src="${path}/html"></iframe>` : ''}
${m.text ? `<h2>${t.text}</h2><pre>${esc(m.text)}</pre>` : ''}
<details><summary>${t.headers}</summary><pre>${esc(m.headers.map(([k, v]) =>
    `${k}: ${v}`).join('\n'))}</pre></details>`, path);
}

export function missingPage(lang) {
  const t = words[lang];
  return page(lang, t.missing,
    `<p><a href="/?sprache=${lang}">${t.back}</a></p>`, '/');
}

// The mail's own HTML; its links open in a new tab, outside the sandbox.
export function mailHtml(m) {
  return `<base target="_blank">${m.html}`;
}
