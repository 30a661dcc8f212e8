// Holds the answers against OSCI's XML schemas, where these are at hand.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { skip, test } from '../integration/check.mjs';
import { dir } from '../integration/client.mjs';

const schemas = process.env.OSCI_SCHEMAS ?? '';
const kept = new Map();

// What the schemas import from elsewhere, as it lies beside them.
const imported = {
  'xml.xsd': ['http://www.w3.org/2001/xml.xsd'],
  'soap-envelope.xsd': ['http://schemas.xmlsoap.org/soap/envelope/'],
  'xenc-schema.xsd': ['http://www.w3.org/TR/xmlenc-core/xenc-schema.xsd'],
  'xenc-schema-11.xsd': ['https://www.w3.org/2008/xmlsec/Drafts/' +
    'xmlenc-core-11/xenc-schema-11.xsd'],
  'xmldsig-core-schema.xsd': ['CR-xmldsig-core-20010419',
    'REC-xmldsig-core-20020212'].map((name) => 'http://www.w3.org/TR/' +
    `${name.match(/-(20\d\d)/)[1]}/${name}/xmldsig-core-schema.xsd`),
};

// Where the schemas are at odds with the specification, with each other or with
// every implementation: the process card's name in one answer; how an attribute
// is spelt; the echo of what cards were asked for, which has the shape of
// another order's; a reception where there was none.
const flaws = [
  /element ProcessCardBundle: .*osci\}procard/,
  /attribute 'ChunkMessageTimeout' is not allowed/,
  /ResponseToFetchProcessCard .*element (fetchProcessCard|Quantity): /,
  /ResponseToFetchProcessCard .*element (MessageId|RecentModification): /,
  /ResponseToFetchProcessCard .*element ReceptionOfDelivery: .*attribute/,
  /ResponseToMediateDelivery .*ProcessCard: .*Expected is .*osci\}Reception/,
];

export function keepForSchema(name, { type, xml }) {
  mkdirSync(`${dir}/answers`, { recursive: true });
  const file = `${dir}/answers/${name}.xml`;
  writeFileSync(file, xml);
  kept.set(type, [...(kept.get(type) ?? []), file]);
}

function writeCatalog(file) {
  const lines = Object.entries(imported).flatMap(([name, uris]) => uris.map(
    (uri) => `<system systemId="${uri}" ` +
      `uri="${pathToFileURL(`${schemas}/extern/${name}`)}"/>`));
  writeFileSync(file, '<catalog xmlns="urn:oasis:names:tc:entity:xmlns:xml:' +
    `catalog">${lines.join('\n')}</catalog>\n`);
}

export async function checkSchemas() {
  if (!existsSync(`${schemas}/soapStoreDelivery.xsd`)) {
    skip('schemas of OSCI', 'no folder of schemas');
    return;
  }
  const catalog = `${dir}/catalog.xml`;
  writeCatalog(catalog);
  for (const [type, files] of kept) {
    await test(`${files.length} ${type}: valid by schema`, () => {
      const run = spawnSync('xmllint', ['--nonet', '--noout', '--schema',
        `${schemas}/soap${type}.xsd`, ...files], { encoding: 'utf8',
        env: { ...process.env, XML_CATALOG_FILES: catalog } });
      const said = run.stderr.split('\n');
      assert.ok(said.some((line) => line.endsWith(' validates') ||
        line.endsWith(' fails to validate')), said.slice(0, 5).join('\n'));
      const wrong = said.filter((line) => / validity error /.test(line) &&
        !flaws.some((flaw) => flaw.test(`${type} ${line}`)));
      assert.deepEqual(wrong.slice(0, 5), []);
    });
  }
}
