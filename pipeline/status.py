"""How far each stage of a hub has come."""

from __future__ import annotations

from contextlib import closing
from typing import Any

from pipeline.bus.base import Bus
from pipeline.hub import Hub
from pipeline.store.catalogue_queries import catalogue_counts, quarantine_counts
from pipeline.store.cursors import Cursors
from pipeline.store.view_queries import open_views, view_counts


def read_status(hub: Hub) -> dict[str, Any]:
    """Counts of catalogue, feeds and views, and what is still on its way between them. Reads only, apart from making empty stores."""
    hub.open_catalogue().close()
    cursors = hub.open_cursors()
    reader = hub.open_reader()
    bus = hub.open_bus()
    try:
        refused = quarantine_counts(reader)
        heads = reader.heads()
        released = dict(cursors.get("release").get("heads", ()))
        raw = {int(partition): offset for partition, offset in cursors.get("raw").items()}
        return {
            "catalogue": dict(catalogue_counts(reader)),
            "feeds": {
                feed.id: {
                    "producer": feed.producer,
                    "polled": bool(cursors.get(f"feed.{feed.id}")),
                    "quarantined": {reason: number for name, reason, number in refused if name == feed.id},
                }
                for feed in hub.configuration.feeds
            },
            "recipients": _recipients(hub, bus),
            "raw_lag": _lag(bus, hub.raw, raw),
            "pushed_lag": _pushed_lag(hub, cursors),
            "sharing_files_rejected": cursors.get("sharing").get("rejected", []),
            "release_lag": sum(head - released.get(shard, 0) for shard, head in heads.items()),
        }
    finally:
        bus.close()
        reader.close()
        cursors.close()


def _recipients(hub: Hub, bus: Bus) -> dict[str, Any]:
    if not hub.views_path.exists():
        return {}
    with open_views(hub.views_path) as views:
        found = {name: dict(item) for name, item in view_counts(views).items()}
        for name, item in found.items():
            topic = hub.partner_topic(name)
            consumed = dict(views.execute("SELECT partition, next FROM consumed WHERE topic = ?", (topic,)).fetchall())
            item["lag"] = _lag(bus, topic, consumed)
    return found


def _pushed_lag(hub: Hub, cursors: Cursors) -> int:
    """Messages of what partners POSTed that are not taken in yet."""
    if not hub.configuration.takes_pushes:
        return 0
    with closing(hub.open_pushed()) as pushed:
        return _lag(pushed, hub.pushed, {int(partition): offset for partition, offset in cursors.get("pushed").items()})


def _lag(bus: Bus, topic: str, done: dict[int, int]) -> int:
    return sum(max(0, end - done.get(partition, 0)) for partition, end in bus.end_offsets(topic).items())
