"""The second look at the final bytes: an id that the catalogue knows and the recipient may not see stops what holds it."""

from __future__ import annotations

import base64
import time
from collections.abc import Iterable
from urllib.parse import quote

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.ids import uuid_of, uuids_in
from tests.support.objects import TLP1, TLP2, identifier, indicator, marked, note, observable, outcome, policy, served, terms
from transforms.guard import guard

HIDDEN = identifier("indicator", "hidden")
BARE = uuid_of(HIDDEN)
ALLOWED = identifier("indicator", "allowed")
STRANGE = identifier("indicator", "nobody knows it")


def owners(asked: Iterable[str]) -> set[tuple[str, str]]:
    return {(uuid, "maker") for uuid in {uuid_of(item) for item in (HIDDEN, ALLOWED, *TLP2.values())} & set(asked)}


def stopped(*bodies: bytes, producer: str = "maker") -> set[int]:
    mentioned = {number: uuids_in(body) for number, body in enumerate(bodies)}
    return guard(mentioned, dict.fromkeys(mentioned, producer), {uuid_of(ALLOWED)}, owners)


def test_what_somebody_else_names_is_not_stopped_since_that_would_tell_who_guesses() -> None:
    assert stopped(orjson.dumps(HIDDEN), producer="other") == set()
    assert stopped(orjson.dumps(HIDDEN)) == {0}


@pytest.mark.parametrize("held", [True, False])
def test_whether_an_id_that_another_producer_guessed_is_held_changes_nothing(held: bool) -> None:
    secret = marked(observable("ipv4-addr", value="198.51.100.7"), "red")
    guess = note("guess", [indicator("free")], content=f"see {uuid_of(secret['id'])}")
    items = [served(indicator("free"), producer="other"), served(guess, producer="other"), *([served(secret)] if held else [])]
    assert outcome(items)[guess["id"]] == "released"
    own = [served(indicator("free")), served(guess), *([served(secret)] if held else [])]
    assert outcome(own)[guess["id"]] == ("guard-withheld-id" if held else "released")


def escaped(text: str) -> bytes:
    """A text as JSON with every character escaped: the same to a reader, other bytes."""
    return b'"' + "".join(f"\\u{ord(char):04x}" for char in text).encode() + b'"'


SPELLINGS = [
    orjson.dumps(text)
    for text in (
        HIDDEN,
        {"a_ref": HIDDEN},
        {HIDDEN: 1},
        ["x", {"deep": [[f"see {HIDDEN}."]]}],
        f"see ({HIDDEN}), and more",
        f"https://a.example/{HIDDEN}/",
        f"x_{HIDDEN}",
        f"x-{HIDDEN}",
        f"see-also--{HIDDEN}.json",
        f"ä{HIDDEN}ö",
        f"{ALLOWED},{HIDDEN}",
        f"{HIDDEN}{HIDDEN}",
        BARE,
        f"malware--{BARE}",
        HIDDEN.upper(),
        HIDDEN.title(),
        HIDDEN.replace("a", "A").replace("e", "E"),
        quote(HIDDEN.replace("-", "%2D"), safe="%"),
        quote(quote(HIDDEN).replace("-", "%2d")),
        f'"{HIDDEN}"\n\\',
    )
] + [escaped(HIDDEN), escaped(HIDDEN.upper()), b'{"a":"' + HIDDEN.replace("-", "\\u002d").encode() + b'"}']


@pytest.mark.parametrize("body", SPELLINGS)
def test_a_hidden_id_is_found_wherever_and_however_it_is_spelled(body: bytes) -> None:
    assert stopped(b'"nothing"', body, orjson.dumps(ALLOWED)) == {1}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nothing",
        ALLOWED,
        STRANGE,
        TLP1["red"],
        TLP2["clear"],
        HIDDEN[:-1],
        HIDDEN.replace("-", ""),
        identifier("malware", "of another name"),
        "--" * 100,
        "100 % of \\ nothing",
        "%",
        "%zz%2",
    ],
)
def test_nothing_else_is_stopped(text: str) -> None:
    assert stopped(orjson.dumps(text), orjson.dumps(HIDDEN)) == {1}


def test_what_is_encoded_otherwise_is_not_found() -> None:
    """A bound of what is looked for, not a wish: docs speak of letter case, JSON escapes and percent-encoding."""
    assert uuids_in(orjson.dumps(base64.b64encode(HIDDEN.encode()).decode())) == frozenset()


def test_nobody_is_asked_where_there_is_nothing_to_ask() -> None:
    def refuse(_: Iterable[str]) -> set[tuple[str, str]]:
        raise AssertionError

    assert guard({1: {uuid_of(ALLOWED), uuid_of(TLP2["red"])}, 2: set()}, {}, {uuid_of(ALLOWED)}, refuse) == set()
    assert guard({}, {}, set(), refuse) == set()


@given(
    st.lists(st.uuids(), max_size=5),
    st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="0123456789abcdefABCDEF-"), max_size=5),
)
def test_every_uuid_in_a_text_is_found(uuids: list[object], between: str) -> None:
    text = f"{between}|".join(map(str, uuids))
    for body in (
        orjson.dumps(text),
        orjson.dumps({text: 1}),
        orjson.dumps([{"x": text}]),
        escaped(text.encode("ascii", "ignore").decode()),
    ):
        assert uuids_in(body) == {str(uuid) for uuid in uuids}


@pytest.mark.parametrize(
    "unit", ["a", "a-", "a--", "-", "%2d", "%25", "\\", "indicator--0", "01234567-89ab-cdef-", HIDDEN[:-1] + "x", STRANGE]
)
def test_a_megabyte_of_near_hits_takes_linear_time(unit: str) -> None:
    body = orjson.dumps(unit * (1 + (1 << 20) // len(unit)))
    started = time.process_time()
    uuids_in(body)
    assert time.process_time() - started < 3


def test_an_id_in_free_text_stops_the_object_and_what_hangs_on_it() -> None:
    hidden = indicator("hidden", object_marking_refs=[TLP2["red"]])
    telling = indicator("telling", description=f"the same actor as {hidden['id'].upper()}")
    remark = note("n", [telling])
    found = outcome(
        [served(item) for item in (hidden, telling, remark, indicator("plain"))], terms(rules=policy("taker", release={"tlp_max": "green"}))
    )
    assert found == {
        hidden["id"]: "tlp-above-ceiling",
        telling["id"]: "guard-withheld-id",
        remark["id"]: "closure-subject-withheld",
        indicator("plain")["id"]: "released",
    }


def test_an_id_in_upper_case_is_as_hidden_as_any() -> None:
    kind, _, bare = identifier("indicator", "hidden").partition("--")
    hidden = indicator("hidden", id=f"{kind}--{bare.upper()}", object_marking_refs=[TLP2["red"]])
    telling = indicator("telling", description=f"as {bare}")
    found = outcome([served(hidden), served(telling)], terms(rules=policy("taker", release={"tlp_max": "green"})))
    assert found[telling["id"]] == "guard-withheld-id"


def test_an_id_of_something_that_is_released_may_be_named() -> None:
    named = indicator("named")
    telling = indicator("telling", description=f"as {named['id']}")
    assert set(outcome([served(named), served(telling)]).values()) == {"released"}


def test_the_former_id_of_something_that_goes_out_under_another_may_not_be_named() -> None:
    named = indicator("named", name="to be dropped")
    telling = indicator("telling", description=f"as {named['id']}")
    found = outcome([served(named), served(telling)], terms(rules=policy("taker", minimize={"paths": {"*.name": "drop"}})))
    assert found == {named["id"]: "minimized", telling["id"]: "guard-withheld-id"}


def test_the_next_candidate_goes_where_the_first_tells_too_much() -> None:
    hidden = indicator("hidden", "[mutex:name = 'm']", object_marking_refs=[TLP2["red"]])
    pattern = "[url:value = 'https://h.example/']"
    telling = indicator("telling", pattern, created="2026-01-01T00:00:00.000Z", description=f"as {hidden['id']}")
    plain = indicator("plain", pattern)
    found = outcome(
        [served(hidden), served(telling), served(plain, producer="other")], terms(rules=policy("taker", release={"tlp_max": "green"}))
    )
    assert found[telling["id"]] == "released"
