"""Publish: partner topics into views.

Commit order (architecture section 3): one transaction holds objects, view, audit and offset. A crash before it repeats the message, and
a repeated message changes nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from itertools import islice

from pipeline.bus.base import Bus, Range, Stored
from pipeline.collections import api_root_specs, collection_specs, collection_uuid
from pipeline.hub import Hub
from pipeline.sharing_files import SharingFiles
from pipeline.store.view_work import Effects
from pipeline.store.view_writer import Delivery, ViewWriter
from pipeline.topics import LEDGER
from transforms.bundle import Packet, read_packet

MESSAGES_IN_TRANSACTION = 16
"""A commit writes every index page that it touched, and keys are random: 500 objects alone touch nearly as many pages as 8,000 do."""


def run_publish(
    hub: Hub, files: SharingFiles, bus: Bus, views: ViewWriter, progress: Callable[[str, int], None] = lambda _recipient, _n: None
) -> Mapping[str, Effects]:
    """Apply all that is on the partner topics now; returns recipient -> what changed for it."""
    effects: dict[str, Effects] = {}
    collections = prepare_views(hub, files, views)
    for recipient, collection in collections.items():
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


def prepare_views(hub: Hub, files: SharingFiles, views: ViewWriter) -> dict[str, int]:
    """Make every recipient's view and the configured collections; returns recipient -> number of its view."""
    found = {}
    for recipient, policy in sorted(files.policies.items()):
        title = policy.title or f"{files.partners[recipient].name}: indicators from {hub.configuration.hub.name}"
        found[recipient] = views.ensure_collection(collection_uuid(hub.keys, hub.audience, recipient), recipient, title)
    views.configure(api_root_specs(hub.configuration), collection_specs(hub.configuration, hub.keys))
    return found


def _open(hub: Hub, recipient: str, stored: Stored) -> Delivery:
    ledger = hub.keys.unseal("ledger", stored.message.headers[LEDGER], recipient.encode())
    return Delivery(stored.topic, stored.partition, stored.offset, read_packet(Packet(stored.message.value, ledger)))
