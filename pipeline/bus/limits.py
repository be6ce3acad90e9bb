"""How large a message may be: the same on every bus, so that what runs on one machine runs on Kafka too."""

from __future__ import annotations

from pipeline.bus.base import Message
from schemas.errors import OperatorError

MAX_MESSAGE_BYTES = 2 * 1024 * 1024
"""Key, value and headers together. A raw block has 512 KiB at most and a single object 1 MiB: twice that, to be sure."""

MAX_BATCH_BYTES = MAX_MESSAGE_BYTES + 64 * 1024
"""What a Kafka topic must accept: Kafka limits a batch, which frames its messages."""


def check_size(message: Message) -> None:
    """Raise OperatorError where the message is too large: no bus will take it, however often it is tried."""
    size = len(message.key) + len(message.value) + sum(len(name) + len(value) for name, value in message.headers.items())
    if size > MAX_MESSAGE_BYTES:
        text = f"a message of {size} bytes is larger than the bus takes ({MAX_MESSAGE_BYTES}): split it before it is appended"
        raise OperatorError(text)
