"""The two files that a single-node broker reads: its properties and its log layout."""

from __future__ import annotations

from pathlib import Path

from pipeline.bus.limits import MAX_BATCH_BYTES
from pipeline.dev.ports import HOST

LOG4J = """status=error
appender.console.type=Console
appender.console.name=console
appender.console.layout.type=PatternLayout
appender.console.layout.pattern=%d{ISO8601} %p %c{1}: %m%n
rootLogger.level=info
rootLogger.appenderRef.console.ref=console
"""
"""Without a file log4j shows errors alone, and the line that says that the broker is ready would be missing."""


def server_properties(data: Path, port: int, controller_port: int) -> str:
    """Return the text of server.properties: broker and controller in one process, on the loopback interface alone."""
    settings = {
        "process.roles": "broker,controller",
        "node.id": 1,
        "listeners": f"PLAINTEXT://{HOST}:{port},CONTROLLER://{HOST}:{controller_port}",
        "advertised.listeners": f"PLAINTEXT://{HOST}:{port}",
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "controller.listener.names": "CONTROLLER",
        "controller.quorum.bootstrap.servers": f"{HOST}:{controller_port}",
        "log.dirs": data,
        "auto.create.topics.enable": "false",  # a topic with the wrong number of partitions is worse than none
        "message.max.bytes": MAX_BATCH_BYTES,
        # A broker that was killed must first be given up before it may register again: not 9 s, since tests wait for it.
        "broker.session.timeout.ms": 4000,
        "broker.heartbeat.interval.ms": 1000,
        # One node: every internal topic has one replica, and few partitions, since each costs files and start time.
        "offsets.topic.replication.factor": 1,
        "offsets.topic.num.partitions": 1,
        "transaction.state.log.replication.factor": 1,
        "transaction.state.log.min.isr": 1,
        "transaction.state.log.num.partitions": 1,
        "share.coordinator.state.topic.replication.factor": 1,
        "share.coordinator.state.topic.min.isr": 1,
        "share.coordinator.state.topic.num.partitions": 1,
        "group.initial.rebalance.delay.ms": 0,
    }
    return "".join(f"{name}={value}\n" for name, value in settings.items())
