-- SPDX-License-Identifier: GPL-3.0-or-later
-- How prompts are made: templates of the project's own, and what is used where nothing is said.

-- A text that was changed is a new version; old ones stay, for runs name them.
CREATE TABLE templates (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    version INTEGER NOT NULL,                -- from 1
    source TEXT NOT NULL,                    -- docs/formats.md
    digest TEXT NOT NULL,                    -- SHA-256 of it
    created INTEGER NOT NULL,
    UNIQUE (name, version)
) STRICT;

-- One row at most.
CREATE TABLE prompting (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    template TEXT NOT NULL,                  -- NAME@VERSION, or a preset; '': nextquill
    selection TEXT NOT NULL                  -- JSON, docs/formats.md; '': the newest reviews
) STRICT;
