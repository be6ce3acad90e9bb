"""The effective policy: the intersection of all files that concern one recipient, and which file made each line of it.

1. The recipient's policy, with the templates that it extends, opens; where none of them says anything, deny is the default.
2. The agreements that it rests on, the overlays and the communities that it is under, and the templates that these extend, narrow.
3. A template that is not there, no agreement, or two audiences: nothing is released at all.

So no party's file can widen another's, and one file more never lets anything more through.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from schemas.labels.model import Pap
from schemas.markings import Tlp
from schemas.sharing.agreement import Agreement
from schemas.sharing.community import is_member
from schemas.sharing.extends import extended
from schemas.sharing.files import SharingSet
from schemas.sharing.layers import Layer, SightingRules
from schemas.sharing.meet import FIELDS, NO_AUDIENCE, Said, meet, said
from schemas.sharing.partner import Partner
from schemas.sharing.policy import Policy
from schemas.sharing.purposes import BY_NAME_ONLY
from schemas.sharing.shown import Shown
from schemas.sharing.template import Template

DEFAULT = "default"
DEFAULT_PROFILE = "standard@1"


@dataclass(frozen=True)
class Effective:
    """What one recipient may have, and what of it is shown; never wider than any file that concerns it."""

    types: frozenset[str]
    tlp_max: Tlp
    max_age_days: int | None
    min_confidence: int | None
    statements: str
    own_objects: bool
    honour_grants: bool
    purposes: frozenset[str]
    iep_accept: frozenset[str]
    pap_max: Pap
    refuse_handling: frozenset[str]
    min_source: str | None
    min_information: int | None
    topics: tuple[frozenset[str], ...]
    never_with: frozenset[str]
    audience: str
    attribution: str
    residual: str
    enrichment: bool
    merged: bool
    sightings: SightingRules
    resale: bool
    layers: tuple[Layer, ...]
    origins: Mapping[str, tuple[str, ...]] = field(compare=False)


@dataclass(frozen=True, slots=True)
class _Voice:
    """One file that concerns the recipient: what it says, its table of verbs, and the templates that it names and that are not there."""

    said: Said
    layer: Layer
    missing: tuple[str, ...] = ()


def effective(
    policy: Policy,
    partner: Partner,
    agreements: Sequence[Agreement],
    files: SharingSet,
) -> Effective:
    """The intersection for one recipient.

    agreements: those that the policy cites, that are in force and that have the recipient as a party (and the producer, if for one).
    files: where templates, overlays and communities are; those that do not concern the recipient are passed over.
    """
    own = _own(policy, files.templates)
    others = _others(partner, agreements, files)
    made: dict[str, Any] = {}
    origins: dict[str, tuple[str, ...]] = {}
    for name, rule in FIELDS.items():
        heard = _heard(name, own) or [(DEFAULT, rule.default)]
        heard += _heard(name, others)
        made[name] = meet(name, (word for _, word in heard))
        decisive = tuple(origin for origin, word in heard if word == made[name])
        origins[name] = decisive or tuple(origin for origin, _ in heard)
    for name in BY_NAME_ONLY - frozenset().union(*(word for _, word in _heard("purposes", own))):
        made["purposes"] -= {name}
    _refuse(made, origins, agreements, (*own, *others))
    return Effective(
        **{name: made[name] for name in FIELDS if "." not in name and name != "topics"},
        topics=tuple(sorted(made["topics"], key=sorted)),
        sightings=SightingRules(
            made["sightings.k"],
            tuple(sorted(item for item in made["sightings.buckets"] if item >= made["sightings.k"])),
            made["sightings.slot_hours"],
        ),
        resale=partner.resale,
        layers=tuple(dict.fromkeys(voice.layer for voice in (*own, *others) if voice.layer.profile or voice.layer.paths)),
        origins={**origins, "resale": (f"partner {partner.id}",)},
    )


def _own(policy: Policy, templates: Mapping[str, Template]) -> list[_Voice]:
    """The files that may open: the policy, and what it extends. The policy's table begins with the default profile if none names one."""
    origin = f"policy {policy.reference}"
    base = extended(policy.extends, templates)
    profile: str | None = policy.minimize.profile
    if not any(item.minimize.profile for item in base.values() if item is not None):
        profile = profile or DEFAULT_PROFILE
    layer = Layer(origin, profile, tuple(policy.minimize.paths.items()))
    return [_Voice(said(origin, policy.release, policy.minimize), layer, _missing(base)), *_voices(base)]


def _others(
    partner: Partner,
    agreements: Sequence[Agreement],
    files: SharingSet,
) -> list[_Voice]:
    """The files that only narrow, each once, in an order that does not depend on how they were given."""
    found: dict[str, _Voice] = {}

    def hear(origin: str, what: Said, shown: Shown, extends: Iterable[str] = ()) -> None:
        base = extended(extends, files.templates)
        found.setdefault(origin, _Voice(what, _layer(origin, shown), _missing(base)))
        for voice in _voices(base):
            found.setdefault(voice.said.origin, voice)

    for agreement in sorted(agreements, key=lambda item: item.reference):
        origin = f"agreement {agreement.reference}"
        more: dict[str, Any] = {"purposes": agreement.usable_purposes}
        if agreement.retention_days is not None:
            more["max_age_days"] = agreement.retention_days
        hear(origin, said(origin, agreement.limits, agreement.minimize, **more), agreement.minimize, agreement.extends)
    for _, overlay in sorted(files.overlays.items()):
        if overlay.concerns(partner):
            origin = f"overlay {overlay.reference}"
            hear(origin, said(origin, overlay.release, overlay.minimize), overlay.minimize, overlay.extends)
    for _, community in sorted(files.communities.items()):
        if is_member(partner, community):
            origin = f"community {community.reference}"
            hear(origin, said(origin, community.limits, community.minimize), community.minimize)
    return list(found.values())


def _heard(name: str, voices: Sequence[_Voice]) -> list[tuple[str, Any]]:
    return [(voice.said.origin, voice.said.words[name]) for voice in voices if name in voice.said.words]


def _refuse(made: dict[str, Any], origins: dict[str, tuple[str, ...]], agreements: Sequence[Agreement], voices: Sequence[_Voice]) -> None:
    """Where something that must be there is not, nothing is released."""
    why = [f"{voice.said.origin}: extends {name}, which is not there" for voice in voices for name in voice.missing]
    if made["audience"] == NO_AUDIENCE:
        why.append("no audience belongs to all of " + ", ".join(origins["audience"]))
    if not agreements:
        why.append("no agreement in force")
        made["purposes"] = frozenset()
        origins["purposes"] = ("no agreement in force",)
    if why:
        made["types"] = frozenset()
        origins["types"] = tuple(why)


def _missing(base: Mapping[str, Template | None]) -> tuple[str, ...]:
    return tuple(name for name, template in base.items() if template is None)


def _voices(base: Mapping[str, Template | None]) -> list[_Voice]:
    found = []
    for template in base.values():
        if template is not None:
            origin = f"template {template.reference}"
            found.append(_Voice(said(origin, template.release, template.minimize), _layer(origin, template.minimize)))
    return found


def _layer(origin: str, shown: Shown) -> Layer:
    return Layer(origin, shown.profile, tuple(shown.paths.items()))
