-- A vote: what is asked, on which terms, and what came of it. The terms never change once it is open.
CREATE TABLE votes (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- The message or interaction: the same one delivered twice opens one vote.
  request_id bigint NOT NULL UNIQUE,
  guild_id bigint NOT NULL,
  channel_id bigint NOT NULL,
  -- Where the ballots are; null until it is posted.
  message_id bigint,
  kind text NOT NULL CHECK (kind IN ('ask', 'challenge', 'restore')),
  -- Null once that person erased their data.
  initiator_id bigint,
  target_id bigint,
  -- The question, or the reason.
  question text NOT NULL,
  options text[] NOT NULL CHECK (cardinality(options) BETWEEN 2 AND 10),
  is_secret boolean NOT NULL,
  closes_early boolean NOT NULL,
  electors integer NOT NULL,
  quorum integer NOT NULL,
  threshold integer NOT NULL,
  restraint_days integer,
  opened_at timestamptz NOT NULL DEFAULT now(),
  closes_at timestamptz NOT NULL,
  outcome text CHECK (outcome IN ('passed', 'failed', 'tie', 'no-quorum', 'retracted', 'vetoed')),
  -- How many voted for each option.
  tally integer[],
  closed_at timestamptz,
  -- Who ended it before its time, and why.
  ended_by bigint,
  end_reason text,
  restrained_until timestamptz,
  announced_at timestamptz,
  -- Until when some process is posting; another goes on after that.
  busy_until timestamptz,
  attempts integer NOT NULL DEFAULT 0,
  CHECK ((outcome IS NULL) = (closed_at IS NULL)),
  CHECK (kind = 'ask' OR cardinality(options) = 2),
  -- Nobody is restrained by a mistake in the program either.
  CHECK (outcome IS DISTINCT FROM 'passed' OR kind = 'ask'
    OR (tally[1] >= threshold AND tally[1] > tally[2] AND tally[1] + tally[2] >= quorum)),
  CHECK (kind <> 'challenge' OR outcome IS DISTINCT FROM 'passed' OR restrained_until IS NOT NULL)
);
CREATE UNIQUE INDEX votes_one_open_per_target ON votes (guild_id, target_id)
  WHERE outcome IS NULL AND target_id IS NOT NULL;
CREATE INDEX votes_due ON votes (closes_at) WHERE outcome IS NULL;
CREATE INDEX votes_unposted ON votes (busy_until)
  WHERE (outcome IS NULL AND message_id IS NULL) OR (outcome IS NOT NULL AND announced_at IS NULL);
CREATE INDEX votes_guild ON votes (guild_id, id);
CREATE INDEX votes_initiator ON votes (initiator_id);
CREATE INDEX votes_target ON votes (target_id) WHERE target_id IS NOT NULL;

-- Who may vote: the members who were active when it opened. Their number stays in votes when this is erased.
CREATE TABLE vote_electors (
  vote_id bigint NOT NULL REFERENCES votes,
  user_id bigint NOT NULL,
  PRIMARY KEY (vote_id, user_id)
);
CREATE INDEX vote_electors_user ON vote_electors (user_id);

-- Who voted for what; apart from the outcome, and erased after the audit window.
CREATE TABLE ballots (
  vote_id bigint NOT NULL REFERENCES votes,
  user_id bigint NOT NULL,
  choice smallint NOT NULL,
  -- The click: of two, the later one counts, in whatever order they arrive.
  request_id bigint NOT NULL,
  PRIMARY KEY (vote_id, user_id)
);
CREATE INDEX ballots_user ON ballots (user_id);

CREATE TABLE vote_settings (
  guild_id bigint PRIMARY KEY,
  settings jsonb NOT NULL,
  changed_by bigint NOT NULL,
  changed_at timestamptz NOT NULL DEFAULT now()
);

CREATE FUNCTION keep_vote_outcome() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  IF (OLD.outcome, OLD.tally, OLD.closed_at, OLD.restrained_until)
    IS DISTINCT FROM (NEW.outcome, NEW.tally, NEW.closed_at, NEW.restrained_until)
  THEN
    RAISE EXCEPTION 'vote % has ended as %; that does not change', OLD.id, OLD.outcome;
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER vote_outcome_stays BEFORE UPDATE ON votes
  FOR EACH ROW WHEN (OLD.outcome IS NOT NULL) EXECUTE FUNCTION keep_vote_outcome();

-- The log takes a Vote only where there is one, and only with the outcome that it had.
CREATE FUNCTION check_vote_event() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (
    SELECT FROM votes
    WHERE id = (NEW.metadata ->> 'voteId')::bigint
      AND guild_id = (NEW.metadata ->> 'guildId')::bigint
      AND kind = NEW.metadata ->> 'kind'
      AND outcome IS NOT DISTINCT FROM NEW.metadata ->> 'outcome'
      AND (outcome IS NOT NULL) = (NEW.metadata ->> 'phase' = 'closed')
      AND target_id IS NOT DISTINCT FROM (NEW.metadata ->> 'targetId')::bigint
      AND restrained_until IS NOT DISTINCT FROM (NEW.metadata ->> 'until')::timestamptz
  ) THEN
    RAISE EXCEPTION 'there is no vote % of which that is true', NEW.metadata ->> 'voteId'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER vote_events_are_true BEFORE INSERT ON events
  FOR EACH ROW WHEN (NEW.type = 'Vote') EXECUTE FUNCTION check_vote_event();
