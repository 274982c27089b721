-- In which language somebody follows Wikipedia: a guild for all its members, a person in direct messages.
CREATE TABLE wikipedia_languages (
  scope text NOT NULL CHECK (scope IN ('guild', 'user')),
  id bigint NOT NULL,
  language text NOT NULL,
  set_by bigint NOT NULL,
  set_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (scope, id)
);
CREATE INDEX wikipedia_languages_set_by ON wikipedia_languages (set_by);
