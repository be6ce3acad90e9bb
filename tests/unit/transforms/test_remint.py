"""The id rules: what is unchanged keeps its id and bytes, what is changed gets an id that only the hub can link, the same at each run."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.ids import CONTRIBUTING, SCO_NAMESPACE, observable_id
from schemas.timestamps import is_timestamp, sort_key
from tests.support.objects import (
    HUB,
    SLOT,
    TLP2,
    Stix,
    bodies,
    domain,
    identifier,
    identity,
    indicator,
    malware,
    marked,
    observable,
    outcome,
    policy,
    relationship,
    run,
    served,
    states,
    terms,
)
from transforms.remint import remint, seen_id
from transforms.statement import Statement
from transforms.terms import Terms

DROP_NAMES = policy("taker", minimize={"paths": {"*.description": "drop"}})
SECRET = "canary-5d2m"


def one(value: Stix, under: Terms | None = None, **how: Any) -> tuple[Statement, Stix]:
    (statement,) = states([served(value, **how)], under)
    return statement, orjson.loads(statement.bodies[-1])


def test_rule_1_what_is_unchanged_keeps_its_id_its_creator_and_its_bytes() -> None:
    maker = identity("m")
    value = indicator("a", created_by_ref=maker["id"])
    for statement in states([served(maker), served(value)]):
        assert (statement.decision, statement.reason, statement.transforms) == ("put", "released", ())
        assert statement.bodies in ((orjson.dumps(value),), (orjson.dumps(maker),))


CHANGED = [
    indicator("a", description=SECRET),
    malware("a", description=SECRET),
    relationship("a", indicator("a"), malware("a"), description=SECRET),
    identity("a", description=SECRET),
    domain("attack-pattern", "a", name="n", description=SECRET),
]


def around(value: Stix) -> list[Stix]:
    return [value, indicator("a"), malware("a")] if value["type"] == "relationship" else [value]


def put(value: Stix, under: Terms) -> Stix:
    made = bodies(states([served(item) for item in around(value)], under))
    return next(item for item in made if item["type"] == value["type"] and item.get("relationship_type") == value.get("relationship_type"))


@pytest.mark.parametrize("value", CHANGED, ids=lambda value: value["type"])
def test_rule_2_what_is_changed_is_a_new_object_of_the_hub(value: Stix) -> None:
    made = put(value, terms(rules=DROP_NAMES))
    assert SECRET not in repr(made)
    assert made["id"] != value["id"]
    assert made["id"].startswith(f"{value['type']}--")
    assert uuid.UUID(made["id"].partition("--")[2]).version == 4
    assert made["created_by_ref"] == HUB.identity
    assert made["modified"] == "2026-07-01T12:30:15.123Z"
    assert made["created"] == "2026-02-03T04:00:00.000Z"
    rest = {name: item for name, item in value.items() if name not in ("id", "created", "modified", "created_by_ref", "description")}
    assert {name: made[name] for name in rest if not name.endswith("_ref")} == {n: v for n, v in rest.items() if not n.endswith("_ref")}


@pytest.mark.parametrize("value", CHANGED, ids=lambda value: value["type"])
def test_rule_2_the_new_id_is_the_same_at_each_run_and_for_later_versions(value: Stix) -> None:
    first = put(value, terms(rules=DROP_NAMES))
    later = put(
        {**value, "modified": "2026-03-01T00:00:00.000Z", "description": "changed", "confidence": 3},
        terms(rules=DROP_NAMES, slot=SLOT + timedelta(hours=1)),
    )
    assert put(value, terms(rules=DROP_NAMES)) == first
    assert later["id"] == first["id"]
    assert later["created"] == first["created"]
    assert sort_key(later["modified"]) > sort_key(first["modified"])


def test_rule_2_two_recipients_see_different_ids() -> None:
    value = indicator("a", description=SECRET)
    people = [terms(name, rules=policy(name, minimize={"paths": {"*.description": "drop"}})) for name in ("taker", "second")]
    assert len({put(value, under)["id"] for under in people} | {value["id"]}) == 3


ADDRESS = observable("ipv4-addr", value="192.0.2.1")
OBSERVABLES = [
    observable("domain-name", value="a.example"),
    ADDRESS,
    observable("url", value="https://a.example/"),
    observable("file", name="a", hashes={"MD5": "a" * 32}),
    observable("user-account", account_login="a"),
]


@pytest.mark.parametrize("value", OBSERVABLES, ids=lambda value: value["type"])
def test_rules_3_and_4_an_observable_whose_identifying_values_are_untouched_keeps_its_id(value: Stix) -> None:
    statement, made = one({**value, "x_own": SECRET})
    assert statement.reason == "minimized"
    assert made == value
    assert made["id"] == observable_id(made)


def test_rule_3_an_observable_that_loses_an_identifying_value_gets_a_keyed_id() -> None:
    value = observable("file", name=SECRET, hashes={"MD5": "a" * 32})
    statement, made = one(value, terms(rules=policy("taker", minimize={"paths": {"file.name": "drop"}})))
    assert statement.reason == "minimized"
    assert made["hashes"] == value["hashes"]
    assert made["id"] not in (value["id"], observable_id(made))
    assert uuid.UUID(made["id"].removeprefix("file--")).version == 4
    assert statement.object_id == made["id"]
    assert not {"created", "modified", "created_by_ref"} & made.keys()


def test_rule_3_what_the_hub_took_away_counts_as_changed() -> None:
    full = observable("artifact", url="https://a.example/", hashes={"MD5": "a" * 32}, payload_bin="QUJD")
    kept = {name: item for name, item in full.items() if name != "payload_bin"}
    statement, made = one(kept, altered=("artifact.payload_bin=drop",))
    assert statement.reason == "minimized"
    assert made["id"] != full["id"]
    assert "artifact.payload_bin=drop" in statement.transforms
    account = observable("user-account", account_login="a")
    statement, made = one(account, altered=("user-account.credential=drop",))
    assert (statement.reason, made["id"]) == ("minimized", account["id"])


@pytest.mark.parametrize("kind", sorted(CONTRIBUTING))
def test_ids_of_changed_observables_never_lie_in_the_reserved_namespace(kind: str) -> None:
    value = {"type": kind, "id": identifier(kind, "a"), **dict.fromkeys(CONTRIBUTING[kind], "v"), "hashes": {"MD5": "a"}}
    for name in CONTRIBUTING[kind]:
        shown = {key: item for key, item in value.items() if key != name}
        made = seen_id(value, shown, frozenset({name}), b"key")
        assert uuid.UUID(made.partition("--")[2]).version == 4
        assert made != seen_id(value, shown, frozenset({name}), b"other key")
    if CONTRIBUTING[kind]:
        assert seen_id(value, value, frozenset({"x_own", "defanged"}), b"key") == value["id"]
    else:
        assert seen_id(value, value, frozenset({"pid"}), b"key") != value["id"]


def test_rule_3_observables_that_look_the_same_are_the_same() -> None:
    """Under two ids they would tell how many there are, and one would tell that the other exists."""
    drop = terms(rules=policy("taker", minimize={"paths": {"file.name": "drop"}}))
    files = [observable("file", name=name, hashes={"MD5": "a" * 32}) for name in ("one.exe", "two.exe")]
    other = observable("file", name="one.exe", hashes={"MD5": "b" * 32})
    alone = [one(value, drop)[1] for value in files]
    assert alone[0] == alone[1] != one(other, drop)[1]
    together = bodies(states([served(value) for value in files], drop))
    assert together == alone
    assert one(files[0], terms("second", rules=policy("second", minimize={"paths": {"file.name": "drop"}})))[1]["id"] != alone[0]["id"]


def test_rule_3_what_is_not_shown_of_an_observable_leaves_no_mark_on_its_id() -> None:
    shown = {"type": "file", "id": "x", "hashes": {"MD5": "a" * 32}}
    found = {
        seen_id(observable("file", name=name, hashes={"MD5": "a" * 32}), {**shown, "id": name}, frozenset({"name"}), b"key")
        for name in ("one.exe", "two.exe")
    }
    assert len(found) == 1


def test_rule_3_an_observable_with_references_keeps_a_key_of_its_own() -> None:
    """The ids that it refers to are only known in the end."""
    values = [
        {
            "type": "network-traffic",
            "id": identifier("network-traffic", name),
            "src_ref": ADDRESS["id"],
            "protocols": ["tcp"],
            "src_port": n,
        }
        for n, name in enumerate("ab")
    ]
    shown = [{key: item for key, item in value.items() if key != "src_port"} for value in values]
    first, second = (seen_id(value, left, frozenset({"src_port"}), b"key") for value, left in zip(values, shown, strict=True))
    assert first != second


def test_masking_a_value_never_leaves_its_hash_behind() -> None:
    """Every id in the output is either of the output's own value or cannot be computed from what was dropped."""
    value = observable("user-account", account_login=SECRET, user_id="1000")
    guess = f"user-account--{uuid.uuid5(SCO_NAMESPACE, orjson.dumps({'account_login': SECRET, 'user_id': '1000'}).decode())}"
    assert value["id"] == guess
    _, made = one(value, terms(rules=policy("taker", minimize={"paths": {"user-account.account_login": "drop"}})))
    assert guess not in repr(made)


def test_rule_5_references_go_through_the_same_map() -> None:
    source, target = indicator("a", description=SECRET), malware("b")
    made = {
        item["type"]: item
        for item in bodies(states([served(item) for item in (source, target, relationship("r", source, target))], terms(rules=DROP_NAMES)))
    }
    assert made["relationship"]["source_ref"] == made["indicator"]["id"] != source["id"]
    assert made["relationship"]["target_ref"] == target["id"]
    assert made["relationship"]["id"] != relationship("r", source, target)["id"]
    assert made["relationship"]["created_by_ref"] == HUB.identity


def test_rule_5_a_dropped_author_is_replaced_by_the_hub() -> None:
    value = indicator("a", created_by_ref=identity("m")["id"])
    statement, made = one(value)
    assert statement.reason == "minimized"
    assert made["created_by_ref"] == HUB.identity
    assert "indicator.created_by_ref=drop" in statement.transforms


def test_rule_6_the_original_is_not_named() -> None:
    value = indicator("a", description=SECRET)
    statement, _ = one(value, terms(rules=DROP_NAMES))
    assert value["id"].encode() not in b"".join(statement.bodies)
    assert value["id"].partition("--")[2].encode() not in b"".join(statement.bodies)


def test_rule_7_a_revocation_reaches_the_id_that_the_recipient_knows() -> None:
    value = indicator("a", description=SECRET)
    before, _ = one(value, terms(rules=DROP_NAMES))
    revoked = {**value, "modified": "2026-03-01T00:00:00.000Z", "revoked": True}
    after, made = one(revoked, terms(rules=DROP_NAMES, slot=SLOT + timedelta(days=1)))
    assert (after.decision, after.reason) == ("revoke", "revoked")
    assert (after.handle, after.object_id, made["id"], made["revoked"]) == (before.handle, before.object_id, before.object_id, True)


def test_times_do_not_tell_when_the_producer_worked() -> None:
    value = indicator("a", description=SECRET, created="2026-02-03T04:59:59.999999Z", modified="2026-06-30T23:17:41.5Z")
    _, made = one(value, terms(rules=DROP_NAMES))
    assert made["created"] == "2026-02-03T04:00:00.000Z"
    assert made["modified"] == "2026-07-01T12:30:15.123Z"


@pytest.mark.parametrize("created", ["2026-07-01T12:30:15.123Z", "2026-07-01T23:00:00.000Z", "2099-01-01T00:00:00.000Z"])
def test_modified_is_never_before_created(created: str) -> None:
    _, made = one(indicator("a", description=SECRET, created=created, modified=created), terms(rules=DROP_NAMES))
    assert is_timestamp(made["created"])
    assert is_timestamp(made["modified"])
    assert sort_key(made["modified"]) >= sort_key(made["created"])


STANDARD = policy("taker", minimize={"profile": "trusted@1"})
TIMES = {"valid_from": "2026-02-03T04:05:06.789Z", "valid_until": "2026-03-04T05:06:07Z"}


def test_times_of_what_is_changed_are_floored_where_a_profile_minimizes() -> None:
    value = indicator("a", x_own=SECRET, **TIMES)
    _, made = one(value, terms(rules=STANDARD))
    assert (made["valid_from"], made["valid_until"]) == ("2026-02-03T04:00:00.000Z", "2026-03-04T05:00:00.000Z")
    _, kept = one({**value, "description": SECRET}, terms(rules=DROP_NAMES))
    assert (kept["valid_from"], kept["valid_until"]) == (TIMES["valid_from"], TIMES["valid_until"])
    statement, unchanged = one(indicator("a", **TIMES), terms(rules=STANDARD))
    assert (statement.reason, unchanged["valid_from"]) == ("released", TIMES["valid_from"])


def test_a_period_within_one_hour_does_not_become_empty() -> None:
    value = indicator("a", x_own=SECRET, valid_from="2026-02-03T04:05:06.789Z", valid_until="2026-02-03T04:50:00Z")
    _, made = one(value, terms(rules=STANDARD))
    assert (made["valid_from"], made["valid_until"]) == ("2026-02-03T04:00:00.000Z", "2026-02-03T04:59:59.000Z")


@given(
    st.integers(0, 100 * 365 * 24 * 3600 * 1000).map(lambda step: datetime(2000, 1, 1, tzinfo=UTC) + timedelta(milliseconds=step)),
    st.timedeltas(timedelta(milliseconds=1), timedelta(days=400)),
    st.sampled_from(["ms", "us"]),
)
def test_flooring_keeps_order_and_shows_nothing_below_the_hour(start: datetime, span: timedelta, digits: str) -> None:
    def text(moment: datetime) -> str:
        return moment.isoformat(timespec="milliseconds" if digits == "ms" else "microseconds").replace("+00:00", "Z")

    value = indicator("a", created=text(start), modified=text(start), valid_from=text(start), valid_until=text(start + span))
    made, modified = remint(value, identifier("indicator", "b"), HUB.identity, "2026-07-01T00:00:00.000Z", floor=True)
    assert sort_key(made["valid_from"]) < sort_key(made["valid_until"])
    assert sort_key(made["created"]) <= sort_key(modified)
    for name in ("created", "valid_from"):
        assert made[name] == value[name][:13] + ":00:00.000Z"
    assert made["valid_until"][13:] in (":00:00.000Z", ":59:59.000Z")


def test_a_part_that_is_marked_and_shown_keeps_its_marking_on_the_whole() -> None:
    """Selectors may point at what is gone, so what goes out changed carries them whole: more restrictive, never less."""
    value = marked(indicator("a", description=SECRET), "clear")
    value["granular_markings"] = [
        {"marking_ref": TLP2["green"], "selectors": ["description"]},
        {"marking_ref": TLP2["clear"], "selectors": ["pattern"]},
        {"lang": "de", "selectors": ["description"]},
    ]
    _, made = one(value, terms(rules=DROP_NAMES))
    assert made["object_marking_refs"] == [TLP2["clear"], TLP2["green"]]
    assert "granular_markings" not in made
    statement, kept = one(value)
    assert (statement.reason, kept) == ("released", value)


def test_the_marking_of_a_part_that_is_hidden_is_gone_with_it() -> None:
    value = marked(indicator("a", description=SECRET, name="shown"), "clear")
    value["granular_markings"] = [
        {"marking_ref": TLP2["red"], "selectors": ["description"]},
        {"marking_ref": TLP2["green"], "selectors": ["name"]},
    ]
    statement, made = one(value)
    assert (statement.reason, statement.transforms) == ("tearline", ("indicator.description=tearline",))
    assert (made["name"], made["object_marking_refs"]) == ("shown", [TLP2["clear"], TLP2["green"]])
    assert SECRET not in repr(made)
    assert TLP2["red"] not in repr(made)
    assert made["id"] != value["id"]


def test_the_digest_is_of_the_content_and_not_of_the_hubs_own_times() -> None:
    value = indicator("a", description=SECRET)
    digests = {one(value, terms(rules=DROP_NAMES, slot=SLOT + timedelta(days=day)))[0].digest for day in range(3)}
    assert len(digests) == 1
    other = one({**value, "confidence": 3}, terms(rules=DROP_NAMES))[0].digest
    assert other not in digests


def test_enrichment_goes_out_only_where_the_policy_keeps_it() -> None:
    value = observable("domain-name", value="a.example")
    findings = orjson.dumps([{"source": "s", "source_version": "1", "path": "value", "known": True}])
    statement, made = one(value, enrichment=findings)
    assert (statement.reason, made) == ("released", value)
    statement, made = one(value, terms(rules=policy("taker", minimize={"enrichment": "keep"})), enrichment=findings)
    assert statement.reason == "minimized"
    assert made["id"] == value["id"]
    ((name, extension),) = made["extensions"].items()
    assert name.startswith("extension-definition--")
    assert extension == {"extension_type": "property-extension", "findings": orjson.loads(findings)}
    assert "extensions.enrichment=add" in statement.transforms


def test_one_object_that_fails_costs_itself_alone() -> None:
    odd = {**domain("note", "n", content="x"), "object_refs": [{"not": "an id"}]}
    assert outcome([served(odd), served(indicator("a"))])[indicator("a")["id"]] == "released"
    assert outcome([served(odd)])[odd["id"]] == "release-error"
    state = run([served(odd), served(indicator("a"))])
    assert len(state.outgoing) == 1


FILE = observable("file", name="a.exe", hashes={"MD5": "a" * 32})


@pytest.mark.parametrize(
    ("altered", "kept"),
    [(("file.hashes.*=drop",), False), (("file.hashes=drop",), False), (("file.size=drop",), True), (("file.*=drop",), True)],
)
def test_an_observable_keeps_its_id_only_where_intake_left_what_contributes_to_it(altered: tuple[str, ...], kept: bool) -> None:
    """The path of a change may go deep: its first step below the type is the property that differs."""
    statement, value = one(FILE, altered=altered)
    assert statement.transforms == altered
    assert (value["id"] == FILE["id"]) == kept


def test_an_observable_of_a_custom_type_has_no_times_to_change() -> None:
    value = {"type": "x-wallet", "id": identifier("x-wallet", "a"), "value": "v"}
    assert remint(value, identifier("x-wallet", "b"), identifier("identity", "hub"), "2026-07-01T00:00:00.000Z", floor=True) == (
        {**value, "id": identifier("x-wallet", "b")},
        "",
    )
