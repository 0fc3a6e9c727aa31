-- SPDX-License-Identifier: MIT
--
-- The central log on PostgreSQL 15 and newer. The same tables and views as
-- sqlite.sql; a test holds both to the same answers. Run by
-- `kiosk-sync --install-central URL` as one transaction, as often as wanted.
--
-- Times are unix ms, but for what ends in _s, which is whole seconds. A day is
-- the office's business day, an hour that of its clock on the wall.

-- Two who install at once: the second waits, and then finds all there.
SELECT pg_advisory_xact_lock(hashtextextended('kiosk central log', 0));

DO $$
BEGIN
	IF current_setting('server_version_num')::int < 150000 THEN
		RAISE EXCEPTION 'PostgreSQL % is too old: version 15 or newer is needed',
			current_setting('server_version');
	END IF;
	IF current_setting('server_encoding') <> 'UTF8' THEN
		RAISE EXCEPTION 'the database''s encoding is %: make one with ENCODING ''UTF8''',
			current_setting('server_encoding');
	END IF;
END
$$;

CREATE TABLE IF NOT EXISTS central_schema (
	one boolean PRIMARY KEY DEFAULT true CHECK (one),
	version integer NOT NULL
);
INSERT INTO central_schema (version) VALUES (2) ON CONFLICT DO NOTHING;

DO $$
BEGIN
	IF (SELECT version FROM central_schema) > 2 THEN
		RAISE EXCEPTION 'the central log has schema %, newer than this kiosk-sync knows: install a newer kiosk-sync',
			(SELECT version FROM central_schema);
	END IF;
	-- Views of other columns than the first version's.
	IF (SELECT version FROM central_schema) < 2 THEN
		DROP VIEW IF EXISTS counts, tickets, waits, no_shows, ratings;
		UPDATE central_schema SET version = 2;
	END IF;
END
$$;

-- Where each journal stands. A new card starts a new journal.
CREATE TABLE IF NOT EXISTS journals (
	kiosk text NOT NULL,
	journal text NOT NULL,
	seq bigint NOT NULL,		-- the last row that is here
	chain bytea NOT NULL,
	local_seq bigint NOT NULL,	-- the last row the kiosk said it has
	first_contact bigint NOT NULL,
	last_contact bigint NOT NULL,	-- to a minute when nothing was new
	PRIMARY KEY (kiosk, journal)
);

CREATE TABLE IF NOT EXISTS events (
	kiosk text NOT NULL,
	journal text NOT NULL,
	seq bigint NOT NULL,
	at_ms bigint NOT NULL,		-- by the kiosk's clock
	day text,
	kind text,
	service text,
	number bigint,
	class text,
	counter bigint,
	actor text,
	detail text,
	key text,
	chain bytea NOT NULL,
	received_at bigint NOT NULL,	-- by this server's clock
	PRIMARY KEY (kiosk, journal, seq)
);

CREATE INDEX IF NOT EXISTS events_machine ON events (kiosk, journal, seq)
	WHERE kind IN ('day_opened', 'config_loaded', 'clock_stepped');

CREATE OR REPLACE FUNCTION kiosk_now_ms() RETURNS bigint
LANGUAGE sql VOLATILE AS $$
	SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint
$$;

-- The journal's row in journals, locked until the transaction ends: appends to
-- one journal come one after the other. The time-out is for a session that
-- died with the lock and whose end the server has not noticed yet.
CREATE OR REPLACE FUNCTION kiosk_lock(p_kiosk text, p_journal text)
RETURNS journals
LANGUAGE plpgsql
SET lock_timeout = '20s'
SET search_path FROM CURRENT
AS $$
DECLARE
	head journals;
BEGIN
	SELECT * INTO head FROM journals
		WHERE kiosk = p_kiosk AND journal = p_journal FOR UPDATE;
	IF NOT FOUND THEN
		INSERT INTO journals VALUES (p_kiosk, p_journal, 0,
			decode(repeat('00', 32), 'hex'), 0,
			kiosk_now_ms(), kiosk_now_ms())
		ON CONFLICT DO NOTHING;
		SELECT * INTO STRICT head FROM journals
			WHERE kiosk = p_kiosk AND journal = p_journal
			FOR UPDATE;
	END IF;
	RETURN head;
END
$$;

CREATE OR REPLACE FUNCTION kiosk_hello(p_kiosk text, p_journal text,
	p_local_seq bigint, p_grain_ms bigint,
	OUT head_seq bigint, OUT head_chain bytea)
LANGUAGE plpgsql
SET search_path FROM CURRENT
AS $$
DECLARE
	head journals;
	now_ms bigint := kiosk_now_ms();
BEGIN
	-- Most calls find nothing new and need no lock.
	SELECT * INTO head FROM journals
		WHERE kiosk = p_kiosk AND journal = p_journal;
	IF NOT FOUND OR head.local_seq <> p_local_seq
		OR abs(now_ms - head.last_contact) >= p_grain_ms THEN
		head := kiosk_lock(p_kiosk, p_journal);
		UPDATE journals SET local_seq = p_local_seq,
			last_contact = now_ms
		WHERE kiosk = p_kiosk AND journal = p_journal;
	END IF;
	head_seq := head.seq;
	head_chain := head.chain;
END
$$;

-- The chain of a row that is here; of row 0, which is before the first.
CREATE OR REPLACE FUNCTION kiosk_chain_at(p_kiosk text, p_journal text,
	p_seq bigint) RETURNS bytea
LANGUAGE sql STABLE
SET search_path FROM CURRENT
AS $$
	SELECT CASE WHEN p_seq = 0 THEN decode(repeat('00', 32), 'hex')
		ELSE (SELECT chain FROM events WHERE kiosk = p_kiosk
			AND journal = p_journal AND seq = p_seq) END
$$;

-- The arrays hold a row an index. verdict: taken, resume, fork or bad_chain;
-- the head is where the journal stands afterwards.
CREATE OR REPLACE FUNCTION kiosk_append(p_kiosk text, p_journal text,
	p_from_seq bigint, p_from_chain bytea,
	p_seq bigint[], p_at_ms bigint[], p_day text[], p_kind text[],
	p_service text[], p_number bigint[], p_class text[],
	p_counter bigint[], p_actor text[], p_detail text[], p_key text[],
	p_chain bytea[],
	OUT verdict text, OUT head_seq bigint, OUT head_chain bytea)
LANGUAGE plpgsql
SET search_path FROM CURRENT
AS $$
DECLARE
	head journals;
	n int := cardinality(p_seq);
	holds boolean;
	common bigint;
	now_ms bigint;
BEGIN
	head := kiosk_lock(p_kiosk, p_journal);
	head_seq := head.seq;
	head_chain := head.chain;

	-- Each row is held against the chain that the one before it claims, so
	-- all of them together are held against p_from_chain. No loop: the
	-- hashes are a quarter of what the INSERT takes.
	SELECT coalesce(bool_and(coalesce(
		r.seq = p_from_seq + r.i
		AND strpos(concat(r.day, r.kind, r.service, r.class, r.actor,
			r.detail, r.key), E'\x1f') = 0
		AND r.chain = sha256(r.previous || convert_to(concat(
			r.seq, E'\x1f', r.at_ms, E'\x1f', r.day, E'\x1f',
			r.kind, E'\x1f', r.service, E'\x1f', r.number, E'\x1f',
			r.class, E'\x1f', r.counter, E'\x1f', r.actor, E'\x1f',
			r.detail, E'\x1f', r.key), 'UTF8')),
		false)), true)
	INTO holds
	FROM unnest(p_seq, p_at_ms, p_day, p_kind, p_service, p_number, p_class,
		p_counter, p_actor, p_detail, p_key, p_chain,
		CASE WHEN n = 0 THEN '{}'
			ELSE array_prepend(p_from_chain, p_chain[:n - 1]) END)
		WITH ORDINALITY
		AS r (seq, at_ms, day, kind, service, number, class, counter,
			actor, detail, key, chain, previous, i);

	IF NOT holds THEN
		verdict := 'bad_chain';
	ELSIF p_from_seq = head.seq AND p_from_chain = head.chain THEN
		now_ms := kiosk_now_ms();
		INSERT INTO events
		SELECT p_kiosk, p_journal, r.*, now_ms
		FROM unnest(p_seq, p_at_ms, p_day, p_kind, p_service, p_number,
			p_class, p_counter, p_actor, p_detail, p_key, p_chain)
			AS r;
		head_seq := p_from_seq + n;
		head_chain := CASE WHEN n = 0 THEN p_from_chain
			ELSE p_chain[n] END;
		UPDATE journals SET seq = head_seq, chain = head_chain,
			local_seq = greatest(local_seq, head_seq),
			last_contact = now_ms
		WHERE kiosk = p_kiosk AND journal = p_journal;
		verdict := 'taken';
	ELSIF p_from_seq > head.seq THEN
		verdict := 'resume';
	ELSIF p_from_chain IS DISTINCT FROM
		kiosk_chain_at(p_kiosk, p_journal, p_from_seq) THEN
		verdict := 'fork';
	ELSE
		-- The last row both have; equal chains there mean equal rows
		-- up to there.
		common := least(p_from_seq + n, head.seq);
		IF common > p_from_seq AND p_chain[common - p_from_seq]
			IS DISTINCT FROM
			kiosk_chain_at(p_kiosk, p_journal, common) THEN
			verdict := 'fork';
		ELSIF p_from_seq + n <= head.seq THEN
			verdict := 'taken';
		ELSE
			verdict := 'resume';
		END IF;
	END IF;
END
$$;

-- What is JSON in detail, whatever a kiosk wrote there; NULL where it is none.
CREATE OR REPLACE FUNCTION kiosk_detail(p_detail text, p_name text)
RETURNS text
LANGUAGE plpgsql IMMUTABLE
AS $$
BEGIN
	RETURN p_detail::jsonb ->> p_name;
EXCEPTION WHEN others THEN
	RETURN NULL;
END
$$;

-- An integer in detail, of at most p_most or -p_most; else NULL.
CREATE OR REPLACE FUNCTION kiosk_detail_number(p_detail text, p_name text,
	p_most bigint) RETURNS bigint
LANGUAGE plpgsql IMMUTABLE
SET search_path FROM CURRENT
AS $$
DECLARE
	found text := kiosk_detail(p_detail, p_name);
BEGIN
	IF found !~ '^-?[0-9]{1,15}$' OR abs(found::bigint) > p_most THEN
		RETURN NULL;
	END IF;
	RETURN found::bigint;
END
$$;

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
-- 'counter' and 'class'.
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
	min(longest_queue_at_ms) AS longest_queue_at_ms
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

-- When each kiosk was last heard of, and how many rows it had not sent then.
CREATE OR REPLACE VIEW contacts AS
SELECT kiosk, journal, seq, local_seq, greatest(local_seq - seq, 0) AS lag,
	first_contact, last_contact,
	greatest(kiosk_now_ms() - last_contact, 0) AS silent_ms
FROM journals;
