"""Where personal data hides in STIX 2.1, path by path, and what standard@1 leaves of it. Rows 37 and 38 are about no object."""

from __future__ import annotations

import copy

import orjson
import pytest

from schemas.reasons import HOLD, WITHHOLD
from tests.support.objects import (
    CREATED,
    Stix,
    domain,
    identifier,
    identity,
    indicator,
    malware,
    note,
    sighting,
)
from tests.unit.transforms.minimize.row import CANARY, USER, Row, T, V, sco
from tests.unit.transforms.minimize.rows_domain import DOMAIN
from tests.unit.transforms.minimize.rows_observables import OBSERVABLES
from tests.unit.transforms.minimize.support import minimizer, pseudonym, refused, seen
from transforms.minimize import Role

ROWS = [*DOMAIN, *OBSERVABLES]
OTHERS = (Role.VICTIM, Role.REPORTER, Role.ANALYST)


@pytest.mark.parametrize("row", ROWS, ids=[f"{row.number}-{row.value['type']}-{at}" for at, row in enumerate(ROWS)])
def test_a_row_of_the_table(row: Row) -> None:
    for role in (T,) if row.role is T else OTHERS:
        before = copy.deepcopy(row.value)
        found = minimizer().minimize(row.value, role)
        assert row.value == before
        assert {name: found.value.get(name) for name in row.left} == row.left
        text = orjson.dumps(found.value).decode() + repr(found.changes)
        assert CANARY not in text.replace(identifier("directory", CANARY), "")
        assert found.touched == {name for name, item in row.value.items() if found.value.get(name) != item}
        again = minimizer().minimize(found.value, role)
        assert again.value is found.value
        assert again.changes == ()


REFUSALS = [
    (5, note("a", [malware("a")], content=CANARY), V, "held-text"),
    (7, domain("language-content", "a", object_ref=malware("a")["id"], contents={"fr": {"name": CANARY}}), V, "type-withheld"),
    (6, domain("x-own", "a", name=CANARY), V, "custom-type"),
    (6, domain("extension-definition", "a", name="n", schema="s", version="1.0", extension_types=["new-sdo"]), V, "type-withheld"),
    (9, identity("a", name=CANARY, identity_class="individual"), V, "person-withheld"),
    (9, identity("a", name=CANARY, identity_class="individual"), T, "person-withheld"),
    (15, sco("user-account", display_name=CANARY, credential=CANARY), V, "nothing-useful"),
    (16, sco("file", name=f"CV_{CANARY}.docx"), V, "nothing-useful"),
    (12, sco("email-message", is_multipart=False, to_refs=[USER]), T, "nothing-useful"),
    (18, sco("directory", path="/mail/jane.doe@corp.example"), T, "held-personal-data"),
    (28, sco("mutex", name=CANARY), V, "path-withheld"),
    (28, sco("software", name=CANARY), V, "required-dropped"),
    (21, sco("url", value="https://intranet.corp.example/a"), T, "path-withheld"),
    (21, sco("url", value="https://10.1.2.3/a"), T, "path-withheld"),
    (22, sco("domain-name", value="jane-smith-pc.corp.example"), T, "path-withheld"),
    (22, sco("domain-name", value="printer.local"), T, "path-withheld"),
    (22, sco("domain-name", value="jane-smith-laptop.example.com"), V, "path-withheld"),
    (23, sco("ipv4-addr", value="10.1.2.3"), T, "path-withheld"),
    (23, sco("ipv4-addr", value="192.168.0.0/16"), V, "path-withheld"),
    (23, sco("ipv6-addr", value="fe80::1%eth0"), T, "path-withheld"),
    (23, sco("ipv6-addr", value="::ffff:10.1.2.3"), T, "path-withheld"),
    (
        29,
        domain("observed-data", "a", first_observed=CREATED, last_observed=CREATED, number_observed=1, object_refs=[USER]),
        V,
        "type-withheld",
    ),
    (
        29,
        domain("observed-data", "a", first_observed=CREATED, last_observed=CREATED, number_observed=1, objects={"0": {"type": "file"}}),
        V,
        "type-withheld",
    ),
    (30, sighting("a", malware("a"), where_sighted_refs=[USER], count=3), V, "sighting-aggregated"),
    (33, indicator("a", f"[email-message:to_refs[*].value = '{CANARY}@corp.example']"), V, "pattern-personal-data"),
    (34, domain("threat-actor", "a", name=CANARY, resource_level="individual"), V, "person-withheld"),
    (35, domain("incident", "a", name=CANARY), V, "type-withheld"),
]


@pytest.mark.parametrize(
    ("number", "value", "role", "reason"), REFUSALS, ids=[f"{row[0]}-{row[1]['type']}-{at}" for at, row in enumerate(REFUSALS)]
)
def test_what_is_not_released_at_all(number: int, value: Stix, role: Role, reason: str) -> None:
    assert refused(value, role) == reason
    assert reason in WITHHOLD or reason in HOLD


def test_every_row_that_is_about_an_object_has_a_case() -> None:
    """1 and 8 are tested below, 37 and 38 elsewhere."""
    assert {row.number for row in ROWS} | {row[0] for row in REFUSALS} | {1, 8, 37, 38} == set(range(1, 39))


def test_row_1_the_submitter_is_named_only_where_attribution_is() -> None:
    value = malware("a", created_by_ref=identity(CANARY)["id"])
    assert "created_by_ref" not in seen(value, attribution="anonymous")
    assert seen(value, attribution="named")["created_by_ref"] == value["created_by_ref"]
    for profile in ("trusted@1", "verbatim@1"):
        assert "created_by_ref" not in seen(value, profile=profile, attribution="anonymous")


def test_row_8_what_identifies_an_observable_is_changed_to_a_public_value_or_a_pseudonym() -> None:
    """The id itself is made anew from what is left, by the stage that gives ids."""
    value = seen(sco("email-addr", value="Jane.Doe@corp.example"))["value"]
    assert value.endswith("@pseudonym.invalid")
    assert value == seen(sco("email-addr", value="Jane.Doe@CORP.example"))["value"]
    account = seen(sco("user-account", user_id="1001", account_login="jane"))
    assert account["user_id"] != account["account_login"]
    assert pseudonym("x", "1001")[:8] not in account["user_id"]


@pytest.mark.parametrize(("kind", "released"), [("csirt", True), ("le", True), ("private", False), ("intel", False)])
def test_row_35_incidents_go_to_those_who_respond(kind: str, released: bool) -> None:
    value = domain("incident", "a", name=CANARY, description=CANARY)
    if released:
        assert seen(value, kind=kind) == {**domain("incident", "a"), "name": "Incident"}
    else:
        assert refused(value, kind=kind) == "type-withheld"


@pytest.mark.parametrize(("kind", "released"), [("le", True), ("csirt", False), ("private", False)])
def test_row_34_an_accused_person_is_for_law_enforcement_alone(kind: str, released: bool) -> None:
    value = domain("threat-actor", "a", name=CANARY, resource_level="individual")
    if released:
        assert seen(value, kind=kind)["name"] == "Threat actor"
    else:
        assert refused(value, kind=kind) == "person-withheld"


def test_nobody_is_asked_where_the_policy_says_withhold() -> None:
    value = sco("directory", path="/mail/jane.doe@corp.example")
    assert refused(value, T, residual="hold") == "held-personal-data"
    assert refused(value, T, residual="withhold") == "residual-personal-data"


def test_what_is_withheld_is_not_held() -> None:
    """An object with one property to be held and another to be withheld."""
    value = note("a", [malware("a")], content=CANARY, abstract="x")
    assert refused(value) == "held-text"
    assert refused(value, paths={"note.abstract": "withhold_object"}) == "path-withheld"
