-- What was committed when it began is not told, even where an older transaction of anybody's was still under way.
ALTER TABLE wikipedia_follows ADD COLUMN stored_after pg_snapshot;
ALTER TABLE wikipedia_follows ALTER COLUMN stored_after SET DEFAULT pg_current_snapshot();
