"""Publish: partner topics into views.

Commit order (architecture section 3): one transaction holds objects, view, audit and offset. A crash before it repeats the message, and
a repeated message changes nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from itertools import islice

from pipeline.bus.base import Bus, Range, Stored
from pipeline.hub import Hub
from pipeline.sharing_files import SharingFiles
from pipeline.store.view_work import Effects
from pipeline.store.view_writer import Delivery, ViewWriter
from pipeline.topics import LEDGER
from schemas.ids import keyed_id
from transforms.bundle import Packet, read_packet

MESSAGES_IN_TRANSACTION = 16
"""A commit writes every index page that it touched, and keys are random: 500 objects alone touch nearly as many pages as 8,000 do."""


def run_publish(
    hub: Hub, files: SharingFiles, bus: Bus, views: ViewWriter, progress: Callable[[str, int], None] = lambda _recipient, _n: None
) -> Mapping[str, Effects]:
    """Apply all that is on the partner topics now; returns recipient -> what changed for it."""
    effects: dict[str, Effects] = {}
    for recipient, policy in sorted(files.policies.items()):
        title = policy.title or f"{files.partners[recipient].name}: indicators from {hub.configuration.hub.name}"
        collection = views.ensure_collection(collection_id(hub, recipient), recipient, title)
        topic = hub.partner_topic(recipient)
        found: Effects = Counter()
        consumed = views.consumed(topic)
        begins = bus.begin_offsets(topic)
        for partition, end in sorted(bus.end_offsets(topic).items()):
            start = max(consumed.get(partition, 0), begins.get(partition, 0))
            messages = bus.read(Range(topic, partition, start, end)) if start < end else iter(())
            while group := [_open(hub, recipient, stored) for stored in islice(messages, MESSAGES_IN_TRANSACTION)]:
                found += views.apply(collection, group)
                progress(recipient, len(group))
            if start < end:
                bus.hint_commit("tearline.publish", topic, {partition: end})
        effects[recipient] = found
    return effects


def collection_id(hub: Hub, recipient: str) -> str:
    """The UUID of a recipient's collection: the same for the same keys, and nothing to guess from."""
    return keyed_id("collection", hub.keys.derive("collection", recipient), hub.audience).partition("--")[2]


def _open(hub: Hub, recipient: str, stored: Stored) -> Delivery:
    ledger = hub.keys.unseal("ledger", stored.message.headers[LEDGER], recipient.encode())
    return Delivery(stored.topic, stored.partition, stored.offset, read_packet(Packet(stored.message.value, ledger)))
