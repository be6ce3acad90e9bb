"""The certificate observable (STIX 2.1 §6.18)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from schemas.stix.checks import at_least_one
from schemas.stix.common import ABSENT, Bool, Check, Hashes, Int, Observable, Part, Text, Timestamp
from schemas.stix.hashes import hashes_of
from schemas.stix.nested import parts

_V3 = (
    *("basic_constraints", "name_constraints", "policy_constraints", "key_usage", "extended_key_usage", "subject_key_identifier"),
    *("authority_key_identifier", "subject_alternative_name", "issuer_alternative_name", "subject_directory_attributes"),
    *("crl_distribution_points", "inhibit_any_policy", "private_key_usage_period_not_before", "private_key_usage_period_not_after"),
    *("certificate_policies", "policy_mappings"),
)


class X509V3Extensions(Part):
    """§6.18.2."""

    SECTION = "6.18.2"
    CROSS = (at_least_one("6.18.2", *_V3),)
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


_CERTIFICATE = (
    *("is_self_signed", "hashes", "version", "serial_number", "signature_algorithm", "issuer", "validity_not_before"),
    *("validity_not_after", "subject", "subject_public_key_algorithm", "subject_public_key_modulus"),
    *("subject_public_key_exponent", "x509_v3_extensions"),
)


class X509Certificate(Observable):
    """§6.18."""

    SECTION = "6.18.1"
    CROSS = (at_least_one("6.18", *_CERTIFICATE),)
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
