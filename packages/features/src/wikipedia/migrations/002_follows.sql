-- What is told of in a channel: the changes of a page, or what comes into a category and leaves it.
CREATE TABLE wikipedia_follows (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  channel_id bigint NOT NULL,
  guild_id bigint,
  -- How people name it in its channel.
  number integer NOT NULL,
  language text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('page', 'category')),
  title text NOT NULL,
  -- Only by bots, or only by people; otherwise both.
  is_bot boolean,
  -- Since which transaction that stores changes.
  stored_from xid8 NOT NULL DEFAULT pg_snapshot_xmin(pg_current_snapshot()),
  created_by bigint,
  created_at timestamptz NOT NULL DEFAULT now(),
  -- Discord says that nothing can be told there.
  off_since timestamptz,
  off_reason text,
  UNIQUE (channel_id, language, kind, title),
  UNIQUE (channel_id, number)
);
CREATE INDEX wikipedia_follows_created_by ON wikipedia_follows (created_by);
CREATE INDEX wikipedia_follows_on ON wikipedia_follows (stored_from) WHERE off_since IS NULL;

-- The titles by which a follow knows its changes.
CREATE TABLE wikipedia_follow_titles (
  wiki text NOT NULL,
  kind text NOT NULL,
  title text NOT NULL,
  follow_id bigint NOT NULL REFERENCES wikipedia_follows ON DELETE CASCADE,
  PRIMARY KEY (wiki, kind, title, follow_id)
);
CREATE INDEX wikipedia_follow_titles_follow ON wikipedia_follow_titles (follow_id);

-- Up to where stored changes were looked through; whoever holds its lock goes on.
CREATE TABLE wikipedia_follow_position (
  is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
  stored_from xid8 NOT NULL DEFAULT pg_snapshot_xmin(pg_current_snapshot()),
  moved_at timestamptz NOT NULL DEFAULT now()
);
INSERT INTO wikipedia_follow_position DEFAULT VALUES;

CREATE SEQUENCE wikipedia_follow_batches;

-- One message at a time: what it holds is fixed when it is first tried, and stays so until it is known to be there.
-- Lock order: a channel before what belongs to it.
CREATE TABLE wikipedia_follow_channels (
  channel_id bigint PRIMARY KEY,
  guild_id bigint,
  next_post_at timestamptz NOT NULL DEFAULT now(),
  -- The message that is being posted, and the last of the waiting changes that is in it.
  batch bigint,
  batch_until bigint,
  batch_at timestamptz,
  batch_surplus integer NOT NULL DEFAULT 0,
  attempts integer NOT NULL DEFAULT 0,
  -- Changes that are only counted: too many were waiting.
  surplus integer NOT NULL DEFAULT 0,
  -- Who posts: one life of one shard process, until when, and the how-manieth owner that is.
  owner_process integer,
  owner_life uuid,
  epoch integer NOT NULL DEFAULT 0,
  lease_until timestamptz
);

-- What waits to be told. Its ids are in order, since one transaction at a time adds to it.
CREATE TABLE wikipedia_follow_changes (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  channel_id bigint NOT NULL,
  -- May be gone meanwhile: a reference would make those who add wait for those who unfollow.
  follow_id bigint NOT NULL,
  change_id text NOT NULL,
  at timestamptz NOT NULL,
  -- Two follows of a channel may have it in common.
  UNIQUE (channel_id, change_id)
);
CREATE INDEX wikipedia_follow_changes_follow ON wikipedia_follow_changes (follow_id);
