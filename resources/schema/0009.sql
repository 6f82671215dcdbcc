-- SPDX-License-Identifier: GPL-3.0-or-later
-- An import that was interrupted goes on or is taken back; rejected lines are tried again.

-- running: going on, or ended by a crash or a failure; stopped: a person asked for it.
ALTER TABLE imports ADD COLUMN state TEXT NOT NULL DEFAULT 'done'
    CHECK (state IN ('running', 'stopped', 'done'));
ALTER TABLE imports ADD COLUMN settings TEXT NOT NULL DEFAULT '';  -- JSON; '': cannot go on
-- Ids up to these were there before it; 0 where it was begun before this was kept.
ALTER TABLE imports ADD COLUMN first_review INTEGER NOT NULL DEFAULT 0;
ALTER TABLE imports ADD COLUMN first_user INTEGER NOT NULL DEFAULT 0;
ALTER TABLE imports ADD COLUMN first_item INTEGER NOT NULL DEFAULT 0;
ALTER TABLE imports ADD COLUMN items INTEGER NOT NULL DEFAULT 0;
ALTER TABLE imports ADD COLUMN items_completed INTEGER NOT NULL DEFAULT 0;
UPDATE imports SET state = 'running' WHERE finished = 0;

ALTER TABLE sources ADD COLUMN path TEXT NOT NULL DEFAULT '';      -- absolute; '': a pipe or a text
ALTER TABLE sources ADD COLUMN items INTEGER NOT NULL DEFAULT 0 CHECK (items IN (0, 1)); -- metadata
ALTER TABLE sources ADD COLUMN identity TEXT NOT NULL DEFAULT '';  -- size, time and digest of both ends
ALTER TABLE sources ADD COLUMN records INTEGER NOT NULL DEFAULT 0; -- read and committed
ALTER TABLE sources ADD COLUMN complete INTEGER NOT NULL DEFAULT 0 CHECK (complete IN (0, 1));
ALTER TABLE sources ADD COLUMN reading TEXT NOT NULL DEFAULT '';   -- JSON: format and columns

ALTER TABLE rejects ADD COLUMN source_id INTEGER REFERENCES sources (id);
