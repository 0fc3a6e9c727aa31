-- SPDX-License-Identifier: MIT
--
-- The views of the central log on PostgreSQL, and who may see them. Run behind
-- postgres.sql, in its transaction.

-- ---- reports ----
--
-- What a business day came to, by the rules that firmware/journal/report.h
-- states; a test holds these views, their twins in sqlite_views.sql and the kiosk's
-- own report to the same answers. Ask for a day, or a kiosk and a day: then
-- only the rows of its runs are read; what is asked for must be in each PARTITION
-- BY and GROUP BY below for that. The planner takes such a query for a long one:
-- with "SET jit = off" it does not compile for longer than it then runs.

-- The rows that tell where runs and boots begin and how the clock was set. A run
-- begins with a day_opened row that carries no earlier day on.
CREATE OR REPLACE VIEW report_machine AS
SELECT kiosk, journal, day, seq, kind, booted, step_ms, offset_ms,
	coalesce(max(begin_seq) OVER (
		PARTITION BY kiosk, journal ORDER BY seq), 1) AS from_seq,
	coalesce(min(begin_seq) OVER (
		PARTITION BY kiosk, journal ORDER BY seq DESC
		ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING),
		9223372036854775807) AS until_seq
FROM (
	SELECT kiosk, journal, day, seq, kind,
		CASE WHEN kind = 'day_opened' THEN
			CASE WHEN kiosk_detail(detail, 'carried') = 'false'
				THEN seq END END AS begin_seq,
		CASE WHEN kind = 'day_opened' THEN 1000 * coalesce(
			kiosk_detail_number(detail, 'utc_offset_s', 86400),
			25200) END AS offset_ms,
		CASE WHEN kind = 'config_loaded' THEN
			CASE WHEN kiosk_detail(detail, 'booted') = 'true'
				THEN 1 ELSE 0 END ELSE 0 END AS booted,
		CASE WHEN kind = 'clock_stepped' THEN coalesce(
			kiosk_detail_number(detail, 'step_ms', 1000000000000),
			0) ELSE 0 END AS step_ms
	FROM events
	WHERE kind IN ('day_opened', 'config_loaded', 'clock_stepped')
) AS told;

-- The days of each run; offset_ms: the office's zone on that day.
CREATE OR REPLACE VIEW report_days AS
SELECT DISTINCT kiosk, journal, day, from_seq,
	first_value(offset_ms) OVER (
		PARTITION BY kiosk, journal, day, from_seq ORDER BY seq)
		AS offset_ms
FROM report_machine
WHERE kind = 'day_opened';

-- Stretches of a run between two such rows; later_ms: by how much the clock was
-- set after it in the same boot.
CREATE OR REPLACE VIEW report_spans AS
SELECT kiosk, journal, from_seq, span_from, span_until,
	(sum(step_ms) OVER (
		PARTITION BY kiosk, journal, from_seq, boot
		ORDER BY span_from DESC) - step_ms)::bigint AS later_ms
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
CREATE OR REPLACE VIEW report_rows AS
SELECT d.kiosk, d.journal, d.day, d.from_seq, e.seq, e.at_ms,
	e.at_ms + s.later_ms AS true_ms,
	coalesce(e.day = d.day, false) AS of_day,
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
CREATE OR REPLACE VIEW counts AS
SELECT kiosk, day, hour, service, counter, class, kind, count(*) AS n
FROM report_rows
WHERE of_day
GROUP BY kiosk, day, hour, service, counter, class, kind;

-- What a row does to how many wait, and to its counter. Who expires at a
-- counter did not wait.
CREATE OR REPLACE VIEW report_changes AS
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
CREATE OR REPLACE VIEW tickets AS
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
		THEN greatest(called_true_ms - true_ms, 0) / 1000
		END AS wait_s,
	CASE WHEN last_seq = finished_seq AND last_called_true_ms IS NOT NULL
		THEN greatest(finished_true_ms - last_called_true_ms, 0) / 1000
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
				THEN kiosk_detail(detail, 'outcome') END
				AS said_outcome,
			CASE WHEN kind = 'rated' AND last
				THEN kiosk_detail_number(detail, 'stars', 5) END
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
CREATE OR REPLACE VIEW report_busy AS
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
				greatest(open_now, open_now - open_change, 0)
					AS counters_open,
				greatest(waiting_now,
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
CREATE OR REPLACE VIEW report_cells AS
SELECT kiosk, day, 'day' AS part, NULL::text AS key, seq, state, wait_s,
	service_s, stars, NULL::bigint AS counters_open,
	NULL::bigint AS longest_queue, NULL::bigint AS longest_queue_at_ms
FROM tickets
UNION ALL
SELECT kiosk, day, 'service', service, seq, state, wait_s, service_s, stars,
	NULL, NULL, NULL
FROM tickets
UNION ALL
SELECT kiosk, day, 'hour', hour::text, seq, state, wait_s, service_s, stars,
	NULL, NULL, NULL
FROM tickets
UNION ALL
SELECT kiosk, day, 'counter', counter::text, seq, state, wait_s, service_s,
	stars, NULL, NULL, NULL
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
SELECT kiosk, day, 'hour', hour::text, NULL, NULL, NULL, NULL, NULL,
	counters_open, longest_queue, NULL
FROM report_busy;

-- What the five views below select from: by 'day', 'service', 'hour',
-- 'counter', 'class' and, for served tickets alone, 'outcome'.
CREATE OR REPLACE VIEW report_parts AS
SELECT kiosk, day, part, key,
	count(seq) AS issued,
	count(wait_s) AS called,
	count(seq) FILTER (WHERE state = 'served') AS served,
	count(seq) FILTER (WHERE state = 'no_show') AS no_show,
	count(seq) FILTER (WHERE state = 'cancelled') AS cancelled,
	count(seq) FILTER (WHERE state = 'expired') AS expired,
	count(seq) FILTER (WHERE state = 'open') AS open,
	percentile_disc(0.5) WITHIN GROUP (ORDER BY wait_s) AS wait_p50_s,
	percentile_disc(0.9) WITHIN GROUP (ORDER BY wait_s) AS wait_p90_s,
	max(wait_s) AS wait_max_s,
	percentile_disc(0.5) WITHIN GROUP (ORDER BY service_s)
		AS service_p50_s,
	percentile_disc(0.9) WITHIN GROUP (ORDER BY service_s)
		AS service_p90_s,
	max(service_s) AS service_max_s,
	count(stars) AS ratings,
	round(avg(stars), 2) AS stars_mean,
	count(*) FILTER (WHERE stars = 1) AS stars_1,
	count(*) FILTER (WHERE stars = 2) AS stars_2,
	count(*) FILTER (WHERE stars = 3) AS stars_3,
	count(*) FILTER (WHERE stars = 4) AS stars_4,
	count(*) FILTER (WHERE stars = 5) AS stars_5,
	max(counters_open) AS counters_open,
	max(longest_queue) AS longest_queue,
	min(longest_queue_at_ms) AS longest_queue_at_ms,
	-- Waits of at most so many minutes: unlike a median, these can be
	-- summed over offices and days.
	count(*) FILTER (WHERE wait_s <= 900) AS within_15,
	count(*) FILTER (WHERE wait_s <= 1800) AS within_30,
	count(*) FILTER (WHERE wait_s <= 3600) AS within_60
FROM report_cells
GROUP BY kiosk, day, part, key;

CREATE OR REPLACE VIEW report_day AS
SELECT kiosk, day, issued, called, served, no_show,
	cancelled, expired, open, wait_p50_s, wait_p90_s, wait_max_s,
	service_p50_s, service_p90_s, service_max_s, ratings, stars_mean,
	stars_1, stars_2, stars_3, stars_4, stars_5,
	counters_open, longest_queue, longest_queue_at_ms
FROM report_parts
WHERE part = 'day';

CREATE OR REPLACE VIEW report_service AS
SELECT kiosk, day, key AS service, issued, called, served, no_show,
	cancelled, expired, open, wait_p50_s, wait_p90_s, wait_max_s,
	service_p50_s, service_p90_s, service_max_s, ratings, stars_mean,
	stars_1, stars_2, stars_3, stars_4, stars_5
FROM report_parts
WHERE part = 'service';

CREATE OR REPLACE VIEW report_hour AS
SELECT kiosk, day, key::bigint AS hour, issued, called, served, no_show,
	cancelled, expired, open, wait_p50_s, wait_p90_s, wait_max_s,
	service_p50_s, service_p90_s, service_max_s, ratings, stars_mean,
	stars_1, stars_2, stars_3, stars_4, stars_5,
	counters_open, longest_queue
FROM report_parts
WHERE part = 'hour';

CREATE OR REPLACE VIEW report_counter AS
SELECT kiosk, day, key::bigint AS counter, issued, called, served, no_show,
	cancelled, expired, open, wait_p50_s, wait_p90_s, wait_max_s,
	service_p50_s, service_p90_s, service_max_s, ratings, stars_mean,
	stars_1, stars_2, stars_3, stars_4, stars_5
FROM report_parts
WHERE part = 'counter';

CREATE OR REPLACE VIEW report_class AS
SELECT kiosk, day, key AS class, issued, called, served, no_show,
	cancelled, expired, open, wait_p50_s, wait_p90_s, wait_max_s,
	service_p50_s, service_p90_s, service_max_s, ratings, stars_mean,
	stars_1, stars_2, stars_3, stars_4, stars_5
FROM report_parts
WHERE part = 'class';

-- Served tickets by how they ended.
CREATE OR REPLACE VIEW report_outcome AS
SELECT kiosk, day, service, outcome, count(*) AS tickets
FROM tickets
WHERE outcome IS NOT NULL
GROUP BY kiosk, day, service, outcome;

-- ---- the kiosks ----

-- When each kiosk was last heard of, how many rows it had not sent then, and
-- what needs people. A kiosk without a journal was enrolled and never came.
DROP VIEW IF EXISTS contacts;
CREATE VIEW contacts AS
SELECT k.kiosk, j.journal, coalesce(j.seq, 0) AS seq,
	coalesce(j.local_seq, 0) AS local_seq,
	greatest(j.local_seq - j.seq, 0) AS lag, j.first_contact,
	j.last_contact, CASE WHEN j.last_contact IS NOT NULL
		THEN greatest(kiosk_now_ms() - j.last_contact, 0) END
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
CREATE OR REPLACE VIEW gaps AS
SELECT kiosk, journal, seq + 1 AS from_seq, local_seq AS until_seq,
	'not sent' AS why
FROM journals WHERE local_seq > seq
UNION ALL
SELECT kiosk, previous, CASE WHEN previous_seq > held THEN held + 1 END,
	previous_seq, reason
FROM (
	SELECT e.kiosk, kiosk_detail(e.detail, 'previous') AS previous,
		kiosk_detail_number(e.detail, 'previous_seq', 999999999999999)
			AS previous_seq,
		kiosk_detail(e.detail, 'previous_chain') AS previous_chain,
		coalesce(kiosk_detail(e.detail, 'reason'), 'unknown') AS reason,
		coalesce((SELECT p.seq FROM journals AS p
			WHERE p.kiosk = e.kiosk AND p.journal
				= kiosk_detail(e.detail, 'previous')), 0)
			AS held
	FROM journals AS j JOIN events AS e ON e.kiosk = j.kiosk
		AND e.journal = j.journal AND e.seq = 1
	WHERE e.kind = 'journal_opened'
) AS followed
WHERE previous IS NOT NULL AND (previous_seq > held
	OR previous_chain <> (SELECT encode(e.chain, 'hex') FROM events AS e
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
	AND kiosk_detail(e.detail, 'previous') IS NULL
	-- A later one may have, once it was rebased.
	AND NOT EXISTS (SELECT 1 FROM journals AS n JOIN events AS o
		ON o.kiosk = n.kiosk AND o.journal = n.journal AND o.seq = 1
		WHERE n.kiosk = j.kiosk
			AND kiosk_detail(o.detail, 'previous') = j.before);

-- ---- rollups ----

-- report_parts, worked out beforehand: what reports over many offices or days
-- read. kiosk_rollup() brings it up to date; run it every night, or hour.
CREATE TABLE IF NOT EXISTS rollups (
	LIKE report_parts
);
CREATE UNIQUE INDEX IF NOT EXISTS rollups_key
	ON rollups (kiosk, day, part, key) NULLS NOT DISTINCT;
CREATE INDEX IF NOT EXISTS rollups_day ON rollups (day, part);
-- Up to which row each journal is in the rollups.
CREATE TABLE IF NOT EXISTS rollup_marks (
	kiosk text COLLATE "C" NOT NULL,
	journal text COLLATE "C" NOT NULL,
	seq bigint NOT NULL,
	PRIMARY KEY (kiosk, journal)
);

-- Works out anew each kiosk's days that have rows which are not in the rollups
-- yet. Returns how many.
CREATE OR REPLACE FUNCTION kiosk_rollup() RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER
SET jit = off
SET search_path FROM CURRENT
AS $$
DECLARE
	fresh record;
	one record;
	n bigint := 0;
BEGIN
	-- One at a time.
	PERFORM version FROM central_schema FOR UPDATE;
	FOR fresh IN SELECT j.kiosk, j.journal, j.seq,
			coalesce(m.seq, 0) AS from_seq
		FROM journals AS j LEFT JOIN rollup_marks AS m
			ON m.kiosk = j.kiosk AND m.journal = j.journal
		WHERE j.seq > coalesce(m.seq, 0)
	LOOP
		-- EXECUTE, for plans that know the values. A row may be of a
		-- day that another one carries on: all days of its run change.
		FOR one IN EXECUTE $sql$
			SELECT DISTINCT day FROM report_machine
			WHERE kiosk = $1 AND journal = $2 AND until_seq > $3
				AND kind = 'day_opened'
			$sql$ USING fresh.kiosk, fresh.journal, fresh.from_seq
		LOOP
			DELETE FROM rollups WHERE kiosk = fresh.kiosk
				AND day = one.day;
			EXECUTE 'INSERT INTO rollups SELECT * FROM report_parts
				WHERE kiosk = $1 AND day = $2'
				USING fresh.kiosk, one.day;
			n := n + 1;
		END LOOP;
		INSERT INTO rollup_marks VALUES (fresh.kiosk, fresh.journal,
			fresh.seq)
		ON CONFLICT (kiosk, journal) DO UPDATE SET seq = excluded.seq;
	END LOOP;
	RETURN n;
END
$$;

-- ---- who may do what ----

DO $$
DECLARE
	one record;
	here text := quote_ident(current_schema());
	sender boolean := to_regrole('kiosk_sender') IS NOT NULL;
	carrier boolean := to_regrole('kiosk_carrier') IS NOT NULL;
	reader boolean := to_regrole('kiosk_reader') IS NOT NULL;
BEGIN
	-- All of ours, and nothing else that may lie in this schema.
	FOR one IN SELECT oid::regprocedure AS name, proname FROM pg_proc
		WHERE pronamespace = current_schema()::regnamespace
			AND proname LIKE 'kiosk\_%'
	LOOP
		EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', one.name);
		IF one.proname IN ('kiosk_hello', 'kiosk_append', 'kiosk_fork') THEN
			IF sender THEN
				EXECUTE format('GRANT EXECUTE ON FUNCTION %s
					TO kiosk_sender', one.name);
			END IF;
			IF carrier THEN
				EXECUTE format('GRANT EXECUTE ON FUNCTION %s
					TO kiosk_carrier', one.name);
			END IF;
		ELSIF reader AND one.proname IN ('kiosk_now_ms', 'kiosk_detail',
			'kiosk_detail_number', 'kiosk_rollup') THEN
			EXECUTE format('GRANT EXECUTE ON FUNCTION %s
				TO kiosk_reader', one.name);
		END IF;
	END LOOP;
	IF sender THEN
		EXECUTE format('GRANT USAGE ON SCHEMA %s TO kiosk_sender', here);
	END IF;
	IF carrier THEN
		EXECUTE format('GRANT USAGE ON SCHEMA %s TO kiosk_carrier', here);
	END IF;
	IF reader THEN
		EXECUTE format('GRANT USAGE ON SCHEMA %s TO kiosk_reader', here);
		GRANT SELECT ON kiosks, journals, events, faults, checkpoints,
			rollups, central_schema, contacts, gaps, counts, tickets,
			report_machine, report_days, report_spans, report_rows,
			report_changes, report_busy, report_cells, report_parts,
			report_day, report_service, report_hour, report_counter,
			report_class, report_outcome TO kiosk_reader;
	END IF;
END
$$;
