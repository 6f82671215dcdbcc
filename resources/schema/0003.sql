-- SPDX-License-Identifier: GPL-3.0-or-later
-- Chat markup that was given to the project.

CREATE TABLE markups (
    model TEXT PRIMARY KEY,                  -- its absolute path; '': each whose own is not recognised
    markup TEXT NOT NULL                     -- JSON, docs/formats.md
) STRICT, WITHOUT ROWID;
