"""Several files for one recipient: each by itself, and then the most restrictive of all."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.errors import BadInput
from schemas.sharing.layers import Layer
from tests.support.objects import Stix, domain, indicator, malware
from tests.unit.transforms.minimize.support import pseudonym
from transforms.minimize import Minimizer

VALUE = malware(
    "a", description="d", aliases=["x"], labels=["worm", "own"], external_references=[{"source_name": "s", "url": "u"}], x_own="v"
)


def layered(*files: tuple[str | None, dict[str, str]]) -> Minimizer:
    layers = [Layer(f"file {at}", profile, tuple(paths.items())) for at, (profile, paths) in enumerate(files)]
    return Minimizer(layers, pseudonym, attribution="named")


def left(value: Stix, *files: tuple[str | None, dict[str, str]]) -> Any:
    return layered(*files).minimize(value).value


def test_without_a_profile_in_any_file_it_is_the_standard_one() -> None:
    assert left(VALUE) == left(VALUE, ("standard@1", {}))
    assert left(VALUE, (None, {"*.description": "keep"})) == left(VALUE, ("standard@1", {}))


def test_a_files_own_path_goes_before_its_profile_but_not_before_another_files() -> None:
    assert left(VALUE, ("standard@1", {"malware.description": "keep"}))["description"] == "d"
    assert left(VALUE, ("standard@1", {"*.x_own": "keep"}))["x_own"] == "v"
    assert "description" not in left(VALUE, ("standard@1", {"malware.description": "keep"}), ("standard@1", {}))
    assert "description" not in left(VALUE, ("verbatim@1", {"malware.description": "keep"}), (None, {"*.description": "drop"}))
    assert "x_own" not in left(VALUE, ("verbatim@1", {}), (None, {"*.x_own": "keep"}))


def test_the_narrower_profile_counts() -> None:
    each: list[list[tuple[str | None, dict[str, str]]]] = [
        [("standard@1", {}), ("verbatim@1", {})],
        [("verbatim@1", {}), ("standard@1", {})],
        [("trusted@1", {}), ("standard@1", {})],
    ]
    for files in each:
        assert left(VALUE, *files) == left(VALUE, ("standard@1", {}))


def test_treatments_of_a_property_go_before_another_files_verb() -> None:
    assert left(VALUE, ("standard@1", {}), (None, {"malware.labels": "mask(word)"}))["labels"] == ["word"]
    kept = left(
        malware("a", external_references=[{"source_name": "cve", "external_id": "CVE-2021-44228"}, {"source_name": "s"}]),
        ("standard@1", {}),
        (None, {"*.external_references.external_id": "mask(CVE-0000-0000)"}),
    )
    assert kept["external_references"] == [{"source_name": "cve", "external_id": "CVE-0000-0000"}]


def test_a_custom_type_goes_where_a_path_names_it() -> None:
    value = domain("x-own", "a", name="n", secret="s")
    with pytest.raises(BadInput, match="custom-type"):
        left(value, ("standard@1", {}))
    assert left(value, ("standard@1", {"x-own.name": "keep"})) == domain("x-own", "a", name="n")


def test_what_can_not_be_compared_leaves_nothing() -> None:
    value = indicator("a", valid_until="2027-01-01T05:06:07.000Z")
    assert "valid_until" not in left(
        value, ("verbatim@1", {"*.valid_until": "generalize(time:1d)"}), (None, {"*.valid_until": "generalize(ip:24)"})
    )
    both = left(value, ("verbatim@1", {"*.valid_until": "generalize(time:1h)"}), (None, {"*.valid_until": "generalize(time:1d)"}))
    assert both["valid_until"] == "2027-01-01T00:00:00.000Z"


PLACES = st.sampled_from(
    ["malware.name", "malware.description", "*.labels", "malware.aliases", "*.x_own", "*.external_references", "*.external_references.url"]
)
FILES = st.tuples(
    st.sampled_from([None, "standard@1", "trusted@1", "verbatim@1"]),
    st.dictionaries(PLACES, st.sampled_from(["keep", "drop", "withhold_object"]), max_size=4),
)


@settings(max_examples=200)
@given(st.lists(FILES, min_size=1, max_size=3), FILES, st.permutations(range(4)))
def test_one_more_file_never_shows_more_and_the_order_does_not_count(files: list[Any], more: Any, order: list[int]) -> None:
    if not any(profile for profile, _ in files):
        files = [("verbatim@1", files[0][1]), *files[1:]]

    def outcome(*these: Any) -> Any:
        try:
            return left(VALUE, *these)
        except BadInput as problem:
            return problem.reason

    alone, together = outcome(*files), outcome(*files, more)
    everything = [*files, more]
    assert outcome(*(everything[at] for at in order if at < len(everything))) == together
    if isinstance(alone, str):
        assert isinstance(together, str)
    elif not isinstance(together, str):
        assert together.keys() <= alone.keys()
        for name in together.keys() - {"name"}:
            assert len(repr(together[name])) <= len(repr(alone[name]))
