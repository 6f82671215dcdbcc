-- SPDX-License-Identifier: GPL-3.0-or-later
-- More rules of splits, and funnels. Both tables are made anew: a CHECK cannot be changed, and to
-- drop `splits` alone would take the examples with it.

CREATE TABLE new_splits (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    rule TEXT NOT NULL
        CHECK (rule IN ('leave-last-out', 'by-user', 'by-time', 'random', 'stratified')),
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
    frozen INTEGER NOT NULL DEFAULT 0 CHECK (frozen IN (0, 1)),
    created INTEGER NOT NULL DEFAULT 0,      -- 0: before this was kept
    held_out_last INTEGER NOT NULL DEFAULT 1, -- of leave-last-out
    validation_from INTEGER,                 -- of by-time; NULL: by shares
    test_from INTEGER,
    stratum TEXT NOT NULL DEFAULT 'rating'
        CHECK (stratum IN ('rating', 'activity', 'length', 'year')),
    core INTEGER NOT NULL DEFAULT 0,         -- 0: none
    minimum_item_users INTEGER NOT NULL DEFAULT 0,
    held_out_items TEXT NOT NULL DEFAULT 'any' CHECK (held_out_items IN ('any', 'seen', 'unseen')),
    funnel TEXT NOT NULL DEFAULT ''          -- JSON as of funnels, with its name; '': none
) STRICT;
INSERT INTO new_splits (id, name, rule, minimum_history, minimum_words, maximum_targets,
        validation_share, test_share, seed, train, validation, test, digest, frozen)
    SELECT id, name, rule, minimum_history, minimum_words, maximum_targets, validation_share,
        test_share, seed, train, validation, test, digest, frozen FROM splits;

CREATE TABLE new_split_examples (
    split_id INTEGER NOT NULL REFERENCES new_splits (id) ON DELETE CASCADE,
    part INTEGER NOT NULL CHECK (part IN (0, 1, 2)), -- train, validation, test
    review_id INTEGER NOT NULL REFERENCES reviews (id),
    PRIMARY KEY (split_id, part, review_id)
) STRICT, WITHOUT ROWID;
INSERT INTO new_split_examples SELECT split_id, part, review_id FROM split_examples;
DROP TABLE split_examples;
DROP TABLE splits;
ALTER TABLE new_splits RENAME TO splits;
ALTER TABLE new_split_examples RENAME TO split_examples;

-- A subset as a chain of steps, by name.
CREATE TABLE funnels (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    steps TEXT NOT NULL,                     -- JSON, docs/formats.md
    changed INTEGER NOT NULL
) STRICT;
