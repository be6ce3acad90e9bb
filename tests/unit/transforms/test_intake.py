"""Batches on their way through intake: parse, each step by itself, records out, and one bad object never takes its neighbours along."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.config import LeniencySettings
from schemas.errors import BadInput
from schemas.labels import HANDLING_EXTENSION
from schemas.reasons import QUARANTINE
from schemas.split import Fragment
from tests.support.objects import (
    CREATED,
    TLP2,
    Stix,
    domain,
    identifier,
    identity,
    indicator,
    malware,
    observable,
    origin,
    parsed,
    record,
    relationship,
    statement_marking,
)
from transforms.batch import Batch, Parsed, each, encode_fragments, parse, parse_fragments, reject, reject_all
from transforms.intake import FeedRules, canonicalize_batch, enrich_batch, make_record, minimize_batch, rekey, upgrade_batch, validate_batch
from transforms.record import Record, decode_records, encode_records


def envelope(*values: Stix | bytes) -> bytes:
    return b'{"objects":[' + b",".join(item if isinstance(item, bytes) else orjson.dumps(item) for item in values) + b"]}"


def rules(**leniency: Any) -> dict[str, FeedRules]:
    return {"maker-feed": FeedRules("maker", LeniencySettings(**leniency), 1 << 20)}


class Table:
    """An enricher that knows one thing, or fails on one."""

    name, version, asks_others = "table", "1", False

    def look_up(self, kind: str, value: str) -> list[dict[str, Any]]:
        if value.startswith("poison"):
            message = "the table is broken"
            raise RuntimeError(message)
        return [{"known": kind}] if value.startswith("known") else []


def test_an_envelope_becomes_a_batch_of_the_objects_own_bytes() -> None:
    bodies = [b'{ "type" : "tool" }', b'{"type":"malware"}']
    batch = parse(envelope(*bodies), origin(position=1000), 1 << 20)
    assert [item.raw for item in batch.parsed] == bodies
    assert [item.value["type"] for item in batch.parsed] == ["tool", "malware"]
    assert [item.origin.position for item in batch.parsed] == [1000, 1001]
    assert batch.size == 2


def test_unusable_pieces_are_rejected_beside_their_neighbours() -> None:
    batch = parse(envelope(b'{"type":"tool"}', b'{"a":1,"a":2}', b'{"type":"malware"}'), origin(), 1 << 20)
    assert [item.value["type"] for item in batch.parsed] == ["tool", "malware"]
    (lost,) = batch.rejected
    assert (lost.reason, lost.id, lost.raw, lost.size) == ("duplicate-key", "", b'{"a":1,"a":2}', 13)
    assert [item.origin.position for item in batch.parsed] == [0, 2]
    assert lost.origin.position == 1


def test_fragments_of_a_page_go_to_quarantine_as_they_are() -> None:
    lost = [Fragment("too-large", b'{"objects":[{"type":"tool"}]}', 10**9), Fragment("invalid-utf8", bytes(range(256)), 256)]
    batch = parse_fragments(encode_fragments(lost), origin(position=1000))
    assert batch.parsed == []
    assert [(item.reason, item.raw, item.size, item.id) for item in batch.rejected] == [
        (item.reason, item.head, item.size, "") for item in lost
    ]
    assert [item.origin.position for item in batch.rejected] == [1000, 1001]


def test_what_concerns_all_objects_of_a_batch_rejects_them_all() -> None:
    batch = reject_all(parse(envelope(indicator("a"), b'{"a":1,"a":2}', malware("b")), origin(), 1 << 20), "unknown-feed")
    assert batch.parsed == []
    assert sorted(item.reason for item in batch.rejected) == ["duplicate-key", "unknown-feed", "unknown-feed"]
    assert {item.id for item in batch.rejected} == {"", indicator("a")["id"], malware("b")["id"]}


def test_the_cap_of_the_feed_counts() -> None:
    large = b'{"type":"tool","x":"' + b"y" * 3000 + b'"}'
    assert [item.reason for item in parse(envelope(large), origin(), 2000).rejected] == ["too-large"]


@given(st.lists(st.sampled_from(["good", "bad", "poison"]), max_size=12))
def test_each_isolates_failures(kinds: list[str]) -> None:
    values = [{"type": "tool", "id": identifier("tool", str(number)), "kind": kind} for number, kind in enumerate(kinds)]
    batch = Batch([parsed(value) for value in values])

    def step(item: Parsed) -> list[Parsed]:
        if item.value["kind"] == "bad":
            reason = "invalid-property"
            raise BadInput(reason, "kind")
        if item.value["kind"] == "poison":
            raise ZeroDivisionError
        return [replace(item, enrichment=b"x")]

    after = each(batch, step)
    assert [item.value for item in after.parsed] == [value for value in values if value["kind"] == "good"]
    assert all(item.enrichment == b"x" for item in after.parsed)
    lost = [(item.id, item.reason, item.path) for item in after.rejected]
    wanted = {"bad": ("invalid-property", "kind"), "poison": ("internal-error", "")}
    assert lost == [(value["id"], *wanted[value["kind"]]) for value in values if value["kind"] in wanted]
    assert after.size == len(kinds)


@pytest.mark.parametrize("odd", [None, 5, ["x"], "x" * 301, "a\nb", "\x00", "tool--x", identifier("x-own", "a"), "secret"])
def test_quarantine_names_usable_ids_alone(odd: object) -> None:
    assert reject(parsed({"type": "tool", "id": odd}), "invalid-id", "id").id == ""
    assert reject(parsed({"type": "tool", "id": identifier("tool", "a")}), "missing-property", "name").id == identifier("tool", "a")


def test_equal_content_has_an_equal_digest_in_quarantine() -> None:
    one, other = (reject(parsed(indicator("a"), origin(position=place)), "missing-type", "") for place in (1, 2))
    assert one.digest == other.digest
    assert len(one.digest) == 16


def test_validation_moves_bad_objects_out() -> None:
    batch = validate_batch(Batch([parsed(indicator("a")), parsed({"type": "tool"}), parsed(malware("b"))]), rules())
    assert [item.value["type"] for item in batch.parsed] == ["indicator", "malware"]
    assert [item.reason for item in batch.rejected] == ["unsupported-version"]


def test_what_the_settings_let_pass_is_counted_by_object() -> None:
    batch = validate_batch(Batch([parsed(indicator("a", x_own=1, x_other=2)), parsed(indicator("b", x_own=1))]), rules())
    assert batch.noted["maker-feed", "custom-content"] == 2


def test_a_stix_20_object_becomes_a_21_object_with_the_change_on_record() -> None:
    old = {name: item for name, item in indicator("a").items() if name not in ("spec_version", "pattern_type", "indicator_types")}
    (item,) = validate_batch(upgrade_batch(Batch([parsed({**old, "labels": ["malicious-activity"]})])), rules()).parsed
    assert (item.value["id"], item.value["spec_version"], item.value["indicator_types"]) == (old["id"], "2.1", ["malicious-activity"])
    assert item.altered
    assert orjson.loads(item.raw) == item.value


def test_observables_inside_observed_data_become_objects_and_are_counted() -> None:
    old = {
        **{name: item for name, item in domain("observed-data", "a").items() if name != "spec_version"},
        "first_observed": CREATED, "last_observed": CREATED, "number_observed": 1,
        "objects": {"0": {"type": "domain-name", "value": "a.example"}},
    }  # fmt: skip
    batch = validate_batch(upgrade_batch(Batch([parsed(old), parsed(indicator("a"))])), rules())
    assert [item.value["type"] for item in batch.parsed] == ["observed-data", "domain-name", "indicator"]
    assert batch.parsed[0].value["object_refs"] == [batch.parsed[1].value["id"]]
    assert batch.derived == {"maker-feed": 1}
    assert batch.rejected == []


def test_what_is_already_21_is_not_upgraded() -> None:
    item = parsed(indicator("a"))
    assert upgrade_batch(Batch([item])).parsed == [item]


CUSTOM = indicator("a", x_own="secret text")


def test_custom_content_by_rule_of_the_feed() -> None:
    passed = validate_batch(Batch([parsed(CUSTOM)]), rules(custom_properties="pass"))
    assert passed.parsed == [parsed(CUSTOM)]
    kept = validate_batch(Batch([parsed(CUSTOM)]), rules(custom_properties="quarantine"))
    assert [(item.reason, item.raw) for item in kept.rejected] == [("custom-content", orjson.dumps(CUSTOM))]
    refused = validate_batch(Batch([parsed(CUSTOM)]), rules(custom_properties="reject"))
    assert [(item.reason, item.raw) for item in refused.rejected] == [("custom-content", b"")]


def test_only_refused_custom_content_loses_its_bytes() -> None:
    bad = {**indicator("b"), "confidence": 101}
    batch = validate_batch(Batch([parsed(bad), parsed(CUSTOM)]), rules(custom_properties="reject"))
    assert [bool(item.raw) for item in batch.rejected] == [True, False]


def test_stripped_content_is_gone_from_bytes_and_named_in_what_was_altered() -> None:
    batch = minimize_batch(validate_batch(Batch([parsed(CUSTOM)]), rules(custom_properties="strip")))
    (item,) = batch.parsed
    assert b"secret" not in item.raw
    assert orjson.loads(item.raw) == item.value == indicator("a")
    assert item.altered == ("indicator.*=drop",)


def test_what_needs_no_change_keeps_its_bytes() -> None:
    item = Parsed(origin(), b' { "type":"tool"} ', {"type": "tool"})
    assert minimize_batch(Batch([item])).parsed == [item]


def test_what_nothing_is_left_of_goes_to_quarantine() -> None:
    batch = minimize_batch(Batch([parsed(observable("artifact", payload_bin="QUJD")), parsed(indicator("a"))]))
    assert [item.reason for item in batch.rejected] == ["nothing-left"]
    assert len(batch.parsed) == 1


def test_f12_an_enricher_that_fails_costs_one_object() -> None:
    values = [observable("domain-name", value=name) for name in ("known.example", "poison.example", "plain.example")]
    batch = enrich_batch(Batch([parsed(value) for value in values]), [Table()])
    assert [item.reason for item in batch.rejected] == ["internal-error"]
    assert [orjson.loads(item.enrichment or b"null") for item in batch.parsed] == [
        [{"source": "table", "source_version": "1", "path": "value", "known": "domain-name"}],
        None,
    ]


def test_records_say_what_the_objects_say() -> None:
    value = indicator(
        "a",
        created="2026-01-01T00:00:00.100Z",
        modified="2026-01-02T00:00:00.000Z",
        revoked=True,
        created_by_ref=identity("m")["id"],
        object_marking_refs=[TLP2["red"]],
    )
    made = make_record(replace(parsed(value), altered=("a=b",), enrichment=b"[]"), lambda _: None)
    assert (made.type, made.id, made.revoked) == ("indicator", value["id"], True)
    assert (made.created, made.modified) == ("2026-01-01T00:00:00.1", "2026-01-02T00:00:00")
    assert (made.labels, made.refs) == ((TLP2["red"],), (identity("m")["id"],))
    assert (made.altered, made.enrichment, made.body) == (("a=b",), b"[]", orjson.dumps(value))
    assert len(made.key) == len(made.digest) == 16


def test_observables_have_no_version() -> None:
    made = record(observable("ipv4-addr", value="192.0.2.1"))
    assert (made.created, made.modified, made.revoked) == ("", "", False)


@pytest.mark.parametrize("odd", [2**64, -(2**64), {"deep": [2**70]}])
def test_numbers_that_cannot_be_carried_go_to_quarantine(odd: Any) -> None:
    batch = canonicalize_batch(Batch([parsed(malware("b")), Parsed(origin(), b"{}", indicator("a", x_big=odd)), parsed(malware("c"))]))
    assert [item.id for item in batch.records] == [malware("b")["id"], malware("c")["id"]]
    assert [item.reason for item in batch.rejected] == ["number-out-of-range"]
    assert batch.parsed == []


def test_lone_surrogates_that_come_so_far_go_to_quarantine() -> None:
    batch = canonicalize_batch(Batch([Parsed(origin(), b"{}", indicator("a", name="\ud800"))]))
    assert [item.reason for item in batch.rejected] == ["invalid-unicode"]
    assert {"number-out-of-range", "invalid-unicode"} <= QUARANTINE.keys()


def test_keys_of_links_wait_for_what_they_link() -> None:
    link = record(relationship("r", indicator("a"), malware("b")))
    known = {indicator("a")["id"]: b"1" * 16, malware("b")["id"]: b"2" * 16}
    assert rekey(link, lambda _: None) is link
    moved = rekey(link, known.get)
    assert moved.key != link.key
    assert replace(moved, key=link.key) == link


SURROGATES = st.characters(exclude_categories=["Cs"])
VALUES = st.lists(
    st.builds(
        lambda name, text, produced: replace(record(domain("tool", name, name=text), produced), altered=(text, "=")),
        st.text(SURROGATES, max_size=5),
        st.text(SURROGATES, max_size=20),
        st.sampled_from(["maker", "other"]),
    ),
    max_size=5,
)


@given(VALUES)
def test_records_cross_a_shuffle_unchanged(records: list[Record]) -> None:
    assert list(decode_records(encode_records(records))) == records


def test_every_kind_of_record_crosses_a_shuffle_unchanged() -> None:
    records = [
        record(observable("ipv4-addr", value="192.0.2.1")),
        record(relationship("r", indicator("a"), malware("b"), created=CREATED)),
        record(indicator("ä\u2028")),
        replace(record(indicator("b")), enrichment=b"\x00\xff", altered=("x=y",), revoked=True),
    ]
    assert list(decode_records(encode_records(records))) == records
    assert list(decode_records(encode_records([]))) == []


def test_trusted_external_ids_say_what_an_object_is_whoever_sends_it() -> None:
    known = {"external_references": [{"source_name": "mitre-attack", "external_id": "T1566"}]}
    items = [parsed(domain("attack-pattern", who, name=who, **known), origin(producer=who)) for who in ("maker", "other")]
    apart = canonicalize_batch(Batch(list(items))).records
    together = canonicalize_batch(Batch(list(items)), frozenset({"mitre-attack"})).records
    assert len({item.key for item in apart}) == 2
    assert len({item.key for item in together}) == 1


def handling(**says: Any) -> dict[str, Any]:
    return {
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": identifier("marking-definition", "m"),
        "created": CREATED,
        "extensions": {HANDLING_EXTENSION: {"extension_type": "property-extension", **says}},
    }


@pytest.mark.parametrize(
    "value",
    [
        handling(classification="restricted"),
        handling(classification="top-secret"),
        indicator("a", description="NATO SECRET"),
        indicator("a", name="EU CONFIDENTIAL"),
        statement_marking("s", definition={"statement": "NATO RESTRICTED"}),
    ],
    ids=["restricted", "top secret", "text", "name", "statement"],
)
def test_what_is_classified_is_refused_and_its_bytes_are_not_kept(value: dict[str, Any]) -> None:
    batch = minimize_batch(Batch([parsed(value), parsed(indicator("b"))]))
    assert [(item.reason, item.id, item.raw) for item in batch.rejected] == [("classified", value["id"], b"")]
    assert [item.value["id"] for item in batch.parsed] == [indicator("b")["id"]]


@pytest.mark.parametrize("value", [handling(classification="unclassified"), indicator("a", description="NATO UNCLASSIFIED")])
def test_what_is_unclassified_comes_in(value: dict[str, Any]) -> None:
    assert minimize_batch(Batch([parsed(value)])).rejected == []


AUDIENCES = [
    ("production", indicator("a"), True),
    ("production", indicator("a", labels=["exercise:storm"]), False),
    ("production", handling(audience="exercise:storm"), False),
    ("exercise:storm", indicator("a", labels=["exercise:storm"]), True),
    ("exercise:storm", handling(audience="exercise:storm"), True),
    ("exercise:storm", indicator("a", labels=["exercise:other"]), False),
    ("exercise:storm", indicator("a"), True),
]


@pytest.mark.parametrize(("hub", "value", "comes_in"), AUDIENCES)
def test_what_is_of_another_audience_stays_out(hub: str, value: dict[str, Any], comes_in: bool) -> None:
    batch = minimize_batch(Batch([parsed(value, replace(origin(), audience=hub))]))
    assert [item.reason for item in batch.rejected] == ([] if comes_in else ["audience-mismatch"])
