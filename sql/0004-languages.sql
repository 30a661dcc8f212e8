-- Plain German and Arabic beside German and English; what people say about
-- pages. The tables are copied: on a large installation this takes a while.

ALTER TABLE vorgang
  MODIFY language VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  DROP CONSTRAINT vorgang_language,
  ADD CONSTRAINT vorgang_language
    CHECK (language IN ('de', 'en', 'leicht', 'ar'));

-- "Was this page helpful?" Nothing here says who answered. page is the path
-- without what leads to a single application; done_at: somebody saw to it.
CREATE TABLE page_feedback (
  id INT UNSIGNED NOT NULL AUTO_INCREMENT,
  town_id SMALLINT UNSIGNED NOT NULL,
  page VARCHAR(160) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  language VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  is_helpful BOOLEAN NOT NULL,
  remark VARCHAR(1000) NOT NULL DEFAULT '',
  at DATETIME(3) NOT NULL,
  done_at DATETIME(3) NULL,
  PRIMARY KEY (id),
  KEY page_feedback_list (town_id, done_at, page, id),
  KEY page_feedback_at (at),
  FOREIGN KEY (town_id) REFERENCES town (id),
  CONSTRAINT page_feedback_language
    CHECK (language IN ('de', 'en', 'leicht', 'ar'))
);
