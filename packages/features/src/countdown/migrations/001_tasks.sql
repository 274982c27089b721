-- Every countdown command. A start that was accepted is a task: it is running until it is done, stopped or failed.
CREATE TABLE tasks (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- The message or interaction: the same one delivered twice is one command.
  request_id bigint NOT NULL UNIQUE,
  command text NOT NULL CHECK (command IN ('start', 'stop', 'status')),
  state text NOT NULL CHECK (state IN ('running', 'done', 'stopped', 'failed', 'refused')),
  guild_id bigint,
  channel_id bigint NOT NULL,
  user_id bigint NOT NULL,
  how text NOT NULL,
  written text NOT NULL,
  target integer CHECK (target BETWEEN 1 AND 9999),
  -- The last number known to be posted.
  posted integer NOT NULL DEFAULT 0 CHECK (posted BETWEEN 0 AND 9999),
  posted_at timestamptz,
  outcome text,
  created_at timestamptz NOT NULL DEFAULT now(),
  finished_at timestamptz,
  -- Who counts: one life of one shard process, until when, and the how-manieth owner that is.
  owner_process integer,
  owner_life uuid,
  epoch integer NOT NULL DEFAULT 0,
  lease_until timestamptz
);

CREATE UNIQUE INDEX tasks_one_countdown_per_chat ON tasks (channel_id) WHERE state = 'running';
CREATE INDEX tasks_running ON tasks (lease_until) WHERE state = 'running';
CREATE INDEX tasks_created_at ON tasks (created_at);
