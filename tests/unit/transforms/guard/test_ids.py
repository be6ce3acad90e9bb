"""UUIDs are found in all encodings, and fast where there is none."""

from __future__ import annotations

import base64
import time
import uuid

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.ids import uuids_in
from tests.unit.transforms.guard.disguises import AROUND, DISGUISES
from transforms.guard import uuids

UUID = "84b8e396-9902-4f77-b096-cc0ff802e388"


@pytest.mark.parametrize("around", AROUND)
@pytest.mark.parametrize("disguise", DISGUISES)
@pytest.mark.parametrize("form", [UUID, f"indicator--{UUID}", UUID.replace("-", ""), f"urn:uuid:{UUID}"])
def test_a_uuid_is_found_in_every_disguise(form: str, disguise: str, around: str) -> None:
    body = orjson.dumps({"type": "note", "content": around.format(DISGUISES[disguise](form))})
    assert UUID in uuids(body)


@pytest.mark.parametrize(
    "text", ["see", "a" * 64, "0f" * 31, UUID[:-1], "7d" * 20, base64.b64encode(b"nothing of the kind in this text, at all").decode()]
)
def test_nothing_else_is_found(text: str) -> None:
    assert uuids(orjson.dumps({"text": text})) == frozenset()


def test_a_hash_of_a_uuid_length_is_one_and_a_longer_one_is_not() -> None:
    assert uuids(orjson.dumps({"MD5": "d41d8cd98f00b204e9800998ecf8427e"})) == {"d41d8cd9-8f00-b204-e980-0998ecf8427e"}
    assert uuids(orjson.dumps({"SHA-1": "d4" * 20, "SHA-256": "d4" * 32})) == frozenset()


@given(
    st.recursive(st.text(max_size=40) | st.uuids().map(str), lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=9), inner))
)
def test_whatever_the_plain_search_finds_is_found(value: object) -> None:
    body = orjson.dumps({"value": value})
    assert uuids_in(body) <= uuids(body)


@given(st.binary(max_size=400))
def test_no_bytes_make_it_fail(body: bytes) -> None:
    uuids(body)


@pytest.mark.parametrize("unit", ["a", "-", "%2d", "%25", "\\u0041", "&#65;", "indicator--0", "QUJD", "41", f"{UUID} ", "é", "a1B2/"])
def test_a_megabyte_takes_linear_time(unit: str) -> None:
    body = orjson.dumps({"x": unit * (1 + (1 << 20) // len(unit))})
    started = time.process_time()
    uuids(body)
    assert time.process_time() - started < 6


def test_overlapping_uuids_are_all_found() -> None:
    text = "11111111-2222-3333-4444-555566666666-7777-8888-9999-aaaaaaaaaaaa"
    assert {str(uuid.UUID(text[:36])), str(uuid.UUID(text[28:]))} <= uuids(orjson.dumps({"x": text}))
