-- The span in which an event was appended, where that was traced: who handles it later links to it. It is said by a
-- setting of the transaction, so that append_events() stays as it is for processes that know nothing of it, and what
-- follows from an event has its span too. The archive does without: no traces are as old.
ALTER TABLE events ADD COLUMN traceparent text DEFAULT nullif(current_setting('shardlight.traceparent', true), '');

CREATE OR REPLACE VIEW all_events AS
  SELECT id, type, at, metadata, traceparent FROM events
  UNION ALL
  SELECT id, type, at, metadata, NULL::text FROM archived_events;
