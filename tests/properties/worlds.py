"""Small random worlds of objects that refer to each other, for properties of release and of the catalogue."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.support.objects import (
    TLP2,
    Served,
    Stix,
    domain,
    identifier,
    identity,
    indicator,
    malware,
    note,
    observable,
    relationship,
    report,
    served,
    sighting,
    statement_marking,
)

ADDRESS = observable("ipv4-addr", value="192.0.2.1")
NAMES = [observable("domain-name", value=f"h{number}.example") for number in range(2)]
AUTHOR = identity("author")
MARKING = statement_marking("mark")
INDICATORS = [indicator(f"i{number}", f"[url:value = 'https://h{number % 3}.example/']") for number in range(4)]
FAMILIES = [malware(f"m{number}") for number in range(2)]
UNKNOWN = identifier("indicator", "nobody has it")
ENDS = [item["id"] for item in (*INDICATORS, *FAMILIES, *NAMES, ADDRESS)] + [UNKNOWN]
LINK_IDS = [identifier(kind, f"r{number}") for kind in ("relationship", "sighting") for number in range(3)]
MEMBERS = [*ENDS, *LINK_IDS, AUTHOR["id"]]

LINKS = st.builds(
    lambda number, source, target, kind: relationship(f"r{number}", source, target, kind),
    st.integers(0, 2),
    st.sampled_from(ENDS),
    st.sampled_from(ENDS),
    st.sampled_from(["indicates", "related-to"]),
)
SIGHTED = [item["id"] for item in (*INDICATORS, *FAMILIES)] + [UNKNOWN]
SIGHTINGS = st.builds(lambda number, of: sighting(f"r{number}", of), st.integers(0, 2), st.sampled_from(SIGHTED))
REFERENCES = st.lists(st.sampled_from(MEMBERS), min_size=1, max_size=4)
REPORTS = st.builds(lambda number, members: report(f"c{number}", members), st.integers(0, 2), REFERENCES)
NOTES = st.builds(lambda number, members: note(f"c{number}", members), st.integers(0, 2), REFERENCES)
RESOLVING = st.builds(
    lambda value, to: {**value, "resolves_to_refs": to} if to else value, st.sampled_from(NAMES), st.sampled_from([[], [ADDRESS["id"]]])
)
TRAFFIC = st.builds(
    lambda source, target: observable("network-traffic", protocols=["tcp"], src_ref=source, dst_ref=target),
    st.sampled_from([ADDRESS["id"], NAMES[0]["id"]]),
    st.sampled_from([ADDRESS["id"], NAMES[1]["id"]]),
)
FIXED = st.sampled_from([*INDICATORS, *FAMILIES, ADDRESS, AUTHOR, MARKING, domain("attack-pattern", "p", name="technique")])
OBJECTS = st.one_of(FIXED, FIXED, LINKS, SIGHTINGS, REPORTS, NOTES, RESOLVING, TRAFFIC)
LABELS: st.SearchStrategy[list[str]] = st.sampled_from(
    [[], [], [TLP2["clear"]], [TLP2["green"]], [TLP2["green"]], [TLP2["amber"]], [TLP2["red"]], [TLP2["clear"], MARKING["id"]]]
)


def _dress(value: Stix, labels: list[str], author: bool, text: str, own: bool) -> Stix:
    more: dict[str, Any] = {}
    if labels and value["type"] != "marking-definition":
        more["object_marking_refs"] = labels
    if author and "modified" in value and value is not AUTHOR:
        more["created_by_ref"] = AUTHOR["id"]
    if text and "modified" in value:
        more["description" if value["type"] != "note" else "abstract"] = text
    if own:
        more["x_own"] = {"some_ref": UNKNOWN}
    return {**value, **more}


NAMED = [item["id"] for item in (*FAMILIES, *INDICATORS[1:])]
TEXTS = st.sampled_from(["", "", "", "text", *(f"see {name}" for name in NAMED), f"see {NAMED[0].upper()}"])
DRESSED = st.builds(_dress, OBJECTS, LABELS, st.booleans(), TEXTS, st.booleans())


@st.composite
def worlds(draw: st.DrawFn) -> list[Served]:
    """Objects of two producers, each id once; some name others in their text."""
    found: dict[str, Served] = {}
    for value in draw(st.lists(DRESSED, min_size=1, max_size=14)):
        revoked = "modified" in value and value["type"] != "note" and draw(st.integers(0, 9)) == 0
        made = {**value, "revoked": True} if revoked else value
        found.setdefault(value["id"], served(made, producer=draw(st.sampled_from(["maker", "maker", "other"]))))
    return list(found.values())


REFERRED = [
    *(indicator("nobody has it", item["pattern"]) for item in INDICATORS[:3]),
    *(relationship(f"r{number}", INDICATORS[number]["id"], FAMILIES[0]["id"]) for number in range(3)),
    sighting("r0", INDICATORS[1]["id"]),
    AUTHOR,
    MARKING,
    *NAMES,
    ADDRESS,
    INDICATORS[0],
]
"""Objects under ids that those of others refer to, and that no text holds: what a text may hold is for the guard to say."""


LEADING = [
    relationship("to nobody", UNKNOWN, FAMILIES[0]["id"]),
    relationship("to somebody", INDICATORS[0]["id"], FAMILIES[0]["id"]),
    sighting("of nobody", UNKNOWN),
    report("on nobody", [UNKNOWN, FAMILIES[0]["id"]]),
    note("to nobody", [UNKNOWN]),
]
"""What leads to UNKNOWN, or, as long as nobody says that it means the same, beside it."""


@st.composite
def hidden(draw: st.DrawFn) -> list[Served]:
    """What a third producer has under TLP:RED: some of it means the same as what others have, under ids of its own or under ids that
    others refer to.
    """
    found: dict[str, Served] = {}
    for value in draw(st.lists(st.one_of(st.sampled_from(REFERRED), DRESSED), max_size=6)):
        own = value
        if not any(value is item for item in REFERRED) and "modified" in value:
            own = {**value, "id": identifier(value["type"], "hidden " + value["id"])}
        if "modified" in value:
            own = {**own, "created": "2020-01-01T00:00:00Z"}
        found.setdefault(own["id"], served({**own, "object_marking_refs": [TLP2["red"]]}, producer="hidden"))
    return list(found.values())


@st.composite
def beside_hidden(draw: st.DrawFn) -> tuple[list[Served], list[Served]]:
    """A world, and what a hidden producer has beside it. Some worlds lead to what only that one has; no two serve one id, since an id
    belongs to who served it first.
    """
    world, secret = draw(worlds()), draw(hidden())
    if draw(st.booleans()):
        links = draw(st.lists(st.sampled_from(LEADING), min_size=1, unique_by=lambda item: str(item["id"])))
        ends = [served(item) for item in (FAMILIES[0], *INDICATORS[:3])]
        world += [served(item, producer=draw(st.sampled_from(["maker", "other"]))) for item in links] + ends
        secret += [served({**REFERRED[0], "object_marking_refs": [TLP2["red"]]}, producer="hidden")]
    ours = {item.versions[-1]["id"]: item for item in world[::-1]}
    theirs = {item.versions[-1]["id"]: item for item in secret if item.versions[-1]["id"] not in ours}
    return list(ours.values()), list(theirs.values())
