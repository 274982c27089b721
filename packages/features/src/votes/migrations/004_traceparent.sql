-- The span of the command that opened it, where that was traced: what comes of the vote, days later, links to it.
ALTER TABLE votes ADD COLUMN traceparent text;
