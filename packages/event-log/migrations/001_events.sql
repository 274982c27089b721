-- What happened, in the order in which it was committed. Written by append_events() alone.
CREATE SEQUENCE event_ids;

CREATE TABLE events (
  id bigint PRIMARY KEY,
  type text NOT NULL,
  at timestamptz NOT NULL,
  metadata jsonb NOT NULL CHECK (jsonb_typeof(metadata) = 'object'),
  -- An event that may be there only once has a key of its own.
  once text UNIQUE
);

CREATE TABLE archived_events (LIKE events INCLUDING ALL);

CREATE INDEX events_type ON events (type, id);
CREATE INDEX events_at ON events (at);
CREATE INDEX events_metadata ON events USING gin (metadata jsonb_path_ops);
CREATE INDEX events_active ON events ((metadata ->> 'guildId'), at) WHERE type = 'UserActive';
CREATE INDEX events_restraints ON events ((metadata ->> 'guildId'), (metadata ->> 'userId'), id)
  WHERE type IN ('Challenge', 'Restore');
CREATE INDEX archived_events_type ON archived_events (type, id);
CREATE INDEX archived_events_metadata ON archived_events USING gin (metadata jsonb_path_ops);
CREATE INDEX archived_events_active ON archived_events ((metadata ->> 'guildId'), at) WHERE type = 'UserActive';
CREATE INDEX archived_events_restraints ON archived_events ((metadata ->> 'guildId'), (metadata ->> 'userId'), id)
  WHERE type IN ('Challenge', 'Restore');

CREATE VIEW all_events AS
  SELECT id, type, at, metadata FROM events
  UNION ALL
  SELECT id, type, at, metadata FROM archived_events;

-- Who may use no feature in a guild, and until when: what the newest Challenge or Restore of a person says, wherever it
-- is kept. It ends by a Restore or at the end that was stated, and in no other way.
CREATE VIEW restraints AS
  SELECT guild_id, user_id, (newest.metadata ->> 'voteId')::bigint AS vote_id, since,
         (newest.metadata ->> 'until')::timestamptz AS until
  FROM (
    SELECT DISTINCT ON (metadata ->> 'guildId', metadata ->> 'userId')
           metadata ->> 'guildId' AS guild_id, metadata ->> 'userId' AS user_id, type, at AS since, metadata
    FROM all_events WHERE type IN ('Challenge', 'Restore')
    ORDER BY metadata ->> 'guildId', metadata ->> 'userId', id DESC
  ) AS newest
  WHERE type = 'Challenge' AND (newest.metadata ->> 'until')::timestamptz > now();

-- How far each durable subscription has got.
CREATE TABLE event_cursors (
  name text PRIMARY KEY,
  cursor bigint NOT NULL
);

CREATE FUNCTION insert_event(new_type text, new_metadata jsonb, new_once text) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
  new_id bigint;
BEGIN
  IF new_once IS NOT NULL AND (
    EXISTS (SELECT FROM events WHERE once = new_once) OR EXISTS (SELECT FROM archived_events WHERE once = new_once)
  ) THEN
    RETURN NULL;
  END IF;
  PERFORM set_config('shardlight.appending', 'yes', true);
  INSERT INTO events (id, type, at, metadata, once)
  VALUES (nextval('event_ids'), new_type, clock_timestamp(), new_metadata, new_once)
  RETURNING id INTO new_id;
  PERFORM set_config('shardlight.appending', 'no', true);
  RETURN new_id;
END $$;

-- Appends `[{type, metadata, once}]` and gives the new ids; an event whose `once` is known is left out.
-- Ids are taken under a lock that is held until the commit, so their order is that of the commits and a reader
-- that goes by id misses nothing. So this must be the last statement of its transaction: others wait meanwhile.
CREATE FUNCTION append_events(given jsonb) RETURNS SETOF bigint
LANGUAGE plpgsql AS $$
DECLARE
  event jsonb;
  facts jsonb;
  appended bigint;
  effect bigint;
  last_id bigint;
BEGIN
  PERFORM pg_advisory_xact_lock(7401862214);
  FOR event IN SELECT value FROM jsonb_array_elements(given) LOOP
    facts := event -> 'metadata';
    appended := insert_event(event ->> 'type', facts, event ->> 'once');
    CONTINUE WHEN appended IS NULL;
    RETURN NEXT appended;
    last_id := appended;
    -- The log's own rule, beside check_effect(): a passed vote about somebody takes effect, once.
    IF event ->> 'type' = 'Vote' AND facts ->> 'phase' = 'closed' AND facts ->> 'outcome' = 'passed'
      AND facts ->> 'kind' IN ('challenge', 'restore')
    THEN
      effect := insert_event(
        initcap(facts ->> 'kind'),
        jsonb_build_object(
          'guildId', facts -> 'guildId', 'userId', facts -> 'targetId', 'voteId', facts -> 'voteId',
          'until', facts -> 'until'),
        'effect of vote ' || (facts ->> 'voteId'));
      IF effect IS NULL THEN
        RAISE EXCEPTION 'vote % has had its effect already', facts ->> 'voteId' USING ERRCODE = 'unique_violation';
      END IF;
      RETURN NEXT effect;
      last_id := effect;
    END IF;
  END LOOP;
  IF last_id IS NOT NULL THEN
    PERFORM pg_notify('events', last_id::text);
  END IF;
END $$;

CREATE FUNCTION refuse_change_of_events() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' AND current_setting('shardlight.appending', true) = 'yes' THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'events are appended by append_events() and never changed' USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER events_are_appended BEFORE INSERT OR UPDATE ON events
  FOR EACH ROW EXECUTE FUNCTION refuse_change_of_events();
CREATE TRIGGER archived_events_stay BEFORE INSERT OR UPDATE ON archived_events
  FOR EACH ROW EXECUTE FUNCTION refuse_change_of_events();

-- Somebody is restrained or restored by a passed vote alone, whoever appends it.
CREATE FUNCTION check_effect() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (
    SELECT FROM events
    WHERE type = 'Vote'
      AND metadata @> jsonb_build_object(
        'voteId', NEW.metadata -> 'voteId', 'guildId', NEW.metadata -> 'guildId', 'targetId', NEW.metadata -> 'userId',
        'kind', lower(NEW.type), 'phase', 'closed', 'outcome', 'passed')
  ) THEN
    RAISE EXCEPTION '% events follow from a passed vote and cannot be appended by themselves', NEW.type
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER events_follow_from_votes BEFORE INSERT ON events
  FOR EACH ROW WHEN (NEW.type IN ('Challenge', 'Restore')) EXECUTE FUNCTION check_effect();

-- Moves events of more than that age, at most `at_most` of them; gives how many it moved.
CREATE FUNCTION archive_events(older_than interval, at_most integer) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
  moved bigint;
BEGIN
  PERFORM set_config('shardlight.appending', 'yes', true);
  WITH old AS (
    DELETE FROM events WHERE id IN (
      SELECT id FROM events WHERE at < clock_timestamp() - older_than ORDER BY at LIMIT at_most FOR UPDATE SKIP LOCKED)
    RETURNING id, type, at, metadata, once
  )
  INSERT INTO archived_events (id, type, at, metadata, once) SELECT id, type, at, metadata, once FROM old;
  GET DIAGNOSTICS moved = ROW_COUNT;
  PERFORM set_config('shardlight.appending', 'no', true);
  RETURN moved;
END $$;
