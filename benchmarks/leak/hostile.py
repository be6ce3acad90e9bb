"""Row 38: objects that are refused, with canaries where an error message, a counter or a log line could repeat them."""

from __future__ import annotations

import json
from collections.abc import Iterator

from benchmarks.leak.plant import PIPELINE, Plant, Stix
from benchmarks.leak.values import uuid4


def _id(plant: Plant, kind: str = "indicator") -> str:
    return f"{kind}--{uuid4(plant.ledger.random)}"


def refused(plant: Plant) -> Iterator[Stix | bytes]:
    """Objects as dictionaries, and texts that are no JSON."""
    good = plant.indicator()

    def here() -> str:
        return plant.hidden("refused", "account", place=PIPELINE)

    yield {**good, "id": here()}
    yield {**good, "id": f"indicator--{here()}"}
    yield {**good, "id": _id(plant), "type": plant.value("refused", "account", place=PIPELINE)}
    yield {**good, "id": _id(plant), "confidence": here()}
    yield {**good, "id": _id(plant), "modified": here()}
    yield {**good, "id": _id(plant), "pattern": f"[user-account:user_id = '{plant.value('refused', 'account', place=PIPELINE)}"}
    yield {**good, "id": _id(plant), "pattern": f"[{plant.value('refused', 'account', place=PIPELINE)} = 1 OR]"}
    yield {
        **good,
        "id": _id(plant),
        "granular_markings": [{"lang": "de", "selectors": [plant.value("refused", "account", place=PIPELINE)]}],
    }
    yield {**good, "id": _id(plant), "extensions": {here(): here()}}
    yield {**good, "id": _id(plant), "created_by_ref": here()}
    yield {**good, "id": _id(plant), "x " + here(): 1}
    yield {**good, "id": _id(plant), "labels": [], "name": here()}
    yield {**good, "id": _id(plant), "spec_version": here()}
    yield {
        "type": "email-addr",
        "spec_version": "2.1",
        "id": _id(plant, "email-addr"),
        "value": plant.value("refused", "account", place=PIPELINE),
    }
    yield json.dumps({**good, "id": _id(plant), "name": here()})[:-1].encode() + b',"confidence":1e400}'
    twice = json.dumps(here())
    yield json.dumps({**good, "id": _id(plant)})[:-1].encode() + f',"x_twice":{twice},"x_twice":{twice}}}'.encode()
    yield json.dumps([here()]).encode()
    yield json.dumps({**good, "id": _id(plant), "x_deep": here()})[:-1].encode() + b',"x_more":' + b"[" * 80 + b"]" * 80 + b"}"
