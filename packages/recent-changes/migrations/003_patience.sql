-- A partition is made and dropped under a lock that waits for every reader, and behind which all others wait: better
-- to fail soon and be tried again.
ALTER FUNCTION ensure_recent_changes_day(date) SET lock_timeout = '2s';
ALTER FUNCTION drop_recent_changes_before(date) SET lock_timeout = '2s';

-- A batch is stored again when it is not sure that it was.
CREATE UNIQUE INDEX recent_change_gaps_once ON recent_change_gaps (stream, from_at, until_at);
