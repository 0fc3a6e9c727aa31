-- SPDX-License-Identifier: MIT
--
-- The views of the central log in an SQLite file. Run in a transaction, on the
-- tables of sqlite.sql, be they new or of an older version.
--
-- Times are unix ms, but for what ends in _s, which is whole seconds. A day is
-- the office's business day, an hour that of its clock on the wall.

CREATE INDEX IF NOT EXISTS events_machine ON events (kiosk, journal, seq)
	WHERE kind IN ('day_opened', 'config_loaded', 'clock_stepped');

-- What is there, and what older versions had.
DROP VIEW IF EXISTS counts;
DROP VIEW IF EXISTS tickets;
DROP VIEW IF EXISTS waits;
DROP VIEW IF EXISTS no_shows;
DROP VIEW IF EXISTS ratings;
DROP VIEW IF EXISTS contacts;
DROP VIEW IF EXISTS report_days;
DROP VIEW IF EXISTS report_rows;
DROP VIEW IF EXISTS report_machine;
DROP VIEW IF EXISTS report_spans;
DROP VIEW IF EXISTS report_changes;
DROP VIEW IF EXISTS report_busy;
DROP VIEW IF EXISTS report_cells;
DROP VIEW IF EXISTS report_parts;
DROP VIEW IF EXISTS report_day;
DROP VIEW IF EXISTS report_service;
DROP VIEW IF EXISTS report_hour;
DROP VIEW IF EXISTS report_counter;
DROP VIEW IF EXISTS report_class;
DROP VIEW IF EXISTS report_outcome;
DROP VIEW IF EXISTS rollups;
DROP VIEW IF EXISTS gaps;

-- ---- reports ----
--
-- What a business day came to, by the rules that firmware/journal/report.h
-- states; a test holds these views, their twins in postgres_views.sql and the kiosk's
-- own report to the same answers. Ask for a day, or a kiosk and a day: then
-- only the rows of its runs are read. For that, SQLite must carry "day = …" down
-- to the rows: through windows whose PARTITION BY has the day, if all windows of
-- a SELECT have the same one, but not through a GROUP BY. Hence the many levels,
-- and sums over windows of which one row is kept.

-- The rows that tell where runs and boots begin and how the clock was set. A run
-- begins with a day_opened row that carries no earlier day on.
CREATE VIEW report_machine AS
SELECT kiosk, journal, day, seq, kind, booted, step_ms, offset_ms,
	coalesce(max(begin_seq) OVER (
		PARTITION BY kiosk, journal ORDER BY seq), 1) AS from_seq,
	coalesce(min(begin_seq) OVER (
		PARTITION BY kiosk, journal ORDER BY seq DESC
		ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING),
		9223372036854775807) AS until_seq
FROM (
	SELECT kiosk, journal, day, seq, kind,
		CASE WHEN kind = 'day_opened' AND json_valid(detail) THEN
			CASE WHEN json_extract(detail, '$.carried') = 0
				THEN seq END END AS begin_seq,
		1000 * coalesce(CASE WHEN json_valid(detail) THEN
			CASE WHEN json_type(detail, '$.utc_offset_s') = 'integer' THEN
				CASE WHEN abs(json_extract(detail, '$.utc_offset_s'))
					<= 86400
					THEN json_extract(detail, '$.utc_offset_s')
					END END
			END, 25200) AS offset_ms,
		CASE WHEN kind = 'config_loaded' AND json_valid(detail) THEN
			CASE WHEN json_extract(detail, '$.booted') = 1
				THEN 1 ELSE 0 END ELSE 0 END AS booted,
		coalesce(CASE WHEN kind = 'clock_stepped'
			AND json_valid(detail) THEN
			CASE WHEN json_type(detail, '$.step_ms') = 'integer' THEN
				CASE WHEN abs(json_extract(detail, '$.step_ms'))
					<= 1000000000000
					THEN json_extract(detail, '$.step_ms')
					END END
			END, 0) AS step_ms
	FROM events INDEXED BY events_machine
	WHERE kind IN ('day_opened', 'config_loaded', 'clock_stepped')
) AS told;

-- The days of each run; offset_ms: the office's zone on that day.
CREATE VIEW report_days AS
SELECT DISTINCT kiosk, journal, day, from_seq,
	first_value(offset_ms) OVER (
		PARTITION BY kiosk, journal, day, from_seq ORDER BY seq)
		AS offset_ms
FROM report_machine
WHERE kind = 'day_opened';

-- Stretches of a run between two such rows; later_ms: by how much the clock was
-- set after it in the same boot.
CREATE VIEW report_spans AS
SELECT kiosk, journal, from_seq, span_from, span_until,
	sum(step_ms) OVER (
		PARTITION BY kiosk, journal, from_seq, boot
		ORDER BY span_from DESC) - step_ms AS later_ms
FROM (
	SELECT kiosk, journal, from_seq, seq AS span_from, step_ms,
		coalesce(lead(seq) OVER (
			PARTITION BY kiosk, journal, from_seq ORDER BY seq),
			until_seq) AS span_until,
		sum(booted) OVER (
			PARTITION BY kiosk, journal, from_seq ORDER BY seq)
			AS boot
	FROM report_machine
) AS spans;

-- The rows of each day's runs. of_day: the row is of the day itself. true_ms: as
-- if the boot's clock had been set from its beginning.
CREATE VIEW report_rows AS
SELECT d.kiosk, d.journal, d.day, d.from_seq, e.seq, e.at_ms,
	e.at_ms + s.later_ms AS true_ms,
	coalesce(e.day = d.day, 0) AS of_day,
	((e.at_ms + d.offset_ms) % 86400000 + 86400000) % 86400000 / 3600000
		AS hour,
	e.kind, e.service, e.number, e.class, e.counter, e.detail
FROM report_days AS d
JOIN report_spans AS s ON s.kiosk = d.kiosk AND s.journal = d.journal
	AND s.from_seq = d.from_seq
JOIN events AS e ON e.kiosk = d.kiosk AND e.journal = d.journal
	AND e.seq >= s.span_from AND e.seq < s.span_until
WHERE e.at_ms BETWEEN -253402300799999 AND 253402300799999;

-- How often each thing happened.
CREATE VIEW counts AS
SELECT kiosk, day, hour, service, counter, class, kind, n
FROM (
	SELECT kiosk, day, hour, service, counter, class, kind,
		count(*) OVER alike AS n, row_number() OVER alike AS place
	FROM report_rows
	WHERE of_day
	WINDOW alike AS (PARTITION BY kiosk, day, hour, service, counter, class,
		kind)
)
WHERE place = 1;

-- What a row does to how many wait, and to its counter. Who expires at a
-- counter did not wait.
CREATE VIEW report_changes AS
SELECT *,
	CASE WHEN counter IS NULL THEN NULL
		WHEN kind = 'counter_opened' THEN 1
		WHEN kind IN ('counter_paused', 'counter_closed') THEN 0
		END AS opens,
	CASE WHEN kind IN ('issued', 'transferred', 'returned', 'restored')
			THEN 1
		WHEN kind IN ('called', 'cancelled') THEN -1
		WHEN kind = 'expired' AND counter IS NULL THEN -1
		ELSE 0 END AS waiting_change
FROM report_rows;

-- A ticket a row, on the day it was issued. counter: the one that called it
-- last. called_at_ms: the first call; last_called_at_ms: of the last turn.
CREATE VIEW tickets AS
SELECT kiosk, journal, day, seq, service, number, class, hour, counter,
	CASE last_seq WHEN finished_seq THEN 'served'
		WHEN no_show_seq THEN 'no_show'
		WHEN cancelled_seq THEN 'cancelled'
		WHEN expired_seq THEN 'expired'
		ELSE 'open' END AS state,
	calls, at_ms AS issued_at_ms, called_at_ms, last_called_at_ms,
	CASE WHEN last_seq = finished_seq THEN finished_at_ms END
		AS finished_at_ms,
	CASE WHEN called_true_ms IS NOT NULL
		THEN max(called_true_ms - true_ms, 0) / 1000
		END AS wait_s,
	CASE WHEN last_seq = finished_seq AND last_called_true_ms IS NOT NULL
		THEN max(finished_true_ms - last_called_true_ms, 0) / 1000
		END AS service_s,
	CASE WHEN last_seq = finished_seq THEN outcome END AS outcome,
	CASE WHEN stars IN (1, 2, 3, 4, 5) THEN stars END AS stars
FROM (
	SELECT kiosk, journal, day, seq, service, number, class, hour, kind,
		of_day, at_ms, true_ms,
		max(called_counter) OVER ticket AS counter,
		max(CASE WHEN kind <> 'rated' THEN seq END) OVER ticket
			AS last_seq,
		max(CASE WHEN kind = 'finished' THEN seq END) OVER ticket
			AS finished_seq,
		max(CASE WHEN kind = 'no_show' THEN seq END) OVER ticket
			AS no_show_seq,
		max(CASE WHEN kind = 'cancelled' THEN seq END) OVER ticket
			AS cancelled_seq,
		max(CASE WHEN kind = 'expired' THEN seq END) OVER ticket
			AS expired_seq,
		count(CASE WHEN kind IN ('called', 'recalled') THEN 1 END)
			OVER ticket AS calls,
		max(CASE WHEN kind = 'called' AND first THEN at_ms END)
			OVER ticket AS called_at_ms,
		max(CASE WHEN kind = 'called' AND last THEN at_ms END)
			OVER ticket AS last_called_at_ms,
		max(CASE WHEN kind = 'finished' AND last THEN at_ms END)
			OVER ticket AS finished_at_ms,
		max(CASE WHEN kind = 'called' AND first THEN true_ms END)
			OVER ticket AS called_true_ms,
		max(CASE WHEN kind = 'called' AND last THEN true_ms END)
			OVER ticket AS last_called_true_ms,
		max(CASE WHEN kind = 'finished' AND last THEN true_ms END)
			OVER ticket AS finished_true_ms,
		max(said_outcome) OVER ticket AS outcome,
		max(said_stars) OVER ticket AS stars
	FROM (
		SELECT *,
			CASE WHEN kind = 'called' AND last THEN counter END
				AS called_counter,
			CASE WHEN kind = 'finished' AND last
				AND json_valid(detail)
				THEN json_extract(detail, '$.outcome') END
				AS said_outcome,
			CASE WHEN kind = 'rated' AND last AND json_valid(detail)
				THEN json_extract(detail, '$.stars') END
				AS said_stars
		FROM (
			SELECT *,
				row_number() OVER (PARTITION BY kiosk, journal,
					day, from_seq, ticket, kind
					ORDER BY seq) = 1 AS first,
				row_number() OVER (PARTITION BY kiosk, journal,
					day, from_seq, ticket, kind
					ORDER BY seq DESC) = 1 AS last
			FROM (
				-- A row is about the last ticket that was
				-- issued with its number.
				SELECT *,
					max(CASE WHEN kind = 'issued' THEN seq
						END) OVER (PARTITION BY kiosk,
						journal, day, from_seq, service,
						number ORDER BY seq) AS ticket
				FROM report_rows
				WHERE kind IN ('issued', 'called', 'recalled',
					'finished', 'no_show', 'transferred',
					'returned', 'restored', 'cancelled',
					'expired', 'rated')
					AND service IS NOT NULL
					AND number IS NOT NULL
			) AS known
			WHERE ticket IS NOT NULL
		) AS placed
	) AS said
	WINDOW ticket AS (PARTITION BY kiosk, journal, day, from_seq, ticket)
) AS t
WHERE kind = 'issued' AND of_day;

-- By hour, the most counters that were open and tickets that waited at one
-- time. longest_queue_at_ms: only in the hour of the day's longest queue.
CREATE VIEW report_busy AS
SELECT kiosk, day, hour, counters_open, longest_queue, longest_queue_at_ms
FROM (
	SELECT kiosk, day, hour,
		row_number() OVER hours AS place,
		max(counters_open) OVER hours AS counters_open,
		max(waiting) OVER hours AS longest_queue,
		min(CASE WHEN waiting = most AND waiting > 0 THEN at_ms END)
			OVER hours AS longest_queue_at_ms
	FROM (
		SELECT *, max(waiting) OVER (PARTITION BY kiosk, day) AS most
		FROM (
			-- Before and after the row.
			SELECT kiosk, day, hour, at_ms, kind, of_day,
				max(open_now, open_now - open_change, 0)
					AS counters_open,
				max(waiting_now,
					waiting_now - waiting_change, 0)
					AS waiting
			FROM (
				SELECT *,
					sum(open_change) OVER (PARTITION BY
						kiosk, journal, day, from_seq
						ORDER BY seq) AS open_now,
					sum(waiting_change) OVER (PARTITION BY
						kiosk, journal, day, from_seq
						ORDER BY seq) AS waiting_now
				FROM (
					SELECT *, coalesce(opens, 0) - coalesce(
						lag(opens) OVER (PARTITION BY
							kiosk, journal, day,
							from_seq, CASE WHEN
							opens IS NOT NULL THEN
							counter END
							ORDER BY seq), 0)
						AS open_change
					FROM report_changes
				) AS changes
			) AS summed
		) AS looked
		WHERE of_day AND kind IN ('issued', 'called', 'recalled',
			'finished', 'no_show', 'transferred', 'returned',
			'restored', 'cancelled', 'rated', 'counter_opened',
			'counter_paused', 'counter_closed')
	) AS busy
	WINDOW hours AS (PARTITION BY kiosk, day, hour)
) AS placed
WHERE place = 1;

-- Each ticket in each of its parts, and what was busy in a part.
CREATE VIEW report_cells AS
SELECT kiosk, day, 'day' AS part, NULL AS key, seq, state, wait_s, service_s,
	stars, NULL AS counters_open, NULL AS longest_queue,
	NULL AS longest_queue_at_ms
FROM tickets
UNION ALL
SELECT kiosk, day, 'service', service, seq, state, wait_s, service_s, stars,
	NULL, NULL, NULL
FROM tickets
UNION ALL
SELECT kiosk, day, 'hour', CAST(hour AS TEXT), seq, state, wait_s, service_s,
	stars, NULL, NULL, NULL
FROM tickets
UNION ALL
SELECT kiosk, day, 'counter', CAST(counter AS TEXT), seq, state, wait_s,
	service_s, stars, NULL, NULL, NULL
FROM tickets
UNION ALL
SELECT kiosk, day, 'class', class, seq, state, wait_s, service_s, stars, NULL,
	NULL, NULL
FROM tickets
UNION ALL
SELECT kiosk, day, 'outcome', outcome, seq, state, wait_s, service_s, stars, NULL,
	NULL, NULL
FROM tickets WHERE outcome IS NOT NULL
-- Also where nothing was issued.
UNION ALL
SELECT kiosk, day, 'day', NULL, NULL, NULL, NULL, NULL, NULL, 0, 0, NULL
FROM report_days
UNION ALL
SELECT kiosk, day, 'day', NULL, NULL, NULL, NULL, NULL, NULL, counters_open,
	longest_queue, longest_queue_at_ms
FROM report_busy
UNION ALL
SELECT kiosk, day, 'hour', CAST(hour AS TEXT), NULL, NULL, NULL, NULL, NULL,
	counters_open, longest_queue, NULL
FROM report_busy;

-- What the five views below select from: by 'day', 'service', 'hour',
-- 'counter', 'class' and, for served tickets alone, 'outcome'.
CREATE VIEW report_parts AS
SELECT kiosk, day, part, key, issued, called, served, no_show, cancelled,
	expired, open, wait_p50_s, wait_p90_s, wait_max_s, service_p50_s,
	service_p90_s, service_max_s, ratings,
	-- Rounded as whole numbers, half up, as numeric does on the server.
	(200 * stars_sum + ratings) / (2 * ratings) / 100.0 AS stars_mean,
	stars_1, stars_2, stars_3, stars_4, stars_5, counters_open,
	longest_queue, longest_queue_at_ms, within_15, within_30, within_60
FROM (
	SELECT kiosk, day, part, key,
		row_number() OVER part AS place,
		count(seq) OVER part AS issued,
		count(wait_s) OVER part AS called,
		count(CASE state WHEN 'served' THEN 1 END) OVER part AS served,
		count(CASE state WHEN 'no_show' THEN 1 END) OVER part AS no_show,
		count(CASE state WHEN 'cancelled' THEN 1 END) OVER part AS cancelled,
		count(CASE state WHEN 'expired' THEN 1 END) OVER part AS expired,
		count(CASE state WHEN 'open' THEN 1 END) OVER part AS open,
		min(CASE WHEN wait_rank >= 0.5 THEN wait_s END) OVER part
			AS wait_p50_s,
		min(CASE WHEN wait_rank >= 0.9 THEN wait_s END) OVER part
			AS wait_p90_s,
		max(wait_s) OVER part AS wait_max_s,
		min(CASE WHEN service_rank >= 0.5 THEN service_s END) OVER part
			AS service_p50_s,
		min(CASE WHEN service_rank >= 0.9 THEN service_s END) OVER part
			AS service_p90_s,
		max(service_s) OVER part AS service_max_s,
		count(stars) OVER part AS ratings,
		sum(stars) OVER part AS stars_sum,
		count(CASE stars WHEN 1 THEN 1 END) OVER part AS stars_1,
		count(CASE stars WHEN 2 THEN 1 END) OVER part AS stars_2,
		count(CASE stars WHEN 3 THEN 1 END) OVER part AS stars_3,
		count(CASE stars WHEN 4 THEN 1 END) OVER part AS stars_4,
		count(CASE stars WHEN 5 THEN 1 END) OVER part AS stars_5,
		max(counters_open) OVER part AS counters_open,
		max(longest_queue) OVER part AS longest_queue,
		min(longest_queue_at_ms) OVER part AS longest_queue_at_ms,
		-- Waits of at most so many minutes: unlike a median, these can
		-- be summed over offices and days.
		count(CASE WHEN wait_s <= 900 THEN 1 END) OVER part AS within_15,
		count(CASE WHEN wait_s <= 1800 THEN 1 END) OVER part AS within_30,
		count(CASE WHEN wait_s <= 3600 THEN 1 END) OVER part AS within_60
	FROM (
		SELECT *,
			cume_dist() OVER (PARTITION BY kiosk, day, part, key,
				service_s IS NULL ORDER BY service_s)
				AS service_rank
		FROM (
			SELECT *,
				cume_dist() OVER (PARTITION BY kiosk, day, part,
					key, wait_s IS NULL ORDER BY wait_s)
					AS wait_rank
			FROM report_cells
		)
	)
	WINDOW part AS (PARTITION BY kiosk, day, part, key)
)
WHERE place = 1;

CREATE VIEW report_day AS
SELECT kiosk, day, issued, called, served, no_show,
	cancelled, expired, open, wait_p50_s, wait_p90_s, wait_max_s,
	service_p50_s, service_p90_s, service_max_s, ratings, stars_mean,
	stars_1, stars_2, stars_3, stars_4, stars_5,
	counters_open, longest_queue, longest_queue_at_ms
FROM report_parts
WHERE part = 'day';

CREATE VIEW report_service AS
SELECT kiosk, day, key AS service, issued, called, served, no_show,
	cancelled, expired, open, wait_p50_s, wait_p90_s, wait_max_s,
	service_p50_s, service_p90_s, service_max_s, ratings, stars_mean,
	stars_1, stars_2, stars_3, stars_4, stars_5
FROM report_parts
WHERE part = 'service';

CREATE VIEW report_hour AS
SELECT kiosk, day, CAST(key AS INTEGER) AS hour, issued, called, served, no_show,
	cancelled, expired, open, wait_p50_s, wait_p90_s, wait_max_s,
	service_p50_s, service_p90_s, service_max_s, ratings, stars_mean,
	stars_1, stars_2, stars_3, stars_4, stars_5,
	counters_open, longest_queue
FROM report_parts
WHERE part = 'hour';

CREATE VIEW report_counter AS
SELECT kiosk, day, CAST(key AS INTEGER) AS counter, issued, called, served, no_show,
	cancelled, expired, open, wait_p50_s, wait_p90_s, wait_max_s,
	service_p50_s, service_p90_s, service_max_s, ratings, stars_mean,
	stars_1, stars_2, stars_3, stars_4, stars_5
FROM report_parts
WHERE part = 'counter';

CREATE VIEW report_class AS
SELECT kiosk, day, key AS class, issued, called, served, no_show,
	cancelled, expired, open, wait_p50_s, wait_p90_s, wait_max_s,
	service_p50_s, service_p90_s, service_max_s, ratings, stars_mean,
	stars_1, stars_2, stars_3, stars_4, stars_5
FROM report_parts
WHERE part = 'class';

-- Served tickets by how they ended.
CREATE VIEW report_outcome AS
SELECT kiosk, day, service, outcome, tickets
FROM (
	SELECT kiosk, day, service, outcome, count(*) OVER alike AS tickets,
		row_number() OVER alike AS place
	FROM tickets
	WHERE outcome IS NOT NULL
	WINDOW alike AS (PARTITION BY kiosk, day, service, outcome)
)
WHERE place = 1;

-- ---- the kiosks ----

-- When each kiosk was last heard of, how many rows it had not sent then, and
-- what needs people.
CREATE VIEW contacts AS
SELECT k.kiosk, j.journal, coalesce(j.seq, 0) AS seq,
	coalesce(j.local_seq, 0) AS local_seq,
	coalesce(max(j.local_seq - j.seq, 0), 0) AS lag, j.first_contact,
	j.last_contact, max(unixepoch() * 1000 - j.last_contact, 0)
		AS silent_ms,
	coalesce(k.public_name, k.kiosk) AS public_name, k.commune, k.province,
	j.skew_ms,
	(SELECT min(f.kind) FROM faults AS f WHERE f.kiosk = j.kiosk
		AND f.journal = j.journal AND f.resolved_at IS NULL) AS fault
FROM kiosks AS k LEFT JOIN journals AS j ON j.kiosk = k.kiosk;

-- Rows that are known to be, and are not here: behind a journal's head, and of
-- the journal that another one says it follows. from_seq..until_seq; from_seq is
-- NULL where the log has others by these numbers (a fork), from where on only
-- the kiosk's own copy can tell; until_seq is NULL where a new journal followed
-- (a new card, a flashed one) and does not say how far the old one went.
CREATE VIEW gaps AS
SELECT kiosk, journal, seq + 1 AS from_seq, local_seq AS until_seq,
	'not sent' AS why
FROM journals WHERE local_seq > seq
UNION ALL
SELECT kiosk, previous, CASE WHEN previous_seq > held THEN held + 1 END,
	previous_seq, reason
FROM (
	SELECT kiosk, detail ->> 'previous' AS previous,
		CASE json_type(detail, '$.previous_seq') WHEN 'integer'
			THEN detail ->> 'previous_seq' END AS previous_seq,
		detail ->> 'previous_chain' AS previous_chain,
		coalesce(detail ->> 'reason', 'unknown') AS reason,
		coalesce((SELECT p.seq FROM journals AS p
			WHERE p.kiosk = first.kiosk
				AND p.journal = detail ->> 'previous'), 0)
			AS held
	FROM (
		SELECT e.kiosk, CASE WHEN json_valid(e.detail) THEN e.detail
			END AS detail
		FROM journals AS j JOIN events AS e ON e.kiosk = j.kiosk
			AND e.journal = j.journal AND e.seq = 1
		WHERE e.kind = 'journal_opened'
	) AS first
) AS followed
WHERE previous IS NOT NULL AND (previous_seq > held
	OR previous_chain <> (SELECT lower(hex(e.chain)) FROM events AS e
		WHERE e.kiosk = followed.kiosk AND e.journal = previous
			AND e.seq = previous_seq))
UNION ALL
SELECT j.kiosk, j.before, j.before_seq + 1, NULL,
	'followed by ' || j.journal || ', which does not name it'
FROM (
	SELECT kiosk, journal, lag(journal) OVER w AS before,
		lag(seq) OVER w AS before_seq
	FROM journals WINDOW w AS (PARTITION BY kiosk
		ORDER BY first_contact, journal)
) AS j JOIN events AS e ON e.kiosk = j.kiosk AND e.journal = j.journal
	AND e.seq = 1
WHERE j.before IS NOT NULL AND e.kind = 'journal_opened'
	AND CASE WHEN json_valid(e.detail)
		THEN e.detail ->> 'previous' END IS NULL
	-- A later one may have, once it was rebased.
	AND NOT EXISTS (SELECT 1 FROM journals AS n JOIN events AS o
		ON o.kiosk = n.kiosk AND o.journal = n.journal AND o.seq = 1
		WHERE n.kiosk = j.kiosk AND CASE WHEN json_valid(o.detail)
			THEN o.detail ->> 'previous' END = j.before);

-- On a server this is a table that is worked out beforehand.
CREATE VIEW rollups AS SELECT * FROM report_parts;
