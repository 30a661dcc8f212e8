// What a vector needs to find in the intermediary's database: ids given out,
// dialogs under way.

import { createHash } from 'node:crypto';
import { sql } from '../integration/client.mjs';

const hex = (bytes) => `X'${bytes.toString('hex')}'`;
const sha256 = (data) => createHash('sha256').update(data).digest();

export const fingerprint = (cert) => sha256(cert.raw);

// As if GetMessageId had given the id to the owner of a cipher certificate.
export function issueId(id, cert) {
  sql(`REPLACE INTO osci_message_id (hash, issued_to, issued_at) VALUES
    (${hex(sha256(id))}, ${hex(fingerprint(cert))}, UTC_TIMESTAMP(3))`);
}

// As if InitDialog and sequence + 1 requests had taken place.
export function openDialog({ conversationId, challenge, sequence }, cert) {
  sql(`REPLACE INTO osci_dialog
    (id, client, client_cert, challenge, sequence, created_at, used_at) VALUES
    (${conversationId}, ${hex(fingerprint(cert))}, ${hex(cert.raw)},
    '${challenge}', ${sequence}, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3))`);
}

// A delivery gets another id, so that vectors that ask for one find it.
export function renameDelivery(from, to) {
  sql(`UPDATE osci_delivery SET message_id = '${to}',
    hash = ${hex(sha256(to))} WHERE hash = ${hex(sha256(from))}`);
}

export function deliveries() {
  return Number(sql('SELECT COUNT(*) FROM osci_delivery')[0][0]);
}
