"""What a guard remembers never changes what it says."""

from __future__ import annotations

import base64

import orjson
import pytest

from schemas.ids import uuid_of
from schemas.markings import Tlp
from tests.support.objects import TLP2, identifier
from transforms.guard import Guard, Memory, Watch, memory, uuids

WATCH = Watch(Tlp.GREEN, ("rival partner",))
OWN, OTHER, THIRD = (identifier("indicator", name) for name in ("own", "other", "third"))

BODIES = {
    "nothing": {"name": "x"},
    "another id": {"name": f"see {OTHER}"},
    "own id again": {"name": f"I am {OWN}"},
    "own id in base64": {"name": base64.b64encode(OWN.encode()).decode()},
    "another id in base64": {"name": base64.b64encode(OTHER.encode()).decode()},
    "a marking above": {"object_marking_refs": [TLP2["red"]]},
    "a partner": {"name": "told by Rival Partner"},
    "a person": {"description": "ask jane.roe@victim.example"},
    "a defanged person": {"description": "ask jane.roe[at]victim[.]example"},
}


def body(identifier_: str, more: dict[str, object]) -> bytes:
    return orjson.dumps({"type": "indicator", "id": identifier_, **more})


@pytest.mark.parametrize("first", BODIES)
@pytest.mark.parametrize("second", BODIES)
def test_what_is_found_is_what_a_guard_without_memory_finds(first: str, second: str) -> None:
    known = Memory(Guard(WATCH))
    for name, own in ((first, OWN), (second, OWN), (first, THIRD), (second, THIRD)):
        made = body(own, BODIES[name])
        found = known.look(made, uuid_of(own).encode())
        assert found.reason == Guard(WATCH).look(made)
        assert found.uuids | {uuid_of(own)} == uuids(made) | {uuid_of(own)}


def test_the_own_id_is_not_among_what_is_found_unless_it_stands_there_again() -> None:
    known = Memory(Guard(WATCH))
    assert known.look(body(OWN, BODIES["nothing"]), uuid_of(OWN).encode()).uuids == frozenset()
    assert known.look(body(OWN, BODIES["own id again"]), uuid_of(OWN).encode()).uuids == {uuid_of(OWN)}


def test_an_id_that_is_not_written_plainly_is_found_with_all_others() -> None:
    """The whole is looked at as it is: nothing was cut out."""
    made = body("indicator--" + "\\u0030".join(uuid_of(OWN).split("0")), BODIES["another id"])
    assert uuid_of(OTHER) in Memory(Guard(WATCH)).look(made, uuid_of(OWN).encode()).uuids


def test_each_body_is_looked_at_once_whatever_ids_stand_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[bytes] = []
    guard = Guard(WATCH)
    monkeypatch.setattr(guard, "look", lambda found: looked.append(found) or "")
    known = Memory(guard)
    for own in (OWN, THIRD):
        known.look(body(own, BODIES["nothing"]), uuid_of(own).encode())
        known.look(body(own, {"ref": identifier("malware", own)}), uuid_of(own).encode())
    assert len(looked) == 2


def test_what_is_remembered_stays_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "MAX_REMEMBERED", 8)
    known = Memory(Guard(WATCH))
    for number in range(50):
        known.look(body(OWN, {"name": f"n{number}"}), uuid_of(OWN).encode())
    known.look(body(OWN, {"name": "x" * 10_000}), uuid_of(OWN).encode())
    assert len(known._own) <= 8
    assert len(known._all) <= 8
    assert max(len(head) + len(tail) for head, tail in known._own) < memory.LONGEST_REMEMBERED  # type: ignore[misc]
