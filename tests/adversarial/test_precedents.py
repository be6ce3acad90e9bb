"""What went wrong elsewhere, in public: each defect of another program, tried on this one."""

from __future__ import annotations

import subprocess
import sys

import pytest
import yaml
from typer.testing import CliRunner

from pipeline.cli.main import app
from schemas.errors import ConfigError
from schemas.markings import TLP_BY_ID
from tests.adversarial.conftest import MakeWorld
from tests.adversarial.world import STANDARD, TYPES, VERBATIM, Received, Stix, World
from tests.support.hubs import write_yaml
from tests.support.objects import (
    TLP2,
    domain,
    identity,
    indicator,
    malware,
    marked,
    observable,
    relationship,
    report,
    sighting,
    statement_marking,
    tlp2,
)

pytestmark = pytest.mark.xdist_group("precedents")  # one process runs all of it: its tests share a world

LATER = "2026-02-04T00:00:00.000Z"
UNNAMED = {**VERBATIM, "minimize": {"profile": "verbatim@1", "attribution": "anonymous"}}
NO_CREATOR = {**VERBATIM, "minimize": {"profile": "verbatim@1", "paths": {"*.created_by_ref": "drop"}}}
EVERYBODY = ("plain", "std", "unnamed", "no-creator")

# History that names a restricted actor.
ACTOR = marked(domain("threat-actor", "restricted", name="Grey Lynx zq6785"), "red")
OLD_NAMED = marked(malware("renamed", name="Grey Lynx zq6785 loader"), "red")
NEW_PLAIN = marked(malware("renamed", name="Loader", modified=LATER), "clear")
HISTORY = marked(report("history", [OLD_NAMED["id"], ACTOR["id"]], name="Changes"), "green")
# One of two markings is enough, says somebody.
CIRCLE = marked(statement_marking("circle-zq3133"), "clear")
TWO = marked(indicator("zq3133"), "green", CIRCLE["id"])
# All definitions are shown to everybody.
UNUSED = marked(statement_marking("unused-zq6856", definition={"statement": "Committee zq6856"}), "amber+strict")
USED = marked(statement_marking("used", definition={"statement": "Copyright Maker"}), "clear")
UNDER_USED = marked(indicator("licensed"), "green", USED["id"])
# RED objects by way of what depends on them; a restricted organisation in a copy of a reference.
RED_TARGET = marked(identity("zq17576", name="Ministry zq17576"), "red")
VICTIM_LINK = marked(relationship("victim-zq17576", malware("renamed"), RED_TARGET, "targets"), "green")
SEEN_AT = marked(sighting("at", indicator("licensed"), where_sighted_refs=[RED_TARGET["id"]], x_where_sighted_values=["zq16814"]), "green")
DEPENDS = marked(indicator("depends", x_opencti_created_by_ref=RED_TARGET["id"], created_by_ref=RED_TARGET["id"]), "green")
SHADOW = marked(
    observable("file", name="sample.bin", hashes={"MD5": "2" * 32}, parent_directory_ref="directory--" + RED_TARGET["id"][10:]), "green"
)
# The identity of a creator that was removed.
MAKER = marked(identity("maker-zq6762", name="Maker zq6762"), "clear")
BY_MAKER = marked(indicator("created", created_by_ref=MAKER["id"]), "clear")
# A phishing domain that wears the name of another partner.
WORN = marked(indicator("no-creator-login"), "clear")
# TLP 2.0, and selectors that libraries refuse.
STRICT = marked(indicator("zq569"), "amber+strict")
CLEAR = marked(indicator("openly"), "clear")
ZERO = {
    **marked(indicator("zero", confidence=0), "clear"),
    "granular_markings": [{"marking_ref": TLP2["red"], "selectors": ["confidence"]}],
}
LIE = {**tlp2("red"), "id": TLP2["clear"]}
# Two TLPs on one object.
TWO_TLPS = marked(indicator("zq8350two"), "clear", "amber")

OBJECTS = [
    *(ACTOR, OLD_NAMED, NEW_PLAIN, HISTORY, CIRCLE, TWO, UNUSED, USED, UNDER_USED, RED_TARGET, VICTIM_LINK, SEEN_AT, DEPENDS, SHADOW),
    *(MAKER, BY_MAKER, WORN, STRICT, CLEAR, ZERO, TWO_TLPS, tlp2("clear"), tlp2("amber+strict")),
]


@pytest.fixture(scope="module")
def world(make_world: MakeWorld) -> World:
    types = [name for name in TYPES if name != "marking-definition"]
    passing = {"release": {"types": types, "tlp_max": "green", "statements": "pass"}}
    recipients = {"plain": VERBATIM, "std": STANDARD, "unnamed": UNNAMED, "no-creator": NO_CREATOR, "passing": passing}
    made = make_world({"maker-feed": "maker"}, recipients)
    made.put("maker-feed", OBJECTS)
    made.run()
    return made


@pytest.fixture(params=EVERYBODY)
def got(request: pytest.FixtureRequest, world: World) -> Received:
    return world.received(request.param)


def test_opencti_6785_history_names_a_restricted_actor(got: Received) -> None:
    """An older, RED version named the actor; the newest is CLEAR. All versions are asked for, and none tells the name."""
    for trace in ("zq6785", "lynx", ACTOR["id"][-36:]):
        assert not got.holds(trace)
    assert len([item for item in got.objects if item["type"] == "malware"]) == 1


def test_opencti_3133_one_of_two_markings_is_not_enough(world: World) -> None:
    """GREEN for the community and a statement: who has not promised the second does not get it."""
    for name in EVERYBODY:
        assert not world.received(name).holds("zq3133")
    assert world.received("passing").pattern_with("zq3133.example")


def test_opencti_6856_marking_definitions_show_to_everybody(world: World) -> None:
    """Definitions have markings of their own: to those whom these do not let know them, they do not go."""
    for name in EVERYBODY:
        assert all(item["id"] in TLP_BY_ID for item in world.received(name).of("marking-definition"))
        assert not world.received(name).holds("zq6856")
    passing = world.received("passing")
    assert passing.has(USED)


def test_opencti_6856_a_definition_that_names_somebody_stays_where_its_marking_says(world: World) -> None:
    assert not world.received("passing").holds("zq6856")


def test_opencti_17576_16814_15533_dependencies_and_copies_go_past_the_filter(got: Received) -> None:
    """A RED organisation behind a link, a creator, `where_sighted_refs`, a custom copy of its name, a made-up reference."""
    for trace in ("zq17576", "zq16814", RED_TARGET["id"][-36:]):
        assert not got.holds(trace)
    assert got.pattern_with("depends.example")


def test_connectors_6762_the_identity_of_a_removed_creator(world: World) -> None:
    """Where nobody is named, the identity object does not go out beside the objects that do not name it."""
    for name in ("std", "unnamed"):
        got = world.received(name)
        assert got.pattern_with("created.example")
        assert not got.holds("zq6762")
        assert not got.holds(MAKER["id"][-36:])


def test_a_threat_that_wears_a_partners_name_still_goes(got: Received) -> None:
    """Nobody is named by it, and those who are imitated are the first to want it known."""
    assert got.pattern_with("no-creator-login.example")


def test_stix2_569_583_tlp_2_is_known(got: Received) -> None:
    """TLP 2.0 is taken, and AMBER+STRICT is no AMBER."""
    assert not got.holds("zq569")
    assert got.pattern_with("openly.example")


def test_stix2_585_586_selectors_and_definitions_that_lie(make_world: MakeWorld, world: World) -> None:
    """A selector on a falsy value, and a definition that carries the id of CLEAR and the body of RED."""
    (zero,) = world.received("plain").pattern_with("zero.example")
    assert "confidence" not in zero
    liar = make_world({"maker-feed": "maker"}, {"plain": VERBATIM})
    liar.put("maker-feed", [CLEAR, LIE])
    liar.run()
    assert liar.quarantined("maker-feed")["marking-mismatch"] == 1
    assert not liar.received("plain").objects


def test_taxii_119_one_collection_is_no_wall_by_itself(world: World) -> None:
    """Each recipient sees its own collection, and is told of no other; no query of its own brings it more."""
    ids = {world.collection(name) for name in (*EVERYBODY, "passing")}
    assert len(ids) == 5
    client, own = world.client("plain"), world.collection("plain")
    for path in ids - {own}:
        for rest in ("", "objects/", "manifest/"):
            assert client.get(path + rest).status_code == 404
    for query in ({"match[version]": "all"}, {"match[spec_version]": "2.0,2.1"}, {"match[type]": "threat-actor,identity"}):
        assert ACTOR["id"] not in client.get(f"{own}objects/", params=query).text


def test_misp_8350_4784_2223_recall_and_two_labels(make_world: MakeWorld) -> None:
    """A revocation reaches everybody who had the object, under the id that he knows; an object with two labels has the narrower."""
    world = make_world({"maker-feed": "maker"}, {"plain": VERBATIM, "std": STANDARD})
    value = marked(indicator("recalled", description="x"), "clear")
    world.put("maker-feed", [value, TWO_TLPS], "1.json")
    world.run("2026-06-01T12:00:00+00:00")
    known = {name: world.received(name).pattern_with("recalled.example")[0]["id"] for name in ("plain", "std")}
    world.put("maker-feed", [{**value, "revoked": True, "modified": LATER}], "2.json")
    world.run("2026-06-02T12:00:00+00:00")
    for name, identifier in known.items():
        got = world.received(name)
        assert got.newest[identifier]["revoked"] is True
        assert not got.holds("zq8350two")


def test_misp_4200_an_empty_group_is_nobody(make_world: MakeWorld) -> None:
    """A community without members, types without entries, and a marking that is releasable to nobody: nothing goes."""
    world = make_world({"maker-feed": "maker"}, {"plain": VERBATIM, "bare": {"release": {"types": [], "tlp_max": "green"}}})
    (world.folder / "communities").mkdir()
    write_yaml(world.folder / "communities" / "forum.yaml", {"id": "forum", "version": "1.0.0", "members": []})
    nobody = marked(indicator("nobody", description="REL TO"), "green")
    world.put("maker-feed", [nobody, marked(indicator("group"), "green"), CLEAR])
    world.run()
    assert not world.received("bare").objects
    assert [item["pattern"] for item in world.received("plain").of("indicator")] == [CLEAR["pattern"]]


def test_misp_tlp_distribution_check_blocks_and_does_not_warn(got: Received) -> None:
    """What is above the ceiling is not there at all, whatever else was said of it."""
    for item in got.objects:
        assert not {TLP2["amber"], TLP2["amber+strict"], TLP2["red"]} & set(item.get("object_marking_refs", ()))


@pytest.mark.parametrize(
    "paths", [{"indicator.pattren": "drop"}, {"indicatr.pattern": "drop"}, {"*.": "drop"}, {"indicator.pattern": "hash"}]
)
def test_eclecticiq_a_path_that_leads_nowhere_is_no_secret(make_world: MakeWorld, paths: Stix) -> None:
    """Invalid paths and verbs of a policy are refused, or at least reported by lint: never silently without effect."""
    world = make_world({"maker-feed": "maker"}, {"plain": VERBATIM})
    path = world.folder / "policies" / "plain.yaml"
    content = yaml.safe_load(path.read_text())
    content["minimize"]["paths"] = paths
    path.write_text(yaml.safe_dump(content))
    try:
        world.hub.read_sharing_files()
    except ConfigError:
        return
    told = CliRunner().invoke(app, ["policy", "lint", "--dir", str(world.folder)]).output
    assert next(iter(paths)) in told


def test_eclecticiq_data_inside_observables_is_minimized(make_world: MakeWorld) -> None:
    """Not only whole entities: one part of a pattern, one entry of a dictionary, one segment of a path."""
    parts = {"release": STANDARD["release"], "minimize": {"profile": "standard@1"}}
    world = make_world({"maker-feed": "maker"}, {"std": parts})
    path = r"[file:parent_directory_ref.path = 'C:\\Users\\zqinside\\AppData\\drop' AND file:name = 'evil.exe']"
    header = {"from": "zqinside@corp.example", "x-mailer": "Mailer 1"}
    mail = {**observable("email-message", is_multipart=False, subject="zqinside", additional_header_fields=header)}
    world.put(
        "maker-feed",
        [
            marked(indicator("path", path), "clear"),
            marked(mail, "clear"),
            marked(observable("file", name="zqinside cv.docx", hashes={"MD5": "4" * 32}), "clear"),
        ],
    )
    world.run()
    got = world.received("std")
    assert not got.holds("zqinside")
    assert got.of("file")[0]["hashes"] == {"MD5": "4" * 32}


def test_tldextract_332_no_list_is_fetched() -> None:
    """A fresh process that loads every detector, enricher and minimizer while no socket can be opened."""
    script = (
        "import socket\n"
        "def refuse(*a, **k): raise SystemExit('asked the network')\n"
        "socket.socket.connect = refuse; socket.getaddrinfo = refuse; socket.create_connection = refuse\n"
        "from transforms.detect import detectors\n"
        "from transforms.enrichers.public_suffix import *\n"
        "from transforms.minimize import Minimizer\n"
        "from schemas.sharing.layers import Layer\n"
        "made = Minimizer([Layer('p', 'trusted@1')])\n"
        "made.minimize({'type': 'domain-name', 'spec_version': '2.1', 'id': 'domain-name--x', 'value': 'a.b.example.co.uk'})\n"
        "detectors().find('Write to jane@mail.example.co.uk, see www.example.org')\n"
        "print('done')\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout == "done\n", done.stderr
