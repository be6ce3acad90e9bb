"""What the guard of a recipient stops, whatever the catalogue holds."""

from __future__ import annotations

import ast
import base64
import gzip
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

import transforms.guard
from schemas.markings import TLP_BY_ID, Tlp
from schemas.reasons import WITHHOLD
from tests.support.objects import TLP1, TLP2, identifier, indicator
from tests.unit.transforms.guard.disguises import AROUND, DEFANGED, DISGUISES
from transforms.guard import Guard, Watch

NAMES = ("acme-cert", "Zürich Water Works", "警察庁", "ISP")
GUARD = Guard(Watch(Tlp.GREEN, NAMES))
VERBATIM = Guard(Watch(Tlp.GREEN, NAMES, text=False))


def note(text: Any, **more: Any) -> bytes:
    return orjson.dumps({"type": "note", "id": identifier("note", "n"), "content": text, **more})


def about(pattern: str, **more: Any) -> bytes:
    return orjson.dumps(indicator("i", pattern, **more))


@pytest.mark.parametrize(
    "body",
    [
        about("[domain-name:value = 'evil.example']", name="Domain name", object_marking_refs=[TLP2["green"], TLP1["white"]]),
        about("[ipv4-addr:value = '192.0.2.100'] OR [ipv4-addr:value = '198.51.100.200/24']"),
        about("[email-message:from_ref.value = 'bad.guy@evil.example']"),
        about("[url:value = 'https://evil.example/?id=4111111111111111&m=bad@evil.example']"),
        about("[file:hashes.'SHA-256' = '0123456789012345678901234567890123456789012345678901234567890123']"),
        about("[file:name MATCHES 'C:\\\\\\\\Users\\\\\\\\[^\\\\\\\\]+\\\\\\\\x.exe']"),
        about("[directory:path = 'C:\\\\\\\\Users\\\\\\\\Public\\\\\\\\x']"),
        orjson.dumps({"type": "email-addr", "id": identifier("email-addr", "e"), "value": "bad.guy@evil.example"}),
        orjson.dumps({"type": "email-addr", "value": "p-abcdefghijklmnopqrstuvwxyz@pseudonym.invalid"}),
        orjson.dumps({"type": "directory", "path": "C:\\Users\\<user>\\AppData"}),
        orjson.dumps({"type": "directory", "path": "/home/u-abcdefghijklmnopqrstuvwxyz/x"}),
        orjson.dumps({"type": "attack-pattern", "external_references": [{"source_name": "cve", "external_id": "CVE-2026-12345678"}]}),
        orjson.dumps({"type": "attack-pattern", "external_references": [{"url": "https://attack.mitre.org/techniques/T1566/001"}]}),
        note("Seen 12345 times between 2026-02-03T04:05:06.789Z and 2026-03-04, version 10.0.19041.1234, at 192.0.2.100."),
        note("It makes the users/members page slow; 25 % of R&D at home \\o/ e.g. (100 200 300)."),
        note("tlp:green and TLP:CLEAR"),
        note("an acme certificate of Zürich"),
        orjson.dumps({"type": "marking-definition", "id": TLP2["red"], "name": "TLP:RED"}),
        orjson.dumps({"type": "report", "object_refs": [TLP2["red"], TLP1["amber"]]}),
        b"{}",
    ],
)
def test_nothing_is_found_in_what_may_leave(body: bytes) -> None:
    assert GUARD.look(body) == ""
    assert GUARD.look(body) == ""


@pytest.mark.parametrize(
    "text",
    [
        "ask jane.doe@corp.example",
        "ask jane.doe [at] corp [dot] example",
        "call +41 44 668 18 00",
        "call (555) 555-0100 now",
        "Tel: 0446681800",
        "card 4111 1111 1111 1111",
        "card 4111111111111111.",
        "IBAN DE89 3704 0044 0532 0130 00",
        "to GB82WEST12345698765432 by Monday",
        "SSN 078-05-1120",
        "in C:\\Users\\jdoe\\Desktop\\x.exe",
        "in /home/jdoe/.ssh",
        "jané@exämple.example",
        '"jane doe"@corp.example',
    ],
)
def test_personal_data_in_a_text(text: str) -> None:
    assert GUARD.look(note(text)) == "guard-personal-data"
    assert GUARD.look(note("x", extensions={"extension-definition--x": {"deep": [{"x_y": text}]}})) == "guard-personal-data"
    assert GUARD.look(note("x", **{text: 1})) == "guard-personal-data"
    assert VERBATIM.look(note(text)) == ""


@pytest.mark.parametrize(
    "body",
    [
        orjson.dumps({"type": "email-addr", "value": "bad@evil.example", "display_name": "jane@corp.example"}),
        orjson.dumps({"type": "domain-name", "value": "evil.example", "x_by": "jane@corp.example"}),
        orjson.dumps({"type": "user-account", "account_login": "jane@corp.example"}),
        orjson.dumps({"type": "file", "name": "/home/jdoe/x"}),
        about("[file:parent_directory_ref.path = 'C:\\\\Users\\\\jdoe\\\\x']"),
        about("[url:value = 'file:///home/jdoe/x']"),
    ],
)
def test_personal_data_in_a_place_of_values(body: bytes) -> None:
    assert GUARD.look(body) == "guard-personal-data"


@pytest.mark.parametrize(
    "pattern",
    [
        "[email-message:to_refs[*].value = 'x']",
        "[email-message:'to_refs'[*].value = 'x']",
        "[email-message:cc_refs[0].value = 'x' AND email-message:subject = 'x']",
        "[email-message:bcc_refs[*].display_name MATCHES 'x']",
        "[user-account:account_login = 'x']",
        "[file:name = 'x'] AND [user-account:user_id = 'x']",
    ],
)
def test_a_pattern_about_a_victim(pattern: str) -> None:
    assert GUARD.look(about(pattern)) == "guard-victim-pattern"
    assert GUARD.look(note(f"see {pattern}")) == "guard-victim-pattern"
    assert VERBATIM.look(about(pattern)) == ""


@pytest.mark.parametrize(
    "text", ["by ACME CERT", "acme_cert", "acme-cert's", "x_acme_cert_y", "Zurich water works", "ZÜRICH WATER WORKS", "日本の警察庁です"]
)
def test_the_name_of_another_partner(text: str) -> None:
    assert GUARD.look(note(text)) == "guard-partner-name"
    assert GUARD.look(note("x", **{text: 1})) == "guard-partner-name"
    assert VERBATIM.look(note(text)) == "guard-partner-name"
    assert Guard(Watch(Tlp.GREEN)).look(note(text)) == ""


@pytest.mark.parametrize("text", ["the ISP", "acme certs", "certacme-cert", "acme", "cert acme", identifier("note", "acme-cert")])
def test_parts_of_names_are_no_names(text: str) -> None:
    assert GUARD.look(note(text)) == ""


@pytest.mark.parametrize(("identifier_", "tlp"), TLP_BY_ID.items())
@pytest.mark.parametrize("ceiling", list(Tlp))
def test_a_marking_above_the_ceiling(identifier_: str, tlp: Tlp, ceiling: Tlp) -> None:
    wanted = "guard-marking" if tlp > ceiling else ""
    for spelled in (identifier_, identifier_.upper()):
        for more in ({"object_marking_refs": [spelled]}, {"granular_markings": [{"marking_ref": spelled, "selectors": ["content"]}]}):
            assert Guard(Watch(ceiling)).look(note("x", **more)) == wanted
            assert Guard(Watch(ceiling, text=False)).look(note("x", **more)) == wanted
            assert Guard(Watch(ceiling, released=True)).look(note("x", **more)) == ""


@pytest.mark.parametrize(
    "text",
    [
        "TLP:RED",
        "tlp\uff1ared",
        "TLP: AMBER+STRICT",
        "[tlp:amber]",
        "tlp-red",
        "TLP RED",
        "tlp_amber",
        "TLP:AMBER STRICT",
        'misp:tlp="amber+strict"',
    ],
)
def test_a_tlp_word_above_the_ceiling(text: str) -> None:
    assert GUARD.look(note(text)) == "guard-marking"
    assert GUARD.look(note("x", labels=[text])) == "guard-marking"
    assert Guard(Watch(Tlp.RED)).look(note(text)) == Guard(Watch(Tlp.GREEN, released=True)).look(note(text)) == ""


def test_amber_is_not_amber_strict() -> None:
    guard = Guard(Watch(Tlp.AMBER))
    assert guard.look(note("TLP:AMBER")) == ""
    assert guard.look(note("TLP:AMBER+STRICT")) == guard.look(note("TLP:AMBER+strict, and TLP:CLEAR")) == "guard-marking"


def test_what_one_object_may_say_another_may_not() -> None:
    """Nothing is remembered of a text that was only right in its place."""
    guard = Guard(Watch(Tlp.GREEN, NAMES))
    allowed = orjson.dumps({"type": "email-addr", "value": "bad@evil.example", "a": "b", "c": "d", "e": "f"})
    definition = orjson.dumps({"type": "marking-definition", "id": TLP2["red"], "name": "TLP:RED", "a": "b", "c": "d", "e": "f"})
    for _ in range(2):
        assert guard.look(allowed) == guard.look(definition) == ""
        assert guard.look(note("bad@evil.example")) == "guard-personal-data"
        assert guard.look(note("TLP:RED")) == "guard-marking"


FORBIDDEN = {
    "jane.doe@corp.example": "guard-personal-data",
    "acme-cert acme-cert": "guard-partner-name",
    "TLP:AMBER+STRICT TLP:RED": "guard-marking",
}


@pytest.mark.parametrize("around", AROUND)
@pytest.mark.parametrize("disguise", DISGUISES)
@pytest.mark.parametrize("text", FORBIDDEN)
def test_no_disguise_makes_the_verdict_less_strict(text: str, disguise: str, around: str) -> None:
    assert GUARD.look(note(around.format(DISGUISES[disguise](text)))) != ""


@pytest.mark.parametrize("defanged", [name for name in DEFANGED if name != "one bracket"])
def test_a_defanged_mailbox_is_a_mailbox(defanged: str) -> None:
    assert GUARD.look(note(f"ask {DEFANGED[defanged]('jane.doe@corp.example')} today")) == "guard-personal-data"


ENCODINGS = [
    "percent",
    "html",
    "escapes",
    "base64",
    "base64 in a url",
    "base64 of gzip",
    "base64 of UTF-16",
    "hexadecimal",
    "zeros between",
]
"""Disguises that keep every character of what they are put upon."""


@given(st.sampled_from(sorted(FORBIDDEN)), st.sampled_from(sorted(DISGUISES)), st.lists(st.sampled_from(ENCODINGS), max_size=3))
def test_disguises_upon_disguises_stay_forbidden(text: str, first: str, more: list[str]) -> None:
    for disguise in (first, *more):
        text = DISGUISES[disguise](text)
    assert GUARD.look(note(text)) in WITHHOLD


@given(st.text(max_size=60), st.sampled_from(sorted(DISGUISES)))
def test_whatever_is_stopped_is_stopped_disguised(text: str, disguise: str) -> None:
    if GUARD.look(note(text)) and text.isascii():
        assert GUARD.look(note(DISGUISES[disguise](text)))


def nested(depth: int) -> str:
    text = "nothing of note here"
    for _ in range(depth):
        text = base64.b64encode(text.encode()).decode()
    return text


def test_three_encodings_are_looked_into_and_a_fourth_is_not() -> None:
    assert [GUARD.look(note(nested(depth))) for depth in range(6)] == ["", "", "", "", "guard-undecodable", "guard-undecodable"]


@pytest.mark.parametrize(
    "packed", [b"PK\x03\x04" + bytes(20), b"7z\xbc\xaf\x27\x1c" + bytes(9), b"Rar!\x1a\x07\x00" + bytes(9), b"\xfd7zXZ\x00" + bytes(9)]
)
def test_archives_are_not_looked_into(packed: bytes) -> None:
    assert GUARD.look(note(f"see {base64.b64encode(packed).decode()}")) == "guard-undecodable"


def test_a_bomb_is_not_inflated() -> None:
    bomb = base64.b64encode(gzip.compress(gzip.compress(bytes(1 << 26)))).decode()
    started = time.process_time()
    assert GUARD.look(note(bomb)) == "guard-undecodable"
    assert GUARD.look(note(base64.b64encode(gzip.compress(bytes(1 << 22))).decode())) == "guard-undecodable"
    assert time.process_time() - started < 1


HOSTILE = ["QUJD", "a1B2/", "%25", "&amp;", "\\u005c", "41", "a@", "@", "+1", "1 ", "1-", "users/", "tlp:", "tlp ", "to_refs", "é", "acme "]
HOSTILE += ["[.", "(at) ", "a.b@", "de89", "2001:db8::", "警察", nested(3), base64.b64encode(bytes(range(256))).decode() + " "]


@pytest.mark.parametrize("unit", HOSTILE)
def test_hostile_texts_take_linear_time(unit: str) -> None:
    started = time.process_time()
    GUARD.look(note(unit * (1 + 100_000 // len(unit))))
    assert time.process_time() - started < 4


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff", b'"', b'{"a":"\xff"}', b'{"a":"\\ud800"}', b'{"a":"\\u00"}', b"null"])
def test_what_cannot_be_looked_at_does_not_leave(body: bytes) -> None:
    assert GUARD.look(body) == "guard-failed"


@given(st.binary(max_size=300) | st.text(max_size=80).map(note))
def test_it_never_raises(body: bytes) -> None:
    assert GUARD.look(body) in {"", *WITHHOLD}


def test_a_property_that_is_named_twice_hides_nothing() -> None:
    assert GUARD.look(b'{"type":"note","content":"jane@corp.example","content":"x"}') == "guard-personal-data"
    assert GUARD.look(b'{"type":"note","content":"acme-cert","content":"\\n"}') == "guard-partner-name"


@given(
    st.lists(
        st.sampled_from([note("x"), note("jane@corp.example"), note("TLP:RED"), note("acme-cert"), about("[user-account:user_id = 'x']")])
    )
)
def test_what_was_looked_at_before_changes_nothing(bodies: list[bytes]) -> None:
    guard = Guard(Watch(Tlp.GREEN, NAMES))
    assert [guard.look(body) for body in bodies] == [Guard(Watch(Tlp.GREEN, NAMES)).look(body) for body in bodies]


ALLOWED = ("schemas.ids", "schemas.markings", "schemas.value_tokens", "orjson", "transforms.guard")


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom):
            yield str(node.module)
        elif isinstance(node, ast.Import):
            yield from (item.name for item in node.names)


@pytest.mark.parametrize("path", sorted(Path(transforms.guard.__file__).parent.glob("*.py")), ids=lambda path: path.stem)
def test_the_guard_imports_nothing_of_what_it_checks(path: Path) -> None:
    """Its worth is that a mistake elsewhere is not made here as well."""
    for name in imported(path):
        assert name.partition(".")[0] in sys.stdlib_module_names or name.startswith(ALLOWED)
