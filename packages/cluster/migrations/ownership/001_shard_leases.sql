-- Which manager serves a shard, until when, and under which epoch: a number that no other ownership ever has.
CREATE TABLE shard_leases (
  cluster text NOT NULL,
  shard_id integer NOT NULL,
  epoch bigint NOT NULL,
  holder text NOT NULL,
  lease_until timestamptz NOT NULL,
  PRIMARY KEY (cluster, shard_id)
);

CREATE SEQUENCE shard_lease_epochs;

-- All the wanted shards or none, by the database's clock. Of others' leases the longest is told.
-- `own_epoch` is that of who already owns some of them, and is then the epoch of all. `former_epoch` is that of the owner
-- before, where all of them had the same.
CREATE FUNCTION take_shard_leases(
  of_cluster text, wanted integer[], by_holder text, lease_ms integer, own_epoch bigint,
  OUT epoch bigint, OUT owner text, OUT free_in_ms double precision, OUT former_epoch bigint
)
LANGUAGE plpgsql AS $$
BEGIN
  FOR attempt IN 1..2 LOOP
    SELECT holder, extract(epoch FROM lease_until - clock_timestamp()) * 1000 INTO owner, free_in_ms
    FROM shard_leases AS known
    WHERE cluster = of_cluster AND shard_id = ANY (wanted) AND lease_until > clock_timestamp()
      AND known.epoch IS DISTINCT FROM own_epoch
    ORDER BY lease_until DESC LIMIT 1;
    -- One that stands by asks often: it must lock nothing while others own.
    IF FOUND OR attempt = 2 THEN
      EXIT;
    END IF;
    INSERT INTO shard_leases (cluster, shard_id, epoch, holder, lease_until)
    SELECT of_cluster, shard_id, 0, '', '-infinity' FROM unnest(wanted) AS shard_id ORDER BY shard_id
    ON CONFLICT DO NOTHING;
    -- Waits for the writes of a former owner, which hold FOR KEY SHARE; a renewal, which changes no key, does not.
    PERFORM FROM shard_leases WHERE cluster = of_cluster AND shard_id = ANY (wanted) ORDER BY shard_id FOR UPDATE;
  END LOOP;
  IF owner IS NULL THEN
    SELECT CASE WHEN min(known.epoch) = max(known.epoch) THEN min(known.epoch) END INTO former_epoch
    FROM shard_leases AS known WHERE cluster = of_cluster AND shard_id = ANY (wanted);
    epoch := coalesce(own_epoch, nextval('shard_lease_epochs'));
    UPDATE shard_leases AS known
    SET epoch = take_shard_leases.epoch, holder = by_holder,
        lease_until = clock_timestamp() + lease_ms * interval '1 millisecond'
    WHERE cluster = of_cluster AND shard_id = ANY (wanted);
  END IF;
END $$;
