-- SPDX-License-Identifier: MIT
--
-- The central log on PostgreSQL 15 and newer: tables, roles, and the only
-- functions that a kiosk may call. Behind it comes postgres_views.sql. A test
-- holds both, and their SQLite twins, to the same answers. Run by
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
	IF current_schema() IS NULL THEN
		RAISE EXCEPTION 'there is no schema to make the tables in: make one that is in search_path';
	END IF;
	-- Until the end of this transaction; each function below keeps it
	-- (SET search_path FROM CURRENT). Functions that run as the owner must
	-- not look where a kiosk could put a table of its own, in pg_temp, first.
	PERFORM set_config('search_path',
		quote_ident(current_schema()) || ', pg_temp', true);
END
$$;

CREATE TABLE IF NOT EXISTS central_schema (
	one boolean PRIMARY KEY DEFAULT true CHECK (one),
	version integer NOT NULL
);
INSERT INTO central_schema (version) VALUES (3) ON CONFLICT DO NOTHING;

DO $$
DECLARE
	have int := (SELECT version FROM central_schema);
BEGIN
	IF have > 3 THEN
		RAISE EXCEPTION 'the central log has schema %, newer than this kiosk-sync knows: install a newer kiosk-sync',
			have;
	END IF;
	-- Views of other columns than the first version's, and all of them lie
	-- upon the table that moves.
	IF have < 3 THEN
		DROP VIEW IF EXISTS counts, tickets, waits, no_shows, ratings,
			contacts, report_machine, report_days, report_spans,
			report_rows, report_changes, report_busy, report_cells,
			report_parts, report_day, report_service, report_hour,
			report_counter, report_class, report_outcome;
		-- Becomes the first partition, below.
		ALTER TABLE events RENAME TO events_before;
		ALTER TABLE events_before
			ALTER COLUMN kiosk TYPE text COLLATE "C",
			ALTER COLUMN journal TYPE text COLLATE "C";
		ALTER TABLE journals
			ALTER COLUMN kiosk TYPE text COLLATE "C",
			ALTER COLUMN journal TYPE text COLLATE "C";
		DROP INDEX IF EXISTS events_machine;
	END IF;
END
$$;

-- ---- tables ----

-- Names are compared byte by byte (COLLATE "C"): no language's order is wanted,
-- and it is what an index costs most.

-- Who the kiosks are. A row comes by kiosk_enrol() or with the first contact;
-- its names are the centre's to fill in.
CREATE TABLE IF NOT EXISTS kiosks (
	kiosk text COLLATE "C" PRIMARY KEY,
	role name,			-- who may write it; NULL: the role of its name
	public_name text,
	commune text,
	province text,
	public_key bytea		-- Ed25519, as first seen
);

-- Where each journal stands. A new card starts a new journal.
CREATE TABLE IF NOT EXISTS journals (
	kiosk text COLLATE "C" NOT NULL,
	journal text COLLATE "C" NOT NULL,
	seq bigint NOT NULL,		-- the last row that is here
	chain bytea NOT NULL,
	local_seq bigint NOT NULL,	-- the last row the kiosk said it has
	first_contact bigint NOT NULL,
	last_contact bigint NOT NULL,	-- to a minute when nothing was new
	PRIMARY KEY (kiosk, journal)
);
-- The kiosk's clock minus this server's, at the last contact.
ALTER TABLE journals ADD COLUMN IF NOT EXISTS skew_ms bigint;

-- Partitions go by the month of receipt, so that a wrong clock on a kiosk can
-- miss none. (kiosk, journal, seq) is unique by kiosk_append(), which only adds
-- behind the head; an index of each partition is the backstop.
CREATE TABLE IF NOT EXISTS events (
	kiosk text COLLATE "C" NOT NULL,
	journal text COLLATE "C" NOT NULL,
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
	received_at bigint NOT NULL	-- by this server's clock
) PARTITION BY RANGE (received_at);

CREATE INDEX IF NOT EXISTS events_machine ON events (kiosk, journal, seq)
	WHERE kind IN ('day_opened', 'config_loaded', 'clock_stepped');

-- What was refused and needs people: fork (same seq, another chain: a cloned
-- card, a restored backup, a doctored journal), bad_chain (a row that does not
-- hold), key (signed by another key than the kiosk's). One row a kind and
-- journal until it is resolved; the claim is the last one.
CREATE TABLE IF NOT EXISTS faults (
	kiosk text COLLATE "C" NOT NULL,
	journal text COLLATE "C" NOT NULL,
	kind text NOT NULL,
	seq bigint NOT NULL,		-- where the journal stands here
	chain bytea NOT NULL,
	claimed_seq bigint NOT NULL,
	claimed_chain bytea,
	role name NOT NULL,		-- who claimed it
	first_at bigint NOT NULL,
	last_at bigint NOT NULL,
	times bigint NOT NULL,
	resolved_at bigint
);
CREATE UNIQUE INDEX IF NOT EXISTS faults_open ON faults (kiosk, journal, kind)
	WHERE resolved_at IS NULL;

-- The kiosk's signatures of its heads, the last of each day (of receipt, UTC):
-- whoever signed a head wrote all rows before it. What is signed: see
-- firmware/sync/seal.h; `kiosk-sync --check-central` holds them.
CREATE TABLE IF NOT EXISTS checkpoints (
	kiosk text COLLATE "C" NOT NULL,
	journal text COLLATE "C" NOT NULL,
	received_day date NOT NULL,
	seq bigint NOT NULL,
	chain bytea NOT NULL,
	public_key bytea NOT NULL,
	signature bytea NOT NULL,
	received_at bigint NOT NULL,
	PRIMARY KEY (kiosk, journal, received_day)
);

CREATE OR REPLACE FUNCTION kiosk_now_ms() RETURNS bigint
LANGUAGE sql VOLATILE AS $$
	SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint
$$;

-- ---- partitions ----

-- The partition of the month p_ahead months from now (UTC).
CREATE OR REPLACE FUNCTION kiosk_partition(p_ahead int,
	OUT name text, OUT from_ms bigint, OUT until_ms bigint)
LANGUAGE sql VOLATILE AS $$
	SELECT to_char(month, '"events_"YYYY"_"MM'),
		(extract(epoch FROM month) * 1000)::bigint,
		(extract(epoch FROM month + interval '1 month') * 1000)::bigint
	FROM (SELECT date_trunc('month', clock_timestamp() AT TIME ZONE 'UTC')
		+ make_interval(months => p_ahead) AS month) AS m
$$;

-- Makes this month's partition and those of the next p_months, where they are
-- missing. ATTACH, unlike CREATE … PARTITION OF, lets others append meanwhile.
CREATE OR REPLACE FUNCTION kiosk_make_partitions(p_months int) RETURNS void
LANGUAGE plpgsql
SET search_path FROM CURRENT
AS $$
DECLARE
	part record;
BEGIN
	PERFORM pg_advisory_xact_lock(
		hashtextextended('kiosk central log: partitions', 0));
	FOR part IN SELECT p.* FROM generate_series(0, p_months) AS ahead,
		kiosk_partition(ahead) AS p
	LOOP
		CONTINUE WHEN to_regclass(part.name) IS NOT NULL;
		EXECUTE format('CREATE TABLE %I (LIKE events)', part.name);
		EXECUTE format('CREATE UNIQUE INDEX %I ON %I (kiosk, journal, seq)',
			part.name || '_key', part.name);
		EXECUTE format('ALTER TABLE events ATTACH PARTITION %I
			FOR VALUES FROM (%s) TO (%s)',
			part.name, part.from_ms, part.until_ms);
	END LOOP;
END
$$;

-- The table of schema 1 and 2 becomes this month's partition and all before it.
DO $$
DECLARE
	part record;
BEGIN
	IF to_regclass('events_before') IS NOT NULL THEN
		SELECT * INTO part FROM kiosk_partition(0);
		EXECUTE format('ALTER TABLE events_before RENAME TO %I', part.name);
		EXECUTE format('ALTER TABLE events ATTACH PARTITION %I
			FOR VALUES FROM (MINVALUE) TO (%s)',
			part.name, part.until_ms);
		INSERT INTO kiosks (kiosk) SELECT DISTINCT kiosk FROM journals;
	END IF;
	UPDATE central_schema SET version = 3 WHERE version < 3;
	PERFORM kiosk_make_partitions(2);
END
$$;

-- ---- who calls ----

-- kiosk_sender: a kiosk's role is a member, and may call kiosk_hello(),
-- kiosk_append() and kiosk_fork(), as itself. kiosk_carrier: may bring any
-- kiosk's rows (the stick, a relay). kiosk_reader: may read all.
-- Roles are the whole server's; who may not make any makes none, and then only
-- the owner writes and reads.
DO $$
DECLARE
	name text;
BEGIN
	FOREACH name IN ARRAY ARRAY['kiosk_sender', 'kiosk_carrier',
		'kiosk_reader']
	LOOP
		CONTINUE WHEN to_regrole(name) IS NOT NULL;
		BEGIN
			EXECUTE format('CREATE ROLE %I NOLOGIN', name);
		EXCEPTION
			WHEN insufficient_privilege THEN
				RAISE NOTICE 'no role %: you may make none', name;
			WHEN duplicate_object OR unique_violation THEN
				NULL;	-- by an installation beside this one
		END;
	END LOOP;
END
$$;

-- Who calls is session_user, which nobody can claim to be: current_user is the
-- owner in here, and a name in an argument is only a claim.
CREATE OR REPLACE FUNCTION kiosk_check_caller(p_kiosk text) RETURNS void
LANGUAGE plpgsql
SET search_path FROM CURRENT
AS $$
DECLARE
	writer name := (SELECT coalesce(k.role, k.kiosk::name) FROM kiosks AS k
		WHERE k.kiosk = p_kiosk);
BEGIN
	IF session_user = coalesce(writer, p_kiosk::name)
		OR session_user = current_user
		OR (SELECT rolsuper FROM pg_roles WHERE rolname = session_user)
		OR coalesce(pg_has_role(session_user,
			to_regrole('kiosk_carrier')::oid, 'MEMBER'), false) THEN
		RETURN;
	END IF;
	RAISE EXCEPTION 'permission denied: role "%" may not write as kiosk "%"',
		session_user, p_kiosk USING ERRCODE = 'insufficient_privilege';
END
$$;

-- Makes a kiosk known, with a role of its own that may log in once it has a
-- password (psql: \password "tan-tru-01") or a certificate. May be repeated;
-- what is NULL stays as it was. For whoever may make roles.
CREATE OR REPLACE FUNCTION kiosk_enrol(p_kiosk text, p_public_name text,
	p_commune text, p_province text) RETURNS void
LANGUAGE plpgsql
SET search_path FROM CURRENT
AS $$
BEGIN
	IF p_kiosk !~ '^[a-z0-9-]{1,63}$' THEN
		RAISE EXCEPTION '"%" is no kiosk''s name: 1 to 63 of a-z, 0-9, "-"',
			p_kiosk;
	END IF;
	IF to_regrole(quote_ident(p_kiosk)) IS NULL THEN
		EXECUTE format('CREATE ROLE %I LOGIN', p_kiosk);
	END IF;
	EXECUTE format('GRANT kiosk_sender TO %I', p_kiosk);
	INSERT INTO kiosks (kiosk, role, public_name, commune, province)
	VALUES (p_kiosk, p_kiosk, p_public_name, p_commune, p_province)
	ON CONFLICT (kiosk) DO UPDATE SET role = excluded.role,
		public_name = coalesce(excluded.public_name, kiosks.public_name),
		commune = coalesce(excluded.commune, kiosks.commune),
		province = coalesce(excluded.province, kiosks.province);
END
$$;

-- ---- appending ----

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
		INSERT INTO kiosks (kiosk) VALUES (p_kiosk)
		ON CONFLICT DO NOTHING;
		INSERT INTO journals (kiosk, journal, seq, chain, local_seq,
			first_contact, last_contact)
		VALUES (p_kiosk, p_journal, 0, decode(repeat('00', 32), 'hex'),
			0, kiosk_now_ms(), kiosk_now_ms())
		ON CONFLICT DO NOTHING;
		SELECT * INTO STRICT head FROM journals
			WHERE kiosk = p_kiosk AND journal = p_journal
			FOR UPDATE;
	END IF;
	RETURN head;
END
$$;

-- Versions 1 and 2, which a kiosk of an older kiosk-sync calls likewise.
DROP FUNCTION IF EXISTS kiosk_hello(text, text, bigint, bigint);
DROP FUNCTION IF EXISTS kiosk_append(text, text, bigint, bytea, bigint[],
	bigint[], text[], text[], text[], bigint[], text[], bigint[], text[],
	text[], text[], bytea[]);

CREATE OR REPLACE FUNCTION kiosk_hello(p_kiosk text, p_journal text,
	p_local_seq bigint, p_grain_ms bigint, p_at_ms bigint DEFAULT NULL,
	OUT head_seq bigint, OUT head_chain bytea)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
DECLARE
	head journals;
	now_ms bigint := kiosk_now_ms();
BEGIN
	PERFORM kiosk_check_caller(p_kiosk);
	-- Most calls find nothing new and need no lock.
	SELECT * INTO head FROM journals
		WHERE kiosk = p_kiosk AND journal = p_journal;
	IF NOT FOUND OR head.local_seq <> p_local_seq
		OR abs(now_ms - head.last_contact) >= p_grain_ms THEN
		head := kiosk_lock(p_kiosk, p_journal);
		UPDATE journals SET local_seq = p_local_seq,
			last_contact = now_ms, skew_ms = p_at_ms - now_ms
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

CREATE OR REPLACE FUNCTION kiosk_note_fault(p_head journals, p_kind text,
	p_claimed_seq bigint, p_claimed_chain bytea) RETURNS void
LANGUAGE sql
SET search_path FROM CURRENT
AS $$
	INSERT INTO faults (kiosk, journal, kind, seq, chain, claimed_seq,
		claimed_chain, role, first_at, last_at, times)
	VALUES (p_head.kiosk, p_head.journal, p_kind, p_head.seq, p_head.chain,
		p_claimed_seq, p_claimed_chain, session_user, kiosk_now_ms(),
		kiosk_now_ms(), 1)
	ON CONFLICT (kiosk, journal, kind) WHERE resolved_at IS NULL
	DO UPDATE SET seq = excluded.seq, chain = excluded.chain,
		claimed_seq = excluded.claimed_seq,
		claimed_chain = excluded.claimed_chain, role = excluded.role,
		last_at = excluded.last_at, times = faults.times + 1
$$;

-- A kiosk tells that its journal does not hold this log's head: it has another
-- chain at p_seq, or ends there. Noted only where that is so.
CREATE OR REPLACE FUNCTION kiosk_fork(p_kiosk text, p_journal text,
	p_seq bigint, p_chain bytea) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
DECLARE
	head journals;
BEGIN
	PERFORM kiosk_check_caller(p_kiosk);
	head := kiosk_lock(p_kiosk, p_journal);
	IF p_seq > head.seq OR p_seq = head.seq AND p_chain = head.chain THEN
		RETURN false;
	END IF;
	PERFORM kiosk_note_fault(head, 'fork', p_seq, p_chain);
	RETURN true;
END
$$;

-- Staff have dealt with it; see docs/central-log.md.
CREATE OR REPLACE FUNCTION kiosk_resolve(p_kiosk text, p_journal text)
RETURNS bigint
LANGUAGE sql
SET search_path FROM CURRENT
AS $$
	WITH done AS (
		UPDATE faults SET resolved_at = kiosk_now_ms()
		WHERE kiosk = p_kiosk AND journal = p_journal
			AND resolved_at IS NULL
		RETURNING 1)
	SELECT count(*) FROM done
$$;

CREATE OR REPLACE FUNCTION kiosk_note_checkpoint(p_head journals,
	p_seq bigint, p_chain bytea, p_public_key bytea, p_signature bytea)
RETURNS void
LANGUAGE plpgsql
SET search_path FROM CURRENT
AS $$
DECLARE
	known bytea;
BEGIN
	IF octet_length(p_public_key) <> 32 OR octet_length(p_signature) <> 64
	THEN
		RETURN;
	END IF;
	SELECT public_key INTO known FROM kiosks WHERE kiosk = p_head.kiosk;
	IF known IS NULL THEN
		UPDATE kiosks SET public_key = p_public_key
			WHERE kiosk = p_head.kiosk AND public_key IS NULL;
	ELSIF known <> p_public_key THEN
		PERFORM kiosk_note_fault(p_head, 'key', p_seq, p_chain);
	END IF;
	INSERT INTO checkpoints VALUES (p_head.kiosk, p_head.journal,
		(clock_timestamp() AT TIME ZONE 'UTC')::date, p_seq, p_chain,
		p_public_key, p_signature, kiosk_now_ms())
	ON CONFLICT (kiosk, journal, received_day) DO UPDATE SET
		seq = excluded.seq, chain = excluded.chain,
		public_key = excluded.public_key,
		signature = excluded.signature,
		received_at = excluded.received_at;
END
$$;

-- What the chain of a row is over, behind the previous chain: see DESIGN.md's
-- "Journal". Inlined where it is used, for which it may have neither SET nor a
-- volatile call.
CREATE OR REPLACE FUNCTION kiosk_line(p_seq bigint, p_at_ms bigint,
	p_day text, p_kind text, p_service text, p_number bigint,
	p_class text, p_counter bigint, p_actor text, p_detail text,
	p_key text) RETURNS text
LANGUAGE sql STABLE
AS $$
	SELECT concat_ws(E'\x1f', p_seq, p_at_ms, coalesce(p_day, ''),
		coalesce(p_kind, ''), coalesce(p_service, ''),
		coalesce(p_number::text, ''), coalesce(p_class, ''),
		coalesce(p_counter::text, ''), coalesce(p_actor, ''),
		coalesce(p_detail, ''), coalesce(p_key, ''))
$$;
-- As it was before, of the chain itself.
DROP FUNCTION IF EXISTS kiosk_chain(bytea, bigint, bigint, text, text, text,
	bigint, text, bigint, text, text, text);

-- Called in place of a row that does not hold: ends the INSERT it stands in.
CREATE OR REPLACE FUNCTION kiosk_bad_row() RETURNS bigint
LANGUAGE plpgsql
AS $$
BEGIN
	RAISE EXCEPTION 'a row does not hold' USING ERRCODE = 'KB001';
END
$$;

-- The arrays hold a row an index. verdict: taken, resume, fork or bad_chain;
-- the head is where the journal stands afterwards. The key and the signature
-- (of the batch's end) may be missing.
--
-- Each row is held against the chain that the one before it claims, so all of
-- them together are held against p_from_chain; and in the same pass in which it
-- is inserted. Functions that return sets stand in the SELECT's list, not in
-- its FROM, where each array would be copied first: all this is half the cost.
-- OFFSET 0 keeps a row's line from being made once for each use of it.
CREATE OR REPLACE FUNCTION kiosk_append(p_kiosk text, p_journal text,
	p_from_seq bigint, p_from_chain bytea,
	p_seq bigint[], p_at_ms bigint[], p_day text[], p_kind text[],
	p_service text[], p_number bigint[], p_class text[],
	p_counter bigint[], p_actor text[], p_detail text[], p_key text[],
	p_chain bytea[], p_public_key bytea DEFAULT NULL,
	p_signature bytea DEFAULT NULL,
	OUT verdict text, OUT head_seq bigint, OUT head_chain bytea)
LANGUAGE plpgsql SECURITY DEFINER
SET plan_cache_mode = 'force_generic_plan'
SET search_path FROM CURRENT
AS $$
DECLARE
	head journals;
	n int := cardinality(p_seq);
	previous bytea[] := CASE WHEN n > 0
		THEN array_prepend(p_from_chain, p_chain[:n - 1]) ELSE '{}' END;
	-- Eleven fields have ten separators between them. With one more, a
	-- field has it in it, and could be read as two.
	eleven text := '%' || repeat(E'\x1f%', 11);
	common bigint;
	now_ms bigint;
BEGIN
	PERFORM kiosk_check_caller(p_kiosk);
	head := kiosk_lock(p_kiosk, p_journal);
	head_seq := head.seq;
	head_chain := head.chain;

	-- A missing element could be read as a row less.
	IF cardinality(p_at_ms) <> n OR cardinality(p_day) <> n
		OR cardinality(p_kind) <> n OR cardinality(p_service) <> n
		OR cardinality(p_number) <> n OR cardinality(p_class) <> n
		OR cardinality(p_counter) <> n OR cardinality(p_actor) <> n
		OR cardinality(p_detail) <> n OR cardinality(p_key) <> n
		OR cardinality(p_chain) <> n THEN
		verdict := 'bad_chain';
	ELSIF p_from_seq = head.seq AND p_from_chain = head.chain THEN
		IF to_regclass((SELECT p.name FROM kiosk_partition(1) AS p))
			IS NULL THEN
			PERFORM kiosk_make_partitions(2);
		END IF;
		now_ms := kiosk_now_ms();
		BEGIN
			INSERT INTO events
			SELECT p_kiosk, p_journal, seq, at_ms, day, kind,
				service, number, class, counter, actor, detail,
				key, chain, CASE WHEN seq = p_from_seq + i
					AND line NOT LIKE eleven
					AND chain = sha256(previous_chain
						|| convert_to(line, 'UTF8'))
					THEN now_ms ELSE kiosk_bad_row() END
			FROM (SELECT *, kiosk_line(seq, at_ms, day, kind,
					service, number, class, counter, actor,
					detail, key) AS line
				FROM (SELECT generate_series(1, n) AS i,
					unnest(p_seq) AS seq,
					unnest(p_at_ms) AS at_ms,
					unnest(p_day) AS day,
					unnest(p_kind) AS kind,
					unnest(p_service) AS service,
					unnest(p_number) AS number,
					unnest(p_class) AS class,
					unnest(p_counter) AS counter,
					unnest(p_actor) AS actor,
					unnest(p_detail) AS detail,
					unnest(p_key) AS key,
					unnest(p_chain) AS chain,
					unnest(previous) AS previous_chain
				) AS r OFFSET 0) AS r;
			head_seq := p_from_seq + n;
			head_chain := CASE WHEN n = 0 THEN p_from_chain
				ELSE p_chain[n] END;
			UPDATE journals SET seq = head_seq, chain = head_chain,
				local_seq = greatest(local_seq, head_seq),
				last_contact = now_ms
			WHERE kiosk = p_kiosk AND journal = p_journal;
			IF p_signature IS NOT NULL THEN
				PERFORM kiosk_note_checkpoint(head, head_seq,
					head_chain, p_public_key, p_signature);
			END IF;
			verdict := 'taken';
		EXCEPTION WHEN SQLSTATE 'KB001' THEN
			verdict := 'bad_chain';
		END;
	ELSIF NOT (SELECT coalesce(bool_and(coalesce(seq = p_from_seq + i
			AND line NOT LIKE eleven
			AND chain = sha256(previous_chain
				|| convert_to(line, 'UTF8')), false)), true)
		FROM (SELECT *, kiosk_line(seq, at_ms, day, kind, service,
				number, class, counter, actor, detail, key)
				AS line
			FROM (SELECT generate_series(1, n) AS i,
				unnest(p_seq) AS seq, unnest(p_at_ms) AS at_ms,
				unnest(p_day) AS day, unnest(p_kind) AS kind,
				unnest(p_service) AS service,
				unnest(p_number) AS number,
				unnest(p_class) AS class,
				unnest(p_counter) AS counter,
				unnest(p_actor) AS actor,
				unnest(p_detail) AS detail,
				unnest(p_key) AS key, unnest(p_chain) AS chain,
				unnest(previous) AS previous_chain) AS r
			OFFSET 0) AS r) THEN
		verdict := 'bad_chain';
	ELSIF p_from_seq > head.seq THEN
		verdict := 'resume';
	ELSIF p_from_chain IS DISTINCT FROM
		kiosk_chain_at(p_kiosk, p_journal, p_from_seq) THEN
		verdict := 'fork';
		PERFORM kiosk_note_fault(head, 'fork', p_from_seq, p_from_chain);
	ELSE
		-- The last row both have; equal chains there mean equal rows
		-- up to there.
		common := least(p_from_seq + n, head.seq);
		IF common > p_from_seq AND p_chain[common - p_from_seq]
			IS DISTINCT FROM
			kiosk_chain_at(p_kiosk, p_journal, common) THEN
			verdict := 'fork';
			PERFORM kiosk_note_fault(head, 'fork', common,
				p_chain[common - p_from_seq]);
		ELSIF p_from_seq + n <= head.seq THEN
			verdict := 'taken';
		ELSE
			verdict := 'resume';
		END IF;
	END IF;
	IF verdict = 'bad_chain' THEN
		head_seq := head.seq;
		head_chain := head.chain;
		PERFORM kiosk_note_fault(head, 'bad_chain', p_from_seq + n, NULL);
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
