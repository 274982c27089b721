-- How many shards each bot has since the last resharding, and what its configuration said then.
CREATE TABLE cluster_layouts (
  cluster text PRIMARY KEY,
  configured text NOT NULL,
  total_shards integer NOT NULL CHECK (total_shards > 0),
  generation integer NOT NULL CHECK (generation >= 0)
);
