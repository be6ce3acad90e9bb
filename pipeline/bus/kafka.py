"""The bus on Apache Kafka (2.4 or newer), over kafka-python. The only file that imports it.

Three clients, each made when first needed: an admin client for topics and offsets, a producer, and a small pool of
consumers that never join a group. What a call may cost is bounded: see PATIENCE_SECONDS and APPEND_SECONDS.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from threading import RLock
from time import monotonic, sleep
from typing import Any, TypeVar

import structlog

from pipeline.bus.base import Message, Offsets, Range, Stored
from pipeline.bus.checks import check_range, closed, no_topic
from pipeline.bus.limits import MAX_BATCH_BYTES, check_size
from pipeline.bus.partition import partition_of
from pipeline.bus.security import check_bootstrap, check_client
from schemas.errors import BusUnavailable, ConfigError, CredentialError, OperatorError

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # a hundred of them: it reads its own data files in an old way
    from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition, errors
    from kafka.admin import OffsetSpec
    from kafka.structs import OffsetAndMetadata

T = TypeVar("T")

PATIENCE_SECONDS = 10.0
"""A question that fails for a passing reason (an election, a broker that restarts) is asked again for so long."""

REQUEST_SECONDS = 8.0
"""For one request, and for the first connection. With PATIENCE_SECONDS a question costs 20 s at most."""

APPEND_SECONDS = 20.0
"""For one append, from the first byte sent to the last acknowledgement."""

POLL_SECONDS = 1.0
AGAIN_SECONDS = 0.2
CLOSE_SECONDS = 5.0

BATCH_BYTES = 1024 * 1024
"""Two raw blocks travel together; larger batches were not faster."""

FETCH_BYTES = 4 * 1024 * 1024
"""What one consumer holds at a time; above MAX_BATCH_BYTES, so that one answer always holds a whole batch."""

FETCH_WAIT_MILLISECONDS = 10
"""What is asked for is there already. With the default of 500 a used consumer first waits out the fetch that it sent
ahead at the end of its last range: 0.6 s instead of 0.1 s for 5,000 messages."""

LOGIN_SECONDS = 3.0
LOGIN_TRIES = 2
"""A broker says that a password is wrong and hangs up; kafka-python mostly sees only the latter. Twice is no accident."""

REFUSED = (errors.AuthorizationError, errors.SaslAuthenticationFailedError)
TOO_LARGE = (errors.MessageSizeTooLargeError, errors.RecordListTooLargeError)
MISTAKES = (errors.InvalidTopicError, errors.InvalidPartitionsError, errors.InvalidReplicationFactorError, errors.PolicyViolationError)
PASSING = (errors.KafkaError, ValueError, RuntimeError)
"""kafka-python says ValueError for a partition that is gone, RuntimeError without a controller and on a closed connection."""

logging.getLogger("kafka").setLevel(logging.WARNING)  # below that kafka-python logs keys, values and passwords
_log = structlog.get_logger(__name__)


class KafkaBus:
    """A handle onto a cluster. Cheap to make: nothing is connected before the first call. Threads may share it.

    `client` is what kafka-python needs for a secured cluster: security_protocol, sasl_*, ssl_*.
    """

    def __init__(self, bootstrap: str, client: Mapping[str, object] | None = None) -> None:
        """`bootstrap` is host:port, several by commas. Raises ConfigError for wrong settings or without crc32c."""
        if find_spec("crc32c") is None:
            message = 'the Kafka bus needs the package crc32c, without it it is ten times slower: pip install "kafka-python[crc32c]"'
            raise ConfigError(message)
        client = client or {}
        check_client(client)
        self._bootstrap = bootstrap
        self._common = {
            **client,
            "bootstrap_servers": check_bootstrap(bootstrap),
            "client_id": "tearline",
            "request_timeout_ms": int(REQUEST_SECONDS * 1000),
            "bootstrap_timeout_ms": int(REQUEST_SECONDS * 1000),
            "reconnect_backoff_max_ms": 1000,  # a broker that is back is noticed within a second
            "retry_backoff_ms": 20,  # a new consumer waits two of these for its metadata: 0.13 s instead of 0.22 s
        }
        self._lock = RLock()
        self._open = True
        self._admin: Any = None
        self._producer: Any = None
        self._idle: list[Any] = []
        self._partitions: dict[str, int] = {}

    def ensure_topic(self, topic: str, partitions: int) -> None:
        if self._count(topic):
            return
        # Replicas are the cluster's own default. The limit on batches is ours, whatever the cluster's is.
        wanted = {topic: {"num_partitions": partitions, "configs": {"max.message.bytes": str(MAX_BATCH_BYTES)}}}

        def make(admin: Any) -> None:
            with suppress(errors.TopicAlreadyExistsError):  # another hub was faster
                admin.create_topics(wanted, timeout_ms=int(REQUEST_SECONDS * 1000))
            admin.wait_for_topics([topic], timeout_ms=int(REQUEST_SECONDS * 1000))

        self._ask("make a topic", make)

    def append(self, topic: str, messages: Sequence[Message]) -> list[tuple[int, int]]:
        for message in messages:
            check_size(message)
        count = self._partitions.get(topic) or self._count(topic)
        if not count:
            raise no_topic(topic)
        self._partitions[topic] = count
        try:
            with self._mapped("take messages"):
                producer = self._get_producer()
                until = monotonic() + APPEND_SECONDS
                sent = [
                    producer.send(topic, m.value, key=m.key, headers=list(m.headers.items()), partition=partition_of(m.key, count))
                    for m in messages
                ]
                placed = [one.get(timeout=max(0.0, until - monotonic())) for one in sent]
        except BaseException:
            # Nothing of this call may be sent later, between what is appended next; and the topic may be another one now.
            self._partitions.pop(topic, None)
            self._discard_producer()
            raise
        return [(one.partition, one.offset) for one in placed]

    def read(self, what: Range) -> Iterator[Stored]:
        if what.start >= what.end:
            return
        where = TopicPartition(what.topic, what.partition)
        with self._consumer() as consumer:
            with self._mapped("give messages"):
                consumer.assign([where])
                consumer.seek(where, what.start)
            until = monotonic() + PATIENCE_SECONDS
            # Offsets are not dense (transactions, compaction): the position tells when the range is done, never a count.
            while (position := self._position(consumer, where)) < what.end:
                records = self._poll(consumer, where)
                for record in records:
                    if record.offset >= what.end:
                        return
                    yield _stored(record)
                if records or self._position(consumer, where) > position:
                    until = monotonic() + PATIENCE_SECONDS
                    continue
                check_range(what, self._offset(where, OffsetSpec.EARLIEST), self._offset(where, OffsetSpec.LATEST))
                if monotonic() > until:
                    message = f"Kafka at {self._bootstrap} gave nothing of {what.topic}, partition {what.partition}: is it overloaded?"
                    raise BusUnavailable(message)

    def begin_offsets(self, topic: str) -> Offsets:
        return self._offsets(topic, OffsetSpec.EARLIEST)

    def end_offsets(self, topic: str) -> Offsets:
        return self._offsets(topic, OffsetSpec.LATEST)

    def hint_commit(self, group: str, topic: str, offsets: Offsets) -> None:
        """Set the group's offsets from outside: nobody joins it. Kafka refuses while a tool is a member: then the hint is dropped."""
        wanted = {TopicPartition(topic, partition): OffsetAndMetadata(offset, "", None) for partition, offset in offsets.items()}
        outcome = self._ask("take a hint", lambda admin: admin.alter_group_offsets(group, wanted))
        refused = {error.__name__ for error in outcome.values() if error is not errors.NoError}
        if refused:
            _log.info("bus.hint_refused", group=group, topic=topic, errors=sorted(refused))
            self._discard_admin()  # it remembers the group's coordinator, which may have moved

    def identity(self) -> str:
        return str(self._ask("say which cluster it is", lambda admin: admin.describe_cluster())["cluster_id"])

    def close(self) -> None:
        with self._lock:
            self._open = False
            self._discard_admin()
            self._discard_producer()
            while self._idle:
                self._idle.pop().close(autocommit=False, timeout_ms=int(CLOSE_SECONDS * 1000))

    def _offsets(self, topic: str, spec: OffsetSpec) -> Offsets:
        wanted = {TopicPartition(topic, number): spec for number in range(self._count(topic))}
        if not wanted:
            return {}
        found = self._ask("give offsets", lambda admin: admin.list_partition_offsets(wanted))
        return {where.partition: found[where].offset for where in wanted}

    def _offset(self, where: TopicPartition, spec: OffsetSpec) -> int:
        return self._offsets(where.topic, spec).get(where.partition, 0)

    def _count(self, topic: str) -> int:
        """The topic's number of partitions, as the cluster has it now; 0 where there is no such topic."""

        def look(admin: Any) -> int:
            (found,) = admin.describe_topics([topic])
            error = errors.for_code(found["error_code"])
            if error is errors.UnknownTopicOrPartitionError:
                return 0
            if error is not errors.NoError:
                raise error
            return len(found["partitions"])

        return self._ask("describe a topic", look)

    def _ask(self, doing: str, question: Callable[[Any], T]) -> T:
        with self._mapped(doing):
            until = monotonic() + PATIENCE_SECONDS
            while True:
                admin = self._get_admin()
                try:
                    return question(admin)
                except errors.RetriableError:
                    if monotonic() > until:
                        raise
                sleep(AGAIN_SECONDS)

    def _poll(self, consumer: Any, where: TopicPartition) -> list[Any]:
        self._check_open()
        with self._mapped("give messages"):
            try:
                found = consumer.poll(timeout_ms=int(POLL_SECONDS * 1000))
            except errors.OffsetOutOfRangeError:
                return []  # check_range says which end is missing
            return list(found.get(where, ()))

    def _position(self, consumer: Any, where: TopicPartition) -> int:
        with self._mapped("give messages"):
            return int(consumer.position(where, timeout_ms=int(REQUEST_SECONDS * 1000)))

    def _get_admin(self) -> Any:
        with self._lock:
            self._check_open()
            if self._admin is None:
                self._admin = self._make(KafkaAdminClient, {})
            return self._admin

    def _get_producer(self) -> Any:
        with self._lock:
            self._check_open()
            if self._producer is None:
                settings = {
                    "acks": "all",
                    "enable_idempotence": True,
                    "batch_size": BATCH_BYTES,
                    "max_request_size": MAX_BATCH_BYTES,
                    "max_block_ms": int(REQUEST_SECONDS * 1000),
                    "delivery_timeout_ms": int(APPEND_SECONDS * 1000),
                    "allow_auto_create_topics": False,
                    "metrics_enabled": False,
                }
                self._producer = self._make(KafkaProducer, settings)
            return self._producer

    @contextmanager
    def _consumer(self) -> Iterator[Any]:
        """A consumer for one range at a time: a used one where one is idle, since a new one costs 0.13 s."""
        with self._lock:
            self._check_open()
            consumer = self._idle.pop() if self._idle else None
        if consumer is None:
            settings = {
                "enable_auto_commit": False,
                "auto_offset_reset": "none",
                "max_partition_fetch_bytes": FETCH_BYTES,
                "fetch_max_wait_ms": FETCH_WAIT_MILLISECONDS,
                "allow_auto_create_topics": False,
                "metrics_enabled": False,
            }
            with self._mapped("give messages"):
                consumer = self._make(KafkaConsumer, settings)
        reusable = False
        try:
            yield consumer
            reusable = True
        except GeneratorExit:  # the reader had enough
            reusable = True
            raise
        finally:
            with self._lock:
                if reusable and self._open:
                    consumer.unsubscribe()
                    self._idle.append(consumer)
                else:
                    consumer.close(autocommit=False, timeout_ms=int(CLOSE_SECONDS * 1000))

    def _make(self, kind: Any, settings: Mapping[str, object]) -> Any:
        """Make a client of kafka-python. Where that fails it leaves its network thread running: so that is closed here."""
        made: list[Any] = []

        def network(**config: Any) -> Any:
            made.append(KafkaAdminClient.DEFAULT_CONFIG["kafka_client"](**config))
            if str(config["security_protocol"]).startswith("SASL"):
                _log_in(made[0]._manager)
            return made[0]

        try:
            return kind(**self._common, **settings, kafka_client=network)
        except BaseException:
            for network_client in made:
                network_client.close()
            raise

    def _discard_admin(self) -> None:
        with self._lock:
            admin, self._admin = self._admin, None
        if admin is not None:
            admin.close()

    def _discard_producer(self) -> None:
        with self._lock:
            producer, self._producer = self._producer, None
        if producer is None:
            return
        try:
            producer.close(timeout=0)
        except errors.KafkaError:
            # Its close() gives up before it ends its thread when something is still under way.
            producer._sender.force_close()
        producer._sender.join(CLOSE_SECONDS)

    def _check_open(self) -> None:
        if not self._open:
            raise closed()

    @contextmanager
    def _mapped(self, doing: str) -> Iterator[None]:
        """Kafka's errors in the bus's words. Its texts are left out: some quote requests."""
        try:
            yield
        except REFUSED as error:
            message = f"Kafka at {self._bootstrap} refused to {doing} ({type(error).__name__}): look at bus.client and its rights"
            raise CredentialError(message) from error
        except TOO_LARGE as error:
            message = f"Kafka at {self._bootstrap} takes only smaller messages: set max.message.bytes of the topic to {MAX_BATCH_BYTES}"
            raise OperatorError(message) from error
        except MISTAKES as error:
            message = f"Kafka at {self._bootstrap} cannot {doing} ({type(error).__name__}): look at the topic's name and the settings"
            raise OperatorError(message) from error
        except PASSING as error:
            message = f"Kafka at {self._bootstrap} did not {doing} ({type(error).__name__}): is it running, and reachable from here?"
            raise BusUnavailable(message) from error


def _log_in(manager: Any) -> None:
    """Raise SaslAuthenticationFailedError where the first broker that answers refuses the login.

    Left alone, kafka-python would send a wrong password a dozen times and then call it a time-out.
    """

    async def is_refused(node: str) -> bool | None:
        manager.broker_version_data = None  # set again by the broker's first answer, which comes before the login
        connection = manager.get_connection(node, timeout_ms=int(LOGIN_SECONDS * 1000))
        try:
            await connection
        except errors.SaslAuthenticationFailedError:
            raise
        except errors.KafkaError:
            return None if connection.broker_version_data is None else True
        return False

    for broker in manager.cluster.bootstrap_brokers():
        outcome = None
        for _ in range(LOGIN_TRIES):
            outcome = manager.run(is_refused, broker.node_id)
            if not outcome:
                break
        if outcome is None:
            continue  # not there, or not now: the bootstrap that follows tries all of them, with its own time-out
        if outcome:
            raise errors.SaslAuthenticationFailedError
        return


def _stored(record: Any) -> Stored:
    """Other producers may leave out key, value or a header's value: then it is empty here."""
    headers = {name: value or b"" for name, value in record.headers}
    return Stored(record.topic, record.partition, record.offset, Message(record.key or b"", record.value or b"", headers))
