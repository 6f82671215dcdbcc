-- SPDX-License-Identifier: GPL-3.0-or-later
-- The first schema of a project file. Times are milliseconds since 1970, UTC.
-- docs/formats.md explains it; a change of the schema is a new file beside this one.

CREATE TABLE users (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    reviews INTEGER NOT NULL DEFAULT 0,      -- not excluded; this and what follows is derived
    first_time INTEGER NOT NULL DEFAULT 0,
    last_time INTEGER NOT NULL DEFAULT 0,
    mean_words REAL NOT NULL DEFAULT 0,
    mean_rating REAL NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX users_by_reviews ON users (reviews, id);
CREATE INDEX users_by_last_time ON users (last_time, id);

CREATE TABLE items (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    asin TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL DEFAULT '',
    description TEXT NOT NULL DEFAULT '',
    reviews INTEGER NOT NULL DEFAULT 0       -- not excluded; derived
) STRICT;

CREATE TABLE imports (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    files TEXT NOT NULL,
    started INTEGER NOT NULL,
    finished INTEGER NOT NULL DEFAULT 0,     -- 0: it was interrupted, its finished batches are here
    read INTEGER NOT NULL DEFAULT 0,
    kept INTEGER NOT NULL DEFAULT 0,
    rejected INTEGER NOT NULL DEFAULT 0,
    duplicates INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE reviews (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id INTEGER NOT NULL REFERENCES users (id),
    item_id INTEGER NOT NULL REFERENCES items (id),
    import_id INTEGER NOT NULL REFERENCES imports (id),
    time INTEGER NOT NULL,
    rating REAL NOT NULL,
    words INTEGER NOT NULL,
    excluded INTEGER NOT NULL DEFAULT 0 CHECK (excluded IN (0, 1)),
    content BLOB NOT NULL UNIQUE,            -- digest of user, item, time and text as imported
    title TEXT NOT NULL,
    text TEXT NOT NULL
) STRICT;
-- Has all that a user's figures are computed from: the texts are not read for that.
CREATE INDEX reviews_by_user ON reviews (user_id, time, id, excluded, words, rating);
CREATE INDEX reviews_by_item ON reviews (item_id, id);

CREATE VIRTUAL TABLE reviews_text USING fts5 (title, text, content = 'reviews', content_rowid = 'id');

CREATE TABLE rejects (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    import_id INTEGER NOT NULL REFERENCES imports (id),
    file TEXT NOT NULL,
    line INTEGER NOT NULL,
    byte INTEGER NOT NULL,
    reason TEXT NOT NULL,
    text TEXT NOT NULL
) STRICT;
CREATE INDEX rejects_by_import ON rejects (import_id, id);

-- One row, changed in the transaction that changes what it counts.
CREATE TABLE totals (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    users INTEGER NOT NULL,
    items INTEGER NOT NULL,
    reviews INTEGER NOT NULL,
    excluded INTEGER NOT NULL,
    rejects INTEGER NOT NULL
) STRICT;
INSERT INTO totals VALUES (1, 0, 0, 0, 0, 0);

-- Steps of curation, oldest first; those taken back come last.
CREATE TABLE steps (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    what TEXT NOT NULL,
    undone INTEGER NOT NULL DEFAULT 0 CHECK (undone IN (0, 1))
) STRICT;
CREATE TABLE step_changes (
    step_id INTEGER NOT NULL REFERENCES steps (id) ON DELETE CASCADE,
    review_id INTEGER NOT NULL REFERENCES reviews (id),
    field TEXT NOT NULL CHECK (field IN ('excluded', 'text')),
    before TEXT NOT NULL,
    after TEXT NOT NULL,
    PRIMARY KEY (step_id, review_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE splits (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    rule TEXT NOT NULL CHECK (rule IN ('leave-last-out', 'by-user', 'by-time')),
    minimum_history INTEGER NOT NULL,
    minimum_words INTEGER NOT NULL,
    maximum_targets INTEGER NOT NULL,
    validation_share REAL NOT NULL,
    test_share REAL NOT NULL,
    seed INTEGER NOT NULL,                   -- the 64 bits of an unsigned number
    train INTEGER NOT NULL,
    validation INTEGER NOT NULL,
    test INTEGER NOT NULL,
    digest TEXT NOT NULL,
    frozen INTEGER NOT NULL DEFAULT 0 CHECK (frozen IN (0, 1))
) STRICT;
CREATE TABLE split_examples (
    split_id INTEGER NOT NULL REFERENCES splits (id) ON DELETE CASCADE,
    part INTEGER NOT NULL CHECK (part IN (0, 1, 2)), -- train, validation, test
    review_id INTEGER NOT NULL REFERENCES reviews (id),
    PRIMARY KEY (split_id, part, review_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE runs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL
        CHECK (state IN ('waiting', 'running', 'paused', 'stopped', 'failed', 'done')),
    objective TEXT NOT NULL,
    model TEXT NOT NULL,
    split TEXT NOT NULL,
    data_digest TEXT NOT NULL,
    folder TEXT NOT NULL,
    settings TEXT NOT NULL,
    summary TEXT NOT NULL,
    created INTEGER NOT NULL,
    finished INTEGER NOT NULL DEFAULT 0,
    error TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE models (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    path TEXT NOT NULL,
    kind TEXT NOT NULL,
    description TEXT NOT NULL
) STRICT;

CREATE TABLE results (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    created INTEGER NOT NULL,
    UNIQUE (kind, key)
) STRICT;
CREATE INDEX results_by_time ON results (kind, created, id);
