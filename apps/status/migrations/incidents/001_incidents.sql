-- What happened to a cluster, or is planned: outages that the system saw, notes and maintenance of operators.
-- Every write takes the advisory lock 7401862231 and holds it until its commit: ids of updates and revisions are then
-- in the order of the commits, and a reader that goes by them misses nothing.
CREATE TABLE incidents (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  cluster text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('outage', 'note', 'maintenance')),
  status text NOT NULL,
  impact text NOT NULL CHECK (impact IN ('none', 'minor', 'major', 'critical')),
  title text NOT NULL,
  -- Of an outage: whose shards they are; null where nobody says which process holds them.
  process_id text,
  -- All that were ever down, and those that still are.
  shards int4multirange NOT NULL DEFAULT '{}',
  remaining int4multirange NOT NULL DEFAULT '{}',
  started_at timestamptz NOT NULL,
  -- Of an outage that came back and went again: when it last went.
  down_at timestamptz,
  resolved_at timestamptz,
  -- Of maintenance: when it is planned.
  starts_at timestamptz,
  ends_at timestamptz,
  -- Higher with each change of anything: who remembers the highest knows whether there is something new.
  revision bigint NOT NULL,
  CHECK ((kind = 'maintenance') = (starts_at IS NOT NULL AND ends_at IS NOT NULL AND starts_at < ends_at)),
  CHECK (resolved_at IS NULL OR isempty(remaining))
);

CREATE SEQUENCE incident_revisions;
CREATE INDEX incidents_revision ON incidents (revision);
CREATE INDEX incidents_cluster ON incidents (cluster, id);
CREATE INDEX incidents_unresolved ON incidents (id) WHERE resolved_at IS NULL;
CREATE INDEX incidents_outages ON incidents (cluster, (coalesce(process_id, '')), id) WHERE kind = 'outage';

-- However many replicas see a process go down, they open one incident.
CREATE UNIQUE INDEX incidents_one_open_outage ON incidents (cluster, (coalesce(process_id, '')))
  WHERE kind = 'outage' AND resolved_at IS NULL;

-- Appended to, never changed.
CREATE TABLE incident_updates (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  incident_id bigint NOT NULL REFERENCES incidents,
  at timestamptz NOT NULL,
  by text NOT NULL CHECK (by IN ('system', 'operator')),
  status text NOT NULL,
  body text NOT NULL,
  -- The same as data, of what the system wrote.
  facts jsonb
);

CREATE INDEX incident_updates_incident ON incident_updates (incident_id, id);

-- A request that comes again, since its answer was lost, changes nothing.
CREATE TABLE incident_requests (
  cluster text NOT NULL,
  key text NOT NULL,
  digest text NOT NULL,
  incident_id bigint NOT NULL REFERENCES incidents,
  at timestamptz NOT NULL,
  PRIMARY KEY (cluster, key)
);
