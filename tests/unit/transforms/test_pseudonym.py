"""Pseudonyms: one for all spellings of a value, none in common between keys or kinds, and of a form that is valid where the value was."""

from __future__ import annotations

import base64
import hashlib
import hmac
import ipaddress
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.pseudonym import KINDS, Pseudonyms, canonical, is_pseudonym

KEY = hashlib.sha256(b"for tests").digest()
NAMES = Pseudonyms(KEY)


def test_the_construction_is_the_documented_one() -> None:
    expected = base64.b32encode(hmac.new(KEY, b"email-addr\0jane@example.com", "sha256").digest())[:26].decode().lower()
    assert NAMES("email-addr", "jane@example.com") == f"p-{expected}@pseudonym.invalid"
    expected = base64.b32encode(hmac.new(KEY, b"user-account\0jane", "sha256").digest())[:26].decode().lower()
    assert NAMES("user-account", "jane") == f"u-{expected}"


def test_pseudonyms_are_fixed_forever() -> None:
    """Another construction would show every recipient new pseudonyms."""
    assert NAMES("email", "jane@example.com") == "p-iq27ignj3kewqfcefwqqwl7a2c@pseudonym.invalid"


@pytest.mark.parametrize(
    ("kind", "spellings"),
    [
        (
            "email-addr",
            [
                "jane@example.com",
                "jane@EXAMPLE.com",
                " jane@example.com.",
                "ja\u200bne@exa\u00admple.com",
                "jane@\uff45xample.com",
                "\uff4aane@example.com",
            ],
        ),
        ("email-addr", ["jane@b\u00fccher.example", "jane@BU\u0308CHER.example", "jane@xn--bcher-kva.example"]),
        ("domain-name", ["b\u00fccher.example", "xn--bcher-kva.example", "B\u00dcCHER.example."]),
        ("ipv6-addr", ["fe80::1", "FE80::1%eth0-janes-laptop", "fe80:0:0:0:0:0:0:1"]),
        ("user-account", ["jane", "ja\u2060ne", "\ufeffjane"]),
    ],
)
def test_all_spellings_of_a_value_have_one_pseudonym(kind: str, spellings: list[str]) -> None:
    assert len({NAMES(kind, item) for item in spellings}) == 1


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        ("email-addr", "jane@example.com", "Jane@example.com"),
        ("user-account", "jane", "Jane"),
        ("email-addr", "jane@example.com", "jane@example.org"),
        ("ipv4-addr", "192.0.2.1", "192.0.2.2"),
    ],
)
def test_what_may_be_two_values_has_two(kind: str, one: str, other: str) -> None:
    assert NAMES(kind, one) != NAMES(kind, other)


def test_other_words_for_a_kind_give_the_same() -> None:
    for word, kind in KINDS.items():
        assert NAMES(word, "jane@example.com") == NAMES(kind, "jane@example.com")


values = st.one_of(st.text(max_size=40), st.emails(), st.builds("{}@{}".format, st.text(max_size=12), st.text(max_size=20)))
kinds = st.sampled_from(["email-addr", "domain-name", "user-account", "ipv4-addr", "ipv6-addr", "mac-addr", "url", "email", "whatever"])


@given(kinds, values)
def test_the_canonical_form_is_its_own(kind: str, value: str) -> None:
    assert canonical(kind, canonical(kind, value)) == canonical(kind, value)


@given(kinds, values)
def test_a_pseudonym_has_its_form_and_nothing_of_the_value(kind: str, value: str) -> None:
    made = NAMES(kind, value)
    assert is_pseudonym(made)
    assert NAMES(kind, value) == made
    assert re.fullmatch(r"[pu]-[a-z2-7]{26}([@.]pseudonym\.invalid)?", made)


@given(values, st.binary(min_size=32, max_size=32), st.binary(min_size=32, max_size=32))
def test_two_keys_or_two_kinds_never_give_the_same(value: str, one: bytes, other: bytes) -> None:
    assert (Pseudonyms(one)("email", value) == Pseudonyms(other)("email", value)) == (one == other)
    made = {Pseudonyms(one)(kind, value)[2:28] for kind in ("email-addr", "user-account", "domain-name", "url")}
    assert len(made) == 4


@given(st.ip_addresses(v=6))
def test_the_zone_of_an_address_counts_for_nothing(address: ipaddress.IPv6Address) -> None:
    assert NAMES("ipv6-addr", f"{address}%wlan0") == NAMES("ipv6-addr", address.exploded.upper())


@pytest.mark.parametrize(
    "text",
    ["", "jane@example.com", "p-", f"p-{'a' * 25}", f"p-{'a' * 26}\n", f"p-{'A' * 26}", f"p-{'a' * 26}@example.com", f"u-{'1' * 26}"],
)
def test_other_texts_do_not_pass_for_pseudonyms(text: str) -> None:
    assert not is_pseudonym(text)


def test_a_short_key_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Pseudonyms(b"short")
