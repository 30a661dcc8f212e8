// Plain German and Arabic: only where a service has them, switching keeps what
// was typed, and pages from right to left hold together. 60-browser.sh imports
// the invented service of tests/data/arabic.

import assert from 'node:assert/strict';

import { base, close, launch, mailBase, picture } from './browser.mjs';
import { accessible, journey as tell } from './look.mjs';
import { finish } from './report.mjs';
import { errorAt, fill, open, press } from './steps.mjs';

const html = (page, name) => page.getAttribute('html', name);

const inDays = (n) => {
  const day = new Date(Date.now() + n * 86400000);
  return new Intl.DateTimeFormat('de-DE', { day: '2-digit', month: '2-digit',
    year: 'numeric', timeZone: 'Europe/Berlin' }).format(day);
};

// The newest mail to an address.
async function mailTo(address) {
  for (let i = 0; i < 120; i++) {
    const list = await (await fetch(
      `${mailBase}/api/mails?to=${encodeURIComponent(address)}`)).json();
    const all = Array.isArray(list) ? list : list.mails;
    if (all.length > 0)
      return all[0];
    await new Promise((done) => setTimeout(done, 500));
  }
  throw new Error(`no mail to ${address}`);
}

const journey = (name, ...rest) => tell(`languages: ${name}`, ...rest);

await launch();

for (const size of ['desktop', 'phone'])
  await journey(`Arabic from right to left, ${size}`, { size },
    async (page) => {
      await open(page, '/leistungen/strassenfest/');
      await page.locator('header a[hreflang="ar"]').click();
      assert.equal(await html(page, 'lang'), 'ar');
      assert.equal(await html(page, 'dir'), 'rtl');
      await accessible(page, `service-strassenfest-${size}-ar`);
      await open(page, '/leistungen/strassenfest/datenschutz/');
      assert.equal(await html(page, 'dir'), 'rtl');
      await accessible(page, `notice-strassenfest-${size}-ar`);
      // A page without Arabic speaks English, from left to right.
      await open(page, '/hilfe/');
      assert.equal(await html(page, 'lang'), 'en');
      assert.notEqual(await html(page, 'dir'), 'rtl');
      assert.equal(await page.locator('a[hreflang="ar"]').count(), 0);
      await open(page, '/antrag/strassenfest/');
      assert.equal(await html(page, 'dir'), 'rtl');
      await press(page, 'submit');
      await errorAt(page, 'title').waitFor();
      assert.match(await page.title(), /^خطأ/);
      await accessible(page, `form-strassenfest-errors-${size}-ar`);
      // The skip link and the labels stand at the right.
      const label = await page.locator('label[for="f-title"]').boundingBox();
      const input = await page.locator('#f-title').boundingBox();
      assert.ok(Math.abs(label.x + label.width - input.x - input.width) < 40,
        `label ends at ${label.x + label.width}, input at ` +
        `${input.x + input.width}`);
    });

await journey('Arabic application, from form to mail and receipt', {},
  async (page) => {
    const email = `fest.${Date.now()}@example.org`;

    await open(page, '/antrag/strassenfest/');
    await fill(page, { title: 'Lindenfest', day: inDays(40), place: 'markt',
      music: true });
    // To Arabic and on: nothing typed is lost.
    await press(page, 'language:ar');
    assert.equal(await html(page, 'dir'), 'rtl');
    assert.equal(await page.inputValue('#f-title'), 'Lindenfest');
    await fill(page, { until: '21:30', guests: '80',
      name: 'Zoë Łukasiewicz', email, rules_ok: 'true',
      remark: 'الحفل في الفناء الخلفي' });
    await press(page, 'add:stalls');
    await fill(page, { 'stalls.0.kind': 'food' });
    await picture(page, 'form-strassenfest-filled-desktop-ar');
    await press(page, 'submit');
    await page.waitForURL('**/vorgang/l/**');
    assert.equal(await html(page, 'dir'), 'rtl');
    assert.ok((await page.textContent('main')).includes('الحفل في الفناء'));
    await accessible(page, 'status-strassenfest-desktop-ar');
    const receipt = await page.evaluate(async (url) => {
      const response = await fetch(url);
      return [response.status, (await response.text()).slice(0, 5)];
    }, page.url().replace(/\?.*/, '').replace(/\/?$/, '/beleg.pdf'));
    assert.deepEqual(receipt, [200, '%PDF-']);
    const mail = await mailTo(email);
    assert.match(mail.subject, /لقد وصل تسجيلك/);
    assert.match(mail.html, /<html lang="ar" dir="rtl">/);
  });

await journey('switching there and back keeps what was typed', {},
  async (page) => {
    await open(page, '/antrag/maengelmeldung/');
    await fill(page, { description: 'Die Laterne ist „dunkel“ <b>&amp;</b> ä' });
    for (const code of ['leicht', 'en', 'de']) {
      await press(page, `language:${code}`);
      assert.equal(await html(page, 'lang'),
        code === 'leicht' ? 'de-simple' : code);
      assert.equal(await page.inputValue('#f-description'),
        'Die Laterne ist „dunkel“ <b>&amp;</b> ä');
    }
  });

await journey('plain German without scripts', { scripts: false },
  async (page) => {
    await open(page, '/leistungen/maengelmeldung/?sprache=leicht');
    assert.equal(await html(page, 'lang'), 'de-simple');
    await picture(page, 'service-maengelmeldung-desktop-leicht');
    await open(page, '/antrag/maengelmeldung/');
    await press(page, 'submit');
    assert.match(await errorAt(page, 'description').textContent(),
      /Was ist kaputt/);
    await fill(page, { category: 'street_light', danger: false,
      description: 'Die Laterne ist dunkel.', location_text: 'Am Markt 1',
      contact_wanted: false, publish_ok: false });
    // Without scripts the first try brings the questions that now apply.
    await press(page, 'submit');
    assert.match(await page.textContent('main'), /Es gibt noch mehr Fragen/);
    await press(page, 'submit');
    await page.waitForURL('**/vorgang/l/**');
    assert.equal(await html(page, 'lang'), 'de-simple');
    assert.match(await page.textContent('main'), /Wir haben Ihre Meldung/);
    // What plain German lacks, German says.
    await open(page, '/impressum/');
    assert.equal(await html(page, 'lang'), 'de');
  });

await journey('plain German has no barriers', {}, async (page) => {
  for (const path of ['/leistungen/sperrmuell/', '/antrag/sperrmuell/',
    '/leistungen/sperrmuell/datenschutz/']) {
    await open(page, `${path}?sprache=leicht`);
    assert.equal(await html(page, 'lang'), 'de-simple');
    await accessible(page, `leicht${path.replaceAll('/', '-')}`);
  }
});

await journey('feedback, beside a form that stays as it is', {},
  async (page) => {
    await open(page, '/antrag/maengelmeldung/');
    await fill(page, { description: 'halb fertig' });
    await page.locator('.th-feedback summary').click();
    await page.fill('#fuss-anmerkung', 'Zu lang. Mail an a@b.example');
    const [thanks] = await Promise.all([
      page.context().waitForEvent('page'),
      page.locator('.th-feedback button[value="nein"]').click(),
    ]);
    await thanks.waitForLoadState();
    assert.match(await thanks.textContent('h1'), /Vielen Dank/);
    assert.equal(await thanks.locator('main a[href]').count(), 0);
    await thanks.close();
    assert.equal(await page.inputValue('#f-description'), 'halb fertig');
  });

await journey('feedback leads back to the page', { scripts: false },
  async (page) => {
    await open(page, '/hilfe/');
    await page.locator('.th-feedback button[value="ja"]').click();
    assert.match(await page.textContent('h1'), /Vielen Dank/);
    await picture(page, 'feedback-thanks-desktop-light-de');
    await page.locator('main .th-actions a').click();
    assert.equal(page.url(), `${base}/hilfe/`);
  });

await close();
finish();
