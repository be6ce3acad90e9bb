"""The oracle of LeakBench finds every kind of canary in every disguise, and nothing that was not planted."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import uuid
from collections.abc import Callable
from random import Random

import pytest

from benchmarks.leak.canaries import Canary, Hit, Ledger, Needle, Role
from benchmarks.leak.disguises import DISGUISES, PLAIN
from benchmarks.leak.locales import LOCALES
from benchmarks.leak.names import Locale
from benchmarks.leak.oracle import SCO_NAMESPACE, Oracle
from benchmarks.leak.values import KINDS

CARRIERS: tuple[Callable[[str], str], ...] = (
    lambda text: text,
    lambda text: f"Seen near {text} today.",
    lambda text: f"https://www.example/files/{text}",
)
"""What may stand around a value: nothing, a sentence, letters of the alphabet of base64."""


def planted(ledger: Ledger, kind: str, locale: Locale = LOCALES[0], encoding: str = PLAIN) -> Canary:
    """A canary that nobody may see."""
    made = KINDS[kind](ledger, locale)
    canary = Canary(made.value, kind, Role.VICTIM, 1, "x.x", "text", encoding, locale.code, "maker", "red", frozenset(), (made.needle,))
    ledger.canaries.append(canary)
    return canary


def found(oracle: Oracle, data: bytes) -> set[int]:
    return {hit.number for hit in oracle.find(data)}


@pytest.mark.parametrize("disguise", DISGUISES)
def test_every_kind_is_found_in_each_disguise_and_nothing_else_is(disguise: str) -> None:
    ledger = Ledger(Random(7))
    for place, kind in enumerate(KINDS):
        planted(ledger, kind, LOCALES[place % len(LOCALES)], disguise)
    oracle = Oracle(ledger.canaries)
    turn = list(DISGUISES).index(disguise)
    for number, canary in enumerate(ledger.canaries):
        carrier = CARRIERS[(number + turn) % len(CARRIERS)]
        text = json.dumps({"text": carrier(DISGUISES[disguise](canary.value))}, ensure_ascii=number % 2 == 0)
        assert found(oracle, text.encode()) == {number}, (canary.kind, text)


@pytest.mark.parametrize("locale", LOCALES, ids=lambda locale: locale.code)
def test_names_are_found_in_every_script_and_encoding(locale: Locale) -> None:
    ledger = Ledger(Random(8))
    canaries = [planted(ledger, "person", locale, name) for name in DISGUISES]
    oracle = Oracle(canaries)
    for number, (canary, disguise) in enumerate(zip(canaries, DISGUISES.values(), strict=True)):
        assert found(oracle, disguise(canary.value).encode()) == {number}
        assert found(oracle, canary.value.encode("utf-16")) == {number}
        assert found(oracle, gzip.compress(canary.value.encode())) == {number}


def test_twenty_two_locales_write_names_each_in_its_own_script() -> None:
    assert len(LOCALES) >= 12
    assert len({locale.script for locale in LOCALES}) == 9
    assert all("{name}" in sentence for locale in LOCALES for sentence in locale.sentences)


@pytest.mark.parametrize("algorithm", [hashlib.md5, hashlib.sha1, hashlib.sha256])
def test_digests_are_found_in_hexadecimal_in_base64_and_as_they_are(algorithm: Callable[[bytes], hashlib._Hash]) -> None:
    ledger = Ledger(Random(9))
    canary = planted(ledger, "email")
    oracle = Oracle([canary])
    raw = algorithm(canary.value.encode()).digest()
    for data in (raw.hex().encode(), raw.hex().upper().encode(), base64.b64encode(raw), base64.urlsafe_b64encode(raw)):
        assert {hit.how for hit in oracle.find(b'{"x":"' + data + b'"}')} == {"digest"}
    assert oracle.bare(b"\xff\x00" + raw + b"\x01") == {Hit(0, "digest")}


def test_the_id_of_the_observable_that_holds_a_value_is_found() -> None:
    ledger = Ledger(Random(10))
    canary = planted(ledger, "email")
    oracle = Oracle([canary])
    own = uuid.uuid5(SCO_NAMESPACE, json.dumps({"value": canary.value}, separators=(",", ":")))
    assert oracle.find(f'{{"id":"email-addr--{own}"}}'.encode()) == {Hit(0, "id")}
    assert oracle.find(own.hex.encode()) == {Hit(0, "id")}
    assert oracle.bare(own.bytes) == {Hit(0, "id")}


def test_foreign_values_are_found_as_they_stand() -> None:
    canary = Canary(
        "Müller, Ärztin", "other", Role.VICTIM, 0, "", "text", PLAIN, "", "x", "", frozenset(), (Needle("literal", "Müller, Ärztin"),)
    )
    oracle = Oracle([canary])
    for text in ("Frau Müller, Ärztin in K.", "FRAU MÜLLER, ÄRZTIN", base64.b64encode("x Müller, Ärztin".encode()).decode()):
        assert found(oracle, text.encode()) == {0}
    assert not found(oracle, b"Mueller, Arzt")


def test_chance_finds_nothing() -> None:
    ledger, draw = Ledger(Random(11)), Random(12)
    for _ in range(200):
        for kind in KINDS:
            planted(ledger, kind)
    oracle = Oracle(ledger.canaries)
    other = Ledger(Random(13))
    noise = [KINDS[kind](other, locale).value for kind in KINDS for locale in LOCALES]
    noise += [base64.b64encode(draw.randbytes(60)).decode() for _ in range(200)] + [
        str(uuid.UUID(bytes=draw.randbytes(16))) for _ in range(200)
    ]
    assert not oracle.find(json.dumps(noise, ensure_ascii=False).encode())
    assert not oracle.glance(draw.randbytes(100_000))
