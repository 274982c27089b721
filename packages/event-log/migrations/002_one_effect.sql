-- Besides following from a passed vote, an effect has that vote's key, under which there is only one, and its end.
CREATE OR REPLACE FUNCTION check_effect() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.once IS DISTINCT FROM 'effect of vote ' || (NEW.metadata ->> 'voteId') OR NOT EXISTS (
    SELECT FROM events
    WHERE type = 'Vote'
      AND metadata @> jsonb_build_object(
        'voteId', NEW.metadata -> 'voteId', 'guildId', NEW.metadata -> 'guildId', 'targetId', NEW.metadata -> 'userId',
        'until', NEW.metadata -> 'until', 'kind', lower(NEW.type), 'phase', 'closed', 'outcome', 'passed')
  ) THEN
    RAISE EXCEPTION '% events follow from a passed vote and cannot be appended by themselves', NEW.type
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
