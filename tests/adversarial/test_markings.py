"""Markings that hide, contradict each other, lie, or lead nowhere: the most restrictive reading counts."""

from __future__ import annotations

import pytest

from schemas.stix.extensions_known import ACS_EXTENSION, IEP_EXTENSION
from tests.adversarial.conftest import MakeWorld
from tests.adversarial.world import STANDARD, VERBATIM, Received, Stix, World
from tests.support.hubs import write_yaml
from tests.support.objects import TLP2, TLP2_EXTENSION, domain, identifier, indicator, marked, observable

pytestmark = pytest.mark.xdist_group("markings")  # one process runs all of it: its tests share a world

RECIPIENTS = ("plain", "std")


def tagged(host: str, pattern: str | None = None, /, **more: object) -> Stix:
    """A CLEAR indicator that says more of its handling in its own words."""
    return marked(indicator(f"zq8-{host}", pattern, **more), "clear")


# A8: the same word in every place and disguise.
WORDS = [
    tagged("label", labels=["TLP:AMBER+STRICT"]),
    tagged("misp-label", labels=['tlp:red="x"', "phishing"]),
    tagged("name", name="tlp\uff1ared"),
    tagged("description", description="Host seen last week. TLP:AMBER+STRICT, do not pass on."),
    tagged("dashes", description="[TLP-RED] Host seen."),
    tagged("blanks", description="TLP : AMBER STRICT"),
    tagged("lines", description="TLP\nRED"),
    tagged("zero-width", description="T\u200bLP:R\u00adED"),
    tagged("bold", description="\U0001d413\U0001d40b\U0001d40f:\U0001d411\U0001d404\U0001d403"),
    tagged("cyrillic", description="\u0422LP:RED"),
    tagged("long", description="Traffic Light Protocol: Amber"),
    tagged("version", description="TLP 2.0: AMBER"),
    tagged("percent", description="TLP%3ARED"),
    tagged("entity", description="TLP&#58;RED"),
    tagged("reference", external_references=[{"source_name": "report", "description": "TLP:RED"}]),
    tagged("custom", x_tlp="amber"),
    tagged("yara", 'rule a { meta: tlp = "RED" strings: $a = "zq8-yara.example" condition: $a }', pattern_type="yara"),
]

# A9, A10
RED, GREEN = TLP2["red"], TLP2["green"]
LISTED = {
    **marked(indicator("listed", labels=["twin", "zq9a", "twin", "zq9b", "left"]), "clear"),
    "granular_markings": [
        {"marking_ref": RED, "selectors": ["labels.[1]"]},
        {"marking_ref": RED, "selectors": ["labels.[3]"]},
        {"marking_ref": GREEN, "selectors": ["labels.[4]"]},
    ],
}
TWIN = {
    **marked(indicator("twin", labels=["zq9twin", "zq9twin"]), "clear"),
    "granular_markings": [{"marking_ref": RED, "selectors": ["labels.[1]"]}],
}
DANGLING = {
    **marked(indicator("zq10dangling", labels=["one"]), "clear"),
    "granular_markings": [{"marking_ref": RED, "selectors": ["labels.[7]"]}],
}
NOWHERE = {**marked(indicator("zq10nowhere"), "clear"), "granular_markings": [{"marking_ref": RED, "selectors": ["nosuch.[0]"]}]}
GRAMMAR = {**marked(indicator("zq10grammar"), "clear"), "granular_markings": [{"marking_ref": RED, "selectors": ["labels[0]"]}]}
HASHES = {
    **marked(observable("file", name="tool.exe", hashes={"MD5": "0" * 31 + "a", "SHA-256": "b" * 60 + "d10a"}), "clear"),
    "granular_markings": [{"marking_ref": RED, "selectors": ["hashes.SHA-256"]}],
}
FALSY = {
    **marked(indicator("falsy", confidence=0, revoked=False), "clear"),
    "granular_markings": [{"marking_ref": RED, "selectors": ["confidence"]}],
}
REQUIRED = {**marked(indicator("zq10required"), "clear"), "granular_markings": [{"marking_ref": RED, "selectors": ["pattern"]}]}
SOURCE = {
    **marked(indicator("source", external_references=[{"source_name": "zq10source", "external_id": "7"}]), "clear"),
    "granular_markings": [{"marking_ref": RED, "selectors": ["external_references.[0].source_name"]}],
}

# A11: by a producer of its own, since a lie about a public id spoils all that is under it.
LIE = {
    "type": "marking-definition",
    "spec_version": "2.1",
    "id": TLP2["clear"],
    "created": "2022-10-01T00:00:00.000Z",
    "name": "TLP:RED",
    "extensions": {TLP2_EXTENSION: {"extension_type": "property-extension", "tlp_2_0": "red"}},
}
FORGED = {**LIE, "id": "marking-definition--bab4a63c-afd4-4d6c-8f3c-7d1f5e2a9b04", "name": "TLP:GREEN"}
FORGED["extensions"] = {TLP2_EXTENSION: {"extension_type": "property-extension", "tlp_2_0": "green"}}
LIES = [
    *(LIE, FORGED, marked(indicator("zq11lie"), "clear"), marked(indicator("zq11forged"), FORGED["id"])),
    marked(indicator("zq11unresolved"), identifier("marking-definition", "nobody has it")),
    marked(indicator("zq11mixed"), "green", identifier("marking-definition", "nobody has it")),
    {**indicator("zq11empty"), "object_marking_refs": []},
    indicator("zq11unmarked"),
    marked(indicator("honest"), "green"),
]

# A12
ACS = domain(
    "marking-definition",
    "nf",
    modified=None,
    extensions={
        ACS_EXTENSION: {
            "extension_type": "property-extension",
            "identifier": "isa:guide.19001.ACS3-0b9bc5d4-7f0a-4e4b-9d0e-6f7d8a9b0c1d",
            "create_date_time": "2026-02-03T04:05:06.789Z",
            "responsible_entity_custodian": "USA.DHS",
            "policy_reference": "urn:isa:policy:acs:ns:v3.0?privdefault=permit&sharedefault=permit",
            "control_set": {"classification": "U", "formal_determination": ["NF"]},
        }
    },
)


def exchange(name: str, tlp: str, **more: str) -> Stix:
    """An IEP marking with no duties but its TLP."""
    body = {
        "extension_type": "property-extension",
        "iep_id": "8f7d1c5e-2b6a-4c3d-9e1f-0a2b3c4d5e6f",
        "iep_version": 2.0,
        "description": "For tests",
        "start_date": "2026-01-01T00:00:00Z",
        "encrypt_in_transit": "may",
        "permitted_actions": "externally-visible-direct-actions",
        "affected_party_notifications": "may",
        "tlp": tlp,
        "provider_attribution": "may",
        "unmodified_resale": "may",
        **more,
    }
    made = domain("marking-definition", f"iep {name}", modified=None, extensions={IEP_EXTENSION: body})
    return {**marked(made, "clear")}


OPEN_IEP, RED_IEP, CAREFUL_IEP = exchange("open", "white"), exchange("red", "red"), exchange("careful", "white", permitted_actions="none")
COMBINED = [
    *(marked(ACS, "clear"), OPEN_IEP, RED_IEP, CAREFUL_IEP),
    marked(indicator("zq12foreign"), "green", ACS["id"]),
    marked(indicator("iep-open"), "clear", OPEN_IEP["id"]),
    marked(indicator("zq12red"), "clear", RED_IEP["id"]),
    marked(indicator("zq12careful"), "clear", CAREFUL_IEP["id"]),
    marked(indicator("zq12both"), "clear", "red"),
    marked(indicator("zq12nofo", description="UNCLASSIFIED//NOFORN"), "clear"),
]

PARTS = [LISTED, TWIN, DANGLING, NOWHERE, GRAMMAR, HASHES, FALSY, REQUIRED, SOURCE]


@pytest.fixture(scope="module")
def world(make_world: MakeWorld) -> World:
    made = make_world({"maker-feed": "maker", "liar-feed": "liar"}, {"plain": VERBATIM, "std": STANDARD, "home": VERBATIM})
    for name, nation in (("maker", "USA"), ("home", "USA"), ("plain", "NOR")):
        partner = {"id": name, "name": name.title(), "kind": "csirt", "communities": ["forum"], "jurisdiction": [nation]}
        write_yaml(made.folder / "partners" / f"{name}.yaml", partner)
    made.put("maker-feed", [*WORDS, *PARTS, *COMBINED])
    made.put("liar-feed", LIES)
    made.run()
    return made


@pytest.fixture(params=RECIPIENTS)
def got(request: pytest.FixtureRequest, world: World) -> Received:
    return world.received(request.param)


@pytest.mark.parametrize("item", WORDS, ids=lambda item: item["pattern"][22:-10] if item["pattern_type"] == "stix" else "yara")
def test_a08_a_tlp_word_that_is_no_marking_restricts(world: World, item: Stix) -> None:
    """TLP only in labels, name, description or anywhere else, in full-width, bold, split, encoded or look-alike letters."""
    for recipient in RECIPIENTS:
        got = world.received(recipient)
        assert not got.has(item)
        assert not got.pattern_with(item["pattern"][22:40])


def test_a09_two_marked_items_of_a_list_go_and_the_right_ones_stay(got: Received) -> None:
    """labels.[1] and labels.[3] are RED, [4] is GREEN, and there are twins: no selector is read on the shortened list."""
    assert not got.holds("zq9a")
    assert not got.holds("zq9b")
    (left,) = got.pattern_with("listed.example")
    marks = {mark["marking_ref"]: mark["selectors"] for mark in left.get("granular_markings", ())}
    if "labels" in left:
        assert left["labels"] == ["twin", "twin", "left"]
        assert GREEN in left["object_marking_refs"] or marks[GREEN] == ["labels.[2]"]
    assert RED not in left["object_marking_refs"]


def test_a09_of_two_equal_items_the_marked_one_goes(world: World) -> None:
    (left,) = world.received("plain").pattern_with("twin.example")
    assert left["labels"] == ["zq9twin"]


def test_a10_selectors_that_lead_nowhere_mark_the_whole_object(got: Received) -> None:
    """Dangling, of a property that is not there, or not of the grammar: the object stays."""
    for trace in ("zq10dangling", "zq10nowhere", "zq10grammar", "zq10required", "zq10source"):
        assert not got.holds(trace)


def test_a10_selectors_that_other_libraries_refuse(world: World) -> None:
    """hashes.SHA-256, and a property whose value is 0."""
    got = world.received("plain")
    assert not got.holds("d10a")
    (tool,) = got.of("file")
    assert tool["hashes"] == {"MD5": "0" * 31 + "a"}
    assert tool["id"] != HASHES["id"]
    (falsy,) = got.pattern_with("falsy.example")
    assert "confidence" not in falsy
    assert not world.received("std").holds("d10a")


def test_a11_markings_that_are_not_what_they_say(got: Received, world: World) -> None:
    """CLEAR id with RED body, forged TLP 2 id, unresolvable reference, empty list, none at all."""
    for trace in ("zq11lie", "zq11forged", "zq11unresolved", "zq11mixed", "zq11empty", "zq11unmarked", FORGED["id"]):
        assert not got.holds(trace)
    assert world.quarantined("liar-feed")["marking-mismatch"] == 2
    assert got.pattern_with("honest.example")


def test_a12_several_markings_must_all_allow_it(got: Received, world: World) -> None:
    """GREEN with ACS NF, CLEAR with IEP red, CLEAR with RED, a promise that nobody gave: the most restrictive counts."""
    for trace in ("zq12foreign", "zq12red", "zq12careful", "zq12both", "zq12nofo"):
        assert not got.holds(trace)
    home = world.received("home")
    assert home.pattern_with("zq12foreign.example")
    assert home.pattern_with("zq12nofo.example")
    assert not home.pattern_with("zq12red.example")
    assert world.received("plain").pattern_with("iep-open.example")
