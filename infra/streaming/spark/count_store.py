"""The job's tables in PostgreSQL, and the one transaction by which a batch changes them."""

import psycopg

_LOCK = 7401862216

TABLES = """
-- The rows of the batch at hand, written by Spark's tasks. It may hold some twice (a task that ran again) and some of
-- another batch (a task that outlived its job): they are a set of genuine changes, and only that is relied upon.
CREATE UNLOGGED TABLE IF NOT EXISTS spark_batch (
  id text NOT NULL, at timestamptz NOT NULL, wiki text NOT NULL, type text NOT NULL, is_bot boolean NOT NULL, title text
);
-- Which changes are counted, for as long as they may come again. In order of time, so that new ones go to the end.
CREATE TABLE IF NOT EXISTS spark_seen (at timestamptz NOT NULL, id text NOT NULL, PRIMARY KEY (at, id));
-- Changes before this moment are known no more: none of them is counted again.
CREATE TABLE IF NOT EXISTS spark_retention (
  is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only), dropped_before timestamptz NOT NULL
);
INSERT INTO spark_retention (dropped_before) VALUES ('-infinity') ON CONFLICT DO NOTHING;

-- How many changes, kept for ever; the same columns as the ingester's recent_change_days.
CREATE TABLE IF NOT EXISTS spark_day_counts (
  day date NOT NULL, wiki text NOT NULL, type text NOT NULL, is_bot boolean NOT NULL, count bigint NOT NULL,
  PRIMARY KEY (day, wiki, type, is_bot)
);
-- The edits of every page, for as long as more of them may come; and of the most edited ones, kept for ever.
CREATE TABLE IF NOT EXISTS spark_page_edits (
  hour timestamptz NOT NULL, wiki text NOT NULL, title text NOT NULL, edits bigint NOT NULL,
  PRIMARY KEY (hour, wiki, title)
);
CREATE TABLE IF NOT EXISTS spark_page_hours (
  hour timestamptz NOT NULL, wiki text NOT NULL, title text NOT NULL, edits bigint NOT NULL,
  PRIMARY KEY (hour, wiki, title)
);
"""

# A change is counted by the statement that takes it into spark_seen, so each total is that of the set, always.
_COUNT = """
WITH batch AS MATERIALIZED (
  SELECT DISTINCT ON (at, id) * FROM spark_batch
  WHERE at >= (SELECT dropped_before FROM spark_retention) ORDER BY at, id
), fresh AS (
  INSERT INTO spark_seen (at, id) SELECT at, id FROM batch ON CONFLICT DO NOTHING RETURNING at, id
), counted AS MATERIALIZED (
  SELECT batch.* FROM batch JOIN fresh USING (at, id)
), days AS (
  INSERT INTO spark_day_counts AS known (day, wiki, type, is_bot, count)
  SELECT (at AT TIME ZONE 'UTC')::date, wiki, type, is_bot, count(*) FROM counted GROUP BY 1, 2, 3, 4
  ON CONFLICT (day, wiki, type, is_bot) DO UPDATE SET count = known.count + excluded.count
), pages AS (
  INSERT INTO spark_page_edits AS known (hour, wiki, title, edits)
  SELECT date_trunc('hour', at, 'UTC'), wiki, title, count(*) FROM counted
  WHERE type IN ('edit', 'new') AND title IS NOT NULL GROUP BY 1, 2, 3
  ON CONFLICT (hour, wiki, title) DO UPDATE SET edits = known.edits + excluded.edits
)
SELECT (SELECT count(*) FROM counted), count(*),
  count(*) FILTER (WHERE at < (SELECT dropped_before FROM spark_retention))
FROM spark_batch
"""

_TOUCHED = """
SELECT DISTINCT date_trunc('hour', at, 'UTC') AS hour, wiki FROM spark_batch
WHERE at >= (SELECT dropped_before FROM spark_retention)
"""

_CLEAR_TOP = f"""
DELETE FROM spark_page_hours top USING ({_TOUCHED}) touched WHERE (top.hour, top.wiki) = (touched.hour, touched.wiki)
"""

# In the order of the code points: the same pages on every server.
_WRITE_TOP = f"""
INSERT INTO spark_page_hours (hour, wiki, title, edits)
SELECT touched.hour, touched.wiki, top.title, top.edits FROM ({_TOUCHED}) touched, LATERAL (
  SELECT title, edits FROM spark_page_edits page WHERE (page.hour, page.wiki) = (touched.hour, touched.wiki)
  ORDER BY edits DESC, title COLLATE "C" LIMIT %(top)s
) top
"""

# By the newest change rather than by the clock, so that an old topic can be read; by the clock where a change claims to
# be of the future.
_MOVE_LIMIT = """
UPDATE spark_retention SET dropped_before = greatest(dropped_before, (
  SELECT date_trunc('day', least(now(), at), 'UTC') - make_interval(days => %(keep_days)s)
  FROM spark_seen ORDER BY at DESC LIMIT 1
))
"""
_FORGET = (
    "DELETE FROM spark_seen WHERE at < (SELECT dropped_before FROM spark_retention)",
    "DELETE FROM spark_page_edits WHERE hour < (SELECT dropped_before FROM spark_retention)",
)


class CountStore:
    """One session for as long as the job lives, and one job at a time. The session that emptied spark_batch also counts
    it: had the server crashed or another job begun in between, the session would be gone, and nothing be lost."""

    def __init__(self, database_url, *, keep_days, top):
        self._limits = {"keep_days": keep_days, "top": top}
        self._database = psycopg.connect(database_url, autocommit=True)
        self._database.execute("SET TIME ZONE 'UTC'")
        self._database.execute("SET lock_timeout = '30s'")
        try:
            self._database.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        except psycopg.errors.LockNotAvailable as error:
            raise RuntimeError("another Spark job counts into this database") from error
        self._database.execute(TABLES)

    def begin(self):
        self._database.execute("TRUNCATE spark_batch")

    def count(self):
        """Counts what is in spark_batch and gives how many were new, known, and too old to know."""
        with self._database.transaction():
            # What PostgreSQL last learnt of a table that is filled anew each time is wrong; it would join the new rows
            # to the batch one by one, which takes minutes.
            self._database.execute("ANALYZE spark_batch")
            self._database.execute("SET LOCAL enable_nestloop = off")
            new, all_rows, too_old = self._database.execute(_COUNT).fetchone()
            self._database.execute("SET LOCAL enable_nestloop = on")
            self._database.execute(_CLEAR_TOP)
            self._database.execute(_WRITE_TOP, self._limits)
            self._database.execute(_MOVE_LIMIT, self._limits)
            for forget in _FORGET:
                self._database.execute(forget)
        return new, all_rows - new - too_old, too_old

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._database.close()
