-- SPDX-License-Identifier: GPL-3.0-or-later
-- Tables of millions of rows: the texts apart from what is filtered, sorted and changed; what a
-- person may do to rows; views that are kept.

-- A row of `reviews` is then some ten times smaller: so much less is read by a scan, and written
-- where a million of them are excluded.
CREATE TABLE texts (
    id INTEGER PRIMARY KEY REFERENCES reviews (id) ON DELETE CASCADE,
    title TEXT NOT NULL,
    text TEXT NOT NULL
) STRICT;
INSERT INTO texts SELECT id, title, text FROM reviews;
DROP TABLE reviews_text;
ALTER TABLE reviews DROP COLUMN title;
ALTER TABLE reviews DROP COLUMN text;
CREATE VIRTUAL TABLE reviews_text USING fts5 (title, text, content = 'texts', content_rowid = 'id');
INSERT INTO reviews_text (reviews_text) VALUES ('rebuild');

-- 0: takes part; 1: excluded; 2: deleted, which is excluded and shown nowhere.
DROP INDEX reviews_by_user;
ALTER TABLE reviews RENAME COLUMN excluded TO was_excluded;
ALTER TABLE reviews ADD COLUMN excluded INTEGER NOT NULL DEFAULT 0 CHECK (excluded IN (0, 1, 2));
UPDATE reviews SET excluded = 1 WHERE was_excluded = 1;
ALTER TABLE reviews DROP COLUMN was_excluded;
CREATE INDEX reviews_by_user ON reviews (user_id, time, id, words, rating);
CREATE INDEX reviews_out ON reviews (excluded, id) WHERE excluded > 0;
CREATE INDEX items_by_title ON items (CASE title WHEN '' THEN asin ELSE title END, id);

ALTER TABLE totals ADD COLUMN deleted INTEGER NOT NULL DEFAULT 0;

-- Of a user whose reviews were given to another one: that one; imports give it what is new, too.
ALTER TABLE users ADD COLUMN merged_into INTEGER NOT NULL DEFAULT 0;

CREATE TABLE tags (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    reviews INTEGER NOT NULL DEFAULT 0,      -- that have it; derived
    key INTEGER NOT NULL DEFAULT 0 CHECK (key BETWEEN 0 AND 9)
) STRICT;
CREATE TABLE review_tags (
    review_id INTEGER NOT NULL REFERENCES reviews (id) ON DELETE CASCADE,
    tag_id INTEGER NOT NULL REFERENCES tags (id),
    PRIMARY KEY (review_id, tag_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX review_tags_by_tag ON review_tags (tag_id, review_id);

-- A step that was taken back when another one was made is dropped: kept for a while, to be read.
ALTER TABLE steps ADD COLUMN changes INTEGER NOT NULL DEFAULT 0;
ALTER TABLE steps ADD COLUMN dropped INTEGER NOT NULL DEFAULT 0; -- when; 0: it is not
ALTER TABLE steps ADD COLUMN branch INTEGER NOT NULL DEFAULT 0;  -- the step that took its place
UPDATE steps SET changes = (SELECT count(*) FROM step_changes WHERE step_id = steps.id);

CREATE TABLE changes (
    step_id INTEGER NOT NULL REFERENCES steps (id) ON DELETE CASCADE,
    review_id INTEGER NOT NULL REFERENCES reviews (id),
    field TEXT NOT NULL
        CHECK (field IN ('excluded', 'text', 'title', 'rating', 'user', 'tag')),
    before TEXT NOT NULL,                    -- of a user its id; of a tag its name, '' without it
    after TEXT NOT NULL,
    PRIMARY KEY (step_id, review_id, field)
) STRICT, WITHOUT ROWID;
INSERT INTO changes SELECT * FROM step_changes;
DROP TABLE step_changes;
ALTER TABLE changes RENAME TO step_changes;
CREATE INDEX step_changes_by_review ON step_changes (review_id, step_id);

CREATE TABLE saved_views (
    "table" TEXT NOT NULL CHECK ("table" IN ('reviews', 'users', 'items')),
    name TEXT NOT NULL,
    filter TEXT NOT NULL,
    sort TEXT NOT NULL,
    columns TEXT NOT NULL,                   -- names, joined by a blank; '': those at first
    PRIMARY KEY ("table", name)
) STRICT, WITHOUT ROWID;

-- Indices that were taken out of the file: 'search'. Others are there or not.
CREATE TABLE missing_indices (name TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
