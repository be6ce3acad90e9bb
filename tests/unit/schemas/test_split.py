"""Whatever a feed sends: the good objects come out with their own bytes, the bad ones with a reason, and memory stays bounded."""

from __future__ import annotations

import io
import time
import tracemalloc
from collections.abc import Callable
from typing import Any

import orjson
import pytest

from schemas.reasons import QUARANTINE
from schemas.split import HEAD_BYTES, MAX_DEPTH, Fragment, Piece, split, split_bytes

A = b'{"type": "indicator", "id": "indicator--a", "name": "A \\u00e4 {[\\"]}"}'
B = '{"type":"malware","id":"malware--b","name":"B ä 漢 {[]"}'.encode()
C = b'{\n  "type":"tool" ,"id":"tool--c","n":[1,2.5,-3e4,true,null,{"x":[]}]\n}'
GOOD = (A, B, C)


def raws(document: bytes, **options: Any) -> list[bytes]:
    return [piece.raw for piece in split_bytes(document, **options) if isinstance(piece, Piece)]


def reasons(document: bytes, **options: Any) -> list[str]:
    return [piece.reason for piece in split_bytes(document, **options) if isinstance(piece, Fragment)]


def listed(*elements: bytes) -> bytes:
    return b"[" + b",".join(elements) + b"]"


def enveloped(*elements: bytes) -> bytes:
    return b'{"objects": ' + listed(*elements) + b', "more": false}'


def bundled(*elements: bytes) -> bytes:
    return b'{"type":"bundle","id":"bundle--x","objects":\n' + listed(*elements) + b"}"


FRAMES: dict[str, Callable[..., bytes]] = {
    "list": listed,
    "envelope": enveloped,
    "bundle": bundled,
    "objects last": lambda *elements: b'{"more":true,"next":"abc","objects":' + listed(*elements) + b"}",
    "spaced": lambda *elements: b' \t\r\n{ "objects" : [ ' + b" ,\n".join(elements) + b" ] }\r\n ",
    "BOM": lambda *elements: b"\xef\xbb\xbf" + enveloped(*elements),
    "foreign, deep": lambda *elements: b'{"data":{"result":{"stix":' + bundled(*elements) + b'}},"count":3}',
}


@pytest.mark.parametrize("frame", FRAMES)
def test_pieces_are_the_objects_own_bytes(frame: str) -> None:
    document = FRAMES[frame](*GOOD)
    assert raws(document) == list(GOOD)
    assert reasons(document) == []


def test_a_piece_says_what_its_bytes_say() -> None:
    assert [piece.value for piece in split_bytes(listed(*GOOD)) if isinstance(piece, Piece)] == [orjson.loads(raw) for raw in GOOD]


@pytest.mark.parametrize("single", GOOD)
def test_a_single_object_is_a_document(single: bytes) -> None:
    assert raws(single) == [single]
    assert reasons(single) == []
    assert raws(b"\n " + single + b"\n") == [single]


def test_several_embedded_bundles_all_come_out() -> None:
    document = b'{"events":{"one":' + bundled(A) + b',"two":' + bundled(B) + b'},"list":' + listed(C) + b"}"
    assert raws(document) == [A, B, C]


def test_scalars_of_an_envelope_are_handed_over() -> None:
    envelope: dict[str, Any] = {}
    list(split_bytes(b'{"more":true,"objects":' + listed(A) + b',"next":"n-1","count":1}', envelope=envelope))
    assert envelope == {"more": True, "next": "n-1", "count": 1}


@pytest.mark.parametrize("empty", [b"{}", b"[]", b'{"objects":[]}', b'{"type":"bundle","id":"bundle--x"}', b" [ ] "])
def test_empty_documents_hold_nothing_and_are_no_fault(empty: bytes) -> None:
    assert list(split_bytes(empty)) == []


@pytest.mark.parametrize("document", [b"", b"<html></html>", b"null", b"17", b'"text"', b"\x00\x01", b"\xff\xfe[\x00]\x00", b"   "])
def test_what_is_not_json_is_one_fragment(document: bytes) -> None:
    assert reasons(document) == ["not-json"]
    assert raws(document) == []


@pytest.mark.parametrize("document", [b'{"objects":5}', b'{"objects":null}', b'{"objects":"x"}', b'{"count":0,"ok":true}'])
def test_a_document_without_objects_says_so(document: bytes) -> None:
    assert reasons(document) == ["no-objects"]


FAULTS: dict[str, tuple[bytes, str]] = {
    "NaN": (b'{"type":"tool","a":NaN}', "non-finite-number"),
    "Infinity": (b'{"type":"tool","a":Infinity}', "non-finite-number"),
    "-Infinity": (b'{"type":"tool","a":[-Infinity]}', "non-finite-number"),
    "1e999": (b'{"type":"tool","a":1e999}', "non-finite-number"),
    "-1e999": (b'{"type":"tool","a":{"b":-1e999}}', "non-finite-number"),
    "duplicate key": (b'{"type":"tool","a":1,"a":1}', "duplicate-key"),
    "duplicate key, escaped": (b'{"type":"tool","a":1,"\\u0061":2}', "duplicate-key"),
    "duplicate key, deep": (b'{"type":"tool","a":[{"b":{"c":1,"c":2}}]}', "duplicate-key"),
    "invalid UTF-8": (b'{"type":"tool","a":"\xff\xfe"}', "invalid-utf8"),
    "overlong UTF-8": (b'{"type":"tool","a":"\xc0\xaf"}', "invalid-utf8"),
    "surrogate as UTF-8": (b'{"type":"tool","a":"\xed\xa0\x80"}', "invalid-utf8"),
    "cut UTF-8": (b'{"type":"tool","a":"\xe6\xbc"}', "invalid-utf8"),
    "lone surrogate": (b'{"type":"tool","a":"\\ud800"}', "invalid-unicode"),
    "lone surrogate in a name": (b'{"type":"tool","\\udfff":1}', "invalid-unicode"),
    "surrogates in the wrong order": (b'{"type":"tool","a":"\\udc00\\ud800"}', "invalid-unicode"),
    "5,000 digits": (b'{"type":"tool","a":' + b"9" * 5000 + b"}", "malformed-json"),
    "bare word": (b'{"type":"tool","a":undefined}', "malformed-json"),
    "single quotes": (b"{'type':'tool'}", "malformed-json"),
    "no colon": (b'{"type":"tool","a" 1}', "malformed-json"),
    "trailing comma": (b'{"type":"tool","a":1,}', "malformed-json"),
    "raw control character": (b'{"type":"tool","a":"x\x01"}', "malformed-json"),
    "bad escape": (b'{"type":"tool","a":"\\x41"}', "malformed-json"),
    "leading zero": (b'{"type":"tool","a":012}', "malformed-json"),
    "100,000 lists": (b"[" * 100_000 + b"]" * 100_000, "too-deep"),
    "100,000 objects": (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "too-deep"),
    "65 levels": (b'{"type":"tool","a":' + b'{"a":' * MAX_DEPTH + b"1" + b"}" * (MAX_DEPTH + 1), "too-deep"),
    "text": (b'"text"', "not-an-object"),
    "number": (b"12", "not-an-object"),
    "null": (b"null", "not-an-object"),
    "list": (b"[1,2]", "not-an-object"),
    "undecodable text": (b'"\xff"', "not-an-object"),
}


@pytest.mark.parametrize("frame", ["list", "envelope", "bundle", "BOM"])
@pytest.mark.parametrize("fault", FAULTS)
def test_a_bad_element_keeps_all_neighbours(fault: str, frame: str) -> None:
    element, reason = FAULTS[fault]
    for place in range(4) if len(element) < 10_000 else (1,):
        elements = [*GOOD[:place], element, *GOOD[place:]]
        document = FRAMES[frame](*elements)
        assert raws(document) == list(GOOD)
        assert reasons(document) == [reason]


def test_bad_elements_side_by_side_are_told_apart() -> None:
    document = enveloped(*(element for element, _ in FAULTS.values()), *GOOD)
    assert raws(document) == list(GOOD)
    assert reasons(document) == [reason for _, reason in FAULTS.values()]


def test_every_reason_is_documented() -> None:
    found = set(reasons(enveloped(*(element for element, _ in FAULTS.values()))))
    found |= {"not-json", "no-objects", "truncated-json", "too-large"}
    assert found <= QUARANTINE.keys()


@pytest.mark.parametrize("fault", [fault for fault, (element, _) in FAULTS.items() if element[:1] == b"{"])
def test_a_bad_single_object_is_one_fragment(fault: str) -> None:
    element, reason = FAULTS[fault]
    assert raws(element) == []
    assert reasons(element) == [reason]


def test_what_a_fragment_shows_is_bounded() -> None:
    (fragment,) = split_bytes(b'[{"a":"' + b"y" * 50_000 + b'","a":1}]')
    assert isinstance(fragment, Fragment)
    assert fragment.head == (b'{"a":"' + b"y" * HEAD_BYTES)[:HEAD_BYTES]
    assert fragment.size == 50_000 + len(b'{"a":"","a":1}')


def test_64_levels_pass() -> None:
    deep = b'{"a":' * MAX_DEPTH + b"1" + b"}" * MAX_DEPTH
    assert raws(listed(deep, A)) == [deep, A]


def test_brackets_in_texts_are_not_depth() -> None:
    flat = b'{"type":"tool","n":"' + b"[{" * 500 + b'\\"' + b"[" * 500 + b'"}'
    assert raws(listed(flat, A)) == [flat, A]


def test_valid_surrogate_pairs_pass() -> None:
    pair = b'{"type":"tool","n":"\\ud83d\\ude00"}'
    assert raws(listed(pair)) == [pair]


@pytest.mark.parametrize("frame", ["envelope", "bundle", "objects last"])
def test_a_document_cut_at_any_byte_keeps_what_came_before(frame: str) -> None:
    document = FRAMES[frame](*GOOD)
    ends = [document.index(element) + len(element) for element in GOOD]
    for cut in range(len(document)):
        found = list(split_bytes(document[:cut]))
        kept = [piece.raw for piece in found if isinstance(piece, Piece)]
        lost = [piece for piece in found if isinstance(piece, Fragment)]
        assert kept == [element for element, end in zip(GOOD, ends, strict=True) if end <= cut], cut
        assert len(lost) == 1, cut
        assert lost[0].reason in ("truncated-json", "not-json"), cut


@pytest.mark.parametrize("frame", ["list", "spaced", "foreign, deep"])
def test_other_frames_cut_at_any_byte_never_crash(frame: str) -> None:
    document = FRAMES[frame](*GOOD)
    for cut in range(len(document)):
        found = list(split_bytes(document[:cut]))
        assert [piece.raw for piece in found if isinstance(piece, Piece)] == list(GOOD[: sum(isinstance(piece, Piece) for piece in found)])
        assert sum(isinstance(piece, Fragment) for piece in found) <= 1, cut


def test_what_follows_an_envelope_is_reported() -> None:
    for trailing in (b"x", b"{}", b"]", A):
        document = enveloped(A) + trailing
        assert raws(document) == [A]
        assert reasons(document) == ["malformed-json"]


def test_depth_is_refused_quickly() -> None:
    started = time.process_time()
    assert reasons(b"[" * 100_000) == ["too-deep"]
    assert reasons(b'{"a":' * 100_000) == ["too-deep"]
    assert time.process_time() - started < 1.0


class Stream:
    """A document that is made while it is read: so many copies of an element, then the end."""

    def __init__(self, head: bytes, element: bytes, copies: int, tail: bytes) -> None:
        self._parts = [head, element, tail]
        self._copies = copies
        self._buffer = b""
        self._state = 0

    def read(self, size: int) -> bytes:
        size = min(size, 1 << 16)
        while len(self._buffer) < size and self._state < 3:
            if self._state == 1 and self._copies:
                repeats = min(self._copies, 1 + size // len(self._parts[1]))
                self._buffer += self._parts[1] * repeats
                self._copies -= repeats
                self._state += not self._copies
            else:
                self._buffer += self._parts[self._state]
                self._state += 1
        chunk, self._buffer = self._buffer[:size], self._buffer[size:]
        return chunk


def peak_of(stream: Stream, limit: int) -> tuple[int, list[str], list[bytes]]:
    tracemalloc.start()
    try:
        lost: list[str] = []
        kept: list[bytes] = []
        for piece in split(stream.read, limit):
            if isinstance(piece, Fragment):
                lost.append(piece.reason)
            elif len(kept) < 4:
                kept.append(piece.raw)
        return tracemalloc.get_traced_memory()[1], lost, kept
    finally:
        tracemalloc.stop()


def test_an_object_of_50_mb_is_stepped_over_in_bounded_memory() -> None:
    stream = Stream(b"[" + A + b',{"type":"tool","x":"', b"y" * 1000, 50_000, b'"},' + B + b"]")
    peak, lost, kept = peak_of(stream, 1 << 20)
    assert lost == ["too-large"]
    assert kept == [A, B]
    assert peak < 16 << 20


def test_an_object_made_of_small_parts_is_stepped_over() -> None:
    stream = Stream(b'{"objects":[' + A + b',{"type":"tool","x":[0', b',{"k":"]}"}' * 100, 1_200, b"]}," + B + b"]}")
    peak, lost, kept = peak_of(stream, 1 << 20)
    assert lost == ["too-large"]
    assert kept == [A, B]
    assert peak < 80 << 20  # values of the first two MB, as Python holds them


def test_a_long_list_is_read_in_bounded_memory() -> None:
    stream = Stream(b'{"objects":[' + A, b"," + B, 100_000, b"]}")
    peak, lost, kept = peak_of(stream, 1 << 20)
    assert lost == []
    assert kept == [A, B, B, B]
    assert peak < 8 << 20


def test_the_cap_counts_bytes() -> None:
    at_cap = b'{"type":"tool","n":"' + "ä".encode() * 490 + b'"}'
    assert raws(listed(at_cap, A), max_object_bytes=len(at_cap)) == [at_cap, A]
    assert reasons(listed(at_cap, A), max_object_bytes=len(at_cap) - 1) == ["too-large"]
    assert raws(listed(at_cap, A), max_object_bytes=len(at_cap) - 1) == [A]


def test_a_single_object_above_the_cap_is_refused() -> None:
    large = b'{"type":"tool","n":"' + b"y" * 5000 + b'"}'
    assert reasons(large, max_object_bytes=2000) == ["too-large"]


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_chunks_of_any_size_give_the_same(size: int) -> None:
    document = FRAMES["BOM"](*(element for element, _ in FAULTS.values() if len(element) < 1000), *GOOD)
    source = io.BytesIO(document)
    assert list(split(lambda _: source.read(size))) == list(split_bytes(document))


OBJECT = b'{"type":"tool","id":"tool--1","name":"a"}'


@pytest.mark.parametrize(
    "broken",
    [
        b'{"type":"tool","id":"tool--0,"name":"a"}',
        b'{"type":"tool","id":"tool--0","name":"a}',
        b'{"type":"tool","id":"tool--0","labels":["a","b"}',
        b'{"type":"tool,"id":"tool--0"}',
        b'{"type":"tool","id":"tool--0","a":{"b":{"c":1}',
    ],
    ids=str,
)
@pytest.mark.parametrize("frame", ['{"objects":[%s]}', "[%s]"])
def test_a_missing_quote_or_bracket_costs_no_more_than_a_neighbour(broken: bytes, frame: str) -> None:
    many = [OBJECT.replace(b"--1", b"--%d" % number) for number in range(50)]
    document = frame.encode() % b",".join([*many[:25], broken, *many[25:]])
    found = list(split_bytes(document))
    kept = [item.raw for item in found if isinstance(item, Piece)]
    assert kept[:25] == many[:25]
    assert kept[25:] in (many[25:], many[26:])
    assert [item.reason for item in found if isinstance(item, Fragment)] == ["malformed-json"]


def test_an_object_above_the_cap_that_holds_objects_keeps_its_neighbours() -> None:
    large = b'{"type":"x-large","id":"x","parts":[' + b",".join([OBJECT] * 100) + b"]}"
    found = list(split_bytes(b"[" + b",".join([OBJECT, large, OBJECT]) + b"]", 1000))
    assert [item.raw if isinstance(item, Piece) else item.reason for item in found] == [OBJECT, "too-large", OBJECT]


@pytest.mark.parametrize(
    "element",
    [b"{x}", b'{"a":"}', b'{"a"}', b"[{]", b"[", b"{", b'{"a":[}', b'"', b'{"type":"tool","id":"x', b"{[", b"17,{", b'{"a":1,}'],
    ids=str,
)
def test_many_malformed_elements_take_linear_time(element: bytes) -> None:
    def cost(count: int) -> float:
        document = b'{"objects":[' + b",".join([element] * count) + b"]}"
        started = time.process_time()
        assert all(isinstance(item, Fragment) for item in split_bytes(document))
        return time.process_time() - started

    small, large = cost(5_000), cost(40_000)
    assert large < max(16 * small, 2.0)


def test_a_list_cut_between_its_elements_says_so() -> None:
    assert reasons(b"[" + OBJECT + b",") == reasons(b'{"objects":[' + OBJECT + b",") == ["truncated-json"]
    assert reasons(b"[" + OBJECT + b"]") == []


def test_an_empty_page_is_no_fault() -> None:
    assert list(split_bytes(b'{"more":false}')) == list(split_bytes(b'{"more":true,"next":"x"}')) == []


def test_the_size_of_a_fragment_is_in_bytes() -> None:
    (fragment,) = split_bytes('[{"a" "漢"}]'.encode())
    assert isinstance(fragment, Fragment)
    assert fragment.size == len('{"a" "漢"}'.encode())


@pytest.mark.parametrize("flood", [b" ", b",", b"\n"])
@pytest.mark.parametrize("head", [b'{"objects":[', b"[", b"", b"{", b'{"objects"', b'{"objects":'])
def test_a_flood_of_nothing_takes_neither_memory_nor_time(head: bytes, flood: bytes) -> None:
    parts = iter([head, *([flood * (1 << 16)] * 640)])
    tracemalloc.start()
    started = time.process_time()
    assert not any(isinstance(item, Piece) for item in split(lambda _: next(parts, b"")))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 12 << 20
    assert time.process_time() - started < 5
