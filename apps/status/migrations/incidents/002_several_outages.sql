-- A few lone shards and many processes at once are two outages, neither of one process. That replicas do not open the
-- same one twice is kept by the lock that every write takes before it looks.
DROP INDEX incidents_one_open_outage;
