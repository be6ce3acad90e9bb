"""What holds of every document, however it is built, broken or cut into chunks."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.reasons import QUARANTINE
from schemas.split import HEAD_BYTES, Fragment, Piece, split, split_bytes

NAMES = st.text(max_size=6).filter(lambda name: name not in ("type", "id", "objects"))
SCALARS = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=12)
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3), max_leaves=8)


def spelled(value: Any, compact: bool, ascii_only: bool) -> bytes:
    separators = (",", ":") if compact else (" ,\n ", "\t: ")
    text = json.dumps(value, separators=separators, ensure_ascii=ascii_only)
    return text.encode("utf-8", "surrogatepass")


def is_plain(value: Any) -> bool:
    try:
        orjson.dumps(value)
    except TypeError:
        return False
    return True


OBJECTS = st.builds(
    spelled,
    st.builds(lambda rest: {"type": "tool", **rest}, st.dictionaries(NAMES, VALUES, max_size=4)).filter(is_plain),
    st.booleans(),
    st.booleans(),
)
BROKEN = st.sampled_from(
    [
        b'{"type":"tool","a":NaN}',
        b'{"type":"tool","a":1e999}',
        b'{"type":"tool","a":1,"a":2}',
        b'{"type":"tool","a":tru}',
        b'{"type":"tool","a":"\xff"}',
        b'{"type":"tool","a":"\\ud800"}',
        b'{"type":"tool","a":' + b"9" * 5000 + b"}",
        b'{"type":"tool","a":' + b"[" * 80 + b"]" * 80 + b"}",
        b'{"type":"tool","a":"' + b"y" * 3000 + b'"}',
        b'{"type" "tool"}',
        b"17",
        b"null",
        b'"text ]}"',
        b"[{}]",
    ]
)
LIMIT = 2500
FRAMES = st.sampled_from(
    [
        (b"[", b"]"),
        (b'{"objects":[', b"]}"),
        (b'{"type":"bundle","id":"bundle--x","objects": [ ', b" ] }\n"),
        (b'\xef\xbb\xbf {"more":false,"objects":[\n', b'\n],"next":"x"}'),
        (b'{"outer":{"objects":[', b"]}}"),
    ]
)
SEPARATORS = st.sampled_from([b",", b" , ", b",\r\n"])


@settings(max_examples=150)
@given(st.lists(OBJECTS, max_size=8), FRAMES, SEPARATORS)
def test_pieces_of_a_valid_document_are_its_objects_own_bytes(objects: list[bytes], frame: tuple[bytes, bytes], separator: bytes) -> None:
    found = list(split_bytes(frame[0] + separator.join(objects) + frame[1]))
    assert [item.raw for item in found if isinstance(item, Piece)] == objects
    assert not any(isinstance(item, Fragment) for item in found)
    assert [item.value for item in found if isinstance(item, Piece)] == [json.loads(raw) for raw in objects]


@settings(max_examples=150)
@given(st.lists(OBJECTS | BROKEN, max_size=10), FRAMES.filter(lambda frame: not frame[0].startswith(b'{"outer')), SEPARATORS)
def test_bad_elements_anywhere_keep_all_neighbours(elements: list[bytes], frame: tuple[bytes, bytes], separator: bytes) -> None:
    found = list(split_bytes(frame[0] + separator.join(elements) + frame[1], LIMIT))
    good = [
        element
        for element in elements
        if len(list(split_bytes(b"[" + element + b"]", LIMIT))) == 1 and raws(b"[" + element + b"]") == [element]
    ]
    assert [item.raw for item in found if isinstance(item, Piece)] == good
    lost = [item for item in found if isinstance(item, Fragment)]
    assert len(lost) == len(elements) - len(good)
    assert all(item.reason in QUARANTINE and len(item.head) <= HEAD_BYTES for item in lost)


def raws(document: bytes) -> list[bytes]:
    return [item.raw for item in split_bytes(document, LIMIT) if isinstance(item, Piece)]


def chunks(document: bytes, sizes: list[int]) -> Iterator[bytes]:
    source = io.BytesIO(document)
    for size in sizes:
        yield source.read(size)
    while chunk := source.read(7):
        yield chunk


@settings(max_examples=150)
@given(st.lists(OBJECTS | BROKEN, max_size=6), FRAMES, st.lists(st.integers(1, 40), max_size=30), st.data())
def test_any_chunking_gives_the_same(elements: list[bytes], frame: tuple[bytes, bytes], sizes: list[int], data: st.DataObject) -> None:
    document = frame[0] + b",".join(elements) + frame[1]
    document = document[: data.draw(st.integers(0, len(document)))]
    parts = chunks(document, sizes)
    assert list(split(lambda _: next(parts, b""), LIMIT)) == list(split_bytes(document, LIMIT))


@settings(max_examples=150)
@given(st.lists(OBJECTS, min_size=3, max_size=3), FRAMES, st.data())
def test_a_cut_anywhere_keeps_what_came_before(objects: list[bytes], frame: tuple[bytes, bytes], data: st.DataObject) -> None:
    document = frame[0] + b",".join(objects) + frame[1]
    cut = data.draw(st.integers(0, len(document) - 1))
    found = list(split_bytes(document[:cut]))
    ends = [len(frame[0]) + sum(map(len, objects[:number])) + number - 1 for number in range(1, 4)]
    kept = [item.raw for item in found if isinstance(item, Piece)]
    if not frame[0].startswith(b'{"outer'):
        assert kept == [raw for raw, end in zip(objects, ends, strict=True) if end <= cut]
    assert sum(isinstance(item, Fragment) for item in found) <= 1


@settings(max_examples=300)
@given(st.binary(max_size=200) | st.text(alphabet='{}[]",:\\ \n\t10eE.-+"objects"typeidnul', max_size=200).map(str.encode))
def test_no_bytes_crash_it(document: bytes) -> None:
    for item in split_bytes(document, LIMIT):
        if isinstance(item, Fragment):
            assert item.reason in QUARANTINE
        else:
            assert item.raw in document
            assert json.loads(item.raw) == item.value


@settings(max_examples=200)
@given(st.lists(OBJECTS, min_size=1, max_size=4), FRAMES, st.data())
def test_no_flipped_byte_crashes_it_or_makes_up_bytes(objects: list[bytes], frame: tuple[bytes, bytes], data: st.DataObject) -> None:
    document = bytearray(frame[0] + b",".join(objects) + frame[1])
    for _ in range(data.draw(st.integers(1, 3))):
        document[data.draw(st.integers(0, len(document) - 1))] = data.draw(st.integers(0, 255))
    for item in split_bytes(bytes(document)):
        if isinstance(item, Piece):
            assert item.raw in bytes(document)
            assert len(item.raw.decode()) > 0


ODD = st.sampled_from(
    [
        b'{"type":"tool","a":123456789012345678901234567890}',
        b'{"type":"tool","a":[123456789012345678901234567890]}',
        b'{"type":"tool","a":1,"a":1}',
        b'{"type":"tool","a":1,"\\u0061":1}',
        b'{"type":"tool","a" :1,"a" : 2}',
        b'{"type":"tool","a":"\\":1"}',
        b'{"type":"tool","a":{"b":1,"b":2}}',
        b'{"type":"tool","a":"' + b"x" * 3000 + b'"}',
        b'{"type":"tool","a":-0,"b":1E2,"c":1.0}',
        b'{"type":"tool","a":"\x01"}',
        b'{"type":"tool","a":' + b"[" * 70 + b"]" * 70 + b"}",
        b'{"objects":[]}',
        b'{"type":"tool","a":"objects"}',
        b"{}",
    ]
)


@settings(max_examples=400)
@given(st.lists(OBJECTS | BROKEN | ODD, max_size=6), FRAMES, SEPARATORS, st.data())
def test_a_document_in_memory_is_split_like_one_that_is_read(
    elements: list[bytes], frame: tuple[bytes, bytes], separator: bytes, data: st.DataObject
) -> None:
    document = frame[0] + separator.join(elements) + frame[1]
    if data.draw(st.booleans()):
        place = data.draw(st.integers(0, len(document) - 1))
        document = document[:place] + data.draw(st.sampled_from([b"", b"\xff", b'"', b"{", b"]", b",", b"0"])) + document[place + 1 :]
    quick, careful = list(split_bytes(document, LIMIT)), list(split(io.BytesIO(document).read, LIMIT))
    assert quick == careful
    assert [repr(item) for item in quick] == [repr(item) for item in careful]
