-- Somebody who was restrained meanwhile does not decide: their ballot in a vote that was open by then does not count.
CREATE VIEW counted_ballots AS
  SELECT ballots.vote_id, ballots.user_id, ballots.choice, ballots.request_id
  FROM ballots JOIN votes ON votes.id = ballots.vote_id
  WHERE NOT EXISTS (
    SELECT FROM restraints
    WHERE restraints.guild_id = votes.guild_id::text AND restraints.user_id = ballots.user_id::text
      AND since < coalesce(votes.closed_at, 'infinity'));

-- Who asked to be erased while something of theirs had to stay for a while: it is erased when it need not.
CREATE TABLE vote_erasures (
  user_id bigint PRIMARY KEY,
  asked_at timestamptz NOT NULL DEFAULT now()
);

-- Null once that person erased their data.
ALTER TABLE vote_settings ALTER COLUMN changed_by DROP NOT NULL;
