"""Brokers for the tests of the development services."""

from __future__ import annotations

from tests.support.kafka import own_broker

__all__ = ["own_broker"]
