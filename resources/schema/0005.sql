-- SPDX-License-Identifier: GPL-3.0-or-later
-- Titles can be curated, too; users can be erased.

CREATE TABLE changes (
    step_id INTEGER NOT NULL REFERENCES steps (id) ON DELETE CASCADE,
    review_id INTEGER NOT NULL REFERENCES reviews (id),
    field TEXT NOT NULL CHECK (field IN ('excluded', 'text', 'title')),
    before TEXT NOT NULL,
    after TEXT NOT NULL,
    PRIMARY KEY (step_id, review_id, field)
) STRICT, WITHOUT ROWID;
INSERT INTO changes SELECT * FROM step_changes;
DROP TABLE step_changes;
ALTER TABLE changes RENAME TO step_changes;
CREATE INDEX step_changes_by_review ON step_changes (review_id, step_id);

-- Users whose rows are gone, while traces of their texts may still be in free space.
CREATE TABLE erasures (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    started INTEGER NOT NULL,
    reviews INTEGER NOT NULL,
    untraceable INTEGER NOT NULL,            -- texts too short to be looked for
    prints BLOB NOT NULL                     -- digests of pieces of the texts; no text
) STRICT;
