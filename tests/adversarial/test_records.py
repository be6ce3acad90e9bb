"""What the hub itself leaves behind: quarantine, logs, counters, topics, files, and who it talks to."""

from __future__ import annotations

import json
import logging
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

import transforms.intake
import transforms.shape
from pipeline.bus.base import Range
from tests.adversarial.conftest import MakeWorld
from tests.adversarial.world import STANDARD, VERBATIM, World
from tests.support.objects import TLP2, domain, indicator, malware, marked, observable, report

pytestmark = pytest.mark.xdist_group("records")  # one process runs all of it: its tests share a world

VAULT = ("catalogue.db", "keys.json", "maker-feed")
"""What the hub is meant to keep; the last one is what it was fed from."""

CANARIES = ("zq23a", "zq23b", "zq23c", "zq23d", "zq23e", "zq23f")
OBJECTS = [
    marked(indicator("zq23a"), "red"),
    marked(malware("shown", description="Told by Jane zq23b.", labels=["zq23c"], x_zq23d="zq23d"), "clear"),
    marked(observable("email-addr", value="jane.zq23e@corp.example"), "clear"),
    marked(domain("identity", "person", name="Jane zq23f", identity_class="individual"), "clear"),
    marked(report("zq23b", [indicator("zq23a")]), "green"),
    {
        **marked(indicator("fine"), "clear"),
        "granular_markings": [{"marking_ref": TLP2["red"], "selectors": ["labels.[0]"]}],
        "labels": ["zq23c"],
    },
]
BROKEN = b'{"type":"indicator","id":"zq23a","zq23b":"zq23c","zq23d'


def test_a22_dead_letters_and_exceptions_that_carry_a_value(
    make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """Invalid objects, and steps that fail with the value in their message: no log, report, counter or client has it."""
    caplog.set_level(logging.DEBUG)
    world = make_world({"maker-feed": "maker"}, {"plain": VERBATIM, "std": STANDARD})
    keep_less, remint = transforms.intake.keep_less, transforms.shape.remint

    def poisoned(value: dict[str, Any]) -> Any:
        if "zq22poison" in json.dumps(value):
            raise ValueError(json.dumps(value))
        return keep_less(value)

    def broken(value: Any, *rest: Any, **more: Any) -> Any:
        if value["type"] == "malware":
            message = f"zq22later {json.dumps(value)}"
            raise RuntimeError(message)
        return remint(value, *rest, **more)

    monkeypatch.setattr(transforms.intake, "keep_less", poisoned)
    monkeypatch.setattr(transforms.shape, "remint", broken)
    invalid = [
        {**marked(indicator("zq22a"), "clear"), "confidence": "zq22bad"},
        {**marked(indicator("zq22b"), "clear"), "pattern": "[zq22bad"},
        {**marked(indicator("custom"), "clear"), "zq22bad jane": 1},
        marked(indicator("zq22poison"), "clear"),
    ]
    world.put("maker-feed", [*invalid, marked(malware("failing", description="x"), "clear"), marked(indicator("neighbour"), "clear")])
    (world.folder / "maker-feed" / "2.json").write_bytes(b'{"type":"bundle","objects":[{"type":"indicator","id":"zq22bad')
    report_ = world.run()
    assert world.quarantined("maker-feed")["internal-error"] == 1
    assert world.reasons("std")["release-error"] == 1
    got = world.received("std")
    assert got.pattern_with("neighbour.example")
    for text in (*capfd.readouterr(), caplog.text, report_.model_dump_json(), got.everything):
        assert "zq22" not in text.lower()
    with closing(sqlite3.connect(world.folder / "views.db")) as views:
        assert "zq22" not in "\n".join(views.iterdump())


@pytest.fixture(scope="module")
def world(make_world: MakeWorld) -> World:
    made = make_world({"maker-feed": "maker"}, {"std": STANDARD, "twin": STANDARD})
    made.put("maker-feed", OBJECTS)
    (made.folder / "maker-feed" / "broken.json").write_bytes(BROKEN)
    made.run()
    made.received("std")
    return made


def files(folder: Path) -> Iterator[tuple[str, bytes]]:
    """(name, bytes) of every file outside the vault."""
    for path in folder.rglob("*"):
        name = str(path.relative_to(folder))
        if path.is_file() and not name.startswith(VAULT):
            yield name, path.read_bytes()


def test_a23_headers_keys_counters_and_names_of_files(world: World) -> None:
    """Nothing of what was withheld or minimized stands in any file outside the vault, nor in a key, header or name."""
    assert world.report is not None
    bus = world.hub.open_bus()
    try:
        said = []
        for topic in (world.hub.raw, *(world.hub.partner_topic(name) for name in ("std", "twin"))):
            for part, end in bus.end_offsets(topic).items():
                for item in bus.read(Range(topic, part, 0, end)):
                    said.append(item.message.key + repr(item.message.headers).encode())
                    if topic != world.hub.raw:
                        said.append(item.message.value)
    finally:
        bus.close()
    said.append(world.report.model_dump_json().encode())
    for canary in CANARIES:
        for text in said:
            assert canary.encode() not in text.lower(), canary
        for name, content in files(world.folder):
            assert canary not in name
            assert name.startswith("bus.db") or canary.encode() not in content.lower(), (name, canary)
    assert len(said) > 5


def test_a30_nobody_outside_is_asked(make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything on, a value under PAP:RED, names that a library would look up: no socket is opened, no name resolved."""
    asked: list[object] = []

    def refuse(*arguments: object, **_: object) -> None:
        asked.append(arguments)
        raise OSError

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket.socket, "connect_ex", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket, "gethostbyname", refuse)
    pap_red = "marking-definition--740d36e5-7714-4c30-961a-3ae632ceee0e"
    parts = {"release": {**STANDARD["release"], "pap_max": "red"}, "minimize": {"profile": "trusted@1", "enrichment": "keep"}}
    world = make_world({"maker-feed": "maker"}, {"std": parts}, settings={"enrich": {}})
    world.put(
        "maker-feed",
        [
            marked(indicator("pap"), "clear", pap_red),
            marked(observable("domain-name", value="a.b.co.uk.example"), "clear", pap_red),
            marked(observable("url", value="http://user@login.example/?mail=jane@corp.example"), "clear"),
            marked(malware("mail", description="Write to jane@corp.example or www.example.com"), "clear"),
        ],
    )
    world.run()
    assert not asked
    monkeypatch.undo()
    assert world.received("std").objects
