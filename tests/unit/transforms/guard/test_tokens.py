"""Values are found as digests, disguised or not, and are the digests of the objects that are about them."""

from __future__ import annotations

import time

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.value_digests import value_digests
from tests.unit.transforms.guard.disguises import AROUND, DEFANGED, DISGUISES
from transforms.guard import tokens

VALUES = [
    {"type": "domain-name", "value": "evil-q7.example"},
    {"type": "ipv4-addr", "value": "192.0.2.57"},
    {"type": "ipv4-addr", "value": "192.0.2.0/24"},
    {"type": "ipv6-addr", "value": "2001:db8::57"},
    {"type": "url", "value": "http://evil-q7.example/a/b?c=d&e=f,g(h)"},
    {"type": "url", "value": "https://[2001:db8::57]:8443/x"},
    {"type": "email-addr", "value": "bad.guy+x@evil-q7.example"},
    {"type": "mac-addr", "value": "00:00:5e:00:53:af"},
    {"type": "file", "name": "payload-q7.docm"},
]
SHA256 = "7f83b1657ff1fc53b92dc18148a1d65dfc2d4b1fa3d677284addd200126d9069"
HASH = {"type": "file", "hashes": {"SHA-256": SHA256}}


def name(value: dict[str, str]) -> str:
    return value.get("value", value.get("name", ""))


def found_in(text: str) -> frozenset[bytes]:
    return tokens(orjson.dumps({"type": "note", "content": text}))


@pytest.mark.parametrize("around", AROUND)
@pytest.mark.parametrize("disguise", DISGUISES)
@pytest.mark.parametrize("value", VALUES, ids=name)
def test_a_value_is_found_in_every_disguise(value: dict[str, str], disguise: str, around: str) -> None:
    wanted = value_digests(value)
    assert len(wanted) == 1
    assert wanted <= found_in(around.format(DISGUISES[disguise](name(value))))


@pytest.mark.parametrize("defanged", DEFANGED)
@pytest.mark.parametrize(
    "value", [item for item in VALUES if item["type"] in ("domain-name", "url", "email-addr") and "[" not in name(item)], ids=name
)
def test_a_value_is_found_defanged(value: dict[str, str], defanged: str) -> None:
    assert value_digests(value) <= found_in(f"see {DEFANGED[defanged](name(value))} there")


@pytest.mark.parametrize("disguise", DISGUISES)
def test_a_hash_is_found_in_every_disguise(disguise: str) -> None:
    assert value_digests(HASH) <= found_in(DISGUISES[disguise](SHA256))


def test_a_url_names_its_host_but_a_host_is_not_hidden_by_a_url() -> None:
    host, url = value_digests(VALUES[0]), value_digests(VALUES[4])
    assert host | url <= found_in("http://evil-q7.example/a/b?c=d&e=f,g(h)")
    assert not url & found_in("http://evil-q7.example/other")
    assert not host & url


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("HTTPS://user:pw@Evil-q7.example:443/a/b?c=d&e=f,g(h)", VALUES[4]),
        ("http://3221226041/", VALUES[1]),
        ("http://0xc0000239/x", VALUES[1]),
        ("::ffff:192.0.2.57", VALUES[1]),
        ("2001:0DB8:0:0::0057", VALUES[3]),
        ("192.0.2.77/24", VALUES[2]),
        ("00-00-5E-00-53-AF", VALUES[7]),
        ('"bad.guy+x"@evil-q7.example', VALUES[6]),
        ("[domain-name:value = 'evil-q7.example']", VALUES[0]),
        ("evil-q7.example,other.example", VALUES[0]),
        ("evil-q7。example", VALUES[0]),
        ("https://a.example/?u=http://evil-q7.example/a/b?c=d&e=f,g(h)", VALUES[4]),
        ("访问evil-q7.example下载", VALUES[0]),
    ],
)
def test_other_spellings_are_the_same_value(text: str, value: dict[str, str]) -> None:
    assert value_digests(value) <= found_in(text)


def test_international_names_meet_in_both_spellings() -> None:
    unicode, ascii_ = ({"type": "domain-name", "value": item} for item in ("bücher-q7.example", "xn--bcher-q7-75a.example"))
    assert value_digests(unicode) == value_digests({"type": "domain-name", "value": "BÜCHER-q7.example"})
    assert value_digests(unicode) <= found_in("see bücher-q7.example.")
    assert len(value_digests(ascii_)) == 1


@pytest.mark.parametrize(
    "text", ["", "nothing", "2.1", "1.2.3", "at 10:20:30.123", "e.g. this", "a.b", "2026-02-03T04:05:06.789Z", "12:30"]
)
def test_numbers_and_words_are_no_values(text: str) -> None:
    assert found_in(text) == frozenset()


def test_the_digests_of_equal_values_are_equal_wherever_they_stand() -> None:
    body = orjson.dumps({"type": "x", "evil-q7.example": 1, "list": [["evil-q7.example"]], "text": "evil-q7.example \\ evil-q7.example"})
    assert tokens(body) == value_digests(VALUES[0])


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b'{"a":"\\', b"evil-q7.example"])
def test_bytes_that_are_no_object_are_a_text(body: bytes) -> None:
    assert tokens(body) == (value_digests(VALUES[0]) if b"evil" in body else frozenset())


def test_a_property_that_is_named_twice_hides_nothing() -> None:
    assert value_digests(VALUES[0]) <= tokens(b'{"a":"evil-q7.example","a":"x"}')
    assert value_digests(VALUES[0]) <= tokens(b'{"a":"evil-q7.example","a":"\\n"}')


@given(st.binary(max_size=400))
def test_no_bytes_make_it_fail(body: bytes) -> None:
    tokens(body)


@given(st.text())
def test_no_text_makes_it_fail(text: str) -> None:
    found_in(text)


@pytest.mark.parametrize(
    "unit", ["a", "a.", ":", "a:", "1.", "@", "a@", "/", "//", "a/", "[.", "%2e", ",", "=", "é", "x,y", "0f:", "\\", "http://", "("]
)
def test_hostile_texts_take_linear_time(unit: str) -> None:
    started = time.process_time()
    found_in(unit * (1 + 200_000 // len(unit)))
    assert time.process_time() - started < 4
