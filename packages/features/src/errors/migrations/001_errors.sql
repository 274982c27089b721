-- A command that could not be done as it was given: what was asked, and what the person was told.
CREATE TABLE command_errors (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL DEFAULT now(),
  -- The same one delivered twice is one error.
  request_id bigint NOT NULL UNIQUE,
  command text NOT NULL,
  guild_id bigint,
  channel_id bigint NOT NULL,
  user_id bigint NOT NULL,
  how text NOT NULL,
  written text NOT NULL,
  answer text NOT NULL
);
CREATE INDEX command_errors_at ON command_errors (at);

-- What went wrong on our side.
CREATE TABLE general_errors (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL DEFAULT now(),
  process integer NOT NULL,
  what text NOT NULL,
  guild_id bigint,
  channel_id bigint,
  message text NOT NULL,
  stack text
);
CREATE INDEX general_errors_at ON general_errors (at);

CREATE TABLE registered_commands (
  application_id bigint PRIMARY KEY,
  hash text NOT NULL,
  registered_at timestamptz NOT NULL DEFAULT now()
);
