"""The profiles as data: every path in them exists in STIX, and every property of STIX has been thought about."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any, get_args

import pytest
from pydantic import ValidationError, create_model
from pydantic.fields import FieldInfo

from schemas.errors import ConfigError
from schemas.markings import TLP2_EXTENSION
from schemas.stix.common import ExternalReference, GranularMarking, KillChainPhase, Part
from schemas.stix.extensions import BY_TYPE, PREDEFINED
from schemas.stix.extensions_known import PAP_EXTENSION
from schemas.stix.registry import KNOWN_PROPERTIES, MODELS, REQUIRED
from tests.support.objects import Stix, identifier, observable
from tests.unit.transforms.minimize.row import sco
from tests.unit.transforms.minimize.support import minimizer, refused, seen
from transforms.minimize import FRAME, Role
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


COMMON = (ExternalReference, GranularMarking, KillChainPhase)
"""Parts that have rules of their own everywhere."""

Found = tuple[tuple[str, ...], FieldInfo]


def part_in(kind: Any) -> type[Part] | None:
    """The model of what stands in a property, if STIX gives it properties of its own."""
    if isinstance(kind, type):
        return kind if issubclass(kind, Part) and kind not in COMMON else None
    return next((found for item in get_args(kind) if (found := part_in(item)) is not None), None)


def deeper(model: type[Part], place: tuple[str, ...]) -> Iterator[Found]:
    """Every place below a part, with the field that says what may stand there."""
    for name, info in model.model_fields.items():
        here = (*place, info.alias or name)
        yield here, info
        inner = part_in(info.annotation)
        if inner is not None:
            yield from deeper(inner, here)


def fields() -> Iterator[Found]:
    """Every place of STIX 2.1, but for what lies in common properties, dictionaries and markings."""
    for type_name, model in MODELS.items():
        for name, info in model.model_fields.items():
            here = (type_name, info.alias or name)
            yield here, info
            inner = part_in(info.annotation)
            if inner is not None:
                yield from deeper(inner, here)
        for extension in BY_TYPE.get(type_name, ()):
            yield from deeper(PREDEFINED[extension], (type_name, "extensions", extension))


FIELDS = dict(fields())
PARTS = sorted({place[:-1] for place in FIELDS if len(place) > 2})
"""Places in which STIX names the properties."""

BESIDE = {
    "hashes": {"MD5": "0" * 32},
    "key": "HKEY_LOCAL_MACHINE",
    "account_login": "a",
    "image_ref": identifier("file", "a"),
    "is_multipart": True,
    "from_ref": identifier("email-addr", "a"),
}
"""What makes an object of any type one that says something."""

WORDING = ("Jane Roe", ["Jane Roe"], {"Jane": "Roe"}, {"Jane": ["Roe"]})


def takes(info: FieldInfo, value: Any) -> bool:
    kind: Any = info.annotation
    try:
        create_model("Alone", it=(kind, info)).model_validate({info.alias or "it": value})
    except ValidationError:
        return False
    return True


def test_the_parts_are_found() -> None:
    assert {"values", "body_multipart", "x509_v3_extensions"} == {place[1] for place in PARTS if len(place) == 2}
    assert {place[2] for place in PARTS if place[1] == "extensions"} == PREDEFINED.keys()
    assert {place[3] for place in PARTS if len(place) > 3} == {"optional_header", "sections", "alternate_data_streams"}


def test_standard_keeps_as_it_is_only_what_has_a_form() -> None:
    """Intake has seen to it that a number is one, so such a row lets no wording through. Whatever may be wording is treated."""
    profile = load("standard@1")
    kept = {place: info for place, info in FIELDS.items() for row in profile.at(place) if "keep" in map(str, (*row.steps, *row.threat))}
    assert len(kept) > 100
    assert [place for place, info in kept.items() if any(takes(info, wording) for wording in WORDING)] == []


def placed(place: tuple[str, ...], value: Any) -> Any:
    for name in reversed(place):
        value = {name: value}
    return value


@pytest.mark.parametrize("name", PROFILES)
def test_no_row_lets_a_name_through_that_a_feed_made_up(name: str) -> None:
    """Whatever pattern a row has: the made-up names are made of those that STIX gives."""
    profile = load(name)
    for place in (*PARTS, *((kind,) for kind in KNOWN_PROPERTIES)):
        known = [found[-1] for found in FIELDS if found[:-1] == place]
        made_up = {f"jane_{word}" for word in known} | {f"{word}_jane" for word in known} | {"name_of_jane", "size_of_jane", "jane_hex"}
        for word in sorted(made_up - set(known)):
            rows = profile.at((*place, word))
            kept = [row for row in rows for steps in (row.steps, row.threat) if str(steps[0]) not in ("drop", "withhold_object")]
            assert kept == [] or len(place) == 1, (place, word)


@pytest.mark.parametrize("name", PROFILES)
@pytest.mark.parametrize("role", [Role.VICTIM, Role.THREAT])
@pytest.mark.parametrize("place", PARTS, ids=".".join)
def test_made_up_names_in_a_part_go(name: str, role: Role, place: tuple[str, ...]) -> None:
    """Alone, and beside what STIX names there."""
    type_name, *rest = place
    words = ("jane_hex", "jane_version", "size_of_jane", "name_of_jane", "jane_alignment", "jane", "x_jane")
    hidden: Stix = dict.fromkeys(words, "Jane Roe") | {"jane_refs": [{"jane": ["Jane Roe"]}]}
    known = {found[-1]: "1" for found in FIELDS if found[:-1] == place}
    for inner in (hidden, {**known, **hidden}, [{**hidden, **known}, hidden]):
        value = observable(type_name, **BESIDE, **placed(tuple(rest), inner))
        if type_name == "email-message" and name != "verbatim@1" and role is Role.VICTIM:
            assert refused(value, role, name) == "nothing-useful"
        else:
            assert "jane" not in repr(seen(value, role, name)).lower()


@pytest.mark.parametrize("place", PARTS, ids=".".join)
def test_verbatim_keeps_each_name_that_stix_gives(place: tuple[str, ...]) -> None:
    inner = {found[-1]: "1" for found in FIELDS if found[:-1] == place}
    value = observable(place[0], **placed(place[1:], inner))
    assert minimizer("verbatim@1").minimize(value).value is value


@pytest.mark.parametrize("name", ["standard@1", "verbatim@1"])
@pytest.mark.parametrize(("extension", "word"), [(PAP_EXTENSION, "pap"), (TLP2_EXTENSION, "tlp_2_0")])
def test_a_public_marking_that_says_more_is_none(name: str, extension: str, word: str) -> None:
    body = {"extension_type": "property-extension", word: "red"}
    value = sco("marking-definition", extensions={extension: body})
    assert seen(value, profile=name) is value
    assert refused(sco("marking-definition", extensions={extension: {**body, "x_who": "Jane Roe"}}), profile=name) == "path-withheld"


@pytest.mark.parametrize("name", PROFILES)
def test_a_statement_has_nothing_beside_it(name: str) -> None:
    value = sco("marking-definition", definition_type="statement", definition={"statement": "Copyright", "x_who": "Jane Roe"})
    assert seen(value, profile=name)["definition"] == {"statement": "Copyright"}
