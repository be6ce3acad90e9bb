"""Random worlds under markings of all systems, on the whole and on parts, with values that somebody has to be protected in."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from schemas.stix.extensions_known import HANDLING_EXTENSION, IEP_EXTENSION
from tests.properties.worlds import AUTHOR, DRESSED, FAMILIES, INDICATORS, MARKING
from tests.support.objects import (
    CREATED,
    TLP1,
    TLP2,
    Served,
    Stix,
    domain,
    identifier,
    identity,
    observable,
    relationship,
    served,
    sighting,
)
from tests.unit.schemas.labels.samples import acs

PAP = {
    "green": "marking-definition--c43594d1-4b11-4c59-93ab-1c9b14d53ce9",
    "amber": "marking-definition--60f8932b-e51e-4458-b265-a2e8be9a80ab",
    "red": "marking-definition--740d36e5-7714-4c30-961a-3ae632ceee0e",
}
PRODUCERS = ("maker", "other", "third")


def definition(name: str, extension: str, **says: Any) -> Stix:
    """A marking definition of some system."""
    return {
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": identifier("marking-definition", name),
        "created": CREATED,
        "extensions": {extension: {"extension_type": "property-extension", **says}},
    }


def handling(name: str, **says: Any) -> Stix:
    """A marking definition of our own."""
    return definition(name, HANDLING_EXTENSION, **says)


def iep(name: str, **says: Any) -> Stix:
    """An information exchange policy."""
    duties = {
        "iep_id": "7a0b1c2d-3e4f-4a5b-8c6d-7e8f9a0b1c2d",
        "iep_version": 2,
        "description": "d",
        "start_date": "2026-01-01T00:00:00Z",
        "encrypt_in_transit": "must",
        "permitted_actions": "externally-visible-direct-actions",
        "affected_party_notifications": "may",
        "tlp": "red",
        "provider_attribution": "may",
        "unmodified_resale": "must-not",
    }
    return definition(name, IEP_EXTENSION, **{**duties, **says})


DEFINITIONS = [
    MARKING,
    handling("orcon", originator_control=True),
    handling("h2", handling_codes=["H2"]),
    handling("h3", handling_codes=["H3"]),
    handling("h0", handling_codes=["H0"]),
    handling("rel", releasable_to=["XXA"]),
    handling("far", releasable_to=["XXB"]),
    {**acs({"permitted_nationalities": ["XXA"]}), "id": identifier("marking-definition", "acs")},
    {**acs({"formal_determination": ["NF"]}), "id": identifier("marking-definition", "acs nf")},
    handling("foreign", no_foreign=True),
    handling("anonymous", anonymous=True),
    handling("storm", audience="exercise:storm"),
    handling("graded", grade={"scale": "6x6", "source": "C", "information": 3}),
    handling("restricted", classification="restricted"),
    iep("red"),
    iep("green", tlp="green"),
    iep("instruct", tlp="white", permitted_actions="contact-for-instruction"),
    iep("named", tlp="green", provider_attribution="must"),
    iep("nameless", tlp="green", provider_attribution="must-not"),
    definition("strange", identifier("extension-definition", "nobody knows it"), x=1),
]
DEFINED = [item["id"] for item in DEFINITIONS]
FIXED = [*TLP2.values(), *TLP1.values(), *PAP.values()]
NOBODYS = identifier("marking-definition", "nobody has it")
RESTRICTIVE = [
    *(TLP2["red"], PAP["red"], NOBODYS),
    *(
        item["id"]
        for item in DEFINITIONS
        if item["id"] not in (identifier("marking-definition", name) for name in ("green", "instruct", "named", "nameless"))
    ),
]
"""Markings that only ever take away: those that state a TLP state RED, so none of them stands in for a label that is missing."""

LOGIN = observable("user-account", account_login="operator7", account_type="unix")
MAILBOX = observable("email-addr", value="jane.doe@victim.example")
PERSON = identity("person", name="Jane Doe", identity_class="individual")
SAMPLE = observable("file", name="report.exe", hashes={"MD5": "a" * 32})
AGAIN = observable("file", name="invoice.exe", hashes={"MD5": "a" * 32})
EVIDENCE = [
    relationship("v0", FAMILIES[0], LOGIN, "uses"),
    relationship("v1", INDICATORS[0], SAMPLE, "based-on"),
    relationship("v2", FAMILIES[1], MAILBOX, "communicates-with"),
    relationship("v3", domain("attack-pattern", "p", name="technique"), LOGIN, "targets"),
]
PRIVATE = [LOGIN, MAILBOX, PERSON, SAMPLE, AGAIN, *EVIDENCE, *DEFINITIONS]
SIGHTED = [item["id"] for item in (*INDICATORS[:2], FAMILIES[0])]
SEEN = st.builds(
    lambda number, of, count: sighting(f"s{number}", of, count=count, first_seen=CREATED, where_sighted_refs=[AUTHOR["id"]]),
    st.integers(0, 5),
    st.sampled_from(SIGHTED),
    st.integers(0, 30),
)
TEXTS = st.sampled_from(
    [
        "",
        "",
        "plain words",
        "TLP:AMBER",
        "ask jane.doe@victim.example",
        "it calls h0.example",
        f"as {INDICATORS[1]['id']}",
        "seen by Other",
        "PAP:RED",
    ]
)


def places(value: Stix) -> list[str]:
    """Selectors of parts that an object could do without, or not."""
    found = [name for name in sorted(value) if name not in ("type", "spec_version", "granular_markings")]
    free = [name for name in found if name in ("description", "labels", "confidence", "x_own", "aliases", "name", "created_by_ref")]
    return [*free * 3, *found, *(f"{name}.[0]" for name in found if isinstance(value[name], list))]


WHOLE = st.one_of(
    st.sampled_from([[], [], [TLP2["clear"]], [TLP2["clear"]], [TLP2["green"]], [TLP2["amber"]], [TLP2["red"]]]),
    st.builds(lambda tlp, more: [tlp, more], st.sampled_from([TLP2["clear"], TLP2["green"]]), st.sampled_from([*PAP.values(), *DEFINED])),
    st.lists(st.sampled_from([*FIXED, *DEFINED]), max_size=2, unique=True),
)


@st.composite
def marked_objects(draw: st.DrawFn) -> Stix:
    """One object, perhaps under markings, perhaps with some on parts of it."""
    value = dict(draw(st.one_of(DRESSED, st.sampled_from(PRIVATE), SEEN)))
    text = draw(TEXTS)
    if text and "modified" in value and value["type"] != "note":
        value["description"] = text
    whole = [marking for marking in draw(WHOLE) if marking != value["id"]]
    if whole:
        value["object_marking_refs"] = whole
    parts = draw(st.lists(st.tuples(st.sampled_from([*FIXED, *DEFINED, NOBODYS]), st.sampled_from(places(value))), max_size=2))
    granular = [{"marking_ref": marking, "selectors": [place]} for marking, place in parts if marking != value["id"]]
    if granular and value["type"] != "marking-definition":
        value["granular_markings"] = granular
    return value


@st.composite
def marked_worlds(draw: st.DrawFn, most: int = 10) -> list[Served]:
    """Objects of three producers, each id once. Where a marking is used, its definition often is there, and mostly its user's."""
    found: dict[str, Served] = {}
    for value in draw(st.lists(marked_objects(), min_size=1, max_size=most)):
        found.setdefault(value["id"], served(value, producer=draw(st.sampled_from([*PRODUCERS, "maker", "maker"]))))
    if draw(st.booleans()):
        for producer, value in together(draw(st.integers(2, 4))):
            found.setdefault(value["id"], served(value, producer=producer))
    used = {marking: item.producer for item in found.values() for marking in _markings(item.versions[-1])}
    for made in DEFINITIONS:
        if made["id"] in used and made["id"] not in found and draw(st.integers(0, 4)):
            producer = used[made["id"]] if draw(st.integers(0, 3)) else draw(st.sampled_from(PRODUCERS))
            found[made["id"]] = served(made, producer=producer)
    return list(found.values())


def together(partners: int) -> list[tuple[str, Stix]]:
    """Something that several partners have seen."""
    seen = [(name, sighting(f"of {name}", FAMILIES[0], count=9)) for name in (*PRODUCERS, "maker")[:partners]]
    return [("maker", FAMILIES[0]), *seen]


def _markings(value: Stix) -> list[str]:
    return [*value.get("object_marking_refs", ()), *(entry["marking_ref"] for entry in value.get("granular_markings", ()))]
