-- How much of somebody's present stay in voice counts so far, for the process that goes on after a restart.
CREATE TABLE voice_stays (
  guild_id bigint NOT NULL,
  user_id bigint NOT NULL,
  counted_ms bigint NOT NULL,
  seen_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (guild_id, user_id)
);
CREATE INDEX voice_stays_seen_at ON voice_stays (seen_at);
