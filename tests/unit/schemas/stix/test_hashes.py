"""Hashes: forms by algorithm, names from the vocabulary or not (STIX 2.1 §2.7, §10.7)."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.stix.findings import Finding
from schemas.stix.hashes import VALUES, hash_findings

DIGESTS = {"MD5": "md5", "SHA-1": "sha1", "SHA-256": "sha256", "SHA-512": "sha512", "SHA3-256": "sha3_256", "SHA3-512": "sha3_512"}
SSDEEP = "6144:BvqbV6zoA5yJJ1entjx+UJlVshhKuqMrgyNhahL2uSvhM:Bv"
TLSH = "c325af62e2f15cf7c32316389d1b57a46827be703d3879866bf52c385f396813829297"


def _found(hashes: dict[str, str]) -> list[Finding]:
    return list(hash_findings(hashes, "hashes", ("hashes",)))


def test_the_vocabulary_is_known() -> None:
    assert set(VALUES) == {*DIGESTS, "SSDEEP", "TLSH"}


@given(st.sampled_from(sorted(DIGESTS)), st.binary(max_size=8))
def test_what_an_algorithm_makes_has_its_form(name: str, content: bytes) -> None:
    digest = hashlib.new(DIGESTS[name], content).hexdigest()
    assert _found({name: digest}) == []
    assert _found({name: digest.upper()}) == []


WRONG = [
    *[(name, text) for name in DIGESTS for text in ("", "0" * 31, "0" * 33, "g" * 32, "0" * 63 + "g", "0" * 65, "0" * 129)],
    ("MD5", "0" * 30 + " 0"),
    ("MD5", " " + "0" * 31),
    ("MD5", "0" * 31 + "\n"),
    ("MD5", "0" * 32 + "\n"),
    ("MD5", "\uff10" * 32),
    ("SHA-256", "0x" + "0" * 62),
    ("SSDEEP", ""),
    ("SSDEEP", "96:abc"),
    ("SSDEEP", "x:abc:def"),
    ("SSDEEP", "96:a c:def"),
    ("TLSH", TLSH[1:]),
    ("TLSH", f"T{TLSH}"),
    ("TLSH", "z" * 70),
]


@pytest.mark.parametrize(("name", "text"), WRONG, ids=str)
def test_a_value_of_another_form_is_found(name: str, text: str) -> None:
    assert _found({name: text}) == [Finding("invalid-hash", f"hashes.{name}", "10.7", "optional_parts", ("hashes",))]


@pytest.mark.parametrize(
    "hashes", [{"SSDEEP": SSDEEP}, {"SSDEEP": "3::"}, {"SSDEEP": f'{SSDEEP},"a.exe"'}, {"TLSH": TLSH}, {"TLSH": f"T1{TLSH.upper()}"}]
)
def test_fuzzy_hashes_have_forms_of_their_own(hashes: dict[str, str]) -> None:
    assert _found(hashes) == []


@pytest.mark.parametrize("name", ["sha256", "SHA256", "md5", "IMPHASH", "x_foo_hash"])
def test_any_other_name_is_a_matter_of_vocabulary_and_is_not_shown(name: str) -> None:
    assert _found({name: "whatever"}) == [Finding("open-vocabulary", "hashes.*", "10.7", "vocabulary", ("hashes",))]


def test_one_wrong_hash_can_go_while_another_stays() -> None:
    assert [found.place for found in _found({"MD5": "x", "SHA-1": "0" * 40, "x_foo": "1"})] == [("hashes", "MD5"), ("hashes", "x_foo")]
