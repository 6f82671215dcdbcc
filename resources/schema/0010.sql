-- SPDX-License-Identifier: GPL-3.0-or-later
-- Filling a new project fast: the digests of reviews get an index with a name, which an import takes
-- out and builds when all rows are there; the last id is noted once a batch, not with each row. And
-- changing a million rows: CHECK (x IN (…)) of more than two makes a table of them for each row.
-- All of it takes the tables anew; keys are not looked up meanwhile.

-- Highest id that any review had: none comes again.
ALTER TABLE totals ADD COLUMN last_review INTEGER NOT NULL DEFAULT 0;
UPDATE totals SET last_review =
    coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'reviews'), 0);

CREATE TABLE new_reviews (
    id INTEGER PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES users (id),
    item_id INTEGER NOT NULL REFERENCES items (id),
    import_id INTEGER NOT NULL REFERENCES imports (id),
    time INTEGER NOT NULL,
    rating REAL NOT NULL,
    words INTEGER NOT NULL,
    content BLOB NOT NULL,                   -- digest of user, item, time and text as imported
    source_id INTEGER REFERENCES sources (id),
    line INTEGER NOT NULL DEFAULT 0,
    excluded INTEGER NOT NULL DEFAULT 0 CHECK (excluded BETWEEN 0 AND 2)
) STRICT;
INSERT INTO new_reviews SELECT id, user_id, item_id, import_id, time, rating, words, content,
    source_id, line, excluded FROM reviews;
DROP TABLE reviews;
ALTER TABLE new_reviews RENAME TO reviews;

CREATE UNIQUE INDEX reviews_by_content ON reviews (content);
CREATE INDEX reviews_by_user ON reviews (user_id, time, id, words, rating);
CREATE INDEX reviews_by_item ON reviews (item_id, id);
CREATE INDEX reviews_out ON reviews (excluded, id) WHERE excluded > 0;

CREATE TABLE changes (
    step_id INTEGER NOT NULL REFERENCES steps (id) ON DELETE CASCADE,
    review_id INTEGER NOT NULL REFERENCES reviews (id),
    field TEXT NOT NULL CHECK (field = 'excluded' OR field = 'tag' OR field = 'text' OR
        field = 'title' OR field = 'rating' OR field = 'user'),
    before TEXT NOT NULL,                    -- of a user its id; of a tag its name, '' without it
    after TEXT NOT NULL,
    PRIMARY KEY (step_id, review_id, field)
) STRICT, WITHOUT ROWID;
INSERT INTO changes SELECT * FROM step_changes;
DROP TABLE step_changes;
ALTER TABLE changes RENAME TO step_changes;
CREATE INDEX step_changes_by_review ON step_changes (review_id, step_id);
