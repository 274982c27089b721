-- The span of the command, where it was traced: who counts, perhaps much later and elsewhere, links to it.
ALTER TABLE tasks ADD COLUMN traceparent text;
