-- Times are in ms and summed over shards: 4 shards that are up for a second are 4,000 in `up_ms`.

-- How far each cluster's history is written, and the five minutes that are still open: what several recorders take
-- turns on. A time before `recorded_until` is never written again, so it counts once.
CREATE TABLE history_progress (
  cluster text PRIMARY KEY,
  recorded_until timestamptz NOT NULL,
  open_slot timestamptz,
  open_total_shards integer,
  -- Four bytes a shard: for how long it was up; then as many for down, and for switched off.
  open_shards bytea
);

-- Five minutes of one layout of a cluster.
CREATE TABLE history_slots (
  cluster text NOT NULL,
  slot timestamptz NOT NULL,
  total_shards integer NOT NULL CHECK (total_shards > 0),
  observed_ms bigint NOT NULL,
  problem_ms bigint NOT NULL,
  shard_ms bigint NOT NULL,
  up_ms bigint NOT NULL,
  down_ms bigint NOT NULL,
  off_ms bigint NOT NULL,
  -- One byte a shard; not there while the slot is open.
  shards bytea,
  PRIMARY KEY (cluster, slot, total_shards)
);

-- One shard's byte is then read without the other 65,535.
ALTER TABLE history_slots ALTER COLUMN shards SET STORAGE EXTERNAL;

-- A day of a cluster, in UTC.
CREATE TABLE history_days (
  cluster text NOT NULL,
  day date NOT NULL,
  observed_ms bigint NOT NULL,
  problem_ms bigint NOT NULL,
  shard_ms bigint NOT NULL,
  up_ms bigint NOT NULL,
  down_ms bigint NOT NULL,
  off_ms bigint NOT NULL,
  -- The least share of shards that were up at one moment.
  worst_share double precision CHECK (worst_share BETWEEN 0 AND 1),
  worst_at timestamptz,
  PRIMARY KEY (cluster, day)
);
