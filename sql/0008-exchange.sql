-- XOEV messages of applications, out and in (docs/exchange.md).

-- direction: 1 out, 2 in. state: out 1 handed to the transport, 2 with the
-- partner, 3 answered, 4 no answer in time, 5 refused by the partner, 6 the
-- transport gave up; in 10 filed to its Vorgang, 11 in quarantine, 12 sent
-- back with a rejection, 13 came twice, 14 done with by hand.
-- step: of the service's exchange, that a Vorgang takes once a round; NULL for
-- what came in. message: what the service's mapping calls it, and item of its
-- repeat: a step may send several. body: the message byte for byte, sealed under data_key, which
-- the town's key wraps. finding: why it is in quarantine or went back: JSON of
-- codes and element names, never of contents. unusable: how many answers to it
-- were not valid and went back. transfer_id: of osci_transfer.
CREATE TABLE exchange (
  id BINARY(16) NOT NULL,
  town_id SMALLINT UNSIGNED NOT NULL,
  direction TINYINT UNSIGNED NOT NULL,
  state TINYINT UNSIGNED NOT NULL,
  vorgang_id BINARY(16) NULL,
  step VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NULL,
  round INT UNSIGNED NOT NULL DEFAULT 0,
  message VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NULL,
  item SMALLINT UNSIGNED NOT NULL DEFAULT 0,
  standard VARCHAR(60) NOT NULL DEFAULT '',
  version VARCHAR(30) NOT NULL DEFAULT '',
  type VARCHAR(30) NOT NULL DEFAULT '',
  uuid BINARY(16) NULL,
  refers_to BINARY(16) NULL,
  partner VARCHAR(120) NOT NULL DEFAULT '',
  partner_key VARCHAR(120) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
    DEFAULT '',
  transfer_id BINARY(16) NOT NULL,
  data_key VARBINARY(60) NOT NULL,
  body MEDIUMBLOB NOT NULL,
  finding VARCHAR(4000) NOT NULL DEFAULT '',
  unusable TINYINT UNSIGNED NOT NULL DEFAULT 0,
  answer_due DATETIME(3) NULL,
  created_at DATETIME(3) NOT NULL,
  changed_at DATETIME(3) NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY exchange_step (vorgang_id, step, round, message, item),
  UNIQUE KEY exchange_transfer (transfer_id, direction),
  KEY exchange_uuid (town_id, direction, uuid),
  KEY exchange_state (town_id, state, changed_at),
  KEY exchange_due (state, answer_due),
  FOREIGN KEY (town_id) REFERENCES town (id),
  FOREIGN KEY (vorgang_id) REFERENCES vorgang (id),
  CONSTRAINT exchange_direction CHECK (direction BETWEEN 1 AND 2)
);

-- Up to when a town's changes were looked at for steps to take.
CREATE TABLE exchange_watch (
  town_id SMALLINT UNSIGNED NOT NULL,
  watched_at DATETIME(3) NOT NULL,
  PRIMARY KEY (town_id),
  FOREIGN KEY (town_id) REFERENCES town (id)
);

-- Who a town is in the heads of its messages; an authority of its own may go by
-- another key for a service. service: "" for all others.
CREATE TABLE exchange_party (
  town_id SMALLINT UNSIGNED NOT NULL,
  service VARCHAR(60) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  party_key VARCHAR(120) NOT NULL,
  name VARCHAR(300) NOT NULL,
  email VARCHAR(254) NOT NULL,
  street VARCHAR(120) NOT NULL,
  house_no VARCHAR(20) NOT NULL,
  postal_code VARCHAR(10) NOT NULL,
  city VARCHAR(120) NOT NULL,
  identity VARCHAR(60) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  PRIMARY KEY (town_id, service),
  FOREIGN KEY (town_id) REFERENCES town (id)
);

-- Vorgaenge whose step could not be taken (no partner, no schema set): looked at
-- again at next_at, and listed for the operator. reason: never of contents.
CREATE TABLE exchange_wait (
  vorgang_id BINARY(16) NOT NULL,
  town_id SMALLINT UNSIGNED NOT NULL,
  step VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  reason VARCHAR(300) NOT NULL,
  attempts INT UNSIGNED NOT NULL DEFAULT 1,
  since DATETIME(3) NOT NULL,
  next_at DATETIME(3) NOT NULL,
  PRIMARY KEY (vorgang_id),
  KEY exchange_wait_due (town_id, next_at),
  FOREIGN KEY (vorgang_id) REFERENCES vorgang (id)
);

-- Until when an applicant has to write what a step carries.
CREATE TABLE exchange_deadline (
  vorgang_id BINARY(16) NOT NULL,
  town_id SMALLINT UNSIGNED NOT NULL,
  step VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  due_at DATETIME(3) NOT NULL,
  PRIMARY KEY (vorgang_id),
  KEY exchange_deadline_due (town_id, due_at),
  FOREIGN KEY (vorgang_id) REFERENCES vorgang (id)
);

-- When the identity sent something last: an answer may be near, so its mail is
-- fetched at shorter intervals then.
ALTER TABLE osci_fetch ADD COLUMN sent_at DATETIME(3) NULL;
