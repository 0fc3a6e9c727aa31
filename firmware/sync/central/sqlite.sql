-- SPDX-License-Identifier: MIT
--
-- The central log as one SQLite file, for an office without a server. The same
-- tables and views as postgres.sql; a test holds both to the same answers.
-- Run once, in a transaction, on an empty file.
--
-- Times are unix ms. A day and an hour are those of Vietnam (UTC+7, no summer
-- time), as the kiosks' journals have them.

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

-- How often each thing happened.
CREATE VIEW counts AS
SELECT kiosk, day, (at_ms / 3600000 + 7) % 24 AS hour, service, counter, class,
	kind, count(*) AS n
FROM events
GROUP BY 1, 2, 3, 4, 5, 6, 7;

-- A ticket a row. One that a step of the clock carried into another day has a
-- row in each, the later one without issued_at_ms.
CREATE VIEW tickets AS
SELECT kiosk, journal, day, service, number,
	max(class) AS class,
	min(at_ms) FILTER (WHERE kind = 'issued') AS issued_at_ms,
	min(at_ms) FILTER (WHERE kind = 'called') AS called_at_ms,
	max(at_ms) FILTER (WHERE kind = 'called') AS last_called_at_ms,
	max(at_ms) FILTER (WHERE kind = 'finished') AS finished_at_ms,
	count(*) FILTER (WHERE kind IN ('called', 'recalled')) AS calls,
	count(*) FILTER (WHERE kind = 'no_show') AS no_shows,
	count(*) FILTER (WHERE kind = 'restored') AS restored,
	count(*) FILTER (WHERE kind = 'cancelled') AS cancelled,
	count(*) FILTER (WHERE kind = 'expired') AS expired
FROM events
WHERE service IS NOT NULL AND number IS NOT NULL
GROUP BY kiosk, journal, day, service, number;

-- From the ticket to its first call.
CREATE VIEW waits AS
SELECT kiosk, day, hour, service, class, count(*) AS tickets,
	min(wait_ms) FILTER (WHERE rank >= 0.5) AS p50_ms,
	min(wait_ms) FILTER (WHERE rank >= 0.9) AS p90_ms,
	max(wait_ms) AS longest_ms
FROM (
	SELECT *, cume_dist() OVER (
		PARTITION BY kiosk, day, hour, service, class
		ORDER BY wait_ms) AS rank
	FROM (
		SELECT kiosk, day, (issued_at_ms / 3600000 + 7) % 24 AS hour,
			service, class, called_at_ms - issued_at_ms AS wait_ms
		FROM tickets
		WHERE called_at_ms IS NOT NULL AND issued_at_ms IS NOT NULL
	)
)
GROUP BY kiosk, day, hour, service, class;

-- Who did not come when called; restored is how many came back later.
CREATE VIEW no_shows AS
SELECT kiosk, day, service,
	count(issued_at_ms) AS issued,
	count(*) FILTER (WHERE no_shows > 0) AS no_shows,
	count(*) FILTER (WHERE restored > 0) AS restored
FROM tickets
GROUP BY kiosk, day, service;

CREATE VIEW ratings AS
SELECT kiosk, day, service, counter, stars, count(*) AS n
FROM (
	SELECT kiosk, day, service, counter,
		CASE WHEN json_valid(detail)
			THEN json_extract(detail, '$.stars') END AS stars
	FROM events
	WHERE kind = 'rated'
)
WHERE stars IN (1, 2, 3, 4, 5)
GROUP BY kiosk, day, service, counter, stars;

-- When each kiosk was last heard of, and how many rows it had not sent then.
CREATE VIEW contacts AS
SELECT kiosk, journal, seq, local_seq, max(local_seq - seq, 0) AS lag,
	first_contact, last_contact,
	max(unixepoch() * 1000 - last_contact, 0) AS silent_ms
FROM journals;
