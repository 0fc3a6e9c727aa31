-- SPDX-License-Identifier: MIT
--
-- From schema 2 to 3 of the central log in an SQLite file: what postgres.sql
-- has by these names. Run behind sqlite.sql in a new file, and alone in one of
-- version 1 or 2. (There is one role here: whoever may write the file.)

-- Who the kiosks are; the names are the centre's to fill in.
CREATE TABLE kiosks (
	kiosk TEXT PRIMARY KEY,
	public_name TEXT,
	commune TEXT,
	province TEXT,
	public_key BLOB			-- Ed25519, as first seen
) STRICT, WITHOUT ROWID;
INSERT INTO kiosks (kiosk) SELECT DISTINCT kiosk FROM journals;

-- The kiosk's clock minus this log's, at the last contact.
ALTER TABLE journals ADD COLUMN skew_ms INTEGER;

-- What was refused and needs people: fork, bad_chain, key.
CREATE TABLE faults (
	kiosk TEXT NOT NULL,
	journal TEXT NOT NULL,
	kind TEXT NOT NULL,
	seq INTEGER NOT NULL,		-- where the journal stands here
	chain BLOB NOT NULL,
	claimed_seq INTEGER NOT NULL,
	claimed_chain BLOB,
	first_at INTEGER NOT NULL,
	last_at INTEGER NOT NULL,
	times INTEGER NOT NULL,
	resolved_at INTEGER
) STRICT;
CREATE UNIQUE INDEX faults_open ON faults (kiosk, journal, kind)
	WHERE resolved_at IS NULL;

-- The kiosk's signatures of its heads, the last of each day (of receipt, UTC).
CREATE TABLE checkpoints (
	kiosk TEXT NOT NULL,
	journal TEXT NOT NULL,
	received_day TEXT NOT NULL,
	seq INTEGER NOT NULL,
	chain BLOB NOT NULL,
	public_key BLOB NOT NULL,
	signature BLOB NOT NULL,
	received_at INTEGER NOT NULL,
	PRIMARY KEY (kiosk, journal, received_day)
) STRICT, WITHOUT ROWID;
