"""Random sharing files: a policy that opens much, and all that may narrow it; and ways in which one more file, or less, narrows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from hypothesis import strategies as st

from schemas.markings import Tlp
from schemas.sharing import Overlay, Partner, SharingSet, Template
from schemas.sharing.grants import Standing
from tests.properties.marked_worlds import PRODUCERS
from tests.support.objects import ALL_TYPES, HUB, SLOT, agreement, indicator, malware, partner, policy
from tests.unit.transforms.cases_sight import grant, grants
from transforms.pseudonym import Pseudonyms
from transforms.terms import Secrets, Terms, make_terms

Stated = Mapping[str, Any]
"""What one file says in its limits, or in what it shows."""

TYPES = (*ALL_TYPES, "email-addr", "email-message")
IEP = ["none", "contact-for-instruction", "internally-visible-actions", "externally-visible-indirect-actions"]
OPEN: Stated = {
    "types": TYPES,
    "tlp_max": "red",
    "statements": "pass",
    "pap_max": "red",
    "iep_accept": [*IEP, "externally-visible-direct-actions"],
    "refuse_handling": [],
    "honour_grants": True,
}
LIMITS: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {},
    optional={
        "types": st.sampled_from(["malware", "identity", "sighting", "user-account", "report"]).map(
            lambda gone: tuple(name for name in TYPES if name != gone)
        ),
        "tlp_max": st.sampled_from(["clear", "green", "amber", "red"]),
        "statements": st.just("withhold"),
        "pap_max": st.sampled_from(["clear", "green"]),
        "iep_accept": st.just(["none"]),
        "refuse_handling": st.sampled_from([["H0"], ["H2", "H3"]]),
        "honour_grants": st.just(False),
        "max_age_days": st.sampled_from([10, 4000]),
        "min_confidence": st.sampled_from([0, 50]),
        "never_with": st.just(["other"]),
        "topics": st.just(["sector:energy"]),
        "purposes": st.sampled_from([["network_defence", "evidence"], ["evidence"]]),
        "min_source": st.just("C"),
        "min_information": st.just(3),
    },
)
SAYS_LITTLE = st.one_of(st.just({}), st.just({}), LIMITS.map(lambda found: dict(list(found.items())[:1])))
PATHS: st.SearchStrategy[dict[str, str]] = st.dictionaries(
    st.sampled_from(["*.description", "*.created_by_ref", "*.external_references", "file.name", "malware.aliases", "indicator.name"]),
    st.sampled_from(["drop", "withhold_object"]),
    max_size=1,
)
SHOWN: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {},
    optional={
        "profile": st.sampled_from(["verbatim@1", "trusted@1", "standard@1"]),
        "attribution": st.just("anonymous"),
        "residual": st.sampled_from(["hold", "withhold"]),
        "paths": PATHS,
        "sightings": st.sampled_from([{"k": 2}, {"k": 3}, {"k": 2, "slot_hours": 48}]),
    },
)


@dataclass(frozen=True)
class Files:
    """All that is agreed, as the files say it."""

    release: Stated
    minimize: Stated
    agreements: tuple[Stated, ...]
    template: tuple[Stated, Stated] | None
    overlays: tuple[tuple[Stated, Stated], ...]
    communities: frozenset[str]
    unmarked: str
    signed: tuple[Standing, ...]
    suspended: bool = False

    def terms(self, recipient: str = "taker") -> Terms:
        """The terms that they are."""
        names = (recipient, *PRODUCERS)
        people = {name: self._partner(name, recipient) for name in names}
        rules = policy(
            recipient,
            release=self.release,
            minimize=self.minimize,
            extends=["base@1.0.0"] if self.template else [],
            agreements=[f"agr-{number}@1.0.0" for number in range(len(self.agreements))],
        )
        covering = [agreement(*names, name=f"agr-{number}", **_of(said, recipient)) for number, said in enumerate(self.agreements)]
        base = {}
        if self.template:
            made = Template.model_validate({"id": "base", "version": "1.0.0", "release": self.template[0], "minimize": self.template[1]})
            base = {made.reference: made}
        laws = [
            Overlay.model_validate({"id": f"law-{n}", "version": "1.0.0", "members": [recipient], "release": release, "minimize": shown})
            for n, (release, shown) in enumerate(self.overlays)
        ]
        files = SharingSet(people, {item.reference: item for item in covering}, {recipient: rules}, base, {law.id: law for law in laws})
        unmarked = {f"{name}-feed": Tlp[self.unmarked.upper()] for name in PRODUCERS}
        key = recipient.encode()
        secrets = Secrets(b"id key of " + key, b"handle key of " + key, Pseudonyms(key.rjust(32, b"-")))
        return make_terms(
            *(people[recipient], rules, files, unmarked, SLOT, HUB, secrets),
            grants=grants(*self.signed).in_force(SLOT).for_recipient(recipient),
            encrypted=True,
            suspended=self.suspended,
        )

    def _partner(self, name: str, recipient: str) -> Partner:
        shared = ["c"] if name == recipient or name in self.communities else []
        return partner(name, *shared, jurisdiction=["XXA"], name=f"{name.title()} Desk")


def _of(said: Stated, recipient: str) -> dict[str, Any]:
    """What an agreement says, for whoever the recipient is."""
    grants = [{"producer": name, "recipient": recipient, "tlp_max": "amber"} for name in said["grants"]]
    return {**said, "grants": grants, "clients": [{"of": name, "client": recipient} for name in said["clients"]]}


NAMED = [indicator(f"i{number}")["id"] for number in range(2)] + [malware("m0")["id"]]
SIGNED = st.lists(
    st.sampled_from(
        [
            grant("g-1", objects=NAMED),
            grant("g-2", feed="maker-feed"),
            grant("g-3", originator="other", query={"types": ["indicator", "relationship"], "tlp_max": "amber+strict"}),
            grant("g-4", originator="third", query={"tlp_max": "red"}),
        ]
    ),
    max_size=2,
    unique=True,
).map(tuple)


def _agreement(grants: list[str], clients: list[str], unmarked: str, limits: Stated, shown: Stated) -> Stated:
    return {
        "grants": grants,
        "clients": clients,
        "unmarked": [{"producer": name, "tlp": unmarked} for name in PRODUCERS],
        "limits": limits,
        "minimize": shown,
    }


WHO = st.lists(st.sampled_from(PRODUCERS), max_size=2, unique=True)
SOMETIMES = st.one_of(st.just({}), st.just({}), SHOWN)
AGREEMENTS = st.lists(
    st.builds(_agreement, WHO, WHO, st.sampled_from(["clear", "clear", "green", "amber+strict"]), SAYS_LITTLE, SOMETIMES),
    min_size=1,
    max_size=2,
).map(tuple)
FILES = st.builds(
    Files,
    release=SAYS_LITTLE.map(lambda said: {**OPEN, **said}),
    minimize=SHOWN.map(lambda said: {"profile": "verbatim@1", "attribution": "named", **said}),
    agreements=AGREEMENTS,
    template=st.none() | st.tuples(SAYS_LITTLE, SOMETIMES),
    overlays=st.lists(st.tuples(SAYS_LITTLE, SOMETIMES), max_size=1).map(tuple),
    communities=st.sets(st.sampled_from(PRODUCERS), min_size=1).map(frozenset),
    unmarked=st.sampled_from(["clear", "clear", "green"]),
    signed=SIGNED,
)

NARROWER = [
    "overlay limits",
    "overlay shown",
    "agreement limits",
    "agreement shown",
    "template",
    "fewer standing grants",
    "fewer signed grants",
    "fewer clients",
    "fewer communities",
    "unmarked",
    "retention",
]


def narrowed(files: Files, how: str, limits: Stated, shown: Stated) -> Files:
    """The files with one thing less, or one restriction more."""
    first, *rest = files.agreements
    match how:
        case "overlay limits":
            return replace(files, overlays=(*files.overlays, (limits, {})))
        case "overlay shown":
            return replace(files, overlays=(*files.overlays, ({}, shown)))
        case "agreement limits":
            return replace(files, agreements=({**first, "limits": limits}, *rest)) if not first["limits"] else files
        case "agreement shown":
            return replace(files, agreements=({**first, "minimize": shown}, *rest)) if not first["minimize"] else files
        case "template":
            return replace(files, template=(limits, shown)) if files.template is None else files
        case "fewer standing grants":
            return replace(files, agreements=tuple({**item, "grants": item["grants"][1:]} for item in files.agreements))
        case "fewer signed grants":
            return replace(files, signed=files.signed[1:])
        case "fewer clients":
            return replace(files, agreements=tuple({**item, "clients": []} for item in files.agreements))
        case "fewer communities":
            return replace(files, communities=frozenset(sorted(files.communities)[1:]))
        case "unmarked":
            return replace(files, unmarked="amber_strict")
        case _:
            return replace(files, agreements=({**first, "retention_days": 10}, *rest))
