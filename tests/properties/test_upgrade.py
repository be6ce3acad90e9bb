"""What holds of every upgrade, whatever comes in: it answers or refuses, it is done once, and no part of an object loses a marking."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from typing import Any

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.errors import BadInput
from schemas.ids import CONTRIBUTING
from schemas.stix.registry import KNOWN_PROPERTIES
from transforms.upgrade import Upgraded, is_stix20, upgrade
from transforms.upgrade.domain import LABELS
from transforms.upgrade.observables import DROPPED, HASHES, RENAMED, WRAPPED
from transforms.upgrade.patterns import upgraded_pattern
from transforms.upgrade.references import NAMES

UUID = "b67d30ff-02ac-498a-92f9-32f845f448cf"
MARKINGS = [f"marking-definition--{UUID[:-1]}{number}" for number in range(4)]
WORDS = sorted(
    {
        *("id", "created", "modified", "spec_version", "labels", "granular_markings", "object_marking_refs", "marking_ref", "selectors"),
        *("external_references", "objects", "object_refs", "sectors", "pattern", "pattern_type", "is_family", "revoked", "ssdeep"),
        *(name for names in RENAMED.values() for pair in names.items() for name in pair),
        *(step for table in (DROPPED, HASHES) for paths in table.values() for path in paths for step in path),
        *(step for path in WRAPPED.values() for step in path),
        *(target for target, _ in LABELS.values()),
        *NAMES,
    }
)
TYPES = sorted([*KNOWN_PROPERTIES, "bundle", "x-thing"])
TEXTS = st.sampled_from(
    ["0", "1", "2.0", "2.1", "trojan", "defence", "stix", "objects.0", "labels.[0]", *MARKINGS, f"file--{UUID}"]
) | st.text(max_size=6)
SCALARS = st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.floats(allow_nan=False, allow_infinity=False) | TEXTS
KEYS = st.sampled_from(WORDS) | st.sampled_from(["0", "1", "type"]) | st.text(max_size=4)
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=12)
MEMBERS = st.builds(
    lambda kind, rest: {**rest, "type": kind}, st.sampled_from(sorted(CONTRIBUTING)), st.dictionaries(KEYS, VALUES, max_size=4)
)
ANYTHING = st.dictionaries(st.sampled_from(WORDS) | st.text(max_size=4), VALUES, max_size=6)
OBJECTS = st.builds(
    lambda kind, version, rest: {**rest, "type": kind, **version},
    st.sampled_from(TYPES),
    st.sampled_from([{}, {"spec_version": "2.0"}, {"created": "2017-01-27T13:49:41.298Z", "modified": "2017-01-27T13:49:41.298Z"}]),
    ANYTHING,
)
OBSERVED = st.builds(
    lambda rest, members: {
        **rest,
        "type": "observed-data",
        "id": f"observed-data--{UUID}",
        "objects": dict(zip("0123", members, strict=False)),
    },
    ANYTHING,
    st.lists(MEMBERS, min_size=1, max_size=4),
)
SHOWN = re.compile(r"(\*|[a-z0-9]+(-[a-z0-9]+)*)(\.[A-Za-z0-9_-]+)+=(add|drop|extract|move|rename|replace|rewrite|wrap)")


def attempt(value: dict[str, Any]) -> Upgraded | None:
    before = copy.deepcopy(value)
    refusal = None
    result = None
    try:
        result = upgrade(value)
    except BadInput as error:
        refusal = error
    assert value == before
    if refusal is not None:
        assert refusal.reason == "not-upgradable"
        assert all(step in {*WORDS, "*", "", "type"} for step in refusal.path.split("."))
    return result


@settings(max_examples=250)
@given(ANYTHING | OBJECTS | OBSERVED)
def test_any_object_is_upgraded_once_or_refused(value: dict[str, Any]) -> None:
    result = attempt(value)
    again = attempt(orjson.loads(orjson.dumps(value, option=orjson.OPT_SORT_KEYS)))
    assert (result is None) == (again is None)
    if result is None or again is None:
        return
    assert [change for change in result.changes if not SHOWN.fullmatch(change)] == []
    assert sorted(result.changes) == sorted(again.changes)
    assert result.objects[1:] == again.objects[1:] or any("hashes" in item for item in result.objects)
    first = result.objects[0]
    assert [first.get(name) for name in ("id", "type", "created", "modified")] == [
        value.get(name) for name in ("id", "type", "created", "modified")
    ]
    if not is_stix20(value):
        assert result == Upgraded((value,), ())
    for item in result.objects:
        assert not is_stix20(item)
        assert upgrade(item) == Upgraded((item,), ())
    orjson.dumps(result.objects)


@given(st.data())
def test_references_of_a_container_lead_where_they_led(data: st.DataObject) -> None:
    """Whatever the graph: each process refers to the numbers that it referred to, and each archive contains the names that it contained."""
    size = data.draw(st.integers(1, 8))
    keys = [str(number) for number in range(size)]
    edges = {key: data.draw(st.lists(st.sampled_from(keys), max_size=3)) for key in keys}
    archives = {key: data.draw(st.booleans()) for key in keys}

    def member(key: str) -> dict[str, Any]:
        if archives[key]:
            inside = {"extensions": {"archive-ext": {"contains_refs": edges[key]}}} if edges[key] else {}
            return {"type": "file", "name": key, **inside}
        return {"type": "process", "pid": int(key), **({"child_refs": edges[key]} if edges[key] else {})}

    order = data.draw(st.permutations(keys))
    result = upgrade({"type": "observed-data", "id": f"observed-data--{UUID}", "objects": {key: member(key) for key in order}})
    first, *others = result.objects
    assert first["object_refs"] == [item["id"] for item in others]
    found = {item["id"]: item for item in others}
    for key, item in zip(keys, others, strict=True):
        assert item.get("name", str(item.get("pid"))) == key
        refs = item.get("child_refs") or item.get("extensions", {}).get("archive-ext", {}).get("contains_refs", [])
        assert [str(found[ref].get("pid", found[ref].get("name"))) for ref in refs] == edges[key]


def leaves(node: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every part of an object with its selector."""
    yield path, node
    if isinstance(node, dict | list):
        for step, item in node.items() if isinstance(node, dict) else ((f"[{index}]", item) for index, item in enumerate(node)):
            yield from leaves(item, (*path, step))


def covering(value: dict[str, Any], path: tuple[str, ...]) -> set[str]:
    """The markings that hold for one part of an object."""
    refs = set(value.get("object_marking_refs", []))
    for entry in value.get("granular_markings", []):
        if any(path[: len(way)] == way for way in (tuple(selector.split(".")) for selector in entry["selectors"])):
            refs.add(entry["marking_ref"])
    return refs


def marked_text(value: dict[str, Any]) -> dict[str, set[str]]:
    """Each text of an object that looks like a canary -> the markings that hold wherever it stands."""
    found: dict[str, set[str]] = {}
    for path, node in leaves({name: item for name, item in value.items() if name not in ("granular_markings", "object_marking_refs")}):
        if isinstance(node, str) and node.startswith("canary"):
            refs = covering(value, path)
            found[node] = found[node] & refs if node in found else refs
    return found


def full_objects() -> list[dict[str, Any]]:
    """Objects with everything that moves; each text is another one."""
    number = iter(range(1000))

    def canary() -> str:
        return f"canary-{next(number)}"

    file = {
        "type": "file",
        "name": canary(),
        "created": canary(),
        "modified": canary(),
        "is_encrypted": canary(),
        "hashes": {"ssdeep": canary(), "MD5": canary()},
        "extensions": {
            "raster-image-ext": {"image_compression_algorithm": canary()},
            "windows-pebinary-ext": {"pe_type": canary(), "sections": [{"name": canary(), "hashes": {"ssdeep": canary()}}]},
        },
    }
    process = {
        "type": "process",
        "pid": 1,
        "name": canary(),
        "arguments": [canary()],
        "created": canary(),
        "cwd": canary(),
        "binary_ref": "0",
    }
    mail = {
        "type": "email-message",
        "is_multipart": False,
        "additional_header_fields": {"A": canary(), "B": [canary()]},
        "subject": canary(),
    }
    malware = {
        "type": "malware",
        "created": "1",
        "modified": "1",
        "id": f"malware--{UUID}",
        "name": canary(),
        "external_references": [{"source_name": canary(), "hashes": {"ssdeep": canary()}}],
        "labels": [canary(), "trojan", canary(), "worm"],
    }
    identity = {"type": "identity", "created": "1", "modified": "1", "id": f"identity--{UUID}", "labels": [canary(), canary()]}
    observed = {
        "type": "observed-data",
        "id": f"observed-data--{UUID}",
        "labels": [canary()],
        "objects": {"0": file, "1": process, "2": mail, "3": mail},
    }
    return [observed, malware, identity]


FULL = full_objects()
PLACES = [[".".join(path) for path, _ in leaves(value) if path] for value in FULL]


@settings(max_examples=400)
@given(st.data())
def test_no_text_loses_a_marking(data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(FULL) - 1))
    granular = [
        {"marking_ref": marking, "selectors": data.draw(st.lists(st.sampled_from(PLACES[index]), min_size=1, max_size=5))}
        for marking in MARKINGS[1:]
    ]
    value = {**FULL[index], "granular_markings": granular, **data.draw(st.sampled_from([{}, {"object_marking_refs": MARKINGS[:1]}]))}
    before = marked_text(value)
    for item in upgrade(value).objects:
        for text, refs in marked_text(item).items():
            assert before[text] <= refs, text


@given(
    st.lists(
        st.sampled_from(
            [
                "[",
                "]",
                "file",
                "x",
                ":",
                ".",
                "created",
                "'created'",
                "hashes",
                "ssdeep",
                "binary_ref",
                "process",
                "'",
                "\\",
                " ",
                "START ",
                "STOP ",
                "t'a'",
                "'a'",
                "*",
                "1",
                "/*",
                "*/",
                "//",
                "\n",
                "AND ",
            ]
        )
    ).map("".join)
    | st.text(max_size=30)
)
def test_patterns_keep_their_length_apart_from_what_is_renamed(pattern: str) -> None:
    """Undoing the renames gives the same text again, so nothing else was touched."""
    renamed = upgraded_pattern(pattern)
    assert upgraded_pattern(renamed) == renamed
    undone = _AT.sub(r"\1'", renamed)
    for new, old in (("ctime", "created"), ("created_time", "created"), ("image_ref", "binary_ref"), ("SSDEEP", "ssdeep")):
        undone = undone.replace(new, old)
    assert undone == _AT.sub(r"\1'", pattern)


_AT = re.compile(r"((?:START|STOP)(?:\s|/\*[\s\S]*?\*/|//[^\n]*\n)*)t'")
"""A moment of a qualifier; blanks and comments may stand before it."""
