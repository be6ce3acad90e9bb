"""The profiles as data: every path in them exists in STIX, and every property of STIX has been thought about."""

from __future__ import annotations

from fnmatch import fnmatchcase

import pytest

from schemas.errors import ConfigError
from schemas.stix.extensions import PREDEFINED
from schemas.stix.registry import KNOWN_PROPERTIES, REQUIRED
from transforms.minimize import FRAME
from transforms.minimize.profiles import Apply, load, read
from transforms.minimize.refusals import CONDITIONS
from transforms.minimize.treatments import TREATMENTS

PROFILES = ["standard@1", "trusted@1", "verbatim@1"]

GOES = {
    "artifact": "decryption_key payload_bin url",
    "attack-pattern": "aliases",
    "campaign": "aliases objective",
    "directory": "path_enc ctime mtime atime",
    "email-addr": "display_name",
    "email-message": "to_refs cc_refs bcc_refs message_id subject received_lines body body_multipart raw_email_ref",
    "file": "name_enc ctime mtime atime content_ref",
    "identity": "roles contact_information",
    "infrastructure": "aliases",
    "intrusion-set": "aliases goals",
    "ipv4-addr": "resolves_to_refs",
    "ipv6-addr": "resolves_to_refs",
    "location": "city street_address postal_code",
    "malware": "aliases",
    "malware-analysis": "modules submitted analysis_started analysis_ended",
    "network-traffic": "ipfix src_payload_ref dst_payload_ref",
    "note": "abstract authors",
    "opinion": "explanation authors",
    "process": "created_time environment_variables creator_user_ref",
    "software": "swid",
    "threat-actor": "aliases goals",
    "tool": "aliases",
    "user-account": "credential display_name account_created account_expires credential_last_changed account_first_login"
    " account_last_login",
    "windows-registry-key": "modified_time creator_user_ref",
    "x509-certificate": "",
}
"""Properties that standard@1 drops because of what may stand in them, beside descriptions, languages and what observables lack."""

EVERYWHERE = {"description", "lang", "extensions"}


@pytest.mark.parametrize("name", PROFILES)
def test_a_profile_names_only_what_there_is(name: str) -> None:
    profile = load(name)
    for path, row in profile.rows.items():
        type_name, first, *rest = path.split(".")
        types = [known for known in KNOWN_PROPERTIES if fnmatchcase(known, type_name)]
        assert any(fnmatchcase(known, first) for kind in types for known in KNOWN_PROPERTIES[kind]), path
        if first == "extensions" and type_name != "marking-definition":
            assert rest[0] in PREDEFINED, path
            names = [info.alias or known for known, info in PREDEFINED[rest[0]].model_fields.items()]
            assert any(fnmatchcase(known, rest[1]) for known in names), path
        for step in (*row.steps, *row.threat):
            assert not isinstance(step, Apply) or step.name in TREATMENTS, path
    for type_name, refusals in profile.refusals.items():
        assert type_name in KNOWN_PROPERTIES
        assert all(one.when in CONDITIONS for one in refusals)
    for type_name, useful in profile.useful.items():
        assert useful <= KNOWN_PROPERTIES[type_name]


def test_every_treatment_is_used() -> None:
    used = {
        step.name for name in PROFILES for row in load(name).rows.values() for step in (*row.steps, *row.threat) if isinstance(step, Apply)
    }
    assert used == TREATMENTS.keys()


def test_standard_says_something_of_every_property_of_stix() -> None:
    """A property that STIX gets later is dropped, and this test asks what should become of it."""
    profile = load("standard@1")
    refused = {name for name, refusals in profile.refusals.items() if any(not one.when and not one.kinds for one in refusals)}
    for type_name, names in KNOWN_PROPERTIES.items():
        if type_name in refused:
            continue
        silent = {name for name in names - FRAME if not profile.at((type_name, name)) and not profile.below((type_name, name))}
        assert silent - EVERYWHERE == set(GOES.get(type_name, "").split()), type_name


def test_standard_drops_nothing_without_which_a_type_makes_no_sense() -> None:
    profile = load("standard@1")
    for type_name, names in REQUIRED.items():
        if type_name in profile.refusals and not profile.refusals[type_name][0].when:
            continue
        for name in names - FRAME:
            assert profile.at((type_name, name)) or profile.below((type_name, name)), (type_name, name)


def test_trusted_begins_with_standard() -> None:
    trusted, standard = load("trusted@1"), load("standard@1")
    assert trusted.base is standard
    assert trusted.at(("indicator", "pattern")) == standard.at(("indicator", "pattern"))
    assert trusted.at(("malware", "name")) != standard.at(("malware", "name"))


def test_an_unknown_profile_is_an_error_that_names_the_known_ones() -> None:
    with pytest.raises(ConfigError, match=r"standard@1, trusted@1, verbatim@1"):
        load("standard@9")
    with pytest.raises(ConfigError):
        load("../standard@1")


def test_a_verb_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="no verb"):
        read("x", {"without_a_row": "drop", "paths": {"a.b": "hash"}})
