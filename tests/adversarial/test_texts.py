"""Texts and encodings that carry what structure does not show."""

from __future__ import annotations

import base64
import io
import zipfile

import pytest

from tests.adversarial.conftest import MakeWorld
from tests.adversarial.world import STANDARD, VERBATIM, Received, Stix, World
from tests.support.objects import domain, identity, indicator, malware, marked, note, observable, relationship, report, sighting

pytestmark = pytest.mark.xdist_group("texts")  # one process runs all of it: its tests share a world

TRUSTED = {**STANDARD, "minimize": {"profile": "trusted@1", "attribution": "anonymous"}}
UNNAMED = {**VERBATIM, "minimize": {"profile": "verbatim@1", "attribution": "anonymous"}}
EVERYBODY = ("plain", "std", "trusted", "unnamed")
MINIMIZED = ("std", "trusted")

# A3
DIGEST = "3a" * 31 + "f7"
KEPT = [
    marked(indicator("zq3evil"), "red"),
    marked(indicator("hash", f"[file:hashes.'SHA-256' = '{DIGEST}']"), "red"),
    marked(indicator("site", "[url:value = 'http://zq3site.example/drop/a.bin']"), "amber"),
]
ENCODED = base64.b64encode(b"http zq3evil.example now").decode()
QUOTES = {
    "plain": malware("q1", description="Talks to zq3evil.example every hour."),
    "defanged": malware("q2", description="Talks to zq3evil[.]example every hour."),
    "worded": malware("q3", description="Talks to ZQ3EVIL(dot)EXAMPLE every hour."),
    "upper": malware("q4", description="ZQ3EVIL.EXAMPLE"),
    "link": malware("q5", description="hxxp://zq3site[.]example/drop/a.bin"),
    "hash": malware("q6", description=f"Sample {DIGEST.upper()}"),
    "base64": malware("q7", description=f"Config: {ENCODED}"),
    "reference": malware("q8", external_references=[{"source_name": "blog", "url": "https://zq3evil.example/post"}]),
    "label": malware("q9", labels=["zq3evil.example"]),
    "alias": malware("q10", aliases=["zq3evil.example"]),
    "name": malware("q11", name="zq3evil.example loader"),
    "yara": indicator("q14", 'rule a { strings: $a = "zq3evil.example" condition: $a }', pattern_type="yara"),
}
SPOKEN = marked(indicator("spoken"), "red")
SAID_CLEAR = marked(indicator("said", "[domain-name:value = 'spoken.example' OR domain-name:value = 'calm.example']"), "clear")
EARLY = marked(malware("early", description="Talks to zq3late.example every hour."), "clear")
LATE = marked(indicator("zq3late"), "red")

# A15
DISGUISES = {
    "homoglyph": "j\u0430ne.zq15a@corp.example",
    "zero-width": "jane.z\u200bq15b@corp\u200b.example",
    "soft-hyphen": "jane.zq15\u00adc@corp.example",
    "percent": "jane.zq15d%40corp.example",
    "double-percent": "jane.zq15e%2540corp.example",
    "entity": "jane.zq15f&#64;corp.example",
    "worded": "jane.zq15g [at] corp [dot] example",
    "escape": "jane.zq15h\\u0040corp.example",
    "idn": "jane.zq15i@b\u00fccher.example",
    "eai": "j\u00f6rg.zq15j@corp.example",
    "quoted": '"jane zq15k"@corp.example',
    "base64": base64.b64encode(b"jane.zq15l@corp.example").decode(),
    "hex": b"jane.zq15m@corp.example".hex(),
}

# A14
MAIL = b"To: Jane Doe <jane.zq14a@corp.example>\r\nSubject: hello\r\n\r\nzq14b"
_packed = io.BytesIO()
with zipfile.ZipFile(_packed, "w") as archive:
    archive.writestr("mail.eml", MAIL)
ZIP = base64.b64encode(_packed.getvalue()).decode()
TOKEN = base64.b64encode(b"jane.zq14c@corp.example").decode().rstrip("=")
LINKED = marked(observable("url", value=f"http://phish.example/r/{TOKEN}/x"), "clear")
PHISH = marked(indicator("phish", f"[url:value = 'http://phish.example/u/{TOKEN}']"), "clear")
NESTED = [
    marked(observable("artifact", mime_type="application/zip", payload_bin=ZIP, hashes={"MD5": "0" * 32}), "clear"),
    LINKED,
    marked(relationship("phish-linked", PHISH, LINKED, "based-on"), "clear"),
    PHISH,
    marked(malware("hexed", description=f"Config 0x{MAIL.hex()}"), "clear"),
    marked(malware("packed", description=f"data:application/zip;base64,{ZIP}"), "clear"),
    marked(observable("file", name=f"{TOKEN}.docx"), "clear"),
]
TRACES_OF_A14 = ("zq14a", "zq14b", "zq14c", TOKEN, ZIP[:40], MAIL.hex())

# A26: the submitter is the partner heron-trust.
HERON = identity("heron", name="Heron Trust", contact_information="desk@heron.example")
YARA = 'rule h { meta: author = "Heron Trust" date = "2026" strings: $a = "abcdefgh" condition: $a }'
BY_HERON = [
    marked(HERON, "clear"),
    marked(indicator("sub", created_by_ref=HERON["id"]), "clear"),
    marked(malware("sub", created_by_ref=HERON["id"], description="Found by the Heron Trust in May."), "clear"),
    marked(report("sub", [indicator("sub")], name="HERON TRUST weekly"), "clear"),
    marked(indicator("yara", YARA, pattern_type="yara"), "clear"),
    marked(indicator("ticket", external_references=[{"source_name": "heron-trust", "external_id": "HT-zq26"}]), "clear"),
    marked(indicator("desk", labels=["from:heron_trust"]), "clear"),
    marked(sighting("sub", indicator("sub"), where_sighted_refs=[HERON["id"]]), "clear"),
    marked(note("sub", [indicator("sub")], authors=["Heron Trust"]), "clear"),
    marked(domain("grouping", "sub", context="suspicious-activity", name="Heron\u00a0Trust", object_refs=[HERON["id"]]), "clear"),
]


@pytest.fixture(scope="module")
def world(make_world: MakeWorld) -> World:
    recipients = {"plain": VERBATIM, "std": STANDARD, "trusted": TRUSTED, "unnamed": UNNAMED}
    made = make_world({"maker-feed": "maker", "heron-feed": "heron-trust"}, recipients)
    made.put(
        "maker-feed",
        [*KEPT, *(marked(item, "clear") for item in QUOTES.values()), *disguised(), *NESTED, EARLY, SPOKEN, SAID_CLEAR],
        "1.json",
    )
    made.put("heron-feed", BY_HERON)
    made.run()
    return made


def disguised() -> list[Stix]:
    found = []
    for name, text in DISGUISES.items():
        found.append(marked(malware(f"mail-{name}", description=f"Mail to {text} was seen"), "clear"))
        found.append(marked(indicator(f"mail-{name}", name=f"Sent to {text} today"), "clear"))
    return found


@pytest.mark.parametrize("recipient", EVERYBODY)
def test_a03_a_text_quotes_the_value_of_a_withheld_indicator(world: World, recipient: str) -> None:
    """Plain, defanged, in capitals, encoded, in links, labels, names and other patterns: nowhere, under any profile."""
    got = world.received(recipient)
    for trace in ("zq3evil", "zq3site", DIGEST, ENCODED, "zq3evil(dot)"):
        assert not got.holds(trace), trace


def test_a03_what_is_written_anew_may_go(world: World) -> None:
    """Families whose text alone is the trouble reach those whose texts are regenerated."""
    assert len(world.received("std").of("malware")) >= 6


def test_a03_a_pattern_about_the_same_value_is_a_statement_of_its_own(world: World) -> None:
    """A producer who marks the bare value CLEAR, and RED what else it knows of it, means just that."""
    for recipient in EVERYBODY:
        assert len(world.received(recipient).pattern_with("spoken.example")) == 1


def test_a03_the_withheld_object_comes_after_the_text(world: World) -> None:
    """What went out before is withdrawn when the value that it quotes becomes a secret."""
    for recipient in ("plain", "trusted"):
        assert world.received(recipient).holds("zq3late")
    world.put("maker-feed", [LATE], "2.json")
    world.run("2026-06-02T12:00:00+00:00")
    for recipient in EVERYBODY:
        assert not world.received(recipient).holds("zq3late"), recipient


@pytest.mark.parametrize("recipient", MINIMIZED)
def test_a14_what_is_packed_and_encoded(world: World, recipient: str) -> None:
    """An artifact with base64(zip(e-mail)), base64 in the path of a URL and in a file name, hexadecimal in a text."""
    got = world.received(recipient)
    for trace in TRACES_OF_A14:
        assert not got.holds(trace), trace


def test_a14_a_payload_reaches_nobody(world: World) -> None:
    for recipient in EVERYBODY:
        assert not world.received(recipient).holds("payload_bin")


@pytest.mark.parametrize("recipient", MINIMIZED)
@pytest.mark.parametrize("form", DISGUISES)
def test_a15_a_disguised_address(world: World, recipient: str, form: str) -> None:
    """Twelve disguises of an e-mail address in names and descriptions."""
    got = world.received(recipient)
    assert not got.holds(DISGUISES[form])
    letter = "abcdefghijklm"[list(DISGUISES).index(form)]
    assert not got.holds(f"zq15{letter}")


@pytest.mark.parametrize("recipient", ["std", "trusted", "unnamed"])
def test_a26_an_anonymous_submitter(world: World, recipient: str) -> None:
    """Named by creator, sighting, reference, report, label, author of a note, and in the meta data of a YARA rule."""
    got = world.received(recipient)
    for trace in ("heron", HERON["id"], HERON["id"][-36:], "zq26"):
        assert not got.holds(trace), _where(got, trace)
    assert got.pattern_with("sub.example") or recipient == "unnamed"


def _where(got: Received, trace: str) -> list[Stix]:
    return [item for item in got.objects if trace in str(item).lower()]
