-- In which order changes came to be seen, whoever stores them and however old they are: a reader that has read up to
-- `pg_snapshot_xmin(pg_current_snapshot())` has read all that was stored by transactions before it, and every
-- transaction that is still to commit stores behind it. Neither `at` nor a sequence gives that.
ALTER TABLE recent_changes ADD COLUMN stored_in xid8;
-- Apart, or every row that is there would be written anew.
ALTER TABLE recent_changes ALTER COLUMN stored_in SET DEFAULT pg_current_xact_id();
CREATE INDEX recent_changes_stored_in ON recent_changes (stored_in);
