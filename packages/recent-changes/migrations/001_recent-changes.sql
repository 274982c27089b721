-- Wikimedia's changes as they came, a partition for each UTC day of `at` (`meta.dt`).
CREATE TABLE recent_changes (
  -- `meta.id`: the same event comes again after a reconnect.
  id text NOT NULL,
  at timestamptz NOT NULL,
  -- `server_name`, such as en.wikipedia.org: the language alone would merge Wikipedia with Wiktionary.
  wiki text NOT NULL,
  type text NOT NULL,
  is_bot boolean NOT NULL,
  is_minor boolean NOT NULL,
  namespace integer,
  title text,
  editor text,
  comment text,
  old_length integer,
  new_length integer,
  -- The event whole, without `parsedcomment`.
  raw jsonb NOT NULL,
  PRIMARY KEY (id, at)
) PARTITION BY RANGE (at);
CREATE INDEX recent_changes_newest ON recent_changes (wiki, at DESC, id DESC);

-- How many changes, kept for ever; written by the statement that writes the events.
CREATE TABLE recent_change_days (
  day date NOT NULL,
  wiki text NOT NULL,
  type text NOT NULL,
  is_bot boolean NOT NULL,
  count bigint NOT NULL,
  PRIMARY KEY (day, wiki, type, is_bot)
);

CREATE TABLE recent_change_hours (
  hour timestamptz NOT NULL,
  wiki text NOT NULL,
  type text NOT NULL,
  is_bot boolean NOT NULL,
  count bigint NOT NULL,
  PRIMARY KEY (hour, wiki, type, is_bot)
);

-- Days whose events were dropped: what comes of them again was counted before.
CREATE TABLE recent_change_retention (
  is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
  dropped_before date NOT NULL
);
INSERT INTO recent_change_retention (dropped_before) VALUES ('-infinity');

CREATE FUNCTION ensure_recent_changes_day(wanted date) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  IF to_regclass(format('recent_changes_%s', to_char(wanted, 'YYYYMMDD'))) IS NOT NULL THEN
    RETURN;
  END IF;
  PERFORM pg_advisory_xact_lock(7401862215);
  EXECUTE format(
    'CREATE TABLE IF NOT EXISTS %I PARTITION OF recent_changes FOR VALUES FROM (%L) TO (%L)',
    'recent_changes_' || to_char(wanted, 'YYYYMMDD'),
    wanted::timestamp AT TIME ZONE 'UTC', (wanted + 1)::timestamp AT TIME ZONE 'UTC');
END $$;

-- Drops the days before that one, and remembers which they were; gives how many partitions went.
CREATE FUNCTION drop_recent_changes_before(first_kept date) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
  partition record;
  dropped integer := 0;
BEGIN
  PERFORM pg_advisory_xact_lock(7401862215);
  UPDATE recent_change_retention SET dropped_before = greatest(dropped_before, first_kept);
  FOR partition IN
    SELECT child.relname AS name FROM pg_inherits
    JOIN pg_class child ON child.oid = inhrelid JOIN pg_class parent ON parent.oid = inhparent
    WHERE parent.relname = 'recent_changes' AND child.relname < 'recent_changes_' || to_char(first_kept, 'YYYYMMDD')
  LOOP
    EXECUTE format('DROP TABLE %I', partition.name);
    dropped := dropped + 1;
  END LOOP;
  RETURN dropped;
END $$;

-- Where each stream has been read to, and who reads it: one connection for the whole deployment.
CREATE TABLE recent_change_streams (
  name text PRIMARY KEY,
  -- What resumes after the last event that is stored, and when that one was.
  last_event_id text,
  last_at timestamptz,
  -- Since when it is read; nothing is known of the time before.
  first_at timestamptz NOT NULL DEFAULT now(),
  holder uuid,
  epoch integer NOT NULL DEFAULT 0,
  lease_until timestamptz
);

-- What could not be read back: between these moments changes are missing.
CREATE TABLE recent_change_gaps (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  stream text NOT NULL,
  from_at timestamptz NOT NULL,
  until_at timestamptz NOT NULL,
  noticed_at timestamptz NOT NULL DEFAULT now(),
  CHECK (from_at < until_at)
);
CREATE INDEX recent_change_gaps_from ON recent_change_gaps (from_at);

-- Events without an id or a moment, as they came.
CREATE TABLE recent_change_rejects (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL DEFAULT now(),
  reason text NOT NULL,
  raw text NOT NULL
);
-- The same one comes again after a reconnect; of a long one its hash is what fits an index.
CREATE UNIQUE INDEX recent_change_rejects_raw ON recent_change_rejects (md5(raw));
