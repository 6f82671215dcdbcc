-- The queue of runs, and which process trains one.

-- Place in the queue, from 1 upwards with gaps; 0: not in it. A run that goes on keeps its place, so
-- that one whose program died is the first to go on.
ALTER TABLE runs ADD COLUMN place INTEGER NOT NULL DEFAULT 0;
-- Whether the window starts a process of its own for it.
ALTER TABLE runs ADD COLUMN own_process INTEGER NOT NULL DEFAULT 0 CHECK (own_process IN (0, 1));
-- Of the process that trains it: id, boot and start (no other process has all three), and host.
ALTER TABLE runs ADD COLUMN process INTEGER NOT NULL DEFAULT 0;
ALTER TABLE runs ADD COLUMN process_start TEXT NOT NULL DEFAULT '';
ALTER TABLE runs ADD COLUMN host TEXT NOT NULL DEFAULT '';

UPDATE runs SET place = id WHERE state = 'waiting';
