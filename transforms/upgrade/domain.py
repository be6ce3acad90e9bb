"""Domain objects, relationships and meta objects: what STIX 2.1 says in other properties than STIX 2.0."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from schemas.markings import tlp_in_text
from schemas.stix.vocabularies import INDICATOR_TYPE, MALWARE_TYPE, REPORT_TYPE, THREAT_ACTOR_TYPE, TOOL_TYPE
from transforms.upgrade.draft import Draft
from transforms.upgrade.hashes import name_hashes
from transforms.upgrade.patterns import upgraded_pattern


def _is_role(label: str) -> bool:
    """STIX 2.0 had no vocabulary for the roles of an identity: every label was one. A label that restricts sharing stays where the hub
    looks for it."""
    return tlp_in_text({"labels": [label]}) is None


LABELS: Mapping[str, tuple[str, Callable[[str], bool]]] = {
    "identity": ("roles", _is_role),
    "indicator": ("indicator_types", INDICATOR_TYPE.__contains__),
    "malware": ("malware_types", MALWARE_TYPE.__contains__),
    "report": ("report_types", REPORT_TYPE.__contains__),
    "threat-actor": ("threat_actor_types", THREAT_ACTOR_TYPE.__contains__),
    "tool": ("tool_types", TOOL_TYPE.__contains__),
}
"""Type -> the property that took the place of `labels`, and which labels belong there. The other ones stay labels."""

RENAMED_SECTORS = {"defence": "defense"}
"""§10.11: the one value of a vocabulary that STIX 2.1 spells in another way."""


def upgrade_domain(draft: Draft) -> None:
    """Upgrade the properties of an object that is no observable; containers of observables are another matter."""
    type_name = draft.original["type"]
    if type_name in LABELS:
        _move_labels(draft, *LABELS[type_name])
    if type_name == "identity":
        _rename_sectors(draft)
    elif type_name == "indicator":
        _upgrade_pattern(draft)
    elif type_name == "malware":
        _say_whether_family(draft)
    name_hashes(draft, ("external_references", "*", "hashes"))


def _move_labels(draft: Draft, target: str, belongs: Callable[[str], bool]) -> None:
    labels = draft.value.get("labels")
    if target in draft.value or not isinstance(labels, list):
        return
    moved: list[Any] = []
    kept: list[Any] = []
    for index, label in enumerate(labels):
        name, among = (target, moved) if isinstance(label, str) and belongs(label) else ("labels", kept)
        if moved or name == target:
            draft.moves.append((("labels", f"[{index}]"), (name, f"[{len(among)}]")))
        among.append(label)
    if not moved:
        return
    draft.note("move", "labels")
    draft.value[target] = moved
    if kept:
        draft.value["labels"] = kept
    else:
        del draft.value["labels"]
        draft.moves.append((("labels",), None))


def _rename_sectors(draft: Draft) -> None:
    sectors = draft.value.get("sectors")
    if isinstance(sectors, list):
        renamed = [RENAMED_SECTORS.get(sector, sector) if isinstance(sector, str) else sector for sector in sectors]
        if renamed != sectors:
            draft.value["sectors"] = renamed
            draft.note("replace", "sectors")


def _upgrade_pattern(draft: Draft) -> None:
    """§4.7: the type of a pattern is required; the version of a STIX pattern is that of its object unless it says otherwise."""
    value = draft.value
    if "pattern_type" not in value:
        value["pattern_type"] = "stix"
        draft.note("add", "pattern_type")
    if value["pattern_type"] != "stix" or value.get("pattern_version", "2.0") != "2.0":
        return
    if "pattern_version" in value:
        value["pattern_version"] = "2.1"
        draft.note("replace", "pattern_version")
    pattern = value.get("pattern")
    if isinstance(pattern, str):
        value["pattern"] = upgraded_pattern(pattern)
        if value["pattern"] != pattern:
            draft.note("rewrite", "pattern")


def _say_whether_family(draft: Draft) -> None:
    """§4.11 requires `is_family`. STIX 2.0 describes a sample, unless a custom property says that it is a family."""
    if "is_family" not in draft.value:
        hints = [item for name, item in draft.value.items() if name.startswith("x_") and name.endswith("_is_family")]
        draft.value["is_family"] = any(hint is True for hint in hints)
        draft.note("add", "is_family")
