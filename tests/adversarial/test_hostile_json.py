"""JSON that parsers read in different ways, or cannot hold: refused at the door, with a code and nothing of its content."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing

import pytest

from tests.adversarial.conftest import MakeWorld
from tests.adversarial.world import STANDARD, VERBATIM, World
from tests.support.objects import TLP2, indicator, malware, marked

pytestmark = pytest.mark.xdist_group("hostile_json")  # one process runs all of it: its tests share a world


def body(name: str, more: str) -> bytes:
    """A CLEAR indicator with some JSON spliced in at its end."""
    return (json.dumps(marked(indicator(f"zq35{name}"), "clear"))[:-1] + "," + more + "}").encode()


CLEAR_THEN_RED = f'"object_marking_refs":["{TLP2["red"]}"]'
DEEP = '"x_deep":' + "[" * 80 + "1" + "]" * 80

OBJECTS: dict[str, tuple[bytes, str]] = {
    "twice": (body("twice", CLEAR_THEN_RED), "duplicate-key"),
    "escaped-twice": (body("escaped-twice", CLEAR_THEN_RED.replace("object_m", "object_\\u006d")), "duplicate-key"),
    "nested-twice": (body("nested-twice", '"x_a":{"zq35b":1,"zq35b":2}'), "duplicate-key"),
    "infinite": (body("infinite", '"confidence":1e400'), "non-finite-number"),
    "nan": (body("nan", '"x_a":NaN'), ""),
    "huge": (body("huge", '"x_a":' + "9" * 400), ""),
    "big-integer": (body("big-integer", '"x_a":18446744073709551616'), "number-out-of-range"),
    "deep": (body("deep", DEEP), "too-deep"),
    "surrogate": (body("surrogate", '"description":"\\ud800 zq35"'), "invalid-unicode"),
    "surrogate-key": (body("surrogate-key", '"\\udc00":1'), "invalid-unicode"),
    "control": (body("control", '"description":"a\u0001b"'), ""),
    "utf8": (body("utf8", '"description":"x"').replace(b'"x"', b'"\xc3\x28"'), "invalid-utf8"),
    "overlong": (body("overlong", '"description":"x"').replace(b'"x"', b'"\xc0\xaf"'), "invalid-utf8"),
    "list-id": (body("list-id", '"x":1').replace(b'"type": "indicator"', b'"type": ["indicator"]'), ""),
}
PROTO = body("proto", '"__proto__":{"object_marking_refs":[]},"constructor":{"prototype":{"zq35proto2":1}}')


@pytest.fixture(scope="module")
def world(make_world: MakeWorld) -> World:
    """One file for each, beside a healthy neighbour, and whole documents that are odd."""
    made = make_world({"maker-feed": "maker"}, {"plain": VERBATIM, "std": STANDARD})
    neighbour = [marked(malware(f"neighbour {number}"), "clear") for number in range(3)]
    for name, (text, _) in OBJECTS.items():
        made.put("maker-feed", [text, neighbour[0]], f"{name}.json")
    made.put("maker-feed", [PROTO, neighbour[1]], "proto.json")
    folder = made.folder / "maker-feed"
    bundle = json.dumps({"type": "bundle", "id": "bundle--7f1d7f5e-3a57-4f0e-8a53-6a1f0c3b9d21", "objects": [neighbour[2]]})
    (folder / "bom.json").write_bytes(b"\xef\xbb\xbf" + bundle.encode())
    (folder / "utf16.json").write_bytes(json.dumps([marked(indicator("zq35utf16"), "red")]).encode("utf-16"))
    (folder / "two.json").write_bytes(bundle.encode() + b'{"zq35two":1}')
    (folder / "bomb.json").write_bytes(b'{"objects":' + b"[" * 100_000)
    (folder / "empty.json").write_bytes(b"")
    made.run()
    return made


@pytest.mark.parametrize("name", OBJECTS)
def test_a35_an_object_that_parsers_disagree_about(world: World, name: str) -> None:
    """Duplicate keys, 1e400, deep nesting, lone surrogates, huge integers, bytes that are no UTF-8: no client gets it."""
    for recipient in ("plain", "std"):
        got = world.received(recipient)
        assert not got.pattern_with(f"zq35{name}.example")
    reason = OBJECTS[name][1]
    if reason:
        assert world.quarantined("maker-feed")[reason] >= 1


def test_a35_names_that_mean_something_to_a_reader(world: World) -> None:
    """`__proto__` and `constructor` are custom properties like any other: gone, and the object is what it was."""
    for recipient in ("plain", "std"):
        got = world.received(recipient)
        (left,) = got.pattern_with("zq35proto.example")
        assert not left.keys() & {"__proto__", "constructor"}
        assert left["object_marking_refs"] == [TLP2["clear"]]
        assert not got.holds("zq35proto2")


def test_a35_nothing_is_told_but_codes_and_the_neighbours_go_on(world: World) -> None:
    """Reports and the list of quarantine hold codes alone; a byte order mark, UTF-16 and a second document change nothing."""
    assert world.report is not None
    assert "zq35" not in world.report.model_dump_json()
    with closing(sqlite3.connect(world.folder / "catalogue.db")) as catalogue:
        assert "zq35" not in str(catalogue.execute("SELECT reason, path FROM quarantine").fetchall())
    plain = world.received("plain")
    assert len(plain.of("malware")) >= 2
    assert not plain.holds("zq35utf16")
    assert not plain.holds("zq35two")
