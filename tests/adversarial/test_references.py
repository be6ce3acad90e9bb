"""What hangs together: nothing that goes out points at, or speaks for, something that does not."""

from __future__ import annotations

import pytest

from tests.adversarial.conftest import MakeWorld
from tests.adversarial.world import STANDARD, VERBATIM, Received, World
from tests.support.objects import domain, identifier, indicator, malware, marked, note, relationship, report, statement_marking

pytestmark = pytest.mark.xdist_group("references")  # one process runs all of it: its tests share a world

RECIPIENTS = ("plain", "std")

# A1
FAMILY = marked(malware("family"), "clear")
ACTOR = marked(domain("threat-actor", "actor", name="Quiet Heron zq1a", threat_actor_types=["crime-syndicate"]), "red")
ATTRIBUTION = marked(relationship("attribution", FAMILY, ACTOR, "attributed-to"), "green")
# A2
SHOWN, HIDDEN = marked(indicator("shown"), "green"), marked(indicator("hidden-zq2a"), "red")
MIXED = marked(report("mixed", [SHOWN, HIDDEN]), "green")
ONLY = marked(report("only-zq2b", [HIDDEN]), "green")
# A17
SECRET_CAMPAIGN = marked(domain("campaign", "secret", name="Campaign zq17a"), "red")
TRANSLATED = marked(
    domain("language-content", "of-secret", object_ref=SECRET_CAMPAIGN["id"], contents={"de": {"name": "Kampagne zq17b"}}), "green"
)
PARTLY = {
    **marked(domain("campaign", "partly", name="Campaign partly", aliases=["One", "Two zq17c"]), "green"),
    "granular_markings": [{"marking_ref": "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1", "selectors": ["aliases.[1]"]}],
}
MIRROR = marked(
    domain("language-content", "of-partly", object_ref=PARTLY["id"], contents={"de": {"aliases": ["Eins", "Zwei zq17d"]}}), "green"
)
WHOLE = marked(domain("campaign", "whole", name="Campaign whole"), "green")
WHOLE_TRANSLATED = marked(domain("language-content", "of-whole", object_ref=WHOLE["id"], contents={"de": {"name": "Ganz"}}), "green")
# A18
NOTE_ON_HIDDEN = marked(note("on-hidden", [HIDDEN], content="zq18a"), "green")
NOTE_ON_BOTH = marked(note("on-both", [SHOWN, HIDDEN], content="zq18b"), "green")
OPINION_ON_BOTH = marked(
    domain("opinion", "on-both", opinion="agree", explanation="zq18c", object_refs=[SHOWN["id"], HIDDEN["id"]]), "green"
)
OPINION_ON_SHOWN = marked(domain("opinion", "on-shown", opinion="agree", object_refs=[SHOWN["id"]]), "green")
# A29
ORIGINAL = marked(indicator("original", description="Told by Jane zq29a."), "green")
COPY = marked(indicator("copy", "[domain-name:value = 'copy.example' OR domain-name:value = 'copy2.example']"), "green")
DERIVED = marked(relationship("derived", COPY, ORIGINAL, "derived-from"), "green")
DUPLICATE = marked(relationship("duplicate", SHOWN, HIDDEN, "duplicate-of"), "green")
LISTS = marked(
    malware("lists", x_opencti_stix_ids=[HIDDEN["id"], identifier("indicator", "merged away")], x_opencti_id=HIDDEN["id"][11:]), "clear"
)
BARE = marked(malware("bare", description=f"See {HIDDEN['id'][11:].upper()} for zq29b."), "clear")
# A31
CIRCLE = marked(statement_marking("circle", definition={"statement": "For members of the Kestrel Circle zq31a only"}), "clear")
FOR_CIRCLE = marked(indicator("for-circle"), "green", CIRCLE["id"])
UNREAD = marked(
    statement_marking("unread", definition_type="x-circle", definition={"x-circle": "The Heron Table zq31b"}, name="Heron zq31c"), "clear"
)
FOR_UNREAD = marked(indicator("for-unread"), "clear", UNREAD["id"])

OBJECTS = [
    *(FAMILY, ACTOR, ATTRIBUTION, SHOWN, HIDDEN, MIXED, ONLY, SECRET_CAMPAIGN, TRANSLATED, PARTLY, MIRROR, WHOLE, WHOLE_TRANSLATED),
    *(NOTE_ON_HIDDEN, NOTE_ON_BOTH, OPINION_ON_BOTH, OPINION_ON_SHOWN, ORIGINAL, COPY, DERIVED, DUPLICATE, LISTS, BARE),
    *(CIRCLE, FOR_CIRCLE, UNREAD, FOR_UNREAD),
]


@pytest.fixture(scope="module")
def world(make_world: MakeWorld) -> World:
    made = make_world({"maker-feed": "maker"}, {"plain": VERBATIM, "std": STANDARD})
    made.put("maker-feed", OBJECTS)
    made.run()
    return made


@pytest.fixture(params=RECIPIENTS)
def got(request: pytest.FixtureRequest, world: World) -> Received:
    return world.received(request.param)


def test_a01_a_relationship_from_clear_malware_to_a_red_actor(got: Received) -> None:
    """R (GREEN): CLEAR malware → RED threat actor. R stays, and with it any trace of the actor."""
    assert not got.of("relationship") or not any(item["relationship_type"] == "attributed-to" for item in got.of("relationship"))
    for trace in (ACTOR["id"], ACTOR["id"][-36:], ATTRIBUTION["id"], "zq1a"):
        assert not got.holds(trace)
    assert len(got.of("malware")) >= 1


def test_a02_a_report_that_refers_to_a_red_indicator(got: Received) -> None:
    """Report (GREEN) with a RED member: pruned and minted anew; one that has no other member stays."""
    assert not got.holds(HIDDEN["id"][-36:])
    assert not got.holds("zq2a")
    assert not got.holds("zq2b")
    (shown,) = got.of("report")
    assert shown["id"] != MIXED["id"]
    assert shown["object_refs"] == [item["id"] for item in got.pattern_with("shown.example")]
    assert not got.holds(MIXED["id"][-36:])


def test_a17_translations_of_what_is_withheld(got: Received) -> None:
    """language-content of a withheld campaign, and one whose list is longer than what was left of the original's."""
    for trace in ("zq17a", "zq17b", "zq17c", "zq17d"):
        assert not got.holds(trace)
    for item in got.of("language-content"):
        assert "aliases" not in item["contents"].get("de", {})


def test_a18_remarks_on_what_is_withheld(got: Received) -> None:
    """Notes and opinions on a withheld object, and on {released, withheld}: none of them goes."""
    for trace in ("zq18a", "zq18b", "zq18c"):
        assert not got.holds(trace)
    assert not got.of("note")
    assert len(got.of("opinion")) == 1


def test_a29_links_and_lists_that_lead_to_originals(got: Received) -> None:
    """derived-from and duplicate-of, lists of former ids, a bare UUID in a text: no original id comes through."""
    for trace in (HIDDEN["id"][-36:], identifier("indicator", "merged away")[-36:], "zq29b"):
        assert not got.holds(trace)
    assert not any(item["relationship_type"] == "duplicate-of" for item in got.of("relationship"))


def test_a29_an_original_is_not_told_beside_its_minimized_copy(world: World) -> None:
    got = world.received("std")
    assert len(got.pattern_with("original.example")) == 1
    assert not got.holds(ORIGINAL["id"][-36:])
    assert not got.holds("zq29a")


def test_a31_a_marking_names_a_secret_community(got: Received) -> None:
    """Neither the definition nor what is under it goes to somebody who has not promised to keep to it."""
    for trace in ("zq31a", "zq31b", "zq31c", CIRCLE["id"], UNREAD["id"], "for-circle", "for-unread"):
        assert not got.holds(trace)
    assert not got.of("marking-definition")


def test_what_may_go_does_go(world: World) -> None:
    """The cases above would hold in an empty collection as well."""
    plain = world.received("plain")
    for item in (FAMILY, SHOWN, WHOLE, WHOLE_TRANSLATED, OPINION_ON_SHOWN, ORIGINAL, COPY, DERIVED):
        assert plain.has(item), item["type"]
    assert world.received("std").has(FAMILY) is False  # its name is written anew
    assert len(world.received("std").of("indicator")) == 3
