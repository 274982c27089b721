-- What is compared with NULL is not refused by a CHECK: without these an outcome whose tally is missing, or lacks an
-- option, would slip past the one that keeps a challenge from passing by mistake.
ALTER TABLE votes
  ADD CONSTRAINT votes_outcome_has_tally CHECK ((outcome IS NULL) = (tally IS NULL)),
  ADD CONSTRAINT votes_tally_is_complete
    CHECK (tally IS NULL OR (cardinality(tally) = cardinality(options) AND array_position(tally, NULL) IS NULL));
