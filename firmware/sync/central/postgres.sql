-- SPDX-License-Identifier: MIT
--
-- The central log on PostgreSQL 15 and newer. The same tables and views as
-- sqlite.sql; a test holds both to the same answers. Run by
-- `kiosk-sync --install-central URL` as one transaction, as often as wanted.
--
-- Times are unix ms. A day and an hour are those of Vietnam (UTC+7, no summer
-- time), as the kiosks' journals have them.

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
INSERT INTO central_schema (version) VALUES (1) ON CONFLICT DO NOTHING;

DO $$
BEGIN
	IF (SELECT version FROM central_schema) > 1 THEN
		RAISE EXCEPTION 'the central log has schema %, newer than this kiosk-sync knows: install a newer kiosk-sync',
			(SELECT version FROM central_schema);
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

-- How often each thing happened.
CREATE OR REPLACE VIEW counts AS
SELECT kiosk, day, (at_ms / 3600000 + 7) % 24 AS hour, service, counter, class,
	kind, count(*) AS n
FROM events
GROUP BY 1, 2, 3, 4, 5, 6, 7;

-- A ticket a row. One that a step of the clock carried into another day has a
-- row in each, the later one without issued_at_ms.
CREATE OR REPLACE VIEW tickets AS
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
CREATE OR REPLACE VIEW waits AS
SELECT kiosk, day, hour, service, class, count(*) AS tickets,
	percentile_disc(0.5) WITHIN GROUP (ORDER BY wait_ms) AS p50_ms,
	percentile_disc(0.9) WITHIN GROUP (ORDER BY wait_ms) AS p90_ms,
	max(wait_ms) AS longest_ms
FROM (
	SELECT kiosk, day, (issued_at_ms / 3600000 + 7) % 24 AS hour,
		service, class, called_at_ms - issued_at_ms AS wait_ms
	FROM tickets
	WHERE called_at_ms IS NOT NULL AND issued_at_ms IS NOT NULL
) AS called
GROUP BY kiosk, day, hour, service, class;

-- Who did not come when called; restored is how many came back later.
CREATE OR REPLACE VIEW no_shows AS
SELECT kiosk, day, service,
	count(issued_at_ms) AS issued,
	count(*) FILTER (WHERE no_shows > 0) AS no_shows,
	count(*) FILTER (WHERE restored > 0) AS restored
FROM tickets
GROUP BY kiosk, day, service;

CREATE OR REPLACE VIEW ratings AS
SELECT kiosk, day, service, counter, stars::bigint AS stars, count(*) AS n
FROM (
	SELECT kiosk, day, service, counter,
		kiosk_detail(detail, 'stars') AS stars
	FROM events
	WHERE kind = 'rated'
) AS rated
WHERE stars IN ('1', '2', '3', '4', '5')
GROUP BY kiosk, day, service, counter, rated.stars;

-- When each kiosk was last heard of, and how many rows it had not sent then.
CREATE OR REPLACE VIEW contacts AS
SELECT kiosk, journal, seq, local_seq, greatest(local_seq - seq, 0) AS lag,
	first_contact, last_contact,
	greatest(kiosk_now_ms() - last_contact, 0) AS silent_ms
FROM journals;
