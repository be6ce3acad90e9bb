"""What is found: each kind as written and in every disguise, in twenty languages; and what is not."""

from __future__ import annotations

import base64
import gzip
import zlib

import pytest

from tests.unit.transforms.detect.canaries import CANARIES, EVERYWHERE, HARD, LOCALES, MAIL
from transforms.detect import KINDS, MAX_TEXT, Hit, detectors, mask, views

FOUND = detectors("re")


def kinds(text: str) -> set[str]:
    """The kinds that are found in a text."""
    return {hit.kind for hit in FOUND.find(text)}


def test_there_is_a_canary_of_every_kind() -> None:
    assert CANARIES.keys() == KINDS.keys() - {"too-long"}


@pytest.mark.parametrize("kind", CANARIES)
def test_each_kind_is_found_as_written(kind: str) -> None:
    text = f"The report says {CANARIES[kind]} and no more."
    assert kind in kinds(text)
    assert FOUND.any(text)


@pytest.mark.parametrize("disguise", EVERYWHERE)
@pytest.mark.parametrize("kind", CANARIES)
def test_no_disguise_hides_a_kind(kind: str, disguise: str) -> None:
    text = f"It says {EVERYWHERE[disguise](CANARIES[kind])} there"
    assert kind in kinds(text)
    assert FOUND.any(text)


@pytest.mark.parametrize("disguise", MAIL)
def test_an_address_is_found_in_every_disguise(disguise: str) -> None:
    text = f"Contact {MAIL[disguise]} now"
    assert "email" in kinds(text)
    assert FOUND.any(text)
    masked = mask(text, FOUND.find(text))
    assert not {"q7k3", "victim"} & set(masked.lower().replace(".", " ").replace("@", " ").split())


@pytest.mark.parametrize(("language", "text"), [(language, text) for language, texts in LOCALES.items() for text in texts])
def test_each_language_gives_its_people_away(language: str, text: str) -> None:
    assert FOUND.any(text)
    assert kinds(text) & {"labelled-name", "phone", "street-address", "birth-date"}
    assert kinds(f"{text}\nMore.") == kinds(text)


@pytest.mark.parametrize("text", HARD)
def test_what_is_nobodys_is_no_hit(text: str) -> None:
    assert FOUND.find(text) == ()
    assert not FOUND.any(text)


@pytest.mark.parametrize(
    "wrap",
    [
        lambda data: base64.b64encode(base64.b64encode(base64.b64encode(data))),
        lambda data: base64.b64encode(gzip.compress(data)),
        lambda data: base64.b64encode(zlib.compress(data)),
        lambda data: base64.b64encode(data.decode().encode("utf-16-le")),
        lambda data: base64.b64encode(f"\ufeff{data.decode()}\n".encode("utf-16-be")),
        lambda data: base64.b64encode(f"Почта: {data.decode()} адрес".encode("utf-16-le")),
        lambda data: base64.b64encode(data.hex().encode()),
        lambda data: data.hex().encode().hex().encode(),
        lambda data: base64.b64encode(b"\x00\x01\x02\xff\xfe\x80" + data + b"\x00\xff\xfe\x81"),
        lambda data: base64.urlsafe_b64encode(b"\xff\xfe\xfd?>" + data).rstrip(b"="),
        lambda data: base64.encodebytes(b"x" * 70 + data + b" and a good deal more that takes another line"),
        lambda data: b"".join(b"%%%02x" % byte for byte in base64.b64encode(data)),
    ],
)
def test_encodings_within_encodings(wrap: object) -> None:
    text = "see /a/" + wrap(b"jane.q7k3@victim.example").decode()  # type: ignore[operator]
    assert "email" in kinds(text)


def test_a_span_stands_in_the_text_that_was_given() -> None:
    text = "a %6Aane%40victim.example z"
    (hit,) = FOUND.find(text)
    assert hit == Hit("email", 2, 25, "folded")
    assert mask(text, [hit]) == "a [email] z"


def test_what_is_too_long_is_never_clean() -> None:
    text = "a" * (MAX_TEXT + 1)
    assert FOUND.find(text) == (Hit("too-long", 0, MAX_TEXT + 1),)
    assert FOUND.any(text)
    assert views(text) == (text,)
    bomb = "see " + base64.b64encode(gzip.compress(b"word " * 1_000_000)).decode()
    assert kinds(bomb) == {"too-long"}
    assert FOUND.any(bomb)


def test_masking_joins_what_touches() -> None:
    text = "ab cd ef"
    assert mask(text, [Hit("email", 0, 2), Hit("phone", 1, 4), Hit("card", 6, 8)]) == "[email]d [card]"
    assert mask(text, []) == text
    assert mask("", []) == ""


def test_a_masked_text_is_clean() -> None:
    for canary in CANARIES.values():
        text = f"The report says {canary} and no more."
        assert not FOUND.any(mask(text, FOUND.find(text))), canary
