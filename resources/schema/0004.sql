-- SPDX-License-Identifier: GPL-3.0-or-later
-- Where a review came from, and when a step of curation was made.

CREATE TABLE sources (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    import_id INTEGER NOT NULL REFERENCES imports (id),
    file TEXT NOT NULL,
    bytes INTEGER NOT NULL,                  -- 0: not known
    digest TEXT NOT NULL DEFAULT ''          -- SHA-256; '': not read to its end, or a pipe
) STRICT;
CREATE INDEX sources_by_import ON sources (import_id, id);

-- NULL and 0 where it was imported before this was kept.
ALTER TABLE reviews ADD COLUMN source_id INTEGER REFERENCES sources (id);
ALTER TABLE reviews ADD COLUMN line INTEGER NOT NULL DEFAULT 0;

ALTER TABLE steps ADD COLUMN time INTEGER NOT NULL DEFAULT 0;
CREATE INDEX step_changes_by_review ON step_changes (review_id, step_id);
