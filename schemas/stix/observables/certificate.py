"""The certificate observable (STIX 2.1 §6.18)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from schemas.stix.checks import not_empty
from schemas.stix.common import ABSENT, Bool, Check, Hashes, Int, Observable, Part, Text, Timestamp
from schemas.stix.hashes import hashes_of
from schemas.stix.nested import parts


@not_empty("6.18.2")
class X509V3Extensions(Part):
    """§6.18.2."""

    SECTION = "6.18.2"
    basic_constraints: Text = ABSENT
    name_constraints: Text = ABSENT
    policy_constraints: Text = ABSENT
    key_usage: Text = ABSENT
    extended_key_usage: Text = ABSENT
    subject_key_identifier: Text = ABSENT
    authority_key_identifier: Text = ABSENT
    subject_alternative_name: Text = ABSENT
    issuer_alternative_name: Text = ABSENT
    subject_directory_attributes: Text = ABSENT
    crl_distribution_points: Text = ABSENT
    inhibit_any_policy: Text = ABSENT
    private_key_usage_period_not_before: Timestamp = ABSENT
    private_key_usage_period_not_after: Timestamp = ABSENT
    certificate_policies: Text = ABSENT
    policy_mappings: Text = ABSENT


@not_empty("6.18")
class X509Certificate(Observable):
    """§6.18."""

    SECTION = "6.18.1"
    WHEN: ClassVar[Mapping[str, Check]] = {
        "hashes": hashes_of("hashes"),
        "x509_v3_extensions": parts("x509_v3_extensions", X509V3Extensions),
    }
    is_self_signed: Bool = ABSENT
    hashes: Hashes = ABSENT
    version: Text = ABSENT
    serial_number: Text = ABSENT
    signature_algorithm: Text = ABSENT
    issuer: Text = ABSENT
    validity_not_before: Timestamp = ABSENT
    validity_not_after: Timestamp = ABSENT
    subject: Text = ABSENT
    subject_public_key_algorithm: Text = ABSENT
    subject_public_key_modulus: Text = ABSENT
    subject_public_key_exponent: Int = ABSENT
    x509_v3_extensions: X509V3Extensions = ABSENT
