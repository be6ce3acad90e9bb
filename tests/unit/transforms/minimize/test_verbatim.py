"""What one recipient sees of an object: one verb for each path, and nothing that STIX does not know without a rule."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.errors import BadInput
from schemas.reasons import WITHHOLD
from schemas.sharing import Minimize
from schemas.stix.registry import KNOWN_PROPERTIES, REQUIRED
from tests.support.objects import (
    CREATED,
    TLP2,
    TLP2_EXTENSION,
    Stix,
    domain,
    identity,
    indicator,
    malware,
    note,
    observable,
    relationship,
    report,
    tlp2,
)
from transforms.minimize import FRAME, Minimizer

FOREIGN = "extension-definition--11111111-1111-4111-8111-111111111111"
RICH = indicator(
    "a",
    name="n",
    description="d",
    labels=["x"],
    confidence=3,
    revoked=False,
    created_by_ref=identity("m")["id"],
    object_marking_refs=[TLP2["clear"]],
    granular_markings=[{"marking_ref": TLP2["red"], "selectors": ["name"]}],
    external_references=[
        {"source_name": "cve", "external_id": "CVE-1", "url": "https://example.com/1"},
        {"source_name": "t", "url": "https://example.org/"},
    ],
    kill_chain_phases=[{"kill_chain_name": "k", "phase_name": "p"}],
    x_own={"deep": [1, {"name": "n"}]},
    extensions={FOREIGN: {"extension_type": "property-extension", "a": 1}},
)
PLAIN = {name: item for name, item in RICH.items() if name not in ("x_own", "extensions")}


def table(paths: dict[str, str]) -> Callable[[Stix], tuple[Stix, tuple[str, ...]]]:
    minimizer = Minimizer(Minimize.model_validate({"paths": paths}))

    def minimize(value: Stix) -> tuple[Stix, tuple[str, ...]]:
        found = minimizer.minimize(value)
        assert found.touched >= {name for name, item in value.items() if found.value.get(name) != item}
        return found.value, found.changes

    return minimize


def seen(value: Stix, paths: dict[str, str] | None = None) -> tuple[Stix, tuple[str, ...]]:
    return table(paths or {})(value)


def withheld(value: Stix, paths: dict[str, str]) -> tuple[str, str]:
    with pytest.raises(BadInput) as caught:
        seen(value, paths)
    assert caught.value.reason in WITHHOLD
    return caught.value.reason, caught.value.path


def test_the_very_same_object_comes_back_where_nothing_changes() -> None:
    for value in (PLAIN, malware("a"), observable("file", name="a"), tlp2("red"), identity("a"), report("a", [RICH])):
        for paths in ({}, {"*.x_own": "drop"}, {"*.name": "keep"}, {"*.external_references.none": "drop"}):
            minimize = table(paths)
            for _ in range(2):  # the second answer comes from what was worked out for the shape
                kept, changes = minimize(value)
                assert kept is value
                assert changes == ()


def test_unknown_properties_and_foreign_extensions_go_without_a_rule() -> None:
    kept, changes = seen(RICH)
    assert kept == PLAIN
    assert set(changes) == {"indicator.*=drop", "indicator.extensions.*=drop", "indicator.extensions=drop"}


@pytest.mark.parametrize(
    ("value", "paths"),
    [
        (RICH, {"indicator.x_own": "keep", f"*.extensions.{FOREIGN}": "keep"}),
        (RICH, {"*.x_*": "keep", "*.extensions.*": "keep"}),
        (observable("file", name="a", extensions={"ntfs-ext": {"sid": "s"}, "archive-ext": {"comment": "c"}}), {}),
        (tlp2("amber"), {}),
    ],
)
def test_a_rule_keeps_them_and_what_stix_defines_stays(value: Stix, paths: dict[str, str]) -> None:
    assert seen(value, paths) == (value, ())


def test_foreign_extensions_go_beside_those_of_stix() -> None:
    value = observable("file", name="a", extensions={"ntfs-ext": {"sid": "s"}, FOREIGN: {"a": 1}})
    kept, changes = seen(value)
    assert kept["extensions"] == {"ntfs-ext": {"sid": "s"}}
    assert changes == ("file.extensions.*=drop",)


def test_what_no_rule_has_looked_at_goes_without_a_rule() -> None:
    """Whole objects inside observed-data, properties of others inside common lists, extensions that only look like those of STIX."""
    held = domain("observed-data", "a", first_observed=CREATED, last_observed=CREATED, number_observed=1, objects={"0": {"type": "file"}})
    assert "objects" not in seen(held)[0]
    assert seen(held, {"observed-data.objects": "keep"})[0] == held
    value = malware("a", external_references=[{"source_name": "s", "x_analyst": "n"}], kill_chain_phases=[{"phase_name": "p", "x": 1}])
    kept, changes = seen(value)
    assert (kept["external_references"], kept["kill_chain_phases"]) == ([{"source_name": "s"}], [{"phase_name": "p"}])
    assert changes == ("malware.external_references.*=drop", "malware.kill_chain_phases.*=drop")
    named = observable("file", name="a", extensions={"own-ext": {"a": 1}})
    assert "extensions" not in seen(named)[0]


def test_properties_that_an_extension_puts_at_the_top_go_too() -> None:
    value = {**PLAIN, "rank": 5, "extensions": {FOREIGN: {"extension_type": "toplevel-property-extension"}}}
    assert seen(value)[0] == PLAIN


def test_of_a_custom_type_only_the_frame_is_left() -> None:
    kept, changes = seen(domain("x-own", "a", name="n", secret="s", object_marking_refs=[TLP2["clear"]]))
    assert kept == domain("x-own", "a", object_marking_refs=[TLP2["clear"]])
    assert changes == ("*.*=drop",)
    assert seen(domain("x-own", "a", name="n"), {"x-own.name": "keep"})[0] == domain("x-own", "a", name="n")


DROPS = [
    ({"indicator.name": "drop"}, {"name"}),
    ({"*.name": "drop"}, {"name"}),
    ({"*.*_references": "drop"}, {"external_references"}),
    ({"ind*.created_by_ref": "drop", "malware.name": "drop"}, {"created_by_ref"}),
    ({"*.name": "drop", "indicator.name": "keep"}, set()),
    ({"*.name": "keep", "indicator.name": "drop"}, {"name"}),
    (
        {"indicator.*": "drop", "indicator.pattern": "keep", "indicator.pattern_type": "keep", "indicator.valid_from": "keep"},
        set(PLAIN) - FRAME - {"pattern", "pattern_type", "valid_from"},
    ),
    ({"indicator.n*": "keep", "indicator.*me": "drop"}, {"name"}),
    ({"malware.name": "drop"}, set()),
]


@pytest.mark.parametrize(("paths", "gone"), DROPS)
def test_drops(paths: dict[str, str], gone: set[str]) -> None:
    kept, changes = seen(PLAIN, paths)
    assert kept == {name: item for name, item in PLAIN.items() if name not in gone}
    assert {change.removeprefix("indicator.").removesuffix("=drop") for change in changes} == gone


@pytest.mark.parametrize("name", sorted(FRAME))
@pytest.mark.parametrize("verb", ["drop", "withhold"])
def test_no_rule_reaches_the_frame(name: str, verb: str) -> None:
    assert seen(PLAIN, {f"indicator.{name}": verb, f"*.{name}": verb}) == (PLAIN, ())


@pytest.mark.parametrize(
    ("value", "paths", "path"),
    [
        (PLAIN, {"indicator.description": "withhold"}, "indicator.description"),
        (PLAIN, {"*.desc*": "withhold"}, "indicator.description"),
        (PLAIN, {"*.*": "withhold", "indicator.*": "keep", "indicator.labels": "withhold"}, "indicator.labels"),
        (RICH, {"*.x_own": "withhold"}, "indicator.*"),
        (PLAIN, {"*.external_references.external_id": "withhold"}, "indicator.external_references.*"),
        (RICH, {"*.x_own": "keep", "*.x_own.deep.name": "withhold"}, "indicator.*.*"),
        (RICH, {f"*.extensions.{FOREIGN}": "withhold"}, "indicator.extensions.*"),
        (domain("x-own", "a", b=1), {"x-own.b": "withhold"}, "*.*"),
        (PLAIN, {"indicator.n*": "withhold", "indicator.*me": "drop"}, "indicator.name"),
    ],
)
def test_withholds(value: Stix, paths: dict[str, str], path: str) -> None:
    assert withheld(value, paths) == ("path-withheld", path)


def test_a_path_that_is_absent_withholds_nothing() -> None:
    assert seen(malware("a"), {"*.description": "withhold", "*.external_references.url": "withhold"}) == (malware("a"), ())


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (PLAIN, "pattern"),
        (PLAIN, "valid_from"),
        (malware("a"), "is_family"),
        (identity("a"), "name"),
        (report("a", [RICH]), "object_refs"),
        (relationship("a", RICH, malware("a")), "target_ref"),
        (note("a", [RICH]), "content"),
        (observable("domain-name", value="a.example"), "value"),
        (domain("attack-pattern", "a", name="n"), "name"),
    ],
)
def test_what_a_type_requires_cannot_be_dropped(value: Stix, name: str) -> None:
    assert withheld(value, {f"*.{name}": "drop"}) == ("required-dropped", f"{value['type']}.{name}")


def test_deep_paths_look_into_lists_and_objects() -> None:
    kept, changes = seen(PLAIN, {"*.external_references.url": "drop", "*.kill_chain_phases.phase_name": "drop"})
    assert kept["external_references"] == [{"source_name": "cve", "external_id": "CVE-1"}, {"source_name": "t"}]
    assert kept["kill_chain_phases"] == [{"kill_chain_name": "k"}]
    assert changes == ("indicator.external_references.*=drop", "indicator.kill_chain_phases.*=drop")
    assert {name: item for name, item in kept.items() if name not in ("external_references", "kill_chain_phases")} == {
        name: item for name, item in PLAIN.items() if name not in ("external_references", "kill_chain_phases")
    }


def test_what_deep_paths_leave_empty_goes() -> None:
    value = malware("a", external_references=[{"source_name": "a"}])
    kept, changes = seen(value, {"*.external_references.source_name": "drop"})
    assert "external_references" not in kept
    assert changes[-1] == "malware.external_references=drop"


def test_of_two_rules_for_one_place_the_more_precise_wins_and_of_equals_the_stricter() -> None:
    value = malware("a", external_references=[{"source_name": "a", "url": "u"}])
    assert seen(value, {"*.external_references.*": "drop", "malware.external_references.source_name": "keep"})[0][
        "external_references"
    ] == [{"source_name": "a"}]
    for one, other, wanted in (("keep", "drop", "drop"), ("drop", "withhold", "withhold"), ("keep", "withhold", "withhold")):
        paths = {"malware.des*": one, "malware.*ion": other}
        turned = dict(reversed(paths.items()))
        for rules in (paths, turned, {"malware.des*": other, "malware.*ion": one}):
            described = malware("a", description="d")
            if wanted == "withhold":
                assert withheld(described, rules)[0] == "path-withheld"
            else:
                assert seen(described, rules)[0] == malware("a")


def test_the_value_that_was_given_is_not_changed() -> None:
    before = copy.deepcopy(RICH)
    seen(RICH, {"*.external_references.url": "drop", "*.name": "drop"})
    assert before == RICH


def test_changes_never_name_what_stix_does_not_know() -> None:
    value = {**RICH, "canary_name": {"canary_deep": 1}, "extensions": {"canary-ext": {"canary_in": 1}, FOREIGN: {}}}
    paths = {"*.canary_name": "keep", "*.canary_name.canary_deep": "drop", "*.extensions.canary-ext.canary_in": "drop"}
    _, changes = seen(value, paths)
    assert "canary" not in " ".join(changes)
    assert "canary" not in " ".join(withheld(value, {"*.canary_name": "keep", "*.canary_name.canary_deep": "withhold"}))


def test_the_shape_that_was_worked_out_is_not_mistaken_for_another() -> None:
    minimize = table({"*.external_references.url": "drop", "malware.labels": "drop"})
    one = malware("a", external_references=[{"source_name": "a"}])
    other = malware("a", external_references=[{"source_name": "a", "url": "u"}])
    assert minimize(one)[1] == ()
    assert minimize(other)[1] == ("malware.external_references.*=drop",)
    extended = observable("file", name="a", extensions={"ntfs-ext": {"sid": "s"}})
    foreign = observable("file", name="a", extensions={FOREIGN: {"sid": "s"}})
    assert minimize(extended)[1] == ()
    assert minimize(foreign)[1] != ()
    assert minimize({**identity("a"), "labels": ["x"]})[1] == ()
    assert minimize({**malware("a"), "labels": ["x"]})[1] == ("malware.labels=drop",)


STEPS = st.sampled_from(
    [
        "*",
        "indicator",
        "name",
        "labels",
        "external_references",
        "source_name",
        "url",
        "x_own",
        "deep",
        "extensions",
        FOREIGN,
        "a",
        "x_*",
        "*e",
    ]
)
PATHS = st.dictionaries(
    st.builds(
        lambda kind, rest: ".".join([kind, *rest]),
        st.sampled_from(["*", "indicator", "malware", "ind*"]),
        st.lists(STEPS, min_size=1, max_size=3),
    ),
    st.sampled_from(["keep", "drop"]),
    max_size=5,
)


def is_part(small: Any, large: Any) -> bool:
    """Whether `small` is `large` with something taken away, and nothing else."""
    if isinstance(small, dict) and isinstance(large, dict):
        return all(name in large and is_part(item, large[name]) for name, item in small.items())
    if isinstance(small, list) and isinstance(large, list):
        rest = iter(large)
        return all(any(is_part(item, other) for other in rest) for item in small)
    return bool(small == large)


@settings(max_examples=200)
@given(PATHS, st.sets(st.sampled_from(sorted(RICH.keys() - {"type", "id"}))))
def test_laws(paths: dict[str, str], absent: set[str]) -> None:
    """Idempotent; only ever takes away; keeps the frame; drops exactly where it says so; deterministic."""
    value = {name: item for name, item in RICH.items() if name not in absent}
    minimize = table(paths)
    try:
        kept, changes = minimize(value)
    except BadInput:
        assert withheld(value, paths)[0] == "required-dropped"
        return
    assert is_part(kept, value)
    assert {name: kept.get(name) for name in FRAME} == {name: value.get(name) for name in FRAME}
    assert REQUIRED["indicator"] & value.keys() <= kept.keys()
    assert (kept is value) == (changes == ())
    assert (kept == value) == (changes == ())
    assert minimize(kept) == (kept, ())
    assert table(paths)(copy.deepcopy(value)) == (kept, changes)
    if not paths:
        assert kept.keys() <= KNOWN_PROPERTIES["indicator"]
        assert FOREIGN.encode() not in orjson.dumps(kept)


@given(
    PATHS,
    st.sampled_from(["drop", "withhold"]),
    st.sampled_from(["indicator.name", "indicator.labels", "indicator.x_own", "indicator.external_references"]),
)
def test_one_more_restriction_never_shows_more(paths: dict[str, str], verb: str, place: str) -> None:
    """A rule as precise as can be, put on top, can only take away."""
    if len(place.split(".")) == 2 and place in paths:
        return
    try:
        before, _ = seen(RICH, paths)
    except BadInput:
        return
    try:
        after, _ = seen(RICH, {**paths, place: verb})
    except BadInput:
        return
    assert is_part(after, before)


def test_the_tlp_2_extension_travels_with_its_marking() -> None:
    assert seen(tlp2("red"), {"*.name": "drop"})[0]["extensions"] == {
        TLP2_EXTENSION: {"extension_type": "property-extension", "tlp_2_0": "red"}
    }


def test_observables_have_no_created() -> None:
    value = observable("file", name="a", ctime=CREATED)
    assert seen(value, {"*.*time": "drop"})[0] == observable("file", name="a") | {"id": value["id"]}
