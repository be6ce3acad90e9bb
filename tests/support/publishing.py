"""A small hub's catalogue into its views, without bus and Beam: for tests of what stands in a view."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from pipeline.hub import open_hub
from pipeline.publish import prepare_views
from pipeline.store.view_work import Effects
from pipeline.store.view_writer import Delivery, ViewWriter
from tests.support.hubs import write_yaml
from tests.support.objects import Stix, taken
from transforms.bundle import bundle, read_packet
from transforms.release import release, state_block

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)


def take(folder: Path, arrivals: Iterable[tuple[Stix, str]]) -> None:
    """(object, producer) each into a hub's catalogue."""
    with closing(open_hub(folder).open_catalogue()) as catalogue:
        taken(catalogue, list(arrivals))


def publish(folder: Path, now: datetime = NOW) -> dict[str, Effects]:
    """Decide everything for everybody, and apply it; recipient -> what changed. For hubs that fit into one block."""
    hub = open_hub(folder)
    files = hub.read_sharing_files()
    found: dict[str, Effects] = {}
    with closing(hub.open_reader()) as reader, closing(ViewWriter(hub.views_path, lambda: now)) as views:
        collections = prepare_views(hub, files, views)
        block = reader.block([no for (no,) in reader.connection.execute("SELECT no FROM entity ORDER BY no")])
        for name, terms in hub.terms(files, now).items():
            statements = state_block(release(block, terms, reader.owners))
            topic = hub.partner_topic(name)
            offset = views.consumed(topic).get(0, 0)
            effects: Effects = Counter()
            for number, packet in enumerate(bundle(statements, terms, "test")):
                effects += views.apply(collections[name], [Delivery(topic, 0, offset + number, read_packet(packet))])
            found[name] = effects
    return found


def amend(folder: Path, kind: str, name: str, **parts: Any) -> None:
    """Change parts of a sharing file; a version is to be raised by whoever changes what it says."""
    path = folder / kind / f"{name}.yaml"
    write_yaml(path, {**yaml.safe_load(path.read_text()), **parts})
