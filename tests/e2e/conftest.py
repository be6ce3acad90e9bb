"""Fixtures of the end-to-end tests."""

from tests.support.kafka import kafka_bootstrap, own_broker

__all__ = ["kafka_bootstrap", "own_broker"]
