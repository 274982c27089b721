-- How far each target of the webhooks has been told. Whoever sends to one holds its lease and names its epoch, so that
-- several replicas tell it once, and one that woke up too late changes nothing.
CREATE TABLE webhook_targets (
  name text PRIMARY KEY,
  -- SHA-256: the address itself is a secret. One with another address is tried again from the beginning.
  address_digest text NOT NULL,
  -- The id of the last update that it was told, or that it was not to be told.
  cursor bigint NOT NULL,
  -- Updates have come, and more that belong to them may follow until due_at.
  is_grouping boolean NOT NULL DEFAULT false,
  -- What it has yet to take: it stays as it is, with its id, however often it is sent.
  message jsonb,
  attempts integer NOT NULL DEFAULT 0,
  -- Unresolved incidents that it was told of, and whose end it shall hear of whatever it filters.
  following bigint[] NOT NULL DEFAULT '{}',
  -- Why nothing is sent any more; null where it is.
  disabled text,
  due_at timestamptz NOT NULL DEFAULT now(),
  leased_until timestamptz NOT NULL DEFAULT '-infinity',
  epoch bigint NOT NULL DEFAULT 0
);
