-- Handing applications on: specialised procedures that fetch them by HTTP,
-- what was handed to whom, notices to their systems, parcels for the e-file.

-- Lists by change, and the courier's look for what is new.
ALTER TABLE vorgang ADD KEY vorgang_changed (town_id, changed_at, id);

-- A system of the office's that fetches applications. token_hash: SHA-256 of
-- 128 random bits; the one before holds on until old_until. certificate:
-- SHA-256 of its TLS certificate (DER).
CREATE TABLE api_client (
  id INT UNSIGNED NOT NULL AUTO_INCREMENT,
  town_id SMALLINT UNSIGNED NOT NULL,
  slug VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  label VARCHAR(120) NOT NULL,
  token_hash BINARY(32) NULL,
  old_hash BINARY(32) NULL,
  old_until DATETIME(3) NULL,
  certificate BINARY(32) NULL,
  hourly INT UNSIGNED NOT NULL,
  created_at DATETIME(3) NOT NULL,
  rotated_at DATETIME(3) NULL,
  revoked_at DATETIME(3) NULL,
  used_at DATETIME(3) NULL,
  PRIMARY KEY (id),
  UNIQUE KEY api_client_slug (town_id, slug),
  UNIQUE KEY api_client_token (town_id, token_hash),
  UNIQUE KEY api_client_certificate (town_id, certificate),
  KEY api_client_old (town_id, old_hash),
  FOREIGN KEY (town_id) REFERENCES town (id)
);

-- rights: bits of 1 read, 2 acknowledge, 4 answer.
CREATE TABLE api_client_scope (
  client_id INT UNSIGNED NOT NULL,
  service_id INT UNSIGNED NOT NULL,
  rights TINYINT UNSIGNED NOT NULL,
  PRIMARY KEY (client_id, service_id),
  FOREIGN KEY (client_id) REFERENCES api_client (id),
  FOREIGN KEY (service_id) REFERENCES service (id),
  CONSTRAINT api_client_scope_rights CHECK (rights BETWEEN 1 AND 7)
);

-- What a client has done, by its Idempotency-Key: the same again changes
-- nothing. first_seq, last_seq: the events that it made.
CREATE TABLE api_request (
  client_id INT UNSIGNED NOT NULL,
  idempotency_key BINARY(16) NOT NULL,
  town_id SMALLINT UNSIGNED NOT NULL,
  vorgang_id BINARY(16) NOT NULL,
  digest BINARY(32) NOT NULL,
  document_id BINARY(16) NULL,
  first_seq INT UNSIGNED NOT NULL,
  last_seq INT UNSIGNED NOT NULL,
  at DATETIME(3) NOT NULL,
  PRIMARY KEY (client_id, idempotency_key),
  KEY api_request_vorgang (vorgang_id, client_id),
  FOREIGN KEY (client_id) REFERENCES api_client (id),
  FOREIGN KEY (vorgang_id) REFERENCES vorgang (id)
);

-- What was handed to whom. way: "client", "osci", "efile"; partner: who, as
-- that way knows it; name: as the citizen reads it (of an authority, never of
-- a person); what: the end of text key "handover.what.".
CREATE TABLE handover (
  vorgang_id BINARY(16) NOT NULL,
  way VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  partner VARCHAR(120) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  what VARCHAR(60) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  town_id SMALLINT UNSIGNED NOT NULL,
  name VARCHAR(200) NOT NULL,
  handed_at DATETIME(3) NOT NULL,
  collected_at DATETIME(3) NULL,
  answered_at DATETIME(3) NULL,
  PRIMARY KEY (vorgang_id, way, partner, what),
  FOREIGN KEY (vorgang_id) REFERENCES vorgang (id)
);

-- Where a client wants to be told that there is something to fetch. secret is
-- sealed under a key of the town. watched_at: everything that changed before
-- it was looked at.
CREATE TABLE webhook (
  id INT UNSIGNED NOT NULL AUTO_INCREMENT,
  town_id SMALLINT UNSIGNED NOT NULL,
  client_id INT UNSIGNED NOT NULL,
  url VARCHAR(500) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  events TINYINT UNSIGNED NOT NULL,
  secret VARBINARY(120) NOT NULL,
  created_at DATETIME(3) NOT NULL,
  watched_at DATETIME(3) NOT NULL,
  removed_at DATETIME(3) NULL,
  PRIMARY KEY (id),
  KEY webhook_client (client_id),
  FOREIGN KEY (client_id) REFERENCES api_client (id)
);

-- The ledger of notices. state: 0 waiting, 1 being sent, 2 delivered, 3 dead.
-- seq: the event it tells of.
CREATE TABLE webhook_delivery (
  id BINARY(16) NOT NULL,
  town_id SMALLINT UNSIGNED NOT NULL,
  webhook_id INT UNSIGNED NOT NULL,
  vorgang_id BINARY(16) NOT NULL,
  seq INT UNSIGNED NOT NULL,
  kind TINYINT UNSIGNED NOT NULL,
  state TINYINT UNSIGNED NOT NULL DEFAULT 0,
  attempts SMALLINT UNSIGNED NOT NULL DEFAULT 0,
  next_at DATETIME(3) NOT NULL,
  claimed_by VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin NULL,
  answer SMALLINT UNSIGNED NULL,
  last_error VARCHAR(255) NULL,
  created_at DATETIME(3) NOT NULL,
  delivered_at DATETIME(3) NULL,
  PRIMARY KEY (id),
  UNIQUE KEY webhook_delivery_event (webhook_id, vorgang_id, seq),
  KEY webhook_delivery_work (state, next_at, id),
  KEY webhook_delivery_list (town_id, id),
  KEY webhook_delivery_vorgang (vorgang_id),
  FOREIGN KEY (webhook_id) REFERENCES webhook (id),
  FOREIGN KEY (vorgang_id) REFERENCES vorgang (id),
  CONSTRAINT webhook_delivery_state CHECK (state BETWEEN 0 AND 3)
);

-- Parcels for the e-file (xdomea 0401), one Vorgang each; id is the process's.
-- state: 0 exported, 1 received (0403), 2 imported (0402), 3 refused (0402).
CREATE TABLE efile_parcel (
  id BINARY(16) NOT NULL,
  town_id SMALLINT UNSIGNED NOT NULL,
  vorgang_id BINARY(16) NOT NULL,
  state TINYINT UNSIGNED NOT NULL DEFAULT 0,
  file_name VARCHAR(160) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  sha256 BINARY(32) NOT NULL,
  documents INT UNSIGNED NOT NULL,
  last_seq INT UNSIGNED NOT NULL,
  exported_at DATETIME(3) NOT NULL,
  received_at DATETIME(3) NULL,
  answered_at DATETIME(3) NULL,
  answer VARCHAR(500) NULL,
  PRIMARY KEY (id),
  KEY efile_parcel_vorgang (vorgang_id, exported_at),
  KEY efile_parcel_list (town_id, state, exported_at),
  FOREIGN KEY (vorgang_id) REFERENCES vorgang (id),
  CONSTRAINT efile_parcel_state CHECK (state BETWEEN 0 AND 3)
);

-- What stays when a Vorgang was erased: no contents, nothing about a person.
CREATE TABLE deletion_record (
  vorgang_id BINARY(16) NOT NULL,
  town_id SMALLINT UNSIGNED NOT NULL,
  reference CHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  service VARCHAR(60) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  reason VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  parcel_id BINARY(16) NULL,
  parcel_sha256 BINARY(32) NULL,
  documents INT UNSIGNED NOT NULL,
  messages INT UNSIGNED NOT NULL,
  last_seq INT UNSIGNED NOT NULL,
  last_hash BINARY(32) NOT NULL,
  received_at DATETIME(3) NOT NULL,
  closed_at DATETIME(3) NOT NULL,
  deleted_at DATETIME(3) NOT NULL,
  deleted_by VARCHAR(80) NOT NULL,
  PRIMARY KEY (vorgang_id),
  KEY deletion_record_town (town_id, deleted_at),
  FOREIGN KEY (vorgang_id) REFERENCES vorgang (id)
);
