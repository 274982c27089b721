"""Counts Wikipedia's changes with Spark Structured Streaming: per UTC day, wiki, type and bot or human, and the most
edited pages of every hour. Reads a Kafka topic or a folder of JSON lines, writes to PostgreSQL; see README.md."""

import argparse
import os
import sys
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from pyspark.errors import StreamingQueryException
from pyspark.sql import SparkSession
from pyspark.sql.functions import col, udf

from count_store import CountStore
from recent_change import read_recent_change

HERE = Path(__file__).resolve().parent
JARS = HERE.parents[2] / ".toolchain" / "spark" / "jars"

CHANGE = "id string, at timestamp, wiki string, type string, is_bot boolean, title string"


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--source", choices=["kafka", "file"], default="kafka")
    parser.add_argument("--bootstrap-servers", help="of the Kafka cluster: host:port,host:port")
    parser.add_argument("--topic", default="wikipedia.recentchange")
    parser.add_argument("--path", help="for --source file: a folder of files, a JSON event a line")
    parser.add_argument("--checkpoint", required=True, help="a folder that remembers how far was read")
    parser.add_argument("--database-url", default=os.environ.get("DATABASE_URL"), help="default: DATABASE_URL")
    parser.add_argument("--until-caught-up", action="store_true", help="stop when all that is there was read")
    parser.add_argument("--every-seconds", type=_positive, default=10, help="a batch at most so often")
    parser.add_argument("--events-per-batch", type=_positive, default=200_000, help="for --source kafka")
    parser.add_argument("--files-per-batch", type=_positive, default=100, help="for --source file")
    parser.add_argument("--keep-days", type=_positive, default=8, help="longer than the topic keeps its events")
    parser.add_argument("--top", type=_positive, default=100, help="pages per hour and wiki")
    parser.add_argument("--master", default="local[2]", help="Spark's master")
    options = parser.parse_args()
    if options.source == "kafka" and not options.bootstrap_servers:
        parser.error("--source kafka needs --bootstrap-servers")
    if options.source == "file" and not options.path:
        parser.error("--source file needs --path")
    if not options.database_url:
        parser.error("set DATABASE_URL or --database-url")
    return options


def _positive(text):
    number = int(text)
    if number < 1:
        raise ValueError
    return number


def start_spark(master):
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    # The process that plans a source of Python's is started before any file was added, wherever the job was started.
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(HERE), os.environ.get("PYTHONPATH")]))
    if master.startswith("local"):
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    spark = (
        SparkSession.builder.appName("wikipedia-recent-changes")
        .master(master)
        .config("spark.driver.memory", "1g")
        .config("spark.driver.extraJavaOptions", "-Duser.timezone=UTC")
        .config("spark.jars", ",".join(map(str, sorted(JARS.glob("*.jar")))))
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.sql.session.timeZone", "UTC")
        .getOrCreate()
    )
    spark.sparkContext.setLogLevel("ERROR")
    for module in ("recent_change.py", "kafka_source.py"):
        spark.sparkContext.addPyFile(str(HERE / module))
    return spark


def read_events(spark, options):
    """A column `value`: the JSON text of an event."""
    if options.source == "file":
        reader = spark.readStream.format("text").option("lineSep", "\n")
        return reader.option("maxFilesPerTrigger", options.files_per_batch).load(options.path)
    from kafka_source import KafkaSource

    spark.dataSource.register(KafkaSource)
    reader = spark.readStream.format("wikipedia-kafka").option("servers", options.bootstrap_servers)
    return reader.option("topic", options.topic).option("eventsPerBatch", options.events_per_batch).load()


def read_changes(events):
    # Non-deterministic only in name: else Spark would read every event twice, to filter and to select.
    read = udf(read_recent_change, CHANGE, useArrow=False).asNondeterministic()
    return events.select(read(col("value")).alias("change")).where("change IS NOT NULL").select("change.*")


def jdbc_options(database_url):
    url = urlsplit(database_url)
    parameters = urlencode([*parse_qsl(url.query), ("reWriteBatchedInserts", "true")])
    return {
        "url": f"jdbc:postgresql://{url.hostname}:{url.port or 5432}{url.path}?{parameters}",
        "user": unquote(url.username or ""),
        "password": unquote(url.password or ""),
        "driver": "org.postgresql.Driver",
        "dbtable": "spark_batch",
        "batchsize": "5000",
    }


def main():
    options = parse_arguments()
    with CountStore(options.database_url, keep_days=options.keep_days, top=options.top) as store:
        jdbc = jdbc_options(options.database_url)

        def count_batch(changes, batch_id):
            store.begin()
            changes.write.format("jdbc").options(**jdbc).mode("append").save()
            new, known, too_old = store.count()
            print(f"batch {batch_id}: {new} new, {known} known, {too_old} too old", flush=True)

        spark = start_spark(options.master)
        changes = read_changes(read_events(spark, options))
        every = {"processingTime": f"{options.every_seconds} seconds"}
        query = (
            changes.writeStream.foreachBatch(count_batch)
            .option("checkpointLocation", options.checkpoint)
            .trigger(**({"availableNow": True} if options.until_caught_up else every))
            .start()
        )
        try:
            query.awaitTermination()
        except StreamingQueryException as error:
            print(error, file=sys.stderr)
            return "stopped by an error; to start again is always safe"


if __name__ == "__main__":
    sys.exit(main())
