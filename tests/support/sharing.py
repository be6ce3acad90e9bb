"""Builders of sharing files, whole sets of them, and random ones."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from hypothesis import strategies as st

from schemas.sharing import PURPOSES, Agreement, Community, Limits, Overlay, Partner, Policy, SharingSet, Shown, Template

TAKER = Partner(id="taker", name="Taker", kind="ngo", jurisdiction=("NOR",), communities=("forum",))
TYPES = ("indicator", "malware", "report", "identity")
PATHS = ("indicator.description", "*.labels", "identity.name")


def agreement(name: str = "agr", **more: Any) -> Agreement:
    base = {
        "id": name,
        "version": "1.0.0",
        "parties": ["maker", "taker"],
        "legal_basis": ["gdpr-6-1-f"],
        "purposes": ["network_defence"],
        "valid_from": "2026-01-01",
        "valid_until": "2027-01-01",
    }
    return Agreement.model_validate({**base, **more})


def policy(**more: Any) -> Policy:
    return Policy.model_validate({"recipient": "taker", "version": "1.0.0", "agreements": ["agr@1.0.0"], **more})


def template(name: str, **more: Any) -> Template:
    return Template.model_validate({"id": name, "version": "1.0.0", **more})


def overlay(name: str = "law", **more: Any) -> Overlay:
    return Overlay.model_validate({"id": name, "version": "1.0.0", "jurisdictions": ["NOR"], **more})


def community(name: str = "forum", **more: Any) -> Community:
    return Community.model_validate({"id": name, "version": "1.0.0", "members": ["taker"], **more})


def sharing_set(*items: Any) -> SharingSet:
    """A set that holds these files, and the recipient."""
    return SharingSet(
        partners={TAKER.id: TAKER, **{item.id: item for item in items if isinstance(item, Partner)}},
        agreements={item.reference: item for item in items if isinstance(item, Agreement)},
        policies={item.recipient: item for item in items if isinstance(item, Policy)},
        templates={item.reference: item for item in items if isinstance(item, Template)},
        overlays={item.id: item for item in items if isinstance(item, Overlay)},
        communities={item.id: item for item in items if isinstance(item, Community)},
    )


def some(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Said or not said."""
    return st.one_of(st.none(), strategy)


def _subset(words: Any, least: int = 0) -> st.SearchStrategy[Any]:
    return st.lists(st.sampled_from(sorted(words)), min_size=least, max_size=3, unique=True)


def _said(model: Any, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Models in which each setting stands or does not."""
    return st.fixed_dictionaries({}, optional=fields).map(model.model_validate)


limits = _said(
    Limits,
    types=_subset(TYPES),
    tlp_max=st.sampled_from(["clear", "green", "amber", "amber+strict", "red"]),
    max_age_days=some(st.integers(1, 9)),
    min_confidence=some(st.integers(0, 100)),
    statements=st.sampled_from(["withhold", "pass"]),
    own_objects=st.booleans(),
    honour_grants=st.booleans(),
    purposes=_subset(PURPOSES),
    iep_accept=_subset(["none", "internally-visible-actions"]),
    pap_max=st.sampled_from(["clear", "green", "amber", "red"]),
    refuse_handling=_subset(["H0", "H1", "H2", "H3"]),
    min_source=st.sampled_from("ABCDEF"),
    min_information=st.integers(1, 6),
    topics=_subset(["a", "b", "c"], 1),
    never_with=_subset(["maker", "other"]),
    audience=st.sampled_from(["production", "exercise:storm"]),
)

shown = _said(
    Shown,
    profile=st.sampled_from(["standard@1", "trusted@1", "verbatim@1"]),
    paths=st.dictionaries(st.sampled_from(PATHS), st.sampled_from(["keep", "drop", "generalize(ip:24)"]), max_size=2),
    enrichment=st.sampled_from(["keep", "drop"]),
    attribution=st.sampled_from(["named", "anonymous"]),
    residual=st.sampled_from(["hold", "withhold"]),
    merged=st.sampled_from(["keep", "drop"]),
    sightings=st.fixed_dictionaries(
        {}, optional={"k": st.integers(2, 9), "buckets": _subset([5, 10, 25, 50], 1), "slot_hours": st.integers(1, 48)}
    ),
)


Files = dict[str, Any]
"""folder/name -> content of a YAML file."""

SOUND: Files = {
    "partners/maker": {"id": "maker", "name": "Maker", "kind": "csirt", "jurisdiction": ["NOR"], "communities": ["forum"]},
    "partners/other": {"id": "other", "name": "Other", "kind": "ngo", "jurisdiction": ["NOR"], "communities": ["forum"]},
    "partners/taker": {"id": "taker", "name": "Taker", "kind": "le", "jurisdiction": ["NOR"], "communities": ["forum"]},
    "communities/forum": {"id": "forum", "version": "1.0.0", "members": ["maker", "other", "taker"]},
    "agreements/agr": {
        "id": "agr",
        "version": "1.0.0",
        "parties": ["maker", "other", "taker"],
        "legal_basis": ["gdpr-6-1-f"],
        "purposes": ["network_defence", "evidence"],
        "assurances": ["no-death-penalty"],
        "legal_assistance": "request 17",
        "valid_from": "2026-01-01",
        "valid_until": "2027-01-01",
        "retention_days": 180,
        "transfer_ground": "adequacy",
        "grants": [{"producer": "maker", "recipient": "taker", "tlp_max": "amber"}],
        "unmarked": [{"producer": "maker", "tlp": "green"}],
    },
    "templates/base": {"id": "base", "version": "1.0.0", "release": {"types": ["indicator", "malware"]}},
    "overlays/law": {
        "id": "law",
        "version": "1.0.0",
        "jurisdictions": ["NOR"],
        "minimize": {"paths": {"ipv4-addr.value": "generalize(ip:24)"}},
    },
    "policies/taker": {
        "recipient": "taker",
        "version": "1.0.0",
        "extends": ["base@1.0.0"],
        "agreements": ["agr@1.0.0"],
        "release": {"tlp_max": "amber"},
        "minimize": {"paths": {"indicator.x_ticket": "keep"}},
    },
}
"""A set in which no rule of the linter finds anything."""


def write_set(folder: Path, files: Files) -> Path:
    """The files as YAML; a content that is None leaves the file out, a text stands as it is."""
    for name, content in files.items():
        path = folder / f"{name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        if content is not None:
            path.write_text(content if isinstance(content, str) else yaml.safe_dump(content, sort_keys=False))
    return folder


def changed(name: str, **more: Any) -> Files:
    """The sound set with other settings in one file; ones that are None are taken out."""
    content = {key: item for key, item in {**SOUND[name], **more}.items() if item is not None}
    return {**SOUND, name: content}
