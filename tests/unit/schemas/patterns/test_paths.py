"""The table of object paths, held against the reference library's own tables of the same section."""

from __future__ import annotations

from typing import Any

import pytest
import stix2.v21
from stix2 import properties, registry

from schemas.patterns.paths import CLOSED, EXTENSIONS, OBJECTS, OBSERVABLES
from schemas.patterns.resolve import kinds
from schemas.patterns.tree import Path

COMMON = {"type", "id", "spec_version", "object_marking_refs", "granular_markings", "defanged", "extensions"}
LIBRARY: dict[str, Any] = registry.STIX2_OBJ_MAPS["2.1"]["observables"]
INNER = {
    "email-mime-part": stix2.v21.EmailMIMEComponent,
    "registry-value": stix2.v21.WindowsRegistryValueType,
    "x509-v3-extensions": stix2.v21.X509V3ExtensionsType,
    "alternate-data-stream": stix2.v21.AlternateDataStream,
    "pe-optional-header": stix2.v21.WindowsPEOptionalHeaderType,
    "pe-section": stix2.v21.WindowsPESection,
    **{name: found for name, found in registry.STIX2_OBJ_MAPS["2.1"]["extensions"].items() if name in OBJECTS},
}
SIMPLE = {
    properties.IntegerProperty: {"integer", "natural", "port"},
    properties.FloatProperty: {"float"},
    properties.BooleanProperty: {"boolean"},
    properties.TimestampProperty: {"timestamp"},
    properties.HexProperty: {"hex"},
    properties.BinaryProperty: {"binary"},
    properties.HashesProperty: {"hashes"},
    properties.DictionaryProperty: {"dictionary"},
}


def table(words: str) -> dict[str, str]:
    return {name: kind or "string" for name, _, kind in (word.partition("=") for word in words.split())}


@pytest.mark.parametrize("name", [*OBSERVABLES, *OBJECTS])
def test_names_and_kinds_are_those_of_the_library(name: str) -> None:
    ours = table(OBSERVABLES[name] if name in OBSERVABLES else OBJECTS[name])
    theirs = (LIBRARY[name] if name in OBSERVABLES else INNER[name])._properties
    assert set(ours) == set(theirs) - (COMMON if name in OBSERVABLES else set())
    for key, kind in ours.items():
        found = theirs[key]
        inner, ours_inner = (found.contained, kind[1:-1]) if isinstance(found, properties.ListProperty) else (found, kind)
        assert (kind[0] == "[") == isinstance(found, properties.ListProperty)
        if isinstance(inner, properties.ReferenceProperty):
            assert ours_inner == "@*" or set(ours_inner[1:].split("|")) == set(inner.specifics)
        elif type(inner) in SIMPLE:
            assert ours_inner in SIMPLE[type(inner)]
        elif isinstance(inner, properties.EmbeddedObjectProperty):
            assert INNER[ours_inner] is inner.type
        elif isinstance(inner, properties.EnumProperty):
            assert CLOSED[ours_inner] == set(inner.allowed)
        else:
            assert ours_inner not in {kind for kinds in SIMPLE.values() for kind in kinds} | set(OBJECTS) | set(CLOSED)


def test_no_observable_and_no_extension_is_missing() -> None:
    assert set(OBSERVABLES) == set(LIBRARY)
    extensions = {name for names in EXTENSIONS.values() for name in names}
    assert extensions == set(registry.STIX2_OBJ_MAPS["2.1"]["extensions"])
    assert set(OBJECTS) == extensions | set(INNER)


@pytest.mark.parametrize("name", OBSERVABLES)
def test_common_properties_are_everywhere(name: str) -> None:
    assert all(kinds(Path(name, (key,))) for key in COMMON)


def test_references_are_followed() -> None:
    ends = {kind for target in ("ipv4-address", "ipv6-address", "mac-address", "domain") for kind in (target,)}
    assert kinds(Path("network-traffic", ("dst_ref", "value"))) == ends
    assert kinds(Path("process", ("child_refs", None, "parent_ref", "image_ref", "size"))) == {"natural"}
    assert kinds(Path("file", ("contains_refs", 0, "value"))) == ends | {"email-address", "uri"}
    assert kinds(Path("file", ("contains_refs", "value"))) == frozenset()
    assert kinds(Path("bundle", ("id",))) == frozenset()
