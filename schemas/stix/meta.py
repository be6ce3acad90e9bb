"""Meta objects of STIX 2.1 (§7), and the bundle (§8), which is no STIX object."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, Field

from schemas.markings import claims_tlp, is_genuine_tlp
from schemas.stix.checks import optional
from schemas.stix.common import (
    ABSENT,
    AnyValue,
    Bool,
    Check,
    Extensions,
    ExternalReferences,
    GranularMarkings,
    Identifier,
    Language,
    MarkingRefs,
    NonEmpty,
    Part,
    Ref,
    Strings,
    Text,
    Timestamp,
)
from schemas.stix.findings import Finding
from schemas.stix.names import BUNDLE, EXTENSION_PROPERTY_NAME
from schemas.stix.references import refers_not_to
from schemas.stix.vocabularies import MARKING_TYPE, ExtensionType


class Meta(Part):
    """Properties common to all meta objects (§3.2)."""

    type: Text
    spec_version: Literal["2.1"]
    id: Identifier
    created: Timestamp
    created_by_ref: Annotated[str, Ref("identity")] = ABSENT
    external_references: ExternalReferences = ABSENT
    object_marking_refs: MarkingRefs = ABSENT
    granular_markings: GranularMarkings = ABSENT


class LanguageContent(Meta):
    """§7.1."""

    SECTION = "7.1.1"
    WHEN: ClassVar[Mapping[str, Check]] = {"object_ref": refers_not_to(BUNDLE, "object_ref", "7.1.1", required=True)}

    modified: Timestamp
    revoked: Bool = ABSENT
    labels: Strings = ABSENT
    confidence: Annotated[int, Field(strict=True, ge=0, le=100)] = ABSENT
    extensions: Extensions = ABSENT
    object_ref: Identifier
    object_modified: Timestamp = ABSENT
    contents: Annotated[dict[Language, Annotated[dict[str, AnyValue], NonEmpty]], NonEmpty]


def _says_something(value: Mapping[str, Any]) -> Iterator[Finding]:
    """§7.2.1: without extensions, a marking has a type and a definition."""
    if "extensions" not in value:
        for name in ("definition_type", "definition"):
            if name not in value:
                yield Finding("missing-property", name, "7.2.1")


def _definition_fits_its_type(value: Mapping[str, Any]) -> Iterator[Finding]:
    """§7.2.1.3, §7.2.1.4."""
    kind = value.get("definition_type")
    if kind in ("statement", "tlp") and not isinstance(value["definition"].get(kind), str):
        reason = "invalid-property" if kind in value["definition"] else "missing-property"
        yield Finding(reason, f"definition.{kind}", "7.2.1")


def _tlp_is_genuine(value: Mapping[str, Any]) -> Iterator[Finding]:
    """§7.2.1.4: no other TLP markings than the standard ones."""
    if claims_tlp(value) and not is_genuine_tlp(value):
        yield Finding("marking-mismatch", "definition", "7.2.1")


def _marks_not_itself(value: Mapping[str, Any]) -> Iterator[Finding]:
    """§3.2."""
    own = value.get("id", "")
    if own in value.get("object_marking_refs", ()):
        yield Finding("invalid-reference", "object_marking_refs", "3.2")
    if any(marking.get("marking_ref") == own for marking in value.get("granular_markings", ())):
        yield Finding("invalid-reference", "granular_markings", "3.2")


class MarkingDefinition(Meta):
    """§7.2.1: not versioned, so without `modified`."""

    SECTION = "7.2.1"
    OPEN: ClassVar[Mapping[str, frozenset[str]]] = {"definition_type": MARKING_TYPE}
    WHEN: ClassVar[Mapping[str, Check]] = {"definition": _definition_fits_its_type}
    CROSS = (_says_something, _tlp_is_genuine, _marks_not_itself)
    KEPT = Part.KEPT | {"definition", "definition_type", "extensions"}

    name: Text = ABSENT
    definition_type: Text = ABSENT
    definition: Annotated[dict[str, AnyValue], NonEmpty] = ABSENT
    extensions: Extensions = ABSENT


def _names_what_it_adds(value: Mapping[str, Any]) -> Iterator[Finding]:
    """§7.3.1, §7.3.2: names of properties belong to extensions that add them at the top level, and have the form of such names."""
    top = "toplevel-property-extension" in value.get("extension_types", ())
    names = value.get("extension_properties")
    if names is None:
        if top:
            yield Finding("missing-recommended", "extension_properties", "7.3.1", "missing_parts")
    elif not top and "extension_types" in value:
        yield optional("exclusive-properties", "extension_properties", "7.3.1")
    elif not all(EXTENSION_PROPERTY_NAME.fullmatch(name) for name in names):
        yield optional("invalid-name", "extension_properties", "7.3.2")


class ExtensionDefinition(Meta):
    """§7.3.1."""

    SECTION = "7.3.1"
    RECOMMENDED = ("description",)
    CROSS = (_names_what_it_adds,)

    created_by_ref: Annotated[str, Ref("identity")]
    modified: Timestamp
    revoked: Bool = ABSENT
    labels: Strings = ABSENT
    name: Text
    description: Text = ABSENT
    normative: Annotated[Text, Field(alias="schema")]
    version: Text
    extension_types: Annotated[list[ExtensionType], NonEmpty]
    extension_properties: Strings = ABSENT


def _holds_stix_objects(value: Mapping[str, Any]) -> Iterator[Finding]:
    """§8.1: what each object is worth is found where it is looked at by itself."""
    for place, item in enumerate(value["objects"]):
        if not isinstance(item.get("type"), str) or item["type"] in BUNDLE:
            yield optional("invalid-property", "objects", "8.1", f"objects.{place}.type")
            return


class Bundle(Part):
    """§8.1."""

    SECTION = "8.1"
    WHEN: ClassVar[Mapping[str, Check]] = {"objects": _holds_stix_objects}

    type: Text
    id: Identifier
    objects: Annotated[list[dict[str, Any]], NonEmpty] = ABSENT


META: Mapping[str, type[BaseModel]] = {
    "extension-definition": ExtensionDefinition,
    "language-content": LanguageContent,
    "marking-definition": MarkingDefinition,
}
