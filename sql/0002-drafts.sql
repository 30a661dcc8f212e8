-- Drafts that are filled in page by page, under secrets that only the
-- applicant has (docs/security.md), and mails that belong to no Vorgang yet.

-- data_key: NULL for a stepped draft; its key is wrapped in draft_access.
-- revision counts what was saved. reminder: who is told before it expires,
-- sealed under a key of the town; is_reminded: somebody wants that and has
-- confirmed the address; announced: how many of the announcements went out.
ALTER TABLE draft
  MODIFY data_key VARBINARY(60) NULL,
  ADD COLUMN is_stepped BOOLEAN NOT NULL DEFAULT FALSE,
  ADD COLUMN revision INT UNSIGNED NOT NULL DEFAULT 0,
  ADD COLUMN language VARCHAR(12) CHARACTER SET ascii COLLATE ascii_bin
    NOT NULL DEFAULT 'de',
  ADD COLUMN reminder VARBINARY(1600) NULL,
  ADD COLUMN is_reminded BOOLEAN NOT NULL DEFAULT FALSE,
  ADD COLUMN announced TINYINT UNSIGNED NOT NULL DEFAULT 0,
  ADD COLUMN announced_at DATETIME(3) NULL,
  ADD KEY draft_reminder (is_reminded, expires_at),
  ADD CONSTRAINT draft_has_key CHECK (is_stepped = (data_key IS NULL));

-- One row for each secret that opens a stepped draft. hash: keyed digest of
-- the secret; wrapped_key: the draft's data key under a key that is derived
-- from the town's and the secret. kind: 1 browser, 2 link, 3 code. A browser
-- has one secret for all its drafts. expires_at NULL: with the draft.
CREATE TABLE draft_access (
  town_id SMALLINT UNSIGNED NOT NULL,
  hash BINARY(32) NOT NULL,
  submission_id BINARY(16) NOT NULL,
  kind TINYINT UNSIGNED NOT NULL,
  is_shared BOOLEAN NOT NULL DEFAULT FALSE,
  wrapped_key BINARY(60) NOT NULL,
  created_at DATETIME(3) NOT NULL,
  expires_at DATETIME(3) NULL,
  PRIMARY KEY (town_id, hash, submission_id),
  KEY draft_access_draft (town_id, submission_id, kind),
  KEY draft_access_expires (expires_at),
  FOREIGN KEY (town_id, submission_id)
    REFERENCES draft (town_id, submission_id) ON DELETE CASCADE,
  CONSTRAINT draft_access_kind CHECK (kind BETWEEN 1 AND 3)
);

-- What was posted to a page together with files, or after the session had
-- ended, on its way to forms; sealed under the draft's data key.
CREATE TABLE draft_post (
  town_id SMALLINT UNSIGNED NOT NULL,
  id BINARY(16) NOT NULL,
  submission_id BINARY(16) NOT NULL,
  body MEDIUMBLOB NOT NULL,
  created_at DATETIME(3) NOT NULL,
  PRIMARY KEY (town_id, id),
  KEY draft_post_draft (town_id, submission_id),
  KEY draft_post_created (created_at),
  FOREIGN KEY (town_id, submission_id)
    REFERENCES draft (town_id, submission_id) ON DELETE CASCADE
);

-- Without a Vorgang: a mail about a draft, sealed under a key of the town.
ALTER TABLE outbox MODIFY vorgang_id BINARY(16) NULL;

-- kind 2: the browser that sent the application, for a day.
ALTER TABLE access_token ADD KEY access_token_expires (expires_at);
