"""The catalogue for writers: what each contribution meant, change numbers, conflicts, and meanings that become known later."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pipeline.store.catalogue import Catalogue
from pipeline.store.catalogue_queries import (
    all_keys,
    catalogue_counts,
    entities_of,
    quarantine_counts,
    quarantine_entry,
    quarantine_list,
    sources_of,
)
from pipeline.store.catalogue_reader import CatalogueReader
from pipeline.store.catalogue_work import resolve
from schemas.errors import StoreVersionError
from schemas.ids import uuid_of
from tests.support.objects import (
    TLP2,
    Stix,
    groups,
    identifier,
    identity,
    indicator,
    living,
    malware,
    marked,
    note,
    observable,
    record,
    rejected,
    relationship,
    report,
    sighting,
    statement_marking,
    taken,
)

SAME = "[url:value = 'https://h.example/']"
T1, T2, T3 = "2026-01-01T00:00:00.000Z", "2026-01-02T00:00:00.000Z", "2026-01-03T00:00:00.000Z"


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    made = Catalogue(tmp_path / "catalogue.db", 16)
    yield made
    made.close()


@pytest.fixture
def reader(catalogue: Catalogue, tmp_path: Path) -> Iterator[CatalogueReader]:
    made = CatalogueReader(tmp_path / "catalogue.db")
    yield made
    made.close()


def mine(*values: Stix, producer: str = "maker") -> list[tuple[Stix, str]]:
    return [(value, producer) for value in values]


def version(modified: str, created: str = T1, **more: object) -> Stix:
    return indicator("a", created=created, modified=modified, **more)


def current(catalogue: Catalogue, value: Stix) -> list[tuple[str, str]]:
    return sorted(
        (producer, modified) for sources in living(catalogue).values() for producer, name, modified, *_ in sources if name == value["id"]
    )


def numbers(catalogue: Catalogue) -> dict[bytes, int]:
    return dict(catalogue.connection.execute("SELECT key, change FROM entity"))


def quarantined(reader: CatalogueReader) -> list[tuple[str, str]]:
    return [(item.reason, item.source_id) for item in quarantine_list(reader, None, None, 100)]


WORLD = [
    indicator("a"),
    malware("b"),
    identity("m"),
    observable("domain-name", value="h.example"),
    relationship("r", indicator("a"), malware("b")),
    sighting("s", indicator("a")),
    report("c", [indicator("a"), relationship("r", indicator("a"), malware("b"))]),
    note("n", [malware("b")]),
]


def test_new_meanings_are_accepted_and_repeats_are_not(catalogue: Catalogue) -> None:
    assert taken(catalogue, mine(*WORLD)) == {"accepted": len(WORLD)}
    assert taken(catalogue, mine(*WORLD)) == {"duplicates": len(WORLD)}
    assert len(groups(catalogue)) == len(WORLD)


def test_f10_a_replay_changes_no_change_number(catalogue: Catalogue, reader: CatalogueReader) -> None:
    everything = [*mine(*WORLD), *mine(version(T3, valid_from=T1), version(T2, valid_from=T1), producer="other")]
    taken(catalogue, everything)
    before, heads, sources, counts = numbers(catalogue), reader.heads(), living(catalogue), catalogue_counts(reader)
    for _ in range(3):
        taken(catalogue, everything)
        taken(catalogue, everything[::-1])
    assert (numbers(catalogue), reader.heads(), living(catalogue), catalogue_counts(reader)) == (before, heads, sources, counts)


def test_change_numbers_rise_within_a_shard_and_are_unique(catalogue: Catalogue, reader: CatalogueReader) -> None:
    for start in range(0, 60, 20):
        before = numbers(catalogue)
        taken(catalogue, mine(*(indicator(f"i{number}") for number in range(start, start + 20))))
        heads = reader.heads()
        shards: dict[int, list[int]] = {}
        for key, change in numbers(catalogue).items():
            assert change > 0
            shards.setdefault(key[0] % 16, []).append(change)
            if key in before:
                assert change == before[key]
        for shard, changes in shards.items():
            assert sorted(changes) == list(range(1, heads[shard] + 1))


def test_one_more_version_gives_its_meaning_a_new_number(catalogue: Catalogue, reader: CatalogueReader) -> None:
    taken(catalogue, mine(version(T1), malware("b")))
    (no,) = entities_of(reader, indicator("a")["id"])
    before = numbers(catalogue)
    assert taken(catalogue, mine(version(T2, confidence=3))) == {"new_versions": 1}
    changed = {key for key, change in numbers(catalogue).items() if before[key] != change}
    assert changed == {key for number, key in all_keys(reader) if number == no}


def test_f11_the_latest_wins_whatever_came_last(catalogue: Catalogue) -> None:
    taken(catalogue, mine(version(T2)))
    assert taken(catalogue, mine(version(T1))) == {"new_versions": 1}
    assert taken(catalogue, mine(version(T1))) == {"duplicates": 1}
    assert current(catalogue, indicator("a")) == [("maker", "2026-01-02T00:00:00")]
    taken(catalogue, mine(version(T3)))
    assert current(catalogue, indicator("a")) == [("maker", "2026-01-03T00:00:00")]


def test_f22_two_contents_for_one_version(catalogue: Catalogue, reader: CatalogueReader) -> None:
    taken(catalogue, mine(version(T1)))
    sources = living(catalogue)
    assert taken(catalogue, mine(version(T1, name="other"))) == {"quarantined.version-conflict": 1}
    assert quarantined(reader) == [("version-conflict", indicator("a")["id"])]
    assert living(catalogue) == sources


def test_f22_the_id_of_another_producer(catalogue: Catalogue, reader: CatalogueReader) -> None:
    taken(catalogue, mine(malware("a")))
    sources = living(catalogue)
    assert taken(catalogue, mine(malware("a", description="lies"), producer="other")) == {"quarantined.id-conflict": 1}
    assert quarantined(reader) == [("id-conflict", malware("a")["id"])]
    assert living(catalogue) == sources
    assert current(catalogue, malware("a")) == [("maker", "2026-02-03T04:05:06.789")]


def test_f22_passing_on_what_another_producer_made_is_no_conflict(catalogue: Catalogue, reader: CatalogueReader) -> None:
    taken(catalogue, mine(malware("a")))
    assert taken(catalogue, mine(malware("a"), producer="other")) == {"duplicates": 1}
    assert quarantined(reader) == []
    (sources,) = living(catalogue).values()
    assert {producer for producer, *_ in sources} == {"maker", "other"}


def test_f22_an_observables_id_is_nobodys_property(catalogue: Catalogue, reader: CatalogueReader) -> None:
    value = observable("ipv4-addr", value="192.0.2.1")
    taken(catalogue, mine(value))
    assert taken(catalogue, mine({**value, "defanged": True}, producer="other")) == {"duplicates": 1}
    assert quarantined(reader) == []
    assert len(groups(catalogue)) == 1


@pytest.mark.parametrize(
    ("versions", "reason"),
    [
        ([version(T2, created=T1), version(T3, created=T2)], "created-changed"),
        ([version(T1), version(T2, revoked=True), version(T3)], "revoked-final"),
    ],
)
def test_f23_what_may_not_follow(catalogue: Catalogue, reader: CatalogueReader, versions: list[Stix], reason: str) -> None:
    taken(catalogue, mine(*versions[:-1]))
    sources = living(catalogue)
    assert taken(catalogue, mine(versions[-1])) == {f"quarantined.{reason}": 1}
    assert taken(catalogue, mine(versions[-1])) == {f"quarantined.{reason}": 1}
    assert quarantined(reader) == [(reason, indicator("a")["id"])]
    assert living(catalogue) == sources


def test_ids_that_a_feed_issues_anew_are_one_meaning_and_one_candidate(catalogue: Catalogue, reader: CatalogueReader) -> None:
    issued = [
        malware("b", id=identifier("malware", f"issue {number}"), created=moment, modified=moment)
        for number, moment in enumerate((T1, T2, T3))
    ]
    assert taken(catalogue, mine(*issued[::-1])) == {"accepted": 1, "duplicates": 2}
    ((key, sources),) = living(catalogue).items()
    assert key
    standing = [(name, fresh) for _, name, _, _, shadowed, fresh in sources if not shadowed]
    assert standing == [(issued[0]["id"], "2026-01-03T00:00:00")]
    (entity,) = entities_of(reader, issued[1]["id"])
    assert [source_id for _, source_id, *_ in sources_of(reader, entity)] == [item["id"] for item in issued[::-1]]
    block = reader.block([entity])
    assert [item.source_id for item in block.entities[entity].candidates] == [issued[0]["id"]]
    assert block.entities[entity].candidates[0].fresh == "2026-01-03T00:00:00"


def test_what_recipients_could_tell_apart_stays_apart(catalogue: Catalogue, reader: CatalogueReader) -> None:
    values = [indicator(name, "[url:value = 'https://h.example/']") for name in ("a", "b", "c")]
    taken(catalogue, [*mine(values[0], marked(values[1], "red")), *mine(values[2], producer="other")])
    (entity,) = entities_of(reader, values[0]["id"])
    assert len(reader.block([entity]).entities[entity].candidates) == 3


@pytest.mark.parametrize(
    "others",
    [
        {"external_references": [{"source_name": "s", "description": "d"}]},
        {"external_references": [{"source_name": "s"}, {"source_name": "s", "url": "https://h.example/", "external_id": "1"}]},
        {"external_references": [{"source_name": "s", "url": "https://h.example/"}] * 2},
        {"x_own": {"a": {"b": [1]}}},
        {"x_own": {"a.b": [1]}},
        {"x_own": [1, {"a": 1}]},
        {"x_own": [[{"a": 1}]]},
        {"name": "another"},
    ],
    ids=str,
)
def test_whatever_a_text_or_a_name_says_tells_objects_apart(others: Stix) -> None:
    """Each may be what a person stands in, or a word on sharing."""
    whole = {"external_references": [{"source_name": "s", "url": "https://h.example/"}], "x_own": [{"a": 1}], "name": "{"}
    one, other = (record(indicator("a", SAME, **{**whole, **more})) for more in ({}, others))
    assert one.standing != other.standing
    assert one.standing == record(indicator("b", SAME, **dict(reversed(whole.items())))).standing


def test_what_is_issued_anew_differs_in_ids_and_times_only() -> None:
    again = indicator("b", created=T1, modified=T2)
    assert record(indicator("a")).standing == record({**again, "pattern": indicator("a")["pattern"]}).standing
    assert (
        record(marked(indicator("a"), "green")).standing
        == record({**marked(again, "green"), "pattern": indicator("a")["pattern"]}).standing
    )


@pytest.mark.parametrize("word", ["amber", "amber+strict", "red"])
def test_where_a_single_object_may_be_granted_none_stands_for_another(word: str) -> None:
    one, other = (marked(indicator(name, "[url:value = 'https://h.example/']"), word) for name in "ab")
    assert record(one).standing != record(other).standing
    assert record(one).standing == record(one).standing


@pytest.mark.parametrize(
    "more",
    [
        {"labels": ["sector:energy"]},
        {"external_references": [{"source_name": "mitre-attack", "external_id": "T1566"}]},
        {"name": "TLP:AMBER"},
        {"confidence": 3},
    ],
    ids=str,
)
def test_what_decides_tells_objects_apart(more: Stix) -> None:
    """Topics, words on sharing and confidence: two that differ in one of them are not alike to every recipient."""
    base = {"labels": ["sector:health"], "external_references": [{"source_name": "mitre-attack", "external_id": "T1000"}], "name": "n"}
    assert record(indicator("a", SAME, **base)).standing != record(indicator("b", SAME, **{**base, **more})).standing
    assert record(indicator("a", SAME, **base)).standing == record(indicator("b", SAME, **base)).standing


def test_a_new_meaning_of_an_old_id_leaves_the_old_meaning(catalogue: Catalogue, reader: CatalogueReader) -> None:
    first, second = version(T1), version(T2, pattern="[url:value = 'https://h.example/']")
    taken(catalogue, mine(first))
    (old,) = entities_of(reader, first["id"])
    taken(catalogue, mine(second))
    (new,) = entities_of(reader, first["id"])
    assert old != new
    block = reader.block([old])
    assert block.emit == {old, new}
    assert block.entities[old].candidates == ()
    assert [item.source_id for item in block.entities[new].candidates] == [first["id"]]


def test_a_link_that_came_first_is_keyed_when_what_it_links_arrives(catalogue: Catalogue) -> None:
    ends = [indicator("a"), malware("b")]
    again = [indicator("x", ends[0]["pattern"]), malware("b", id=identifier("malware", "again"))]
    taken(catalogue, mine(relationship("r", ends[0], ends[1])))
    taken(catalogue, mine(relationship("q", again[0], again[1])))
    assert {frozenset({relationship("r", ends[0], ends[1])["id"]}), frozenset({relationship("q", again[0], again[1])["id"]})} <= groups(
        catalogue
    )
    taken(catalogue, mine(*ends))
    taken(catalogue, mine(*again))
    assert frozenset({relationship("r", ends[0], ends[1])["id"], relationship("q", again[0], again[1])["id"]}) in groups(catalogue)


def test_links_follow_what_they_link_to_its_new_meaning(catalogue: Catalogue, reader: CatalogueReader) -> None:
    moving, other, target = version(T1), indicator("b"), malware("c")
    links = [relationship("r", moving, target), relationship("q", other, target)]
    taken(catalogue, mine(moving, other, target, *links))
    (old,) = entities_of(reader, links[0]["id"])
    taken(catalogue, mine(version(T2, pattern=other["pattern"])))
    assert frozenset(link["id"] for link in links) in groups(catalogue)
    assert entities_of(reader, links[0]["id"]) == entities_of(reader, links[1]["id"])
    assert reader.block([old]).emit == {old, *entities_of(reader, links[0]["id"])}


def test_when_the_one_that_stands_for_all_moves_on_the_next_stands(catalogue: Catalogue, reader: CatalogueReader) -> None:
    elder, younger = version(T1), indicator("b", version(T1)["pattern"], created=T2, modified=T2)
    taken(catalogue, mine(elder, younger))
    (entity,) = entities_of(reader, younger["id"])
    assert [item.source_id for item in reader.block([entity]).entities[entity].candidates] == [elder["id"]]
    taken(catalogue, mine(version(T3, pattern="[url:value = 'https://moved.example/']")))
    assert entities_of(reader, younger["id"]) == [entity]
    assert [item.source_id for item in reader.block([entity]).entities[entity].candidates] == [younger["id"]]


def issue(number: int, modified: str = T1, **more: object) -> Stix:
    """One of many indicators of one pattern."""
    return indicator(f"issue {number}", "[url:value = 'https://h.example/']", created=T1, modified=modified, **more)


def standing(catalogue: Catalogue) -> list[tuple[str, str]]:
    """(source id, fresh) of each source that stands for itself and others."""
    return sorted((name, fresh[:10]) for found in living(catalogue).values() for _, name, _, _, shadowed, fresh in found if not shadowed)


def test_the_one_that_stands_for_all_is_as_fresh_as_the_newest(catalogue: Catalogue) -> None:
    first, second = sorted((issue(1), issue(2)), key=lambda value: value["id"])
    taken(catalogue, mine(first, second))
    for value, fresh in (
        ({**second, "modified": T2}, "2026-01-02"),
        ({**first, "modified": T3}, "2026-01-03"),
        ({**second, "modified": T2.replace("-02T", "-04T")}, "2026-01-04"),
    ):
        taken(catalogue, mine(value))
        assert standing(catalogue) == [(first["id"], fresh)]


def test_it_is_no_fresher_once_the_newest_has_moved_on(catalogue: Catalogue) -> None:
    first, second = sorted((issue(1), issue(2)), key=lambda value: value["id"])
    taken(catalogue, mine(first, {**second, "modified": T2}))
    taken(catalogue, mine({**second, "modified": T3, "description": "it can be told apart now"}))
    assert standing(catalogue) == sorted([(first["id"], "2026-01-01"), (second["id"], "2026-01-03")])


def test_a_late_revocation_makes_it_as_old_as_that(catalogue: Catalogue) -> None:
    first, second = sorted((issue(1, revoked=False), issue(2, revoked=True, modified=T2)), key=lambda value: value["id"])
    for value in (first, second):
        taken(catalogue, mine({**value, "revoked": True, "modified": T3 if value is first else T1}))
    assert standing(catalogue) == [(first["id"], "2026-01-03")]
    taken(catalogue, mine({**first, "revoked": True, "modified": T2}))
    assert standing(catalogue) == [(first["id"], "2026-01-02")]


def test_links_that_settle_elsewhere_leave_and_find_one_that_stands(catalogue: Catalogue) -> None:
    ends = [issue(number) for number in range(3)]
    links = sorted((relationship(f"r{number}", end, malware("b")) for number, end in enumerate(ends)), key=lambda value: value["id"])
    taken(catalogue, mine(*links))
    taken(catalogue, mine(*ends, malware("b")))
    of = {link["id"] for link in links}
    assert [name for name, _ in standing(catalogue) if name in of] == [links[0]["id"]]
    (end,) = (end for end in ends if end["id"] == links[0]["source_ref"])
    taken(catalogue, mine({**end, "modified": T2, "pattern": "[url:value = 'https://moved.example/']"}))
    assert [name for name, _ in standing(catalogue) if name in of] == [link["id"] for link in links[:2]]


def test_who_comes_while_another_leaves_stands_in_its_place(catalogue: Catalogue) -> None:
    first, second, third = sorted((issue(number) for number in range(3)), key=lambda value: value["id"])
    taken(catalogue, mine(second))
    taken(catalogue, mine({**second, "modified": T2, "pattern": "[url:value = 'https://moved.example/']"}, third, first))
    assert standing(catalogue) == sorted([(second["id"], "2026-01-02"), (first["id"], "2026-01-01")])


def same_ends(catalogue: Catalogue, size: int) -> None:
    taken(catalogue, mine(*(relationship(f"r{number}", indicator("a"), malware("b")) for number in range(size))))
    taken(catalogue, mine(indicator("a")))
    taken(catalogue, mine(malware("b")))


def new_versions(catalogue: Catalogue, size: int) -> None:
    taken(catalogue, mine(*(issue(number) for number in range(size))))
    taken(catalogue, mine(*(issue(number, T2, description="more") for number in range(size))))


def meeting(catalogue: Catalogue, size: int) -> None:
    taken(catalogue, mine(*(relationship(f"r{number}", issue(number), malware("b")) for number in range(size))))
    taken(catalogue, mine(malware("b"), *(issue(number) for number in range(size))))


def contents(catalogue: Catalogue, size: int) -> None:
    taken(catalogue, mine(*(observable("domain-name", value="a.example", x_own=number) for number in range(size))))


def passed_on(catalogue: Catalogue, size: int) -> None:
    versions = [version(f"2026-01-01T00:00:{number // 1000:02}.{number % 1000:03}Z") for number in range(size)]
    taken(catalogue, mine(*versions))
    taken(catalogue, mine(*versions, producer="other"))


@pytest.mark.parametrize("work", [same_ends, new_versions, meeting, contents, passed_on])
def test_four_times_as_much_costs_four_times_as_much(work: Callable[[Catalogue, int], None], tmp_path: Path) -> None:
    """Where all of it means one thing, or has one id; reading all that there is for each would cost sixteen times as much."""
    costs = []
    for size in (500, 2000, 8000):
        made = Catalogue(tmp_path / f"{size}.db", 16)
        made.connection.execute("PRAGMA synchronous=OFF")
        before = time.process_time()
        work(made, size)
        costs.append(time.process_time() - before)
        made.close()
    assert costs[2] < 8 * costs[1] < 64 * costs[0] + 1, costs


def test_one_more_version_costs_the_same_whatever_it_stands_with(tmp_path: Path) -> None:
    costs = []
    for size in (400, 8000):
        made = Catalogue(tmp_path / f"{size}.db", 16)
        made.connection.execute("PRAGMA synchronous=OFF")
        taken(made, mine(*(issue(number) for number in range(size))))
        before = time.process_time()
        for number in range(200):
            made.upsert([record(issue(number, T2))])
        costs.append(time.process_time() - before)
        made.close()
    assert costs[1] < 3 * costs[0] + 0.1, costs


def test_containers_of_links_follow_them(catalogue: Catalogue) -> None:
    ends = [indicator("a"), malware("b")]
    again = [indicator("x", ends[0]["pattern"]), malware("b", id=identifier("malware", "again"))]
    links = [relationship("r", ends[0], ends[1]), relationship("q", again[0], again[1])]
    reports = [report("c", [links[0]], name="n"), report("d", [links[1]], name="n")]
    for value in [*reports, *links, *ends, *again]:
        taken(catalogue, mine(value))
    assert groups(catalogue) == {
        frozenset(item["id"] for item in same) for same in (reports, links, [ends[0], again[0]], [ends[1], again[1]])
    }


def test_settling_later_is_settling_at_once(catalogue: Catalogue, tmp_path: Path) -> None:
    other = Catalogue(tmp_path / "other.db", 16)
    for value in WORLD[::-1]:
        taken(catalogue, mine(value), settle=False)
        taken(other, mine(value))
    catalogue.settle()
    assert living(catalogue) == living(other)
    assert catalogue.settle() == 0
    other.close()


def test_an_id_means_what_it_first_meant(catalogue: Catalogue, reader: CatalogueReader) -> None:
    value = observable("file", name="a", hashes={"MD5": "a" * 32})
    lying = {**value, "name": "b"}
    assert taken(catalogue, [(value, "maker"), (lying, "other")]) == {"accepted": 1, "quarantined.id-conflict": 1}
    assert quarantined(reader) == [("id-conflict", value["id"])]
    assert resolve(catalogue.connection, value["id"], "maker") is not None
    assert resolve(catalogue.connection, value["id"], "other") is None  # it says nothing of what another one means by it
    assert resolve(catalogue.connection, identifier("tool", "unknown"), "maker") is None


def test_what_becomes_known_touches_what_refers_to_it(catalogue: Catalogue, reader: CatalogueReader) -> None:
    link = relationship("r", indicator("a"), malware("b"))
    taken(catalogue, mine(link, malware("b")))
    before = reader.heads()
    taken(catalogue, mine(indicator("a")))
    changed = {no for shard, head in reader.heads().items() for no in reader.changed(shard, before[shard], head)}
    assert {*entities_of(reader, link["id"]), *entities_of(reader, indicator("a")["id"])} <= changed


def test_quarantine_holds_each_content_once(catalogue: Catalogue, reader: CatalogueReader) -> None:
    items = [rejected("missing-id", b'{"a":1}'), rejected("missing-id", b'{"a":1}'), rejected("invalid-id", b'{"a":1}', "x--1")]
    assert catalogue.quarantine(items) == {("maker-feed", "quarantined.missing-id"): 2, ("maker-feed", "quarantined.invalid-id"): 1}
    catalogue.quarantine(items)
    assert list(quarantine_counts(reader)) == [("maker-feed", "invalid-id", 1), ("maker-feed", "missing-id", 1)]
    (entry,) = quarantine_list(reader, "maker-feed", "invalid-id", 10)
    assert (entry.reason, entry.source_id, entry.size) == ("invalid-id", "x--1", 7)
    assert quarantine_entry(reader, entry.no) == (entry, b'{"a":1}')
    assert quarantine_entry(reader, 99) is None
    assert list(quarantine_list(reader, "other-feed", None, 10)) == []


def test_a_lie_about_tlp_has_all_of_the_producers_objects_decided_anew(catalogue: Catalogue, reader: CatalogueReader) -> None:
    taken(catalogue, [*mine(indicator("a"), malware("b")), *mine(identity("o"), producer="other")])
    before = numbers(catalogue)
    lie = rejected("marking-mismatch", b"{}", TLP2["red"])
    catalogue.quarantine([lie])
    changed = [key for key, change in numbers(catalogue).items() if before[key] != change]
    assert len(changed) == 2
    after = numbers(catalogue)
    catalogue.quarantine([lie])
    assert numbers(catalogue) == after
    (no,) = entities_of(reader, indicator("a")["id"])
    assert reader.block([no]).faults == {("maker", TLP2["red"])}


def test_a_block_holds_all_that_its_entities_refer_to(catalogue: Catalogue, reader: CatalogueReader) -> None:
    marking = statement_marking("s")
    world = [
        *WORLD[:2],
        marked(relationship("r", WORLD[0], WORLD[1], created_by_ref=identity("m")["id"]), marking["id"]),
        identity("m"),
        marking,
    ]
    held = report("c", [world[2], identifier("indicator", "unknown")])
    taken(catalogue, mine(*world, held))
    (no,) = entities_of(reader, held["id"])
    block = reader.block([no])
    assert block.complete
    assert block.emit == {no}
    assert {item.source_id for entity in block.entities.values() for item in entity.candidates} == {value["id"] for value in (*world, held)}
    assert ("maker", identifier("indicator", "unknown")) not in block.targets
    assert {producer for producer, _ in block.targets} == {"maker"}


def test_what_a_change_affects_is_all_that_refers_to_it(catalogue: Catalogue, reader: CatalogueReader) -> None:
    taken(catalogue, mine(*WORLD))
    everything = reader.heads()
    (no,) = entities_of(reader, indicator("a")["id"])
    found = {item.source_id for one in reader.affected([no], everything) for item in reader.block([one]).entities[one].candidates}
    assert found == {value["id"] for value in WORLD if value["type"] in ("indicator", "relationship", "sighting", "report")}
    assert reader.affected([no], {}) == [no]
    assert reader.affected([], everything) == []


def test_older_versions_come_along_in_order(catalogue: Catalogue, reader: CatalogueReader) -> None:
    taken(catalogue, mine(version(T3), version(T1), version(T2)))
    (no,) = entities_of(reader, indicator("a")["id"])
    (candidate,) = reader.block([no]).entities[no].candidates
    assert [item.value["modified"] for item in (*candidate.older, candidate.current)] == [T1, T2, T3]


def test_the_reader_knows_which_ids_there_are(catalogue: Catalogue, reader: CatalogueReader) -> None:
    taken(catalogue, mine(relationship("r", indicator("a"), malware("b")), malware("b")))
    asked = [*(uuid_of(item["id"]) for item in (relationship("r", "x", "y"), indicator("a"), malware("b"))), "' OR 1=1 --"]
    assert reader.owners(asked) == {(asked[0], "maker"), (asked[2], "maker")}
    assert reader.owners([]) == set()


def test_a_transaction_is_all_or_nothing(catalogue: Catalogue, reader: CatalogueReader) -> None:
    good = record(indicator("a"))
    broken = record(malware("b"))
    object.__setattr__(broken, "labels", (object(),))
    with pytest.raises(TypeError):
        catalogue.upsert([good, broken])
    assert living(catalogue) == {}
    assert not any(reader.heads().values())
    assert taken(catalogue, mine(indicator("a"), malware("b"))) == {"accepted": 2}


def test_the_number_of_shards_is_that_of_the_first_opening(tmp_path: Path) -> None:
    first = Catalogue(tmp_path / "c.db", 16)
    taken(first, mine(*(indicator(f"i{number}") for number in range(200))))
    assert first.connection.execute("SELECT count(DISTINCT shard), min(shard), max(shard) FROM entity").fetchone() == (16, 0, 15)
    first.close()
    again = Catalogue(tmp_path / "c.db", 16)
    assert again.connection.execute("SELECT count(*) FROM shard").fetchone() == (16,)
    again.close()


def test_a_store_of_a_newer_program_is_refused(tmp_path: Path) -> None:
    made = Catalogue(tmp_path / "c.db", 16)
    made.connection.execute("PRAGMA user_version=99")
    made.close()
    with pytest.raises(StoreVersionError, match=r"c\.db has schema 99"):
        Catalogue(tmp_path / "c.db", 16)
