"""A Kafka topic as a source of Spark's, with Confluent's client: how far was read is in Spark's checkpoint, nothing is
committed to Kafka."""

import math
from contextlib import closing

from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition
from pyspark.sql.datasource import DataSource, DataSourceStreamReader, InputPartition
from pyspark.sql.streaming.datasource import ReadAllAvailable, ReadMaxRows, SupportsTriggerAvailableNow

_TIMEOUT_S = 30
_GONE = "the topic no longer holds what comes next; to count all that it holds, begin with a new --checkpoint"


class KafkaSource(DataSource):
    @classmethod
    def name(cls):
        return "wikipedia-kafka"

    def schema(self):
        return "value string"

    def streamReader(self, schema):
        return KafkaReader(self.options["servers"], self.options["topic"], int(self.options["eventsPerBatch"]))


class Slice(InputPartition):
    def __init__(self, partition, start, end):
        self.partition, self.start, self.end = partition, start, end


class KafkaReader(DataSourceStreamReader, SupportsTriggerAvailableNow):
    """Offsets are `{"0": 17, "1": 20}`: for each partition of the topic the next message to read."""

    def __init__(self, servers, topic, events_per_batch):
        self._servers, self._topic, self._events_per_batch = servers, topic, events_per_batch
        self._caught_up = None

    def initialOffset(self):
        return {partition: low for partition, (low, _) in self._watermarks().items()}

    def getDefaultReadLimit(self):
        return ReadMaxRows(self._events_per_batch)

    def prepareForTriggerAvailableNow(self):
        self._caught_up = self.reportLatestOffset()

    def reportLatestOffset(self):
        return {partition: high for partition, (_, high) in self._watermarks().items()}

    def latestOffset(self, start, limit):
        end = self._caught_up or self.reportLatestOffset()
        waiting = {partition: offset - start.get(partition, 0) for partition, offset in end.items()}
        if min(waiting.values()) < 0:
            raise RuntimeError(_GONE)
        total = sum(waiting.values())
        if isinstance(limit, ReadAllAvailable) or total <= limit.max_rows:
            return end
        # Each partition moves by its part of what waits, at least by one, so that none stands still.
        return {
            partition: end[partition] - count + math.ceil(count * limit.max_rows / total)
            for partition, count in waiting.items()
        }

    def partitions(self, start, end):
        slices = [Slice(int(partition), start.get(partition, 0), offset) for partition, offset in end.items()]
        return [one for one in slices if one.start < one.end]

    def read(self, partition):
        with closing(_open_consumer(self._servers)) as consumer:
            consumer.assign([TopicPartition(self._topic, partition.partition, partition.start)])
            while True:
                message = consumer.poll(_TIMEOUT_S)
                if message is None:
                    raise TimeoutError(f"Kafka sent nothing for {_TIMEOUT_S} s")
                code = message.error().code() if message.error() else None
                is_at_end = code == KafkaError._PARTITION_EOF
                if code == KafkaError._AUTO_OFFSET_RESET or (is_at_end and message.offset() < partition.end):
                    raise RuntimeError(_GONE)
                if code is not None and not is_at_end:
                    raise KafkaException(message.error())
                if is_at_end or message.offset() >= partition.end:
                    return
                if message.value() is not None:
                    yield (message.value().decode("utf-8", "replace"),)
                if message.offset() == partition.end - 1:
                    return

    def _watermarks(self):
        """The first message that is there and the one that comes next, of each partition."""
        with closing(_open_consumer(self._servers)) as consumer:
            topic = consumer.list_topics(self._topic, _TIMEOUT_S).topics[self._topic]
            if topic.error is not None:
                raise KafkaException(topic.error)
            return {
                str(partition): consumer.get_watermark_offsets(TopicPartition(self._topic, partition), _TIMEOUT_S)
                for partition in topic.partitions
            }


def _open_consumer(servers):
    return Consumer(
        {
            "bootstrap.servers": servers,
            # Required, and of no effect: partitions are assigned, offsets are not committed.
            "group.id": "shardlight-spark",
            "enable.auto.commit": False,
            "enable.partition.eof": True,
            "auto.offset.reset": "error",
            # Else the end that was planned could lie behind the end that is given out.
            "isolation.level": "read_uncommitted",
        }
    )
