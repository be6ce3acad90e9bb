"""Persons: in observables, patterns, custom content and times; and pseudonyms that two partners, or one who guesses, want to join."""

from __future__ import annotations

import sqlite3

import pytest

from tests.adversarial.conftest import MakeWorld
from tests.adversarial.world import STANDARD, VERBATIM, Stix, World
from tests.support.objects import identifier, indicator, malware, marked, observable, relationship

pytestmark = pytest.mark.xdist_group("persons")  # one process runs all of it: its tests share a world

TRUSTED = {**STANDARD, "minimize": {"profile": "trusted@1", "attribution": "anonymous"}}
NAMED = frozenset({"id", "value", "account_login", "user_id"})
MINIMIZED = ("std", "twin", "trusted")


def clear(*items: Stix) -> list[Stix]:
    return [marked(item, "clear") for item in items]


# A4
A4 = clear(
    indicator("to", "[email-message:to_refs[*].value = 'jane.zq4to@corp.example']"),
    indicator("cc", "[email-message:cc_refs[0].value = 'jane.zq4cc@corp.example']"),
    indicator("from", "[email-message:from_ref.value = 'billing@attacker.example']"),
    indicator("both", "[email-message:from_ref.value = 'fee@x.example' AND email-message:to_refs[*].value = 'jane.zq4b@corp.example']"),
    indicator("either", "[email-message:from_ref.value = 'tax@x.example' OR email-message:to_refs[*].value = 'jane.zq4e@corp.example']"),
    indicator("account", "[user-account:account_login = 'zq4login']"),
    indicator("path", r"[file:name = 'drop.exe' AND file:parent_directory_ref.path = 'C:\\Users\\zq4jane\\AppData']"),
)
# A5
MAILBOX = observable("email-addr", value="jane.zq5@corp.example", display_name="Jane Zq5")
ADDRESS = observable("ipv4-addr", value="198.51.100.77")
LOGIN = observable("user-account", account_login="zq5login", user_id="S-zq5")
HOME = observable("directory", path="C:\\Users\\zq5home\\Documents")
A5 = clear(MAILBOX, ADDRESS, LOGIN, HOME)
# A13
A13 = clear(
    malware("custom", x_victim="Jane zq13a", x_jane_zq13b="here"),
    malware(
        "nested",
        extensions={
            "extension-definition--5a7d9f9b-54bb-4dd3-8d5b-0b1d7f5d9c11": {
                "extension_type": "property-extension",
                "inner": {"extensions": {"x-more": {"victim": "zq13c", "zq13d_name": 1}}},
            }
        },
    ),
    {**observable("file", name="tool.exe", hashes={"MD5": "1" * 32}), "extensions": {"x-victim-ext": {"owner": "zq13e"}}},
    indicator("custom", x_zq13f={"jane": ["zq13g"]}),
)
COMMENTED = clear(
    indicator("comment", "[domain-name:value = 'comment.example'] /* for Jane zq13k */"),
    indicator("line", "[domain-name:value = 'line.example' // Jane zq13l\n]"),
)
BROKEN = {**marked(malware("broken"), "clear"), "X Jane zq13h": "zq13i", "is_family": "zq13j"}
# A16
A16_VALUES = (
    *("2001:db8::211:22ff:fe33:4455", "::ffff:198.51.100.78", "2001:db8:aa:bb:cc:dd:ee:ff"),
    *("198.51.100.79/24", "fe80::1%eth0-zq16-laptop", "fd12:3456:789a::1"),
)
A16 = clear(
    *(observable("ipv6-addr" if ":" in value else "ipv4-addr", value=value) for value in A16_VALUES),
    observable("ipv4-addr", value="3325256784"),
    observable("ipv4-addr", value="0306.063.0144.0121"),
    observable("mac-addr", value="00:11:22:33:44:55"),
    indicator("zone", "[ipv6-addr:value = 'fe80::1%eth0-zq16-laptop']"),
    indicator("inside", "[ipv4-addr:value = '10.16.16.16']"),
    indicator("mapped", "[ipv6-addr:value = '::ffff:10.16.16.17']"),
    indicator("traffic", "[network-traffic:src_ref.value = '192.168.16.18' AND network-traffic:dst_port = 443]"),
)
# A19
A19 = clear(
    indicator(
        "timed",
        created="2026-02-03T04:17:33.471Z",
        modified="2026-02-03T04:18:02.472Z",
        valid_from="2026-02-03T03:59:58.473Z",
        valid_until="2026-03-03T03:59:58.474Z",
        description="Made anew.",
    ),
    malware("timed", first_seen="2026-02-01T01:02:03.475Z", last_seen="2026-02-02T01:02:03.476Z"),
)
QUALIFIED = "[domain-name:value = 'qualified.example'] START t'2026-02-03T04:17:33.477Z' STOP t'2026-02-03T05:17:33.478Z'"
# A24
BOX = {
    "type": "observed-data",
    "spec_version": "2.1",
    "id": identifier("observed-data", "box"),
    "created": "2026-02-03T04:05:06.789Z",
    "modified": "2026-02-03T04:05:06.789Z",
    "first_observed": "2026-02-03T04:05:06.789Z",
    "last_observed": "2026-02-03T04:05:06.789Z",
    "number_observed": 1,
    "objects": {
        "0": {"type": "email-addr", "value": "jane.zq24@corp.example", "display_name": "Jane zq24"},
        "1": {"type": "file", "name": "CV_zq24.docx"},
    },
}
A24 = clear(BOX)
# A27
SHARED = observable("email-addr", value="jane.zq27@corp.example")
FAMILY = malware("hits-shared")
A27 = clear(SHARED, FAMILY, relationship("hits", FAMILY, SHARED, "targets"))
# A28
GUESSES = clear(
    observable("email-addr", value="guess.zq28@corp.example"),
    observable("user-account", account_login="zq28login"),
    malware("guess"),
    relationship("guess", malware("guess"), observable("email-addr", value="guess.zq28@corp.example"), "targets"),
)
ACCUSED = observable("email-addr", value="accused.zq28@corp.example")
OF_ACCUSED = clear(ACCUSED, malware("hits-accused"), relationship("hits-accused", malware("hits-accused"), ACCUSED, "targets"))
LIBEL = clear(
    indicator("libel"),
    relationship("libel", indicator("libel"), ACCUSED, "based-on"),
    malware("libel"),
    relationship("libel2", malware("libel"), ACCUSED, "communicates-with"),
    relationship("tie", malware("libel"), SHARED, "targets", confidence=77),
)


@pytest.fixture(scope="module")
def world(make_world: MakeWorld) -> World:
    spy = {**STANDARD, "release": {**STANDARD["release"], "own_objects": True}}
    recipients = {"plain": VERBATIM, "std": STANDARD, "twin": STANDARD, "trusted": TRUSTED, "spy": spy}
    made = make_world({"maker-feed": "maker", "spy-feed": "spy", "mole-feed": "mole"}, recipients)
    made.put(
        "maker-feed",
        [*A4, *A5, *A13, *COMMENTED, BROKEN, marked(indicator("qualified", QUALIFIED), "clear"), *A16, *A19, *A24, *A27, *OF_ACCUSED],
    )
    made.put("spy-feed", GUESSES)
    made.put("mole-feed", LIBEL)
    made.run()
    return made


@pytest.mark.parametrize("recipient", MINIMIZED)
def test_a04_a_pattern_names_the_victims_mailbox(world: World, recipient: str) -> None:
    """to_refs and cc_refs are the victim's: withheld. from_ref is the attacker's: kept, and useful as it was."""
    got = world.received(recipient)
    for trace in ("zq4to", "zq4cc", "zq4b", "zq4e", "zq4login", "zq4jane"):
        assert not got.holds(trace), trace
    (kept,) = got.pattern_with("billing@attacker.example")
    assert kept["pattern"] == A4[2]["pattern"]


@pytest.mark.parametrize("recipient", MINIMIZED)
def test_a05_an_observable_whose_value_is_masked_has_another_id(world: World, recipient: str) -> None:
    """The deterministic id is a hash of the value: a guess would be confirmed by it."""
    got = world.received(recipient)
    for item in (MAILBOX, ADDRESS, LOGIN, HOME):
        assert not got.holds(item["id"][-36:]), item["type"]
    for trace in ("zq5", ADDRESS["value"]):
        assert not got.holds(trace)
    assert got.of("email-addr")


@pytest.mark.parametrize("recipient", ["plain", *MINIMIZED])
def test_a13_custom_content_and_names_of_properties(world: World, recipient: str) -> None:
    """x_victim, an extension in an extension, a property whose name is a person: gone, whatever the profile."""
    got = world.received(recipient)
    for trace in ("zq13a", "zq13b", "zq13c", "zq13d", "zq13e", "zq13f", "zq13g", "zq13h", "zq13i", "zq13j"):
        assert not got.holds(trace), trace


@pytest.mark.parametrize("recipient", MINIMIZED)
def test_a13_a_comment_in_a_pattern(world: World, recipient: str) -> None:
    """The grammar of patterns lets anybody write anything between its words."""
    assert not world.received(recipient).holds("zq13k")
    assert not world.received(recipient).holds("zq13l")


def test_a13_no_error_repeats_the_name_of_a_property(world: World) -> None:
    assert world.report is not None
    assert "zq13" not in world.report.model_dump_json()
    assert sum(world.quarantined("maker-feed").values()) >= 1
    with sqlite3.connect(world.folder / "catalogue.db") as catalogue:
        assert "zq13" not in str(catalogue.execute("SELECT reason, path FROM quarantine").fetchall())


@pytest.mark.parametrize("recipient", MINIMIZED)
def test_a16_odd_forms_of_addresses(world: World, recipient: str) -> None:
    """Zone ids, EUI-64, IPv4-mapped, decimal and octal numbers, host bits behind a prefix: normalized, then generalized, or withheld."""
    got = world.received(recipient)
    for value in (*A16_VALUES, "3325256784", "0306.063.0144.0121", "198.51.100.78", "198.51.100.79", "zq16", "22ff:fe33", "33:44:55"):
        assert not got.holds(value), value
    for trace in ("10.16.16.16", "10.16.16.17", "192.168.16.18"):
        assert not got.holds(trace), trace


@pytest.mark.parametrize("recipient", ["std", "twin"])
def test_a19_no_residue_of_milliseconds(world: World, recipient: str) -> None:
    """Of what is written anew, `created`, the gap to `modified` and the time of the incident are floored."""
    got = world.received(recipient)
    (timed,) = got.pattern_with("timed.example")
    assert (timed["created"], timed["valid_from"]) == ("2026-02-03T04:00:00.000Z", "2026-02-03T03:00:00.000Z")
    assert timed["valid_from"] < timed["valid_until"]
    for residue in (".471z", ".472z", ".473z", ".474z", ".475z", ".476z"):
        assert residue not in got.everything


@pytest.mark.parametrize("recipient", ["std", "twin"])
def test_a19_qualifiers_of_a_pattern(world: World, recipient: str) -> None:
    """When the producer began and ended to look is the time of its incident."""
    for residue in (".477z", ".478z"):
        assert residue not in world.received(recipient).everything


@pytest.mark.parametrize("recipient", ["plain", *MINIMIZED])
def test_a24_the_container_of_observed_data(world: World, recipient: str) -> None:
    """Whole objects inside an old observed-data container, which no rule would look at: nothing of it goes."""
    assert not world.received(recipient).holds("zq24")


def test_a27_two_partners_put_their_feeds_together(world: World) -> None:
    """The same victim, pseudonymized: values and ids give them no key to join by, and no time is finer than an hour."""
    first, second = world.received("std"), world.received("twin")
    ours, theirs = (
        {item[name] for type_name in ("email-addr", "user-account") for item in got.of(type_name) for name in NAMED & item.keys()}
        for got in (first, second)
    )
    assert len(ours) == len(theirs) >= 6
    assert not ours & theirs - {ACCUSED["id"], ACCUSED["value"]}
    links, others = (
        {item["id"]: item for item in got.of("relationship") if item["relationship_type"] == "targets"} for got in (first, second)
    )
    assert links
    assert not links.keys() & others.keys()
    for item in (*links.values(), *others.values()):
        assert item["created"][13:] == ":00:00.000Z"
        assert item["modified"] == "2026-06-01T12:00:00.000Z"


def test_a28_a_partner_guesses_by_what_it_submits_itself(world: World) -> None:
    """Its own e-mail address does not come back under the pseudonym that the same address has in what others say."""
    got = world.received("spy")
    assert len(got.of("email-addr")) == len([MAILBOX, SHARED, ACCUSED])
    assert len(got.of("user-account")) == len([LOGIN])
    links = [item for item in got.of("relationship") if item["relationship_type"] == "targets" and "confidence" not in item]
    assert len(links) == len([A27[2], OF_ACCUSED[2]])


@pytest.mark.parametrize("recipient", MINIMIZED)
def test_a28_a_partner_says_that_somebody_elses_victim_is_the_threat(world: World, recipient: str) -> None:
    """Who guesses an address can refer to it. That makes nobody's victim the threat, and takes no pseudonym away."""
    assert not world.received(recipient).holds("accused.zq28@corp.example")


@pytest.mark.parametrize("recipient", MINIMIZED)
def test_a28_an_accomplice_ties_a_guess_to_a_pseudonym(world: World, recipient: str) -> None:
    """A partner who guesses an address refers to its id; a friend who receives both must not find the two at one pseudonym."""
    links = [item for item in world.received(recipient).of("relationship") if item["relationship_type"] == "targets"]
    marks = {item["target_ref"] for item in links if item.get("confidence") == 77}
    assert not [item for item in links if item["target_ref"] in marks and item.get("confidence") != 77]


def test_what_may_go_does_go(world: World) -> None:
    got = world.received("std")
    assert len(got.of("malware")) >= 4
    assert len(got.of("indicator")) >= 3
