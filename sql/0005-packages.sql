-- Invitations to services that are not open to all yet, and what the office
-- fills in on a Vorgang (clerk pages).

-- code_hash: HMAC under a key of the town; the code itself is nowhere.
CREATE TABLE invitation (
  id INT UNSIGNED NOT NULL AUTO_INCREMENT,
  town_id SMALLINT UNSIGNED NOT NULL,
  service_id INT UNSIGNED NOT NULL,
  code_hash BINARY(32) NOT NULL,
  label VARCHAR(120) NOT NULL DEFAULT '',
  uses INT UNSIGNED NOT NULL DEFAULT 0,
  uses_max INT UNSIGNED NOT NULL,
  created_at DATETIME(3) NOT NULL,
  expires_at DATETIME(3) NULL,
  PRIMARY KEY (id),
  UNIQUE KEY invitation_code (town_id, service_id, code_hash),
  FOREIGN KEY (town_id) REFERENCES town (id),
  FOREIGN KEY (service_id) REFERENCES service (id),
  CONSTRAINT invitation_uses CHECK (uses <= uses_max)
);

-- Who redeems a code twice for one application counts once.
CREATE TABLE invitation_use (
  town_id SMALLINT UNSIGNED NOT NULL,
  submission_id BINARY(16) NOT NULL,
  invitation_id INT UNSIGNED NOT NULL,
  used_at DATETIME(3) NOT NULL,
  PRIMARY KEY (town_id, submission_id, invitation_id),
  FOREIGN KEY (invitation_id) REFERENCES invitation (id)
);

-- Sealed under the Vorgang's data key, so that it goes with it; every save is
-- a row of its own.
CREATE TABLE clerk_answers (
  vorgang_id BINARY(16) NOT NULL,
  revision INT UNSIGNED NOT NULL,
  town_id SMALLINT UNSIGNED NOT NULL,
  answers MEDIUMBLOB NOT NULL,
  saved_at DATETIME(3) NOT NULL,
  PRIMARY KEY (vorgang_id, revision),
  FOREIGN KEY (town_id) REFERENCES town (id),
  FOREIGN KEY (vorgang_id) REFERENCES vorgang (id)
);
