"""Whose an observable is: only what says that it is the threat's counts."""

from __future__ import annotations

import pytest

from tests.support.objects import Stix, domain, identifier, identity, indicator, malware, observable, relationship
from transforms.minimize import TELLING, role_evidence

ADDRESS = observable("ipv4-addr", value="198.51.100.7")
INFRASTRUCTURE = domain("infrastructure", "a", name="n")
OTHER = observable("ipv4-addr", value="198.51.100.8")


@pytest.mark.parametrize(
    ("referrer", "found"),
    [
        (relationship("a", indicator("a"), ADDRESS, "based-on"), True),
        (relationship("a", malware("a"), ADDRESS, "communicates-with"), True),
        (relationship("a", malware("a"), ADDRESS, "drops"), True),
        (relationship("a", malware("a"), ADDRESS, "targets"), False),
        (relationship("a", domain("tool", "a", name="n"), ADDRESS, "downloads"), True),
        (relationship("a", INFRASTRUCTURE, ADDRESS, "consists-of"), True),
        (relationship("a", ADDRESS, INFRASTRUCTURE, "part-of"), True),
        (relationship("a", domain("campaign", "a", name="n"), ADDRESS, "compromises"), False),
        (relationship("a", identity("a"), ADDRESS, "uses"), False),
        (relationship("a", OTHER, ADDRESS, "resolves-to"), False),
        (relationship("a", malware("a"), OTHER, "communicates-with"), False),
        (malware("a", sample_refs=[ADDRESS["id"]]), True),
        (domain("malware-analysis", "a", product="p", sample_ref=ADDRESS["id"]), True),
        (domain("malware-analysis", "a", product="p", analysis_sco_refs=[ADDRESS["id"]]), False),
        (domain("observed-data", "a", object_refs=[ADDRESS["id"]]), False),
        ({"type": "email-message", "id": identifier("email-message", "a"), "is_multipart": False, "from_ref": ADDRESS["id"]}, True),
        ({"type": "email-message", "id": identifier("email-message", "a"), "is_multipart": False, "to_refs": [ADDRESS["id"]]}, False),
    ],
)
def test_evidence(referrer: Stix, found: bool) -> None:
    assert role_evidence(referrer, ADDRESS["id"]) is found
    assert not found or referrer["type"] in TELLING


def test_an_object_that_lacks_what_it_should_have_says_nothing() -> None:
    assert not role_evidence({"type": "relationship"}, ADDRESS["id"])
    assert not role_evidence({"type": "malware"}, ADDRESS["id"])
