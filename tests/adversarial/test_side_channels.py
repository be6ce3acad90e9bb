"""What a client learns from everything but the objects: ids, orders, sizes, cursors, errors."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
import yaml

from pipeline.bus.base import Range
from pipeline.inbox import open_inbox
from pipeline.server.embedded import EmbeddedServer
from pipeline.server.settings import ServerSettings
from tests.adversarial.conftest import MakeWorld
from tests.adversarial.world import STANDARD, TAXII, VERBATIM, Received, Stix, World
from tests.support.objects import domain, identifier, indicator, malware, marked, observable, relationship, report

pytestmark = pytest.mark.xdist_group("side_channels")  # one process runs all of it: its tests share a world

MERGED = {**STANDARD, "minimize": {"profile": "trusted@1", "merged": "keep", "enrichment": "keep"}}
RECIPIENTS = ("plain", "std", "twin", "merged")
HOSTS = [marked(indicator(f"host{number}", description=f"Seen {number} times."), "green") for number in range(30)]
FAMILIES = [marked(malware(f"m{number}"), "clear") for number in range(10)]
LINKS = [marked(relationship(f"l{number}", HOSTS[number], FAMILIES[number]), "green") for number in range(10)]
SECRET = marked(indicator("zq21secret"), "red")
VISIBLE = [*HOSTS, *FAMILIES, *LINKS, SECRET]

HIDDEN = [
    *(marked(indicator(f"zq20h{number}", description=f"Seen {number} times." * 40), "red") for number in range(300)),
    *(
        marked(indicator(f"zq20same{number}", f"[domain-name:value = 'host{number}.example']", created="2026-02-01T00:00:00.000Z"), "red")
        for number in range(30)
    ),
    marked(report("zq20", HOSTS), "red"),
    marked(domain("campaign", "zq20", name="Seen 1 times."), "amber+strict"),
    *(marked(relationship(f"zq20l{number}", HOSTS[number], FAMILIES[0]), "red") for number in range(30)),
]
"""Another producer's, none of which the recipients may have: some of it about the same things, some larger than all the rest."""


def made(make_world: MakeWorld, hidden: list[Stix]) -> World:
    recipients = {"plain": VERBATIM, "std": STANDARD, "twin": STANDARD, "merged": MERGED}
    world = make_world({"hidden-feed": "other", "maker-feed": "maker"}, recipients)
    world.put("hidden-feed", hidden[::2], "1.json")
    world.put("maker-feed", VISIBLE[::2], "1.json")
    world.run("2026-06-01T12:00:00+00:00")
    world.put("hidden-feed", hidden[1::2], "2.json")
    world.put("maker-feed", VISIBLE[1::2], "2.json")
    world.run("2026-06-02T12:00:00+00:00")
    return world


@pytest.fixture(scope="module")
def quiet(make_world: MakeWorld) -> World:
    return made(make_world, [])


@pytest.fixture(scope="module")
def loud(make_world: MakeWorld) -> World:
    return made(make_world, HIDDEN)


def pages(got: Received) -> list[tuple[bytes, dict[str, str]]]:
    """Bodies and headers, without what is new with every answer."""
    found = []
    for answer in got.answers:
        headers = {name: text for name, text in answer.headers.items() if name.lower() != "date"}
        found.append((re.sub(rb'"next":"[^"]*"', b'"next":""', answer.content), headers))
    return found


def test_a06_nothing_is_equal_across_recipients(quiet: World) -> None:
    """Bundle ids, cursors and the order of objects: two recipients of the same things share none."""
    bundles: dict[str, set[str]] = {}
    bus = quiet.hub.open_bus()
    try:
        for name in RECIPIENTS:
            topic = quiet.hub.partner_topic(name)
            ends = bus.end_offsets(topic)
            texts = [item.message.value.decode() for part, end in ends.items() for item in bus.read(Range(topic, part, 0, end))]
            bundles[name] = {found for text in texts for found in re.findall(r"bundle--[0-9a-f-]{36}", text)}
    finally:
        bus.close()
    assert all(bundles.values())
    assert len(set().union(*bundles.values())) == sum(map(len, bundles.values()))
    first, second = (quiet.received(name, limit="5") for name in ("std", "twin"))
    cursors = [{answer.json()["next"] for answer in got.answers if answer.json().get("more")} for got in (first, second)]
    assert cursors[0]
    assert not cursors[0] & cursors[1]
    orders = [[item["pattern"] for item in got.objects if item["type"] == "indicator"] for got in (first, second)]
    assert sorted(orders[0]) == sorted(orders[1])
    assert orders[0] != orders[1]


@pytest.mark.parametrize("recipient", RECIPIENTS)
def test_a20_the_volume_of_others_does_not_show(quiet: World, loud: World, recipient: str) -> None:
    """Hundreds of another producer's objects that the recipient may not have: every page, header, size and time stays the same."""
    for query in ({"limit": "5"}, {"limit": "200"}, {"limit": "7", "added_after": "2026-06-01T18:00:00Z"}):
        assert pages(quiet.received(recipient, **query)) == pages(loud.received(recipient, **query))
    for path in ("manifest/", ""):
        one, other = (world.client(recipient).get(world.collection(recipient) + path) for world in (quiet, loud))
        assert one.content == other.content
        assert one.headers["Content-Length"] == other.headers["Content-Length"]
    assert not loud.received(recipient).holds("zq20")


def test_a37_pages_have_a_fixed_number_of_objects_whatever_their_size(quiet: World, loud: World) -> None:
    """The length of a compressed answer depends on nothing but what the recipient may have anyway."""
    for recipient in RECIPIENTS:
        counts = [len(answer.json()["objects"]) for answer in quiet.received(recipient, limit="5").answers]
        assert set(counts[:-1]) == {5}
        path = quiet.collection(recipient)
        for encoding in ("gzip", "identity"):
            sizes = [
                world.client(recipient).get(f"{path}objects/", headers={"Accept-Encoding": encoding}).headers["Content-Length"]
                for world in (quiet, loud)
            ]
            assert sizes[0] == sizes[1]


def same(one: httpx2.Response, other: httpx2.Response, *names: str) -> bool:
    """Whether two answers are equal when what was asked for is taken out."""
    texts = [re.sub("|".join(names), "ID", answer.text) for answer in (one, other)]
    headers = [{name: text for name, text in answer.headers.items() if name.lower() != "date"} for answer in (one, other)]
    return (one.status_code, texts[0], headers[0]) == (other.status_code, texts[1], headers[1])


@pytest.mark.parametrize("recipient", RECIPIENTS)
def test_a21_withheld_is_answered_like_what_never_was(quiet: World, recipient: str) -> None:
    """A withheld id, one that nobody has, an original id of what was minimized, another recipient's: byte for byte the same."""
    client, path = quiet.client(recipient), quiet.collection(recipient)
    nobody = identifier("indicator", "nobody has this")
    other = next(item["id"] for item in quiet.received("twin" if recipient != "twin" else "std").of("indicator"))
    known = [SECRET["id"], other] + ([HOSTS[0]["id"]] if recipient != "plain" else [])
    for form in ("objects/{}/", "objects/{}/versions/", "objects/?match[id]={}", "manifest/?match[id]={}"):
        expected = client.get(path + form.format(nobody))
        for name in known:
            assert same(client.get(path + form.format(name)), expected, name, nobody), form
    theirs = quiet.collection("twin" if recipient != "twin" else "std")
    never = f"/tearline/collections/{uuid.UUID(int=7 << 76 | 4 << 76)}/"
    assert same(client.get(f"{theirs}objects/"), client.get(f"{never}objects/"), theirs.split("/")[3], never.split("/")[3])


KNOWN = observable("email-addr", value="known.zq21@corp.example")
UNKNOWN = observable("email-addr", value="unknown.zq21@corp.example")


@pytest.fixture(scope="module")
def inbox(make_world: MakeWorld) -> Iterator[tuple[World, httpx2.Client]]:
    """A hub in which a partner POSTs."""
    world = make_world({"maker-feed": "maker"}, {"spy": VERBATIM, "plain": VERBATIM})
    world.put("maker-feed", [marked(KNOWN, "red")])
    path = world.folder / "tearline.yaml"
    content: dict[str, Any] = yaml.safe_load(path.read_text())
    content["feeds"].append({"id": "spy-push", "connector": "push", "producer": "spy"})
    content["collections"] = [{"alias": "in", "partner": "spy", "title": "In", "feed": "spy-push"}]
    path.write_text(yaml.safe_dump(content))
    world.run()
    hub = world.hub
    settings = ServerSettings.model_validate({"port": 0, "rate_limit": {"requests_per_second": 0}})
    with open_inbox(world.folder, hub.configuration, hub.keys) as inbox:
        assert inbox is not None
        with EmbeddedServer(hub.views_path, settings, hub.keys.derive("server"), inbox=inbox) as server:
            world.server = server
            yield world, world.client("spy")


def test_a21_what_is_wrong_with_a_posted_object_is_told_by_codes(inbox: tuple[World, httpx2.Client]) -> None:
    """Bad objects and bad envelopes: neither answers nor the status repeat what was in them."""
    world, client = inbox
    good = marked(indicator("zq21good"), "clear")
    bad = [
        {**good, "id": identifier("indicator", "1"), "pattern": "[zq21bad:"},
        {**good, "id": identifier("indicator", "2"), "x_zq21bad": {"a": 1}, "confidence": "zq21bad"},
        {**good, "id": identifier("indicator", "3"), "created": "zq21bad"},
        {**good, "id": "zq21bad--1", "type": "zq21bad"},
        {**marked(malware("zq21"), "clear"), "zq21bad jane": 1},
    ]
    headers = {"Content-Type": TAXII}
    status = client.post("/tearline/collections/in/objects/", json={"objects": [good, *bad]}, headers=headers).json()
    world.run("2026-06-01T13:00:00+00:00")
    told = client.get(f"/tearline/status/{status['id']}/")
    content = told.json()
    assert (content["status"], content["success_count"], content["failure_count"]) == ("complete", 2, 4)
    messages = [item.get("message", "") for item in content["failures"]]
    assert not [message for message in messages if "zq21bad" in message]
    for body in (b'{"objects":[{"zq21bad', b'{"zq21bad":1}', b'["zq21bad"]', b"zq21bad", b'{"objects":"zq21bad"}'):
        answer = client.post("/tearline/collections/in/objects/", content=body, headers=headers)
        assert "zq21bad" not in answer.text
        assert answer.status_code < 500


def test_a21_a_status_does_not_tell_what_others_have(inbox: tuple[World, httpx2.Client]) -> None:
    """An observable under the id of a guessed value, with another value: the outcome is the same whether anybody has the guess or not."""
    world, client = inbox
    told = []
    for minute, guess in enumerate((KNOWN, UNKNOWN), 1):
        value = {**marked(guess, "clear"), "value": "decoy.zq21@corp.example"}
        answer = client.post("/tearline/collections/in/objects/", json={"objects": [value]}, headers={"Content-Type": TAXII})
        world.run(f"2026-06-01T14:0{minute}:00+00:00")
        status = client.get(f"/tearline/status/{answer.json()['id']}/").json()
        told.append((status["success_count"], status["failure_count"], [item.get("message") for item in status.get("failures", ())]))
    assert told[0] == told[1]
