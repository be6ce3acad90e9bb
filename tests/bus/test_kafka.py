"""What only the Kafka bus can suffer: a broker that dies, hangs or refuses, and messages of other producers."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from importlib import util
from pathlib import Path
from typing import Any

import pytest

from pipeline.bus.base import Message, Range
from pipeline.bus.kafka import KafkaBus
from pipeline.bus.limits import MAX_BATCH_BYTES
from pipeline.dev.kafka import Broker
from pipeline.dev.kafka_settings import server_properties
from pipeline.dev.ports import HOST, free_ports
from schemas.errors import BusUnavailable, ConfigError, CredentialError, OperatorError

pytestmark = pytest.mark.kafka

BOUND = 30.0
"""No call may take longer, whatever the broker does."""


@pytest.fixture
def bus(kafka_bootstrap: str) -> Iterator[KafkaBus]:
    with closing(KafkaBus(kafka_bootstrap)) as made:
        yield made


@pytest.fixture(autouse=True)
def _no_thread_stays() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    until = time.monotonic() + 5
    while (left := set(threading.enumerate()) - before) and time.monotonic() < until:
        time.sleep(0.05)
    assert not left


def bounded_refusal(bus: KafkaBus, topic: str) -> None:
    """Every verb raises BusUnavailable, each within the bound."""
    calls: list[Callable[[], object]] = [
        lambda: bus.append(topic, [Message(b"k", b"lost")]),
        lambda: bus.end_offsets(topic),
        lambda: list(bus.read(Range(topic, 0, 0, 1))),
        lambda: bus.ensure_topic(topic, 1),
        lambda: bus.hint_commit("test-group", topic, {0: 1}),
    ]

    def timed(call: Callable[[], object]) -> float:
        start = time.monotonic()
        with pytest.raises(BusUnavailable):
            call()
        return time.monotonic() - start

    with ThreadPoolExecutor(len(calls)) as pool:  # at once, since each may use its whole time
        assert max(pool.map(timed, calls)) < BOUND


def test_a_killed_broker_is_unavailable_and_comes_back_with_all_that_it_acknowledged(own_broker: Broker) -> None:
    with closing(KafkaBus(own_broker.bootstrap)) as bus:
        bus.ensure_topic("t", 2)
        places = [place for number in range(50) for place in bus.append("t", [Message(b"key-%d" % number, b"%d" % number)])]
        own_broker.kill()
        bounded_refusal(bus, "t")
        with closing(KafkaBus(own_broker.bootstrap)) as new:
            start = time.monotonic()
            with pytest.raises(BusUnavailable):
                new.append("t", [Message(b"k", b"lost")])
            assert time.monotonic() - start < BOUND
        own_broker.start()
        ends = bus.end_offsets("t")
        found = {(s.partition, s.offset): s.message.value for p, end in ends.items() for s in bus.read(Range("t", p, 0, end))}
        for number, place in enumerate(places):
            assert found[place] == b"%d" % number
        assert bus.append("t", [Message(b"k", b"again")])


def test_a_broker_that_hangs_is_unavailable_in_bounded_time(own_broker: Broker) -> None:
    with closing(KafkaBus(own_broker.bootstrap)) as bus:
        bus.ensure_topic("t", 1)
        bus.append("t", [Message(b"k", b"v")])
        list(bus.read(Range("t", 0, 0, 1)))
        pid = own_broker.pid
        os.kill(pid, signal.SIGSTOP)
        time.sleep(0.5)  # until every thread of the broker has stopped; before that it may still answer
        try:
            bounded_refusal(bus, "t")
        finally:
            os.kill(pid, signal.SIGCONT)
        start = time.monotonic()
        while time.monotonic() - start < BOUND:
            try:
                bus.append("t", [Message(b"k", b"again")])
                break
            except BusUnavailable:
                continue
        values = [stored.message.value for stored in bus.read(Range("t", 0, 0, bus.end_offsets("t")[0]))]
        assert values[0] == b"v"
        assert values[-1] == b"again"


def test_nobody_there_is_unavailable() -> None:
    (port,) = free_ports(1)
    with closing(KafkaBus(f"{HOST}:{port}")) as bus:
        start = time.monotonic()
        with pytest.raises(BusUnavailable, match="is it running"):
            bus.end_offsets("t")
        assert time.monotonic() - start < BOUND


def test_a_wrong_password_is_a_refusal_not_an_outage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (secure,) = free_ports(1, seed=os.getpid() + 1000)
    plain = server_properties

    def with_login(data: Path, port: int, controller_port: int) -> str:
        listener = "listener.name.secure"
        return plain(data, port, controller_port) + "".join(
            f"{line}\n"
            for line in (
                f"listeners=PLAINTEXT://{HOST}:{port},CONTROLLER://{HOST}:{controller_port},SECURE://{HOST}:{secure}",
                f"advertised.listeners=PLAINTEXT://{HOST}:{port},SECURE://{HOST}:{secure}",
                "listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SECURE:SASL_PLAINTEXT",
                f"{listener}.sasl.enabled.mechanisms=PLAIN",
                f'{listener}.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required user_hub="right";',
            )
        )

    monkeypatch.setattr("pipeline.dev.kafka.server_properties", with_login)
    broker = Broker(tmp_path / "kafka")
    broker.start()
    try:
        login = {"security_protocol": "SASL_PLAINTEXT", "sasl_mechanism": "PLAIN", "sasl_plain_username": "hub"}
        with closing(KafkaBus(f"{HOST}:{secure}", {**login, "sasl_plain_password": "right"})) as bus:
            bus.ensure_topic("t", 1)
            assert bus.append("t", [Message(b"k", b"v")]) == [(0, 0)]
            assert [stored.message.value for stored in bus.read(Range("t", 0, 0, 1))] == [b"v"]
        with closing(KafkaBus(f"{HOST}:{secure}", {**login, "sasl_plain_password": "wrong"})) as bus:
            start = time.monotonic()
            for verb in (bus.end_offsets, bus.begin_offsets):
                with pytest.raises(CredentialError, match="refused") as caught:
                    verb("t")
                assert "wrong" not in str(caught.value)
            with pytest.raises(CredentialError):
                bus.append("t", [Message(b"k", b"v")])
            with pytest.raises(CredentialError):
                list(bus.read(Range("t", 0, 0, 1)))
            assert time.monotonic() - start < 10  # at once, not after a time-out of tries
        assert 4 <= broker.log.read_text().count("Failed authentication") <= 8  # a call logs in twice at most
    finally:
        broker.stop()


def test_messages_of_other_producers_are_read(bus: KafkaBus, topic: str) -> None:
    """Transactions leave markers, so offsets have gaps; keys, values and header values may be missing."""
    bus.ensure_topic(topic, 1)
    other = _producer(bus, transactional_id=f"{topic}.id")
    other.init_transactions()
    for commit in (True, False, True):
        other.begin_transaction()
        other.send(topic, value=b"v", partition=0)
        other.send(topic, key=b"k", value=None, headers=[("h", b"1")], partition=0)
        other.flush(timeout=10)
        other.commit_transaction() if commit else other.abort_transaction()
    other.close(timeout=5)
    until = time.monotonic() + BOUND
    while (end := bus.end_offsets(topic)[0]) < 9 and time.monotonic() < until:
        time.sleep(0.05)  # a broker acknowledges an end of a transaction before it writes the marker
    read = list(bus.read(Range(topic, 0, 0, end)))
    assert end == 9  # each transaction ends with a marker that no reader sees
    assert [stored.offset for stored in read] == [0, 1, 3, 4, 6, 7]
    assert [stored.message for stored in read][:2] == [Message(b"", b"v"), Message(b"k", b"", {"h": b"1"})]
    assert list(bus.read(Range(topic, 0, 2, 3))) == []  # a range of nothing but a marker comes to its end all the same


def test_a_beginning_that_was_removed_is_for_the_operator(bus: KafkaBus, topic: str) -> None:
    bus.ensure_topic(topic, 1)
    bus.append(topic, [Message(b"k", b"%d" % number) for number in range(6)])
    bus._get_admin().delete_records({_partition(topic): 4})
    assert bus.begin_offsets(topic) == {0: 4}
    with pytest.raises(OperatorError, match="kept from 4"):
        list(bus.read(Range(topic, 0, 0, 6)))
    assert [stored.offset for stored in bus.read(Range(topic, 0, 4, 6))] == [4, 5]


def test_a_topic_that_was_removed_and_made_anew_is_noticed(bus: KafkaBus, topic: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.bus.kafka.APPEND_SECONDS", 9.0)
    bus.ensure_topic(topic, 4)
    bus.append(topic, [Message(b"key-%d" % number, b"v") for number in range(20)])
    bus._get_admin().delete_topics([topic])
    until = time.monotonic() + BOUND
    while bus.end_offsets(topic) and time.monotonic() < until:
        time.sleep(0.1)
    with pytest.raises((OperatorError, BusUnavailable)):
        bus.append(topic, [Message(b"key-%d" % number, b"v") for number in range(20)])
    bus.ensure_topic(topic, 1)
    while time.monotonic() < until:
        try:
            places = bus.append(topic, [Message(b"key-%d" % number, b"v") for number in range(20)])
            break
        except BusUnavailable:
            continue
    assert {partition for partition, _ in places} == {0}


def test_a_partition_that_is_gone_is_looked_up_anew(bus: KafkaBus, topic: str) -> None:
    bus.ensure_topic(topic, 1)
    bus.append(topic, [Message(b"k", b"v")])
    bus._partitions[topic] = 1000  # as after a topic was made anew with fewer
    with pytest.raises(BusUnavailable):
        bus.append(topic, [Message(b"key-%d" % number, b"v") for number in range(20)])
    assert len(bus.append(topic, [Message(b"k", b"v")])) == 1


def test_topics_take_our_largest_message_whatever_the_cluster_says(bus: KafkaBus, topic: str) -> None:
    bus.ensure_topic(topic, 1)
    admin = bus._get_admin()
    resource = _config_resource(topic)
    assert f"'{MAX_BATCH_BYTES}'" in str(admin.describe_configs([resource]))


def test_hints_reach_the_tools_of_kafka(bus: KafkaBus, topic: str) -> None:
    bus.ensure_topic(topic, 2)
    bus.append(topic, [Message(b"key-%d" % number, b"v") for number in range(20)])
    group = f"{topic}.group"
    bus.hint_commit(group, topic, {0: 3, 1: 4})
    bus.hint_commit(group, topic, {1: 5})
    found = bus._get_admin().list_group_offsets({group: None})[group]
    assert {where.partition: at.offset for where, at in found.items()} == {0: 3, 1: 5}


def test_names_that_kafka_does_not_take_are_for_the_operator(bus: KafkaBus) -> None:
    with pytest.raises(OperatorError, match="topic's name"):
        bus.ensure_topic("no topic!", 1)


def test_without_crc32c_it_does_not_start(monkeypatch: pytest.MonkeyPatch) -> None:
    real = util.find_spec
    monkeypatch.setattr("pipeline.bus.kafka.find_spec", lambda name: None if name == "crc32c" else real(name))
    with pytest.raises(ConfigError, match="pip install"):
        KafkaBus("localhost:9092")


def _producer(bus: KafkaBus, **settings: Any) -> Any:
    from kafka import KafkaProducer

    return bus._make(KafkaProducer, settings)


def _partition(topic: str) -> Any:
    from kafka import TopicPartition

    return TopicPartition(topic, 0)


def _config_resource(topic: str) -> Any:
    from kafka.admin import ConfigResource, ConfigResourceType

    return ConfigResource(ConfigResourceType.TOPIC, topic)
