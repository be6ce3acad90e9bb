"""Enrich an object: what offline tables say about the values in it, beside the producer's text, never in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import orjson

from schemas.ids import CONTRIBUTING
from schemas.labels import Pap, join, label_of_id, words_in
from schemas.markings import Tlp, marking_ids
from schemas.patterns import single_comparison
from transforms.enrichers.base import Enricher


def enrich(value: Mapping[str, Any], enrichers: Sequence[Enricher]) -> bytes:
    """Findings as a JSON list, each with its provenance (source, version) and the path that it is about; b"" where there are none.

    Of what TLP:RED or PAP:RED stands on, in a marking or in words, nobody outside is asked.
    """
    asked = enrichers
    if any(enricher.asks_others for enricher in enrichers) and not may_ask_others(value):
        asked = [enricher for enricher in enrichers if not enricher.asks_others]
    findings = [
        {"source": enricher.name, "source_version": enricher.version, "path": path, **finding}
        for path, kind, text in _values(value)
        for enricher in asked
        for finding in enricher.look_up(kind, text)
    ]
    return orjson.dumps(findings) if findings else b""


def may_ask_others(value: Mapping[str, Any]) -> bool:
    """Whether the values of an object may be sent to a third party: PAP:RED and TLP:RED forbid it, and any marking not known by its id."""
    labels = [label_of_id(marking) for marking in marking_ids(value)]
    if any(label is None for label in labels):
        return False
    label = join(words_in(value), *(label for label in labels if label is not None))
    return label.tlp != Tlp.RED and label.pap != Pap.RED


def _values(value: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """(path, type, text) of each value worth looking up."""
    type_name = value["type"]
    if type_name == "indicator":
        if value["pattern_type"] == "stix" and (found := single_comparison(value["pattern"])) is not None:
            kind, _, text = found
            yield "pattern", kind, text
    elif type_name in CONTRIBUTING:
        if isinstance(value.get("value"), str):
            yield "value", type_name, value["value"]
        for name, text in (value.get("hashes") or {}).items():
            if isinstance(text, str):
                yield f"hashes.{name}", "file", text
