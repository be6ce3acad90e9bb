"""What is said of other objects: groupings, notes, opinions, reports (STIX 2.1 §4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from schemas.stix.common import ABSENT, Check, Domain, Identifiers, Strings, Text, Timestamp
from schemas.stix.names import BUNDLE
from schemas.stix.references import refers_not_to
from schemas.stix.vocabularies import GROUPING_CONTEXT, REPORT_TYPE
from schemas.stix.vocabularies import Opinion as OpinionValue


class Grouping(Domain):
    """§4.4. Its table calls `name` required since Errata 01, which lists no such change: missed, not demanded."""

    SECTION = "4.4.1"
    OPEN: ClassVar[Mapping[str, frozenset[str]]] = {"context": GROUPING_CONTEXT}
    RECOMMENDED = ("name",)
    WHEN: ClassVar[Mapping[str, Check]] = {"object_refs": refers_not_to(BUNDLE, "object_refs", "4.4.1", required=True)}

    name: Text = ABSENT
    description: Text = ABSENT
    context: Text
    object_refs: Identifiers


class Note(Domain):
    """§4.13."""

    SECTION = "4.13.1"
    WHEN: ClassVar[Mapping[str, Check]] = {"object_refs": refers_not_to(BUNDLE, "object_refs", "4.13.1", required=True)}

    abstract: Text = ABSENT
    content: Text
    authors: Strings = ABSENT
    object_refs: Identifiers


class Opinion(Domain):
    """§4.15."""

    SECTION = "4.15.1"
    WHEN: ClassVar[Mapping[str, Check]] = {"object_refs": refers_not_to(BUNDLE, "object_refs", "4.15.1", required=True)}

    explanation: Text = ABSENT
    authors: Strings = ABSENT
    opinion: OpinionValue
    object_refs: Identifiers


class Report(Domain):
    """§4.16."""

    SECTION = "4.16.1"
    OPEN: ClassVar[Mapping[str, frozenset[str]]] = {"report_types": REPORT_TYPE}
    WHEN: ClassVar[Mapping[str, Check]] = {"object_refs": refers_not_to(BUNDLE, "object_refs", "4.16.1", required=True)}

    name: Text
    description: Text = ABSENT
    report_types: Strings = ABSENT
    published: Timestamp
    object_refs: Identifiers
