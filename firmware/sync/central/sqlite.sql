-- SPDX-License-Identifier: MIT
--
-- The central log as one SQLite file, for an office without a server: its
-- tables, as postgres.sql has them, too; a test holds both to the same answers.
-- Run once, in a transaction, on an empty file; then sqlite_views.sql.
--
-- Times are unix ms.

-- Where each journal stands. A new card starts a new journal.
CREATE TABLE journals (
	kiosk TEXT NOT NULL,
	journal TEXT NOT NULL,
	seq INTEGER NOT NULL,		-- the last row that is here
	chain BLOB NOT NULL,
	local_seq INTEGER NOT NULL,	-- the last row the kiosk said it has
	first_contact INTEGER NOT NULL,
	last_contact INTEGER NOT NULL,	-- to a minute when nothing was new
	PRIMARY KEY (kiosk, journal)
) STRICT, WITHOUT ROWID;

CREATE TABLE events (
	kiosk TEXT NOT NULL,
	journal TEXT NOT NULL,
	seq INTEGER NOT NULL,
	at_ms INTEGER NOT NULL,		-- by the kiosk's clock
	day TEXT,
	kind TEXT,
	service TEXT,
	number INTEGER,
	class TEXT,
	counter INTEGER,
	actor TEXT,
	detail TEXT,
	key TEXT,
	chain BLOB NOT NULL,
	received_at INTEGER NOT NULL,	-- by this log's clock
	PRIMARY KEY (kiosk, journal, seq)
) STRICT, WITHOUT ROWID;
