-- Towns, services, cases and what belongs to them. Times are UTC.
-- Every table carries town_id; citizens' contents are ciphertext (see
-- docs/security.md), so JSON checks stand only on what is not.
-- Names of keys are part of the interface: a program tells by them which
-- uniqueness was broken (vorgang_submission, message_submission, ...).

ALTER DATABASE CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci;

CREATE TABLE town (
  id SMALLINT UNSIGNED NOT NULL AUTO_INCREMENT,
  slug VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  name VARCHAR(120) NOT NULL,
  ags CHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  mail_from VARCHAR(254) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  town_key VARBINARY(60) NOT NULL,
  created_at DATETIME(3) NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY town_slug (slug),
  CONSTRAINT town_key_is_wrapped CHECK (OCTET_LENGTH(town_key) = 60)
);

CREATE TABLE town_host (
  host VARCHAR(190) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  town_id SMALLINT UNSIGNED NOT NULL,
  is_first BOOLEAN NOT NULL DEFAULT TRUE,
  PRIMARY KEY (host),
  KEY town_host_town (town_id),
  FOREIGN KEY (town_id) REFERENCES town (id)
);

CREATE TABLE department (
  id INT UNSIGNED NOT NULL AUTO_INCREMENT,
  town_id SMALLINT UNSIGNED NOT NULL,
  slug VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  name VARCHAR(120) NOT NULL,
  email VARCHAR(254) NOT NULL DEFAULT '',
  phone VARCHAR(40) NOT NULL DEFAULT '',
  address VARCHAR(255) NOT NULL DEFAULT '',
  hours VARCHAR(255) NOT NULL DEFAULT '',
  PRIMARY KEY (id),
  UNIQUE KEY department_slug (town_id, slug),
  UNIQUE KEY department_id (town_id, id),
  FOREIGN KEY (town_id) REFERENCES town (id)
);

CREATE TABLE service (
  id INT UNSIGNED NOT NULL AUTO_INCREMENT,
  slug VARCHAR(60) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY service_slug (slug)
);

-- Immutable once written: no program has the right to change a row.
CREATE TABLE service_version (
  id INT UNSIGNED NOT NULL AUTO_INCREMENT,
  service_id INT UNSIGNED NOT NULL,
  version VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  package LONGTEXT NOT NULL,
  sha256 BINARY(32) NOT NULL,
  published_at DATETIME(3) NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY service_version_version (service_id, version),
  FOREIGN KEY (service_id) REFERENCES service (id),
  -- JSON_VALID gives up at 32 levels, expressions may nest deeper; whoever
  -- publishes has parsed it.
  CONSTRAINT service_package_is_object CHECK (package LIKE '{%}')
);

CREATE TABLE town_service (
  town_id SMALLINT UNSIGNED NOT NULL,
  service_id INT UNSIGNED NOT NULL,
  service_version_id INT UNSIGNED NOT NULL,
  settings LONGTEXT NOT NULL DEFAULT '{}',
  is_open BOOLEAN NOT NULL DEFAULT TRUE,
  PRIMARY KEY (town_id, service_id),
  FOREIGN KEY (town_id) REFERENCES town (id),
  FOREIGN KEY (service_id) REFERENCES service (id),
  FOREIGN KEY (service_version_id) REFERENCES service_version (id),
  CONSTRAINT town_service_settings_is_json CHECK (JSON_VALID(settings))
);

-- Raised by whoever changes towns or services; programs reload when it moves.
CREATE TABLE generation (
  name VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  value BIGINT UNSIGNED NOT NULL DEFAULT 1,
  PRIMARY KEY (name)
);
INSERT INTO generation (name, value) VALUES ('services', 1);

CREATE TABLE draft (
  town_id SMALLINT UNSIGNED NOT NULL,
  submission_id BINARY(16) NOT NULL,
  service_version_id INT UNSIGNED NOT NULL,
  data_key VARBINARY(60) NOT NULL,
  answers MEDIUMBLOB NULL,
  created_at DATETIME(3) NOT NULL,
  touched_at DATETIME(3) NOT NULL,
  expires_at DATETIME(3) NOT NULL,
  PRIMARY KEY (town_id, submission_id),
  KEY draft_expires (expires_at),
  KEY draft_version (service_version_id),
  FOREIGN KEY (town_id) REFERENCES town (id),
  FOREIGN KEY (service_version_id) REFERENCES service_version (id),
  CONSTRAINT draft_key_is_wrapped CHECK (OCTET_LENGTH(data_key) = 60)
);

-- due: 9999-12-31 is none, so that keyset paging by (due, id) needs no NULL.
-- has_attachments: documents or messages may be there; else nobody looks.
-- An erased Vorgang has neither data_key nor answers nor access.
CREATE TABLE vorgang (
  id BINARY(16) NOT NULL,
  town_id SMALLINT UNSIGNED NOT NULL,
  reference CHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  submission_id BINARY(16) NOT NULL,
  answers_digest BINARY(32) NOT NULL,
  service_version_id INT UNSIGNED NOT NULL,
  state VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  is_closed BOOLEAN NOT NULL DEFAULT FALSE,
  is_urgent BOOLEAN NOT NULL DEFAULT FALSE,
  has_attachments BOOLEAN NOT NULL DEFAULT FALSE,
  department_id INT UNSIGNED NOT NULL,
  due DATE NOT NULL DEFAULT '9999-12-31',
  language CHAR(2) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  data_key VARBINARY(60) NULL,
  answers MEDIUMBLOB NULL,
  access VARBINARY(640) NULL,
  code_hash BINARY(32) NOT NULL,
  last_seq INT UNSIGNED NOT NULL,
  last_hash BINARY(32) NOT NULL,
  created_at DATETIME(3) NOT NULL,
  changed_at DATETIME(3) NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY vorgang_reference (town_id, reference),
  UNIQUE KEY vorgang_submission (town_id, submission_id),
  KEY vorgang_inbox (town_id, department_id, state, due, id),
  KEY vorgang_list (town_id, is_closed, id),
  KEY vorgang_version (service_version_id),
  FOREIGN KEY (town_id) REFERENCES town (id),
  FOREIGN KEY (service_version_id) REFERENCES service_version (id),
  FOREIGN KEY (town_id, department_id) REFERENCES department (town_id, id),
  CONSTRAINT vorgang_key_is_wrapped CHECK (OCTET_LENGTH(data_key) = 60),
  CONSTRAINT vorgang_language CHECK (language IN ('de', 'en'))
);

-- Append only. hash covers the row and the hash before it in its Vorgang;
-- seal_seq is set once, by the courier.
CREATE TABLE event (
  vorgang_id BINARY(16) NOT NULL,
  seq INT UNSIGNED NOT NULL,
  town_id SMALLINT UNSIGNED NOT NULL,
  kind VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  at DATETIME(3) NOT NULL,
  actor TINYINT UNSIGNED NOT NULL,
  is_public BOOLEAN NOT NULL,
  data MEDIUMBLOB NULL,
  previous_hash BINARY(32) NOT NULL,
  hash BINARY(32) NOT NULL,
  seal_seq INT UNSIGNED NULL,
  PRIMARY KEY (vorgang_id, seq),
  KEY event_seal (town_id, seal_seq, vorgang_id, seq),
  FOREIGN KEY (vorgang_id) REFERENCES vorgang (id),
  CONSTRAINT event_seq_from_1 CHECK (seq > 0)
);

CREATE TABLE seal (
  town_id SMALLINT UNSIGNED NOT NULL,
  seq INT UNSIGNED NOT NULL,
  at DATETIME(3) NOT NULL,
  events INT UNSIGNED NOT NULL,
  root BINARY(32) NOT NULL,
  previous_hash BINARY(32) NOT NULL,
  hash BINARY(32) NOT NULL,
  signature BINARY(64) NOT NULL,
  PRIMARY KEY (town_id, seq),
  FOREIGN KEY (town_id) REFERENCES town (id)
);

CREATE TABLE blind_index (
  town_id SMALLINT UNSIGNED NOT NULL,
  kind VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  hash BINARY(16) NOT NULL,
  vorgang_id BINARY(16) NOT NULL,
  PRIMARY KEY (town_id, kind, hash, vorgang_id),
  KEY blind_index_vorgang (vorgang_id),
  FOREIGN KEY (vorgang_id) REFERENCES vorgang (id)
);

CREATE TABLE document (
  id BINARY(16) NOT NULL,
  town_id SMALLINT UNSIGNED NOT NULL,
  submission_id BINARY(16) NOT NULL,
  vorgang_id BINARY(16) NULL,
  field VARCHAR(120) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  media_type VARCHAR(80) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  size BIGINT UNSIGNED NOT NULL,
  cipher_sha256 BINARY(32) NOT NULL,
  meta VARBINARY(1200) NULL,
  origin TINYINT UNSIGNED NOT NULL,
  scan_state TINYINT UNSIGNED NOT NULL DEFAULT 0,
  created_at DATETIME(3) NOT NULL,
  PRIMARY KEY (id),
  KEY document_submission (town_id, submission_id, id),
  KEY document_vorgang (vorgang_id, id),
  FOREIGN KEY (town_id) REFERENCES town (id),
  FOREIGN KEY (vorgang_id) REFERENCES vorgang (id)
);

CREATE TABLE message (
  id BINARY(16) NOT NULL,
  town_id SMALLINT UNSIGNED NOT NULL,
  vorgang_id BINARY(16) NOT NULL,
  submission_id BINARY(16) NOT NULL,
  sender TINYINT UNSIGNED NOT NULL,
  body MEDIUMBLOB NULL,
  at DATETIME(3) NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY message_submission (town_id, submission_id),
  KEY message_vorgang (vorgang_id, id),
  FOREIGN KEY (vorgang_id) REFERENCES vorgang (id)
);

-- state: 0 waiting, 1 claimed, 2 delivered, 3 given up.
-- next_at: due (0), end of the claim (1), when it was given up (3).
CREATE TABLE outbox (
  id BINARY(16) NOT NULL,
  town_id SMALLINT UNSIGNED NOT NULL,
  vorgang_id BINARY(16) NOT NULL,
  kind VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  payload MEDIUMBLOB NULL,
  state TINYINT UNSIGNED NOT NULL DEFAULT 0,
  attempts SMALLINT UNSIGNED NOT NULL DEFAULT 0,
  next_at DATETIME(3) NOT NULL,
  claimed_by VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin NULL,
  last_error VARCHAR(255) NULL,
  created_at DATETIME(3) NOT NULL,
  delivered_at DATETIME(3) NULL,
  PRIMARY KEY (id),
  KEY outbox_work (state, next_at, id),
  KEY outbox_vorgang (vorgang_id, id),
  FOREIGN KEY (vorgang_id) REFERENCES vorgang (id),
  CONSTRAINT outbox_state CHECK (state BETWEEN 0 AND 3)
);

CREATE TABLE access_token (
  hash BINARY(32) NOT NULL,
  town_id SMALLINT UNSIGNED NOT NULL,
  kind TINYINT UNSIGNED NOT NULL,
  vorgang_id BINARY(16) NOT NULL,
  created_at DATETIME(3) NOT NULL,
  expires_at DATETIME(3) NULL,
  PRIMARY KEY (hash),
  KEY access_token_vorgang (vorgang_id),
  FOREIGN KEY (vorgang_id) REFERENCES vorgang (id)
);

CREATE TABLE rate_limit (
  town_id SMALLINT UNSIGNED NOT NULL,
  bucket BINARY(16) NOT NULL,
  window_start DATETIME NOT NULL,
  hits INT UNSIGNED NOT NULL,
  PRIMARY KEY (town_id, bucket, window_start),
  KEY rate_limit_window (window_start)
);
