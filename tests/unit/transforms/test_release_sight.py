"""A reference leads somewhere for a recipient only where it may have something under that very id."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import orjson
import pytest

from pipeline.store.catalogue import Catalogue
from pipeline.store.catalogue_reader import CatalogueReader
from tests.support.objects import (
    TLP2,
    Served,
    Stix,
    identifier,
    indicator,
    malware,
    marked,
    note,
    outcome,
    partner,
    policy,
    relationship,
    report,
    run,
    served,
    sighting,
    statement_marking,
    states,
    taken,
    terms,
)
from transforms.merged_view import merged_for
from transforms.release import due_moments, release, state_block
from transforms.statement import Statement

PATTERN = "[url:value = 'https://a.example/']"
OPEN = indicator("open", PATTERN)
CLOSED = marked(indicator("closed", PATTERN), "red")
FAMILY = malware("m")
LINKS = [relationship("r", CLOSED, FAMILY), sighting("s", CLOSED), note("n", [CLOSED]), report("c", [CLOSED, FAMILY])]
UNDER = terms(partners=[partner(name, "c") for name in ("taker", "maker", "other", "hidden")])
WORLD = [served(item) for item in (OPEN, FAMILY, *LINKS)]
MISSING = {
    OPEN["id"]: "released",
    FAMILY["id"]: "released",
    LINKS[0]["id"]: "closure-missing-end",
    LINKS[1]["id"]: "closure-missing-end",
    LINKS[2]["id"]: "closure-subject-withheld",
    LINKS[3]["id"]: "minimized",
}


def told(statements: list[Statement]) -> list[tuple[str, tuple[bytes, ...]]]:
    """All but that no sightings of something are told of, which tells the recipient nothing that it had not."""
    return sorted((item.reason, item.bodies) for item in statements if item.reason != "sighting-too-few")


def through(catalogue: Catalogue, path: Path, arrivals: list[tuple[Stix, str]]) -> list[Statement]:
    for item in arrivals:
        taken(catalogue, [item])
    reader = CatalogueReader(path)
    everything = [no for (no,) in catalogue.connection.execute("SELECT DISTINCT entity FROM source")]
    made = state_block(release(reader.block(everything), UNDER, reader.owners))
    reader.close()
    return made


@pytest.mark.parametrize("who", ["hidden", "maker", "other"])
def test_what_is_hidden_leads_nowhere_whoever_has_it(who: str) -> None:
    """Also the producer's own: that a link to it goes to another object tells what it means."""
    assert outcome(WORLD, UNDER) == MISSING
    assert told(states([served(CLOSED, producer=who), *WORLD], UNDER)) == told(states(WORLD, UNDER))
    assert told(states([*WORLD, served(CLOSED, producer=who)], UNDER)) == told(states(WORLD, UNDER))


@pytest.mark.parametrize("place", range(4))
def test_it_leads_nowhere_in_a_catalogue_whenever_it_comes(place: int, tmp_path: Path) -> None:
    ours = [(OPEN, "maker"), (FAMILY, "maker"), (LINKS[0], "maker"), (relationship("q", OPEN, FAMILY), "maker")]
    seen = []
    for name, arrivals in (("without", ours), ("with", [*ours[:place], (CLOSED, "hidden"), *ours[place:]])):
        catalogue = Catalogue(tmp_path / f"{name}.db", 4)
        seen.append(told(through(catalogue, tmp_path / f"{name}.db", arrivals)))
        catalogue.close()
    assert seen[0] == seen[1]
    assert sorted(reason for reason, _ in seen[0]) == ["closure-missing-end", "released", "released", "released"]


@pytest.mark.parametrize("who", ["maker", "other"])
def test_what_may_be_seen_under_its_id_leads_to_what_stands_for_it(who: str) -> None:
    again = indicator("again", PATTERN, created="2026-03-01T00:00:00.000Z", modified="2026-03-01T00:00:00.000Z")
    link = relationship("r", again, FAMILY)
    found = [
        orjson.loads(item.bodies[-1]) for item in states([served(OPEN), served(again, producer=who), served(FAMILY), served(link)], UNDER)
    ]
    (mapped,) = [item for item in found if item["type"] == "relationship"]
    assert mapped["source_ref"] == OPEN["id"]


LATER = "2026-03-01T00:00:00.000Z"
ISSUED = [indicator("again", PATTERN, created=LATER, modified=LATER), relationship("r", identifier("indicator", "again"), FAMILY)]


@pytest.mark.parametrize("order", list(permutations(range(3))))
@pytest.mark.parametrize(("label", "left"), [("clear", True), ("red", False)])
def test_what_is_shadowed_is_seen_exactly_where_what_shadows_it_is(order: tuple[int, ...], label: str, left: bool, tmp_path: Path) -> None:
    """Of objects that no recipient could tell apart, one stands for all; links to the others follow it."""
    items = [(marked(OPEN, label), "maker"), (marked(ISSUED[0], label), "maker"), (ISSUED[1], "maker")]
    rest = [(FAMILY, "maker"), (indicator("visible", PATTERN, created=LATER, modified=LATER), "other")]
    catalogue = Catalogue(tmp_path / "catalogue.db", 4)
    made = through(catalogue, tmp_path / "catalogue.db", [*(items[place] for place in order), *rest])
    shadowed = catalogue.connection.execute("SELECT count(*) FROM source WHERE shadowed").fetchone()
    assert shadowed == ((1,) if left else (0,))  # of what is not free each stays, since a grant may let one of them go
    catalogue.close()
    links = [orjson.loads(item.bodies[-1]) for item in made if item.bodies and item.object_id.startswith("relationship")]
    assert [item["source_ref"] for item in links] == [OPEN["id"]] * left


def test_what_must_be_withheld_whole_leads_nowhere() -> None:
    under = terms(rules=policy("taker", minimize={"paths": {"*.description": "withhold"}}))
    world = [served(OPEN), served({**CLOSED, "object_marking_refs": [TLP2["clear"]], "description": "x"}), served(FAMILY), served(LINKS[0])]
    assert outcome(world, under)[LINKS[0]["id"]] == "closure-missing-end"


STATEMENTS = [
    ("maker", "clear", "released"),
    ("other", "clear", "marking-unknown"),
    ("maker", "red", "closure-missing-end"),
    ("hidden", "red", "marking-unknown"),
]


@pytest.mark.parametrize(("who", "label", "reason"), STATEMENTS)
def test_a_statement_counts_where_its_user_serves_it_and_the_recipient_may_know_it(who: str, label: str, reason: str) -> None:
    marking = statement_marking("s")
    under = terms(rules=policy("taker", release={"statements": "pass"}), partners=list(UNDER.files.partners.values()))
    assert outcome([served(marked(OPEN, marking["id"])), served(marked(marking, label), producer=who)], under)[OPEN["id"]] == reason


def test_references_lead_nowhere_from_the_moment_when_what_they_name_is_too_old() -> None:
    """So the entity is due then, although something else stands for it."""
    under = terms(rules=policy("taker", release={"max_age_days": 3650}))
    again = {**ISSUED[0], "confidence": 1}
    state = run([served(OPEN), served(again)], under)
    (entity,) = state.block.entities.values()
    assert [candidate.source_id for candidate in entity.candidates] == [OPEN["id"], again["id"]]
    assert len({moment for moment, _ in due_moments(state)}) == 2


def test_merged_values_see_through_all_that_is_there() -> None:
    """What one candidate refers to does not vanish because another one is looked at alone."""
    world: list[Served] = [served(OPEN), served(indicator("again", PATTERN), producer="other"), *WORLD[1:]]
    state = run(world, UNDER)
    (no,) = [no for no, entity in state.block.entities.items() if entity.type == "indicator"]
    assert merged_for(state.block, no, UNDER, lambda _: set(), {}).producers == {"maker", "other"}
