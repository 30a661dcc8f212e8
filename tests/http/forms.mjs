// Forms as people without scripts send them, and exactly once.

import {
  answered, asPairs, get, newId, postForm, sample, sql,
} from './client.mjs';
import { check, finish, story } from '../browser/report.mjs';

const services =
  ['bewohnerparkausweis', 'hundesteuer-anmeldung', 'maengelmeldung'];

const count = (id) =>
  Number(sql(`SELECT COUNT(*) FROM vorgang WHERE submission_id = X'${id}'`));

async function formPage(service) {
  const page = await get(`/antrag/${service}/`);
  const id = page.text.match(/name="submission_id" value="([0-9a-f]{32})"/);
  if (page.status !== 200 || !id)
    throw new Error(`no form: ${answered(page)}`);
  return id[1];
}

for (const service of services) {
  const path = `/antrag/${service}/`;
  const data = asPairs(sample(service));

  await story(`${service}: each page has its own submission id`, async () => {
    const a = await formPage(service);
    const b = await formPage(service);
    if (a === b)
      throw new Error(`both ${a}`);
  });

  await story(`${service}: an empty form comes back with errors`, async () => {
    const id = await formPage(service);
    const res = await postForm(path,
      [['submission_id', id], ['action', 'submit']]);
    if (res.status !== 422 || !res.text.includes('data-error-summary') ||
        !res.text.includes(id) || count(id) !== 0)
      throw new Error(answered(res));
  });

  await story(`${service}: what was typed comes back`, async () => {
    const id = await formPage(service);
    const typed = '<b>"Ümläut" & \u{1F415}</b>';
    const some = data.filter(([key]) => !key.includes('truth') &&
      !key.includes('family_name') && key !== 'description');
    const field = service === 'maengelmeldung' ? 'location_text'
      : 'address.street';
    const res = await postForm(path, [['submission_id', id],
      ...some.filter(([key]) => key !== field), [field, typed],
      ['action', 'submit']]);
    if (res.status !== 422 || !res.text.includes('&lt;b&gt;') ||
        !res.text.includes('Ümläut') || res.text.includes(typed))
      throw new Error(answered(res));
  });

  await story(`${service}: accepted, shown, and only once`, async () => {
    const id = await formPage(service);
    const fields = [['submission_id', id], ...data, ['action', 'submit']];
    const first = await postForm(path, fields);
    if (first.status !== 303)
      throw new Error(`first: ${answered(first)}`);
    const link = first.headers.location;
    const again = await postForm(path, fields);
    if (again.status !== 303 || again.headers.location !== link)
      throw new Error(`again: ${answered(again)}`);
    const page = await get(new URL(link, 'http://x').pathname);
    const reference = page.text.match(/[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{2}/);
    if (page.status !== 200 || !reference)
      throw new Error(`status page: ${answered(page)}`);
    const other = await postForm(path, fields.map(([key, value]) =>
      [key, typeof value === 'string' && /description|family_name/.test(key)
        ? value + 's' : value]));
    if (other.status !== 409 || !other.text.includes(reference[0]))
      throw new Error(`other answers: ${answered(other)}`);
    if (count(id) !== 1)
      throw new Error(`${count(id)} Vorgaenge`);
  });

  await story(`${service}: twenty clicks at once make one`, async () => {
    const id = newId();
    const fields = [['submission_id', id], ...data, ['action', 'submit']];
    const all = await Promise.all(Array.from({ length: 20 },
      () => postForm(path, fields)));
    const links = new Set(all.map((res) => res.headers.location));
    if (all.some((res) => res.status !== 303) || links.size !== 1 ||
        count(id) !== 1)
      throw new Error(all.map((res) => res.status).join(' ') +
        `, ${links.size} links, ${count(id)} Vorgaenge`);
  });

  await story(`${service}: English by address, then by cookie`, async () => {
    const res = await get(`${path}?sprache=en`);
    const cookie = String(res.headers['set-cookie'] ?? '').split(';')[0];
    const next = await postForm(path,
      [['submission_id', newId()], ['action', 'submit']], { Cookie: cookie });
    if (!res.text.includes('<html lang="en"') || cookie !== 'sprache=en' ||
        !next.text.includes('<html lang="en"'))
      throw new Error(answered(res));
  });
}

{
  const res = await postForm('/antrag/maengelmeldung/',
    [['submission_id', newId()], ['action', 'language:en'],
      ['description', 'Ein Loch']]);
  check('language button keeps what was typed', res.status === 200 &&
    res.text.includes('lang="en"') && res.text.includes('Ein Loch'),
  answered(res));
}
{
  const res = await postForm('/antrag/hundesteuer-anmeldung/',
    [['submission_id', newId()], ['action', 'add:dogs'],
      ['dogs.0.breed', 'Dackel']]);
  check('one more dog', res.status === 200 &&
    res.text.includes('dogs.1.breed') && res.text.includes('Dackel') &&
    !res.text.includes('data-error-summary'), answered(res));
}
{
  const all = () => sql('SELECT COUNT(*) FROM vorgang');
  const before = all();
  const res = await postForm('/antrag/maengelmeldung/',
    [['submission_id', "x' OR 1"], ...asPairs(sample('maengelmeldung')),
      ['action', 'submit']]);
  check('a wrong submission id makes no application',
    (res.status === 400 || res.status === 422) && all() === before,
    answered(res));
}
{
  const res = await postForm('/antrag/gibt-es-nicht/',
    [['submission_id', newId()], ['action', 'submit']]);
  check('an unknown service', res.status === 404, answered(res));
}
{
  const res = await postForm('/antrag/maengelmeldung/',
    [['submission_id', newId()], ['action', 'submit']],
    { Origin: 'https://evil.example' });
  check('a form of another site is refused', res.status === 403,
    answered(res));
}
finish();
