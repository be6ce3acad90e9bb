"""What holds for every object under every profile."""

from __future__ import annotations

import base64
import copy
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.errors import BadInput
from schemas.stix.inspection import inspect
from schemas.stix.registry import KNOWN_PROPERTIES
from tests.support.objects import Stix
from tests.unit.transforms.minimize.support import minimizer, reason_of
from tests.unit.transforms.minimize.test_standard_table import REFUSALS, ROWS
from transforms.minimize import FRAME, Role

OBJECTS = [row.value for row in ROWS] + [row[1] for row in REFUSALS]
PROFILES = ("standard@1", "trusted@1", "verbatim@1")
CANARY = "jane.q7k3@corp.example"
DISGUISES = {
    "plain": CANARY,
    "in a sentence": f"Please write to {CANARY}, thank you.",
    "percent": quote(CANARY, safe=""),
    "base64": base64.b64encode(CANARY.encode()).decode(),
    "defanged": CANARY.replace("@", "[at]").replace(".", "[.]"),
    "escaped": CANARY.replace("@", "\\u0040"),
    "entity": CANARY.replace("@", "&#64;"),
    "soft hyphen": CANARY.replace("q7", "q\u00ad7"),
}


MINIMIZERS = {profile: minimizer(profile) for profile in PROFILES}


def outcome(value: Stix, role: Role, profile: str = "standard@1") -> Stix | str:
    try:
        return MINIMIZERS[profile].minimize(value, role).value
    except BadInput as problem:
        return reason_of(problem)


PARTS = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-5, 5),
        st.floats(allow_nan=False, width=16),
        st.sampled_from(["", "a", CANARY, "CVE-2021-44228"]),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=2), st.dictionaries(st.sampled_from(["a", "source_name", "name", "MD5"]), inner, max_size=2)
    ),
    max_leaves=4,
)


@settings(max_examples=150)
@given(st.sampled_from(OBJECTS), st.data())
def test_laws(value: Stix, data: st.DataObject) -> None:
    """Idempotent, deterministic, changes nothing that it is given, and adds no property; whatever stands in the object."""
    names = sorted(value.keys() - {"type", "id"})
    absent = data.draw(st.sets(st.sampled_from(names), max_size=3))
    broken = data.draw(
        st.dictionaries(st.sampled_from(sorted(KNOWN_PROPERTIES.get(value["type"], FRAME) - FRAME) or ["x"]), PARTS, max_size=2)
    )
    value = {**{name: item for name, item in value.items() if name not in absent}, **broken}
    role = data.draw(st.sampled_from(Role))
    profile = data.draw(st.sampled_from(PROFILES))
    before = copy.deepcopy(value)
    one = minimizer(profile)
    told = outcome(value, role, profile)
    if isinstance(told, str):
        assert value == before
        assert outcome(copy.deepcopy(value), role, profile) == told
        return
    found = one.minimize(value, role)
    assert value == before
    assert found.value.keys() <= value.keys()
    assert (found.value is value) == (not found.changes) == (not found.touched)
    assert found.touched == {name for name, item in value.items() if name not in found.value or found.value[name] is not item}
    assert {name: found.value.get(name) for name in FRAME} == {name: value.get(name) for name in FRAME}
    assert minimizer(profile).minimize(copy.deepcopy(value), role) == found
    again = one.minimize(found.value, role)
    assert again.value is found.value
    assert CANARY not in "".join(found.changes)


def leaves(part: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(part, dict):
        for name, item in part.items():
            yield from leaves(item, (*place, name))
    elif isinstance(part, list):
        for at, item in enumerate(part):
            yield from leaves(item, (*place, at))
    elif isinstance(part, str) and place[0] not in FRAME and place != ("pattern",):
        yield place


def planted(value: Stix, place: tuple[Any, ...], text: str) -> Stix:
    made = copy.deepcopy(value)
    inner: Any = made
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = text
    return made


@pytest.mark.parametrize("disguise", DISGUISES)
def test_a_mailbox_comes_out_of_no_text_of_any_object(disguise: str) -> None:
    """Also where it is the threat's object, but for the value that is the threat's mailbox itself."""
    for value in OBJECTS:
        before = set(inspect(value))
        for place in leaves(value):
            if place[-1].__class__ is str and place[-1].endswith("_ref"):
                continue
            if any(isinstance(step, str) and step.endswith("_refs") for step in place):
                continue
            made = planted(value, place, DISGUISES[disguise])
            if any(finding.setting in ("", "optional_parts") for finding in inspect(made) if finding not in before):
                continue  # intake does not let it in
            for role in (Role.VICTIM, Role.THREAT):
                if role is Role.THREAT and value["type"] == "email-addr":
                    continue
                found = outcome(made, role)
                assert isinstance(found, str) or b"q7k3" not in orjson.dumps(found).replace(b"q\\u00ad7", b"q7"), (value["type"], place)
                encoded = base64.b64encode(CANARY.encode())
                assert isinstance(found, str) or encoded not in orjson.dumps(found), (value["type"], place)


@pytest.mark.parametrize("profile", PROFILES)
def test_what_is_not_the_threats_shows_no_more_than_what_is(profile: str) -> None:
    """Every property that stays for a victim stays for a threat, too."""
    for value in OBJECTS:
        victim, threat = outcome(value, Role.VICTIM, profile), outcome(value, Role.THREAT, profile)
        if not isinstance(victim, str) and not isinstance(threat, str):
            assert victim.keys() <= threat.keys()
        assert outcome(value, Role.REPORTER, profile) == outcome(value, Role.ANALYST, profile) == victim
