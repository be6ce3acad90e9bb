"""The property types of STIX 2.1 (§2) and the properties that all objects share (§3.2).

A model is used for its validator alone: `Model.__pydantic_validator__.validate_python(value)` on what orjson read. What a pattern or a
range can say is said in the types, so that it runs without a call back into Python; what needs two properties is a check (checks.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler, StringConstraints
from pydantic_core import CoreSchema, core_schema

from schemas.stix.findings import Finding

ABSENT: Any = None
"""Default of an optional property. The annotation leaves None out, so that JSON's null is wrong wherever it stands."""

Check = Callable[[Mapping[str, Any]], Iterator[Finding]]
"""A rule on several properties of one object. Each known property that is present has its type; any may be absent, required ones too."""

FORMS: dict[str, tuple[str, str]] = {}
"""Regular expression of a property type -> (reason, section) of a text that does not match it."""

_UUID = "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}"
"""§2.9: a UUID of RFC 4122, of any version, in either case."""


def form(pattern: str, reason: str, section: str) -> StringConstraints:
    """The type of texts that match a regular expression as a whole (written without anchors, in the syntax of Rust's regex crate)."""
    anchored = f"^(?:{pattern})$"
    FORMS[anchored] = (reason, section)
    return StringConstraints(strict=True, pattern=anchored)


@cache
def Ref(*types: str) -> StringConstraints:  # noqa: N802 - stands where a type stands
    """The type of identifiers of objects of these types (§3.3)."""
    return form(f"(?:{'|'.join(types)})--{_UUID}", "invalid-reference", "3.3")


_YEAR = "(?:[1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])"
_LEAP_YEAR = "(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:0[48]|[2468][048]|[13579][26])00)"
_DAY = f"(?:{_YEAR}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)|{_LEAP_YEAR}-02-29)"
_TIME = "(?:[01][0-9]|2[0-3]):[0-5][0-9]:(?:[0-5][0-9]|60)"

_LANGUAGE = (
    "(?:[A-Za-z]{2,3}(?:-[A-Za-z]{3}){0,3}|[A-Za-z]{4,8})(?:-[A-Za-z]{4})?(?:-(?:[A-Za-z]{2}|[0-9]{3}))?"
    "(?:-(?:[A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}))*(?:-[0-9A-WY-Za-wy-z](?:-[A-Za-z0-9]{2,8})+)*(?:-[xX](?:-[A-Za-z0-9]{1,8})+)?"
    "|[xX](?:-[A-Za-z0-9]{1,8})+"
    "|(?i:en-gb-oed|i-(?:ami|bnn|default|enochian|hak|klingon|lux|mingo|navajo|pwn|tao|tay|tsu)|sgn-(?:be-fr|be-nl|ch-de))"
)


class _NonEmpty:
    """§2.3, §2.12: neither lists nor dictionaries may be empty.

    Their check ends at the first wrong item, so that a hostile list of 500,000 wrong ones costs no more than one.
    """

    def __init__(self, *, ends: bool = True) -> None:
        self.ends = ends

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        schema: Any = handler(source)
        schema["min_length"] = 1
        schema["fail_fast"] = self.ends
        found: CoreSchema = schema
        return found


NonEmpty = _NonEmpty()

_EachNonEmpty = _NonEmpty(ends=False)
"""For dictionaries of which each wrong item is left out by itself."""


class _BaseType:
    """§2.3: a value of a dictionary is of one of the base types; null is none of them."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.is_instance_schema((str, int, float, list, dict))


AnyValue = Annotated[Any, _BaseType()]

Text = Annotated[str, StringConstraints(strict=True)]
"""§2.15."""

Timestamp = Annotated[str, form(rf"{_DAY}T{_TIME}(?:\.[0-9]+)?Z", "invalid-timestamp", "2.16")]
"""§2.16: RFC 3339 in UTC with any number of fraction digits, on a day that exists."""

Identifier = Annotated[str, form(f"[a-z][a-z0-9-]*--{_UUID}", "invalid-property", "2.9")]
"""§2.9: type--UUID, of any type."""

Hex = Annotated[str, form("(?:[0-9a-f]{2})*", "invalid-property", "2.8")]
"""§2.8: lower case only."""

Binary = Annotated[str, form("(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?", "invalid-property", "2.1")]
"""§2.1: base64."""

Language = Annotated[str, form(_LANGUAGE, "invalid-property", "3.2")]
"""§3.2: a well-formed tag of RFC 5646."""

KeyName = Annotated[str, form("[A-Za-z0-9_-]{1,250}", "invalid-name", "2.3")]
"""§2.3: key of a dictionary."""

HashName = Annotated[str, form("[A-Za-z0-9_-]{3,250}", "invalid-name", "2.7")]
"""§2.7: name of a hash algorithm."""

Bool = Annotated[bool, Field(strict=True)]
"""§2.2."""

WIDEST = 2**53 - 1
"""§2.10: the largest integer that a double holds exactly, as every smaller one."""

Int = Annotated[int, Field(strict=True, ge=-WIDEST, le=WIDEST)]
"""§2.10: what fits a double exactly. 50.0 is not one: nothing is coerced, so that each version of an object has one representation."""

Count = Annotated[int, Field(strict=True, ge=0, le=WIDEST)]
"""§2.10, where the property says that it is not negative."""

Float = Annotated[float, Field(strict=True, allow_inf_nan=False)]
"""§2.6."""

Strings = Annotated[list[Text], NonEmpty]
Identifiers = Annotated[list[Identifier], NonEmpty]
Hashes = Annotated[dict[HashName, Text], NonEmpty]
"""§2.7; whether each value fits its algorithm is a check (hashes.py)."""

Dictionary = Annotated[dict[KeyName, AnyValue], NonEmpty]
"""§2.3."""

Extensions = Annotated[dict[str, Annotated[dict[str, AnyValue], NonEmpty]], _EachNonEmpty]
"""§3.2; what each key means is looked at in extension_checks.py."""


class Part(BaseModel):
    """Known properties are checked without coercion; unknown ones are looked at by the engine (inspection.py).

    SECTION:     where the specification defines the properties
    OPEN:        property -> its suggested vocabulary (§2.14), for a text or a list of texts
    RECOMMENDED: properties that the specification says SHOULD be present
    KEPT:        optional properties that are never dropped, so that no restriction is lost to a mistake in it
    WHEN:        property -> check that runs where the property is present
    CROSS:       checks that always run
    """

    model_config = ConfigDict(strict=True, extra="ignore", protected_namespaces=())

    SECTION: ClassVar[str] = ""
    OPEN: ClassVar[Mapping[str, frozenset[str]]] = {}
    RECOMMENDED: ClassVar[tuple[str, ...]] = ()
    KEPT: ClassVar[frozenset[str]] = frozenset({"object_marking_refs", "granular_markings"})
    WHEN: ClassVar[Mapping[str, Check]] = {}
    CROSS: ClassVar[tuple[Check, ...]] = ()


class ExternalReference(Part):
    """§2.5."""

    SECTION = "2.5.1"
    source_name: Text
    description: Text = ABSENT
    url: Text = ABSENT
    hashes: Hashes = ABSENT
    external_id: Text = ABSENT


class GranularMarking(Part):
    """§7.2.3."""

    SECTION = "7.2.3"
    lang: Language = ABSENT
    marking_ref: Annotated[str, Ref("marking-definition")] = ABSENT
    selectors: Strings


class KillChainPhase(Part):
    """§2.11."""

    SECTION = "2.11"
    kill_chain_name: Text
    phase_name: Text


ExternalReferences = Annotated[list[ExternalReference], NonEmpty]
MarkingRefs = Annotated[list[Annotated[str, Ref("marking-definition")]], NonEmpty]
GranularMarkings = Annotated[list[GranularMarking], NonEmpty]
KillChain = Annotated[list[KillChainPhase], NonEmpty]


class Observable(Part):
    """Properties common to SCOs (§3.2)."""

    type: Text
    spec_version: Literal["2.1"] = ABSENT
    id: Identifier
    object_marking_refs: MarkingRefs = ABSENT
    granular_markings: GranularMarkings = ABSENT
    defanged: Bool = ABSENT
    extensions: Extensions = ABSENT


class OwnObservable(Observable):
    """Properties common to observables of types that STIX does not define (§7.3, §11.2), and the form of those common properties that SCOs
    do not have (§3.2): nothing else may be meant by their names, and whoever reads them does not ask for the type."""

    created_by_ref: Annotated[str, Ref("identity")] = ABSENT
    created: Timestamp = ABSENT
    modified: Timestamp = ABSENT
    revoked: Bool = ABSENT
    labels: Strings = ABSENT
    confidence: Annotated[int, Field(strict=True, ge=0, le=100)] = ABSENT
    lang: Language = ABSENT
    external_references: ExternalReferences = ABSENT


class Domain(Part):
    """Properties common to SDOs and SROs (§3.2)."""

    SECTION = "3.2"
    type: Text
    spec_version: Literal["2.1"]
    id: Identifier
    created_by_ref: Annotated[str, Ref("identity")] = ABSENT
    created: Timestamp
    modified: Timestamp
    revoked: Bool = ABSENT
    labels: Strings = ABSENT
    confidence: Annotated[int, Field(strict=True, ge=0, le=100)] = ABSENT
    lang: Language = ABSENT
    external_references: ExternalReferences = ABSENT
    object_marking_refs: MarkingRefs = ABSENT
    granular_markings: GranularMarkings = ABSENT
    extensions: Extensions = ABSENT
