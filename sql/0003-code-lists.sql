-- Code lists as published (Genericode), for all towns. A version never
-- changes once it is in; which of its columns people read as its label is ours
-- to say and may be corrected.
-- content: the names of the columns, then the rows; one line each, values
-- apart by tabs (no value holds a tab or a line's end). sha256 is over it.

CREATE TABLE code_list (
  id INT UNSIGNED NOT NULL AUTO_INCREMENT,
  uri VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  version VARCHAR(80) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  short_name VARCHAR(120) NOT NULL,
  name VARCHAR(500) NOT NULL,
  agency VARCHAR(255) NOT NULL,
  valid_from DATE NULL,
  row_count INT UNSIGNED NOT NULL,
  code_column VARCHAR(120) COLLATE utf8mb4_bin NOT NULL,
  label_column VARCHAR(120) COLLATE utf8mb4_bin NOT NULL,
  content LONGTEXT NOT NULL,
  sha256 BINARY(32) NOT NULL,
  imported_at DATETIME(3) NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY code_list_version (uri, version)
);
