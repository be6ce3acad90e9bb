"""What one more contribution means: versions, repeats, conflicts and revocation."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import pytest

from schemas.reasons import QUARANTINE
from tests.support.objects import identifier, indicator, marked, observable, record
from transforms.deduplicate import Known, judge, rank
from transforms.record import Record

T1, T2, T3 = "2026-01-01T00:00:00.000Z", "2026-01-02T00:00:00.000Z", "2026-01-03T00:00:00.000Z"


def version(modified: str, created: str = T1, *, revoked: bool = False, name: str = "n") -> Record:
    return record(indicator("a", created=created, modified=modified, name=name, revoked=revoked or None))


def standing(made: Record) -> tuple[int, int, bytes]:
    return rank(made.labels, len(made.body), made.digest)


class Memory:
    """What the catalogue would know of one source id."""

    def __init__(self) -> None:
        self.versions: list[Record] = []
        self.current: Record | None = None

    def take(self, made: Record) -> tuple[str, str]:
        known = None
        if self.current is not None:
            same = frozenset(item.digest for item in self.versions if item.modified == made.modified)
            known = Known(self.versions[0].created, self.current.modified, self.current.revoked, standing(self.current), same)
        verdict = judge(known, made)
        if verdict.kind in ("first", "newer", "older"):
            self.versions.append(made)
        if verdict.kind in ("first", "newer"):
            self.current = made
        return verdict.kind, verdict.reason


def told(*records: Record) -> list[tuple[str, str]]:
    memory = Memory()
    return [memory.take(item) for item in records]


def test_the_first_is_the_first() -> None:
    assert told(version(T1)) == [("first", "")]


def test_versions_in_order() -> None:
    assert told(version(T1), version(T2), version(T3)) == [("first", ""), ("newer", ""), ("newer", "")]


def test_f11_a_late_older_version_is_history_and_never_the_latest() -> None:
    memory = Memory()
    assert [memory.take(item) for item in (version(T2), version(T1), version(T1), version(T2))] == [
        ("first", ""),
        ("older", ""),
        ("repeat", ""),
        ("repeat", ""),
    ]
    assert memory.current == version(T2)
    assert len(memory.versions) == 2


def test_f10_repeats_change_nothing_however_often() -> None:
    memory = Memory()
    for item in [version(T1), version(T2)] * 10:
        memory.take(item)
    assert memory.versions == [version(T1), version(T2)]


def test_f22_two_contents_for_one_version_are_a_conflict_and_the_first_stays() -> None:
    memory = Memory()
    memory.take(version(T1))
    memory.take(version(T2, name="one"))
    assert memory.take(version(T2, name="two")) == ("refused", "version-conflict")
    assert memory.take(version(T1, name="two")) == ("refused", "version-conflict")
    assert memory.current == version(T2, name="one")


def test_f22_the_same_content_spelled_otherwise_is_a_repeat() -> None:
    value = indicator("a")
    assert told(record(value), record(dict(reversed(value.items())))) == [("first", ""), ("repeat", "")]


def test_equal_moments_with_other_fraction_digits_are_one_version() -> None:
    first = record(indicator("a", created="2026-01-01T00:00:00Z", modified="2026-01-01T00:00:00.000Z"))
    second = record(indicator("a", created="2026-01-01T00:00:00.00Z", modified="2026-01-01T00:00:00Z", name="x"))
    assert told(first, second)[1] == ("refused", "version-conflict")


def test_f23_created_never_changes() -> None:
    assert told(version(T2, created=T1), version(T3, created=T2)) == [("first", ""), ("refused", "created-changed")]
    assert told(version(T2, created=T2), version(T3, created=T1)) == [("first", ""), ("refused", "created-changed")]


def test_f23_revoked_is_final() -> None:
    assert told(version(T1), version(T2, revoked=True), version(T3)) == [("first", ""), ("newer", ""), ("refused", "revoked-final")]
    assert told(version(T1), version(T2, revoked=True), version(T3, revoked=True))[2] == ("refused", "revoked-final")


def test_f23_history_may_still_arrive_after_a_revocation() -> None:
    memory = Memory()
    assert [memory.take(item) for item in (version(T2, revoked=True), version(T1))] == [("first", ""), ("older", "")]
    assert memory.current == version(T2, revoked=True)


def test_f23_a_revocation_that_comes_late_ends_what_came_after_it() -> None:
    """Revoked is final: the order of arrival does not matter."""
    memory = Memory()
    assert [memory.take(item) for item in (version(T1), version(T3), version(T2, revoked=True))][2] == ("newer", "")
    assert memory.current == version(T2, revoked=True)


def test_of_objects_without_versions_the_most_restricted_stands() -> None:
    value = observable("ipv4-addr", value="192.0.2.1")
    long = record({**value, "x_long": "y" * 100})
    red = record(marked(value, "red"))
    strange = record(marked(value, identifier("marking-definition", "strange")))
    assert told(long, red) == [("first", ""), ("newer", "")]
    assert told(red, long) == [("first", ""), ("older", "")]
    assert told(red, strange) == [("first", ""), ("newer", "")]


def test_reasons_are_documented() -> None:
    assert {"created-changed", "version-conflict", "revoked-final"} <= QUARANTINE.keys()


@pytest.mark.parametrize("records", list(permutations([version(T1), version(T2), version(T3)])))
def test_the_latest_wins_in_any_order(records: tuple[Record, ...]) -> None:
    memory = Memory()
    for item in records:
        memory.take(item)
    assert memory.current == version(T3)


CONTENTS = [
    record(observable("ipv4-addr", value="192.0.2.1")),
    record({**observable("ipv4-addr", value="192.0.2.1"), "defanged": True}),
    record({**observable("ipv4-addr", value="192.0.2.1"), "defanged": False}),
    record({**observable("ipv4-addr", value="192.0.2.1"), "x_a": 1}),
    record({**observable("ipv4-addr", value="192.0.2.1"), "x_b": 1}),
]


def test_objects_without_versions_are_one_whatever_the_order() -> None:
    finals = set()
    for records in permutations(CONTENTS):
        memory = Memory()
        for item in records:
            assert memory.take(item)[0] in ("first", "newer", "older")
        finals.add(memory.current)
    assert finals == {max(CONTENTS, key=standing)}


def test_the_longest_content_without_a_time_wins() -> None:
    assert told(CONTENTS[0], CONTENTS[1], CONTENTS[0]) == [("first", ""), ("newer", ""), ("repeat", "")]
    assert told(CONTENTS[1], CONTENTS[0]) == [("first", ""), ("older", "")]


def test_the_judgement_looks_at_nothing_but_times_and_content() -> None:
    one = version(T1)
    other = replace(one, key=b"0" * 16, labels=("x",), refs=("y",), altered=("z",))
    assert told(one, other) == [("first", ""), ("repeat", "")]
