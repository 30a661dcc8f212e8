-- OSCI-Transport 1.2: identities, partners, the intermediary's mailboxes,
-- dialogs and deliveries, and the client's ledger.
-- Fingerprints are SHA-256 of a certificate in DER. Times of process cards are
-- DATETIME(3) in UTC.

-- Our own certificates and keys. role: 1 intermediary, 2 passive recipient,
-- 3 client (an authority of a town). purpose: 1 cipher, 2 signature. A retired
-- cipher key still opens what was encrypted for it. key_sealed: PKCS#8 in DER
-- under a key derived from the master key, or from the town's; else key_uri
-- ("pkcs11:...").
CREATE TABLE osci_identity (
  id INT UNSIGNED NOT NULL AUTO_INCREMENT,
  town_id SMALLINT UNSIGNED NULL,
  role TINYINT UNSIGNED NOT NULL,
  name VARCHAR(60) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  purpose TINYINT UNSIGNED NOT NULL,
  cert VARBINARY(16384) NOT NULL,
  fingerprint BINARY(32) NOT NULL,
  key_sealed VARBINARY(12000) NULL,
  key_uri VARCHAR(500) NULL,
  is_active BOOLEAN NOT NULL DEFAULT TRUE,
  created_at DATETIME(3) NOT NULL,
  retired_at DATETIME(3) NULL,
  PRIMARY KEY (id),
  UNIQUE KEY osci_identity_cert (role, name, fingerprint),
  KEY osci_identity_fingerprint (fingerprint),
  FOREIGN KEY (town_id) REFERENCES town (id),
  CONSTRAINT osci_identity_role CHECK (role BETWEEN 1 AND 3),
  CONSTRAINT osci_identity_purpose CHECK (purpose BETWEEN 1 AND 2),
  CONSTRAINT osci_identity_town CHECK ((role = 3) = (town_id IS NOT NULL)),
  CONSTRAINT osci_identity_key CHECK ((key_sealed IS NULL) = (key_uri IS NOT NULL))
);

-- Foreign intermediaries, as our client sees them.
CREATE TABLE osci_peer (
  id INT UNSIGNED NOT NULL AUTO_INCREMENT,
  name VARCHAR(60) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  uri VARCHAR(1000) NOT NULL,
  cipher_cert VARBINARY(16384) NOT NULL,
  sign_cert VARBINARY(16384) NOT NULL,
  max_chunk_kib INT UNSIGNED NOT NULL DEFAULT 0,
  created_at DATETIME(3) NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY osci_peer_name (name)
);

-- Whom we exchange messages with. peer_id NULL: by our own intermediary.
-- receiver_uri: of a passive recipient; NULL: a mailbox.
CREATE TABLE osci_partner (
  id INT UNSIGNED NOT NULL AUTO_INCREMENT,
  town_id SMALLINT UNSIGNED NULL,
  name VARCHAR(120) NOT NULL,
  peer_id INT UNSIGNED NULL,
  cipher_cert VARBINARY(16384) NOT NULL,
  sign_cert VARBINARY(16384) NULL,
  cipher_fingerprint BINARY(32) NOT NULL,
  sign_fingerprint BINARY(32) NULL,
  receiver_uri VARCHAR(1000) NULL,
  dvdv_key VARCHAR(120) NULL,
  created_at DATETIME(3) NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY osci_partner_name (town_id, name),
  KEY osci_partner_cipher (cipher_fingerprint),
  KEY osci_partner_sign (sign_fingerprint),
  KEY osci_partner_receiver (receiver_uri(191)),
  KEY osci_partner_dvdv (dvdv_key),
  FOREIGN KEY (town_id) REFERENCES town (id),
  FOREIGN KEY (peer_id) REFERENCES osci_peer (id)
);

-- The intermediary's mailboxes. quota, max_message: bytes, 0 for the
-- configuration's. senders: 1 anybody trusted, 2 only those in osci_sender.
CREATE TABLE osci_mailbox (
  id INT UNSIGNED NOT NULL AUTO_INCREMENT,
  fingerprint BINARY(32) NOT NULL,
  town_id SMALLINT UNSIGNED NULL,
  name VARCHAR(120) NOT NULL,
  cert VARBINARY(16384) NOT NULL,
  quota BIGINT UNSIGNED NOT NULL DEFAULT 0,
  max_message BIGINT UNSIGNED NOT NULL DEFAULT 0,
  senders TINYINT UNSIGNED NOT NULL DEFAULT 1,
  is_open BOOLEAN NOT NULL DEFAULT TRUE,
  used_bytes BIGINT UNSIGNED NOT NULL DEFAULT 0,
  created_at DATETIME(3) NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY osci_mailbox_fingerprint (fingerprint),
  FOREIGN KEY (town_id) REFERENCES town (id)
);

-- fingerprint: of a sender's cipher or signature certificate.
CREATE TABLE osci_sender (
  mailbox_id INT UNSIGNED NOT NULL,
  fingerprint BINARY(32) NOT NULL,
  name VARCHAR(120) NOT NULL,
  PRIMARY KEY (mailbox_id, fingerprint),
  KEY osci_sender_fingerprint (fingerprint),
  FOREIGN KEY (mailbox_id) REFERENCES osci_mailbox (id)
);

-- Message ids given out and not used yet. hash: SHA-256 of the id. A row goes
-- in the transaction that makes the delivery.
CREATE TABLE osci_message_id (
  hash BINARY(32) NOT NULL,
  issued_to BINARY(32) NOT NULL,
  issued_at DATETIME(3) NOT NULL,
  PRIMARY KEY (hash),
  KEY osci_message_id_issued (issued_at)
);

-- Explicit dialogs. challenge: the last of ours. sequence -1: InitDialog only.
-- is_proved: every answer was encrypted for the client, so that who goes on is
-- the client; else it has to be signer, who signed InitDialog. fetched: the
-- delivery that was handed out by the last answer and counts as received with
-- the next request. Who works on a request holds the lock "osci-dialog:ID".
CREATE TABLE osci_dialog (
  id BIGINT UNSIGNED NOT NULL,
  client BINARY(32) NOT NULL,
  client_cert VARBINARY(16384) NOT NULL,
  signer BINARY(32) NULL,
  challenge VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  sequence BIGINT NOT NULL DEFAULT -1,
  is_proved BOOLEAN NOT NULL DEFAULT FALSE,
  is_closed BOOLEAN NOT NULL DEFAULT FALSE,
  fetched BINARY(16) NULL,
  created_at DATETIME(3) NOT NULL,
  used_at DATETIME(3) NOT NULL,
  PRIMARY KEY (id),
  KEY osci_dialog_used (used_at)
);

-- Messages that the intermediary keeps, with their process cards. hash: SHA-256
-- of message_id. kind: 1 store, 2 forward, 3 mediate, 4 mediate's reply.
-- file: the message as it came is in osci_dir under the row's id, under
-- data_key (wrapped by a key derived from the master key); NULL: no file (any
-- more). private: subject and inspections, sealed under the data key.
-- state: 1 kept, 2 being forwarded, 3 refused by the recipient, 4 failed.
-- busy_until: a process waits for the recipient. content_sha256: of what a
-- recipient gets, by which a repeated order is known.
CREATE TABLE osci_delivery (
  id BINARY(16) NOT NULL,
  hash BINARY(32) NOT NULL,
  message_id VARBINARY(250) NOT NULL,
  mailbox_id INT UNSIGNED NULL,
  originator BINARY(32) NULL,
  signer BINARY(32) NULL,
  addressee BINARY(32) NULL,
  kind TINYINT UNSIGNED NOT NULL,
  state TINYINT UNSIGNED NOT NULL DEFAULT 1,
  data_key VARBINARY(60) NOT NULL,
  private MEDIUMBLOB NOT NULL,
  file_sha256 BINARY(32) NULL,
  size BIGINT UNSIGNED NOT NULL,
  receiver_uri VARCHAR(2000) NULL,
  response_message_id VARBINARY(250) NULL,
  busy_until DATETIME(3) NULL,
  content_sha256 BINARY(32) NULL,
  created_at DATETIME(3) NOT NULL,
  forwarded_at DATETIME(3) NULL,
  received_at DATETIME(3) NULL,
  modified_at DATETIME(3) NOT NULL,
  fetched_at DATETIME(3) NULL,
  expires_at DATETIME(3) NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY osci_delivery_hash (hash),
  KEY osci_delivery_waiting (mailbox_id, received_at, created_at),
  KEY osci_delivery_to_created (addressee, created_at),
  KEY osci_delivery_to_modified (addressee, modified_at),
  KEY osci_delivery_from_created (originator, created_at),
  KEY osci_delivery_from_modified (originator, modified_at),
  KEY osci_delivery_expires (expires_at),
  KEY osci_delivery_created (created_at),
  KEY osci_delivery_busy (busy_until),
  FOREIGN KEY (mailbox_id) REFERENCES osci_mailbox (id)
);

-- Chunked orders on their way in (PartialStoreDelivery) and frozen answers on
-- their way out (PartialFetchDelivery). kind: 1 in, 2 out. client: who sends or
-- fetches. Bytes are in osci_dir. state: 1 incomplete, 2 done, 3 failed; who
-- puts the chunks together holds the lock "osci-partial:ID". result: feedback
-- codes of the inner order, with blanks. mailbox_id: whose quota the chunks
-- count to as long as the message is incomplete; size: bytes of them.
CREATE TABLE osci_partial (
  id BINARY(16) NOT NULL,
  kind TINYINT UNSIGNED NOT NULL,
  hash BINARY(32) NOT NULL,
  client BINARY(32) NOT NULL,
  delivery_id BINARY(16) NULL,
  chunk_kib INT UNSIGNED NOT NULL,
  total_chunks INT UNSIGNED NOT NULL,
  total_kib BIGINT UNSIGNED NOT NULL,
  size BIGINT UNSIGNED NOT NULL DEFAULT 0,
  state TINYINT UNSIGNED NOT NULL DEFAULT 1,
  result VARCHAR(200) NULL,
  mailbox_id INT UNSIGNED NULL,
  data_key VARBINARY(60) NOT NULL,
  created_at DATETIME(3) NOT NULL,
  used_at DATETIME(3) NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY osci_partial_hash (kind, hash, client),
  KEY osci_partial_used (used_at),
  KEY osci_partial_mailbox (mailbox_id, state),
  FOREIGN KEY (mailbox_id) REFERENCES osci_mailbox (id)
);

CREATE TABLE osci_chunk (
  partial_id BINARY(16) NOT NULL,
  number INT UNSIGNED NOT NULL,
  file_id BINARY(16) NOT NULL,
  size BIGINT UNSIGNED NOT NULL,
  file_sha256 BINARY(32) NOT NULL,
  received_at DATETIME(3) NOT NULL,
  PRIMARY KEY (partial_id, number),
  KEY osci_chunk_file (file_id),
  FOREIGN KEY (partial_id) REFERENCES osci_partial (id) ON DELETE CASCADE
);

-- The client's transfers. direction: 1 out, 2 in (fetched, or received as a
-- passive recipient). way: 1 store, 2 forward, 4 fetched, 5 accepted or
-- processed. state: 1 built, 2 id reserved, 3 sent (answer not seen), 4
-- accepted, 5 forwarded, 6 received, 7 failed, 8 arrived (in), 9 handled (in),
-- 10 arriving (in, fetched in chunks). is_skipped: could not be read, lies at the
-- intermediary and is not asked for. data_key empty: erased.
-- identity: name of an osci_identity of role 3, whose keys may change. peer_id
-- NULL: our own intermediary. data_key: wrapped by a key derived from the
-- town's; private: subject and contents, sealed under it. sender: the
-- signature certificate that an incoming one was sent under. content_sha256:
-- of an incoming one's content, by which a repetition is known. about: what it
-- belongs to for those who asked for it, such as a Vorgang.
CREATE TABLE osci_transfer (
  id BINARY(16) NOT NULL,
  town_id SMALLINT UNSIGNED NOT NULL,
  direction TINYINT UNSIGNED NOT NULL,
  way TINYINT UNSIGNED NOT NULL,
  state TINYINT UNSIGNED NOT NULL DEFAULT 1,
  identity VARCHAR(60) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  partner_id INT UNSIGNED NULL,
  peer_id INT UNSIGNED NULL,
  message_id VARBINARY(250) NULL,
  message_hash BINARY(32) NULL,
  about BINARY(16) NULL,
  content_sha256 BINARY(32) NULL,
  data_key VARBINARY(60) NOT NULL,
  private MEDIUMBLOB NOT NULL,
  size BIGINT UNSIGNED NOT NULL DEFAULT 0,
  sender BINARY(32) NULL,
  is_skipped BOOLEAN NOT NULL DEFAULT FALSE,
  attempts INT UNSIGNED NOT NULL DEFAULT 0,
  next_at DATETIME(3) NULL,
  claimed_by VARCHAR(60) NULL,
  claimed_until DATETIME(3) NULL,
  creation_at DATETIME(3) NULL,
  forwarding_at DATETIME(3) NULL,
  reception_at DATETIME(3) NULL,
  created_at DATETIME(3) NOT NULL,
  changed_at DATETIME(3) NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY osci_transfer_message
    (town_id, identity, direction, message_hash),
  KEY osci_transfer_due (direction, next_at),
  KEY osci_transfer_about (about),
  KEY osci_transfer_skipped (is_skipped, town_id, identity),
  KEY osci_transfer_changed (changed_at),
  KEY osci_transfer_list (town_id, direction, state, created_at),
  FOREIGN KEY (town_id) REFERENCES town (id),
  FOREIGN KEY (partner_id) REFERENCES osci_partner (id),
  FOREIGN KEY (peer_id) REFERENCES osci_peer (id)
);

-- A transfer's bytes in pieces, each sealed under its data key: of an outgoing
-- one its contents, one behind the other; of an incoming one the message as it
-- came, after transport decryption (kind 1). kind 2: a message that is sent in
-- chunks, which may not change between them. kind 3: chunks of one that is
-- fetched, which become kind 1 when all are here.
CREATE TABLE osci_transfer_piece (
  transfer_id BINARY(16) NOT NULL,
  kind TINYINT UNSIGNED NOT NULL,
  seq INT UNSIGNED NOT NULL,
  bytes MEDIUMBLOB NOT NULL,
  PRIMARY KEY (transfer_id, kind, seq),
  FOREIGN KEY (transfer_id) REFERENCES osci_transfer (id) ON DELETE CASCADE
);

-- What was answered at once to an incoming one (ProcessDelivery), sealed under
-- its data key: whoever asks again gets the same.
CREATE TABLE osci_transfer_answer (
  transfer_id BINARY(16) NOT NULL,
  bytes MEDIUMBLOB NOT NULL,
  PRIMARY KEY (transfer_id),
  FOREIGN KEY (transfer_id) REFERENCES osci_transfer (id) ON DELETE CASCADE
);

-- Every step of a transfer. code: OSCI's, or empty; note: for operators, never
-- of the content.
CREATE TABLE osci_step (
  transfer_id BINARY(16) NOT NULL,
  seq INT UNSIGNED NOT NULL,
  at DATETIME(3) NOT NULL,
  state TINYINT UNSIGNED NOT NULL,
  code CHAR(4) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  note VARCHAR(300) NOT NULL DEFAULT '',
  PRIMARY KEY (transfer_id, seq),
  FOREIGN KEY (transfer_id) REFERENCES osci_transfer (id) ON DELETE CASCADE
);

-- When a client identity next asks an intermediary for its mail. peer_id 0: our
-- own. every_s 0: only by hand.
CREATE TABLE osci_fetch (
  town_id SMALLINT UNSIGNED NOT NULL,
  identity VARCHAR(60) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  peer_id INT UNSIGNED NOT NULL DEFAULT 0,
  every_s INT UNSIGNED NOT NULL DEFAULT 60,
  next_at DATETIME(3) NULL,
  claimed_by VARCHAR(60) NULL,
  claimed_until DATETIME(3) NULL,
  last_at DATETIME(3) NULL,
  last_note VARCHAR(300) NOT NULL DEFAULT '',
  PRIMARY KEY (town_id, identity, peer_id),
  KEY osci_fetch_due (next_at),
  FOREIGN KEY (town_id) REFERENCES town (id)
);
