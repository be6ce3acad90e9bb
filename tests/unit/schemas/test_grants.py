"""Signed grants: nothing but what was signed is believed, and what is covered is exactly what was granted."""

from __future__ import annotations

import json
import pickle
from base64 import b64encode
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from schemas.errors import ConfigError
from schemas.markings import Tlp
from schemas.sharing.grants import GrantSet, Revocation, SignedGrant, Standing, read_statement, sign

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
OBJECT = "indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f"
SECOND = "malware--31b940d4-6f7f-459a-80ea-9c1f17b5891b"
FROM, UNTIL = datetime(2026, 6, 1, tzinfo=UTC), datetime(2026, 9, 1, tzinfo=UTC)
SLOT = datetime(2026, 7, 1, tzinfo=UTC)


def public(key: Ed25519PrivateKey) -> str:
    return b64encode(key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()


def content(**changes: Any) -> dict[str, Any]:
    return {
        "statement": "grant",
        "id": "g1",
        "originator": "giver",
        "recipients": ["taker"],
        "scope": {"objects": [OBJECT]},
        "valid_from": "2026-06-01T00:00:00Z",
        "valid_until": "2026-09-01T00:00:00Z",
        "issued": "2026-05-31T12:00:00Z",
        "key": "k-1",
        **changes,
    }


def revocation(**changes: Any) -> dict[str, Any]:
    base = {"statement": "revocation", "revokes": "g1", "originator": "giver", "issued": "2026-07-01T00:00:00Z", "key": "k-1"}
    return {**base, **changes}


def grant(**changes: Any) -> SignedGrant:
    says = read_statement(sign(content(**changes), KEY)).says
    assert isinstance(says, SignedGrant)
    return says


def standing(**changes: Any) -> Standing:
    says = grant(**changes)
    return Standing(says, max(says.valid_from, says.issued), says.valid_until)


def covering(grants: GrantSet, **changes: Any) -> str | None:
    asked: dict[str, Any] = {
        "producer": "giver",
        "recipient": "taker",
        "feed": "feed-one",
        "source_id": OBJECT,
        "type": "indicator",
        "labels": frozenset({"sector:energy"}),
        "topics": frozenset({"attack:T1566"}),
        "tlp": Tlp.AMBER,
        "slot": SLOT,
    }
    return grants.covering(**{**asked, **changes})


BODY = sign(content(), KEY)
REVOKING = sign(revocation(), KEY)


def test_a_signed_statement_verifies_under_its_key_alone() -> None:
    for body in (BODY, REVOKING, BODY.rstrip()):
        assert read_statement(body).verify(public(KEY))
        assert not read_statement(body).verify(public(OTHER))
        assert not read_statement(body).verify("not a key")


def test_the_signature_is_over_the_canonical_form_without_itself() -> None:
    assert read_statement(BODY).signed == rfc8785.dumps(content())
    assert json.loads(BODY) == {**content(), "signature": b64encode(KEY.sign(rfc8785.dumps(content()))).decode()}


def believed(body: bytes) -> bool:
    try:
        return read_statement(body).verify(public(KEY))
    except ConfigError:
        return False


@given(st.data(), st.sampled_from([BODY, REVOKING]))
def test_no_mutated_byte_of_a_statement_verifies(data: st.DataObject, body: bytes) -> None:
    at = data.draw(st.integers(0, len(body) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda value: value != body[at]))
    assert not believed(body[:at] + bytes([byte]) + body[at + 1 :])


def test_no_flipped_bit_of_a_statement_verifies() -> None:
    for body in (BODY, REVOKING):
        for at in range(len(body)):
            for bit in range(8):
                assert not believed(body[:at] + bytes([body[at] ^ 1 << bit]) + body[at + 1 :])


@given(st.data())
def test_neither_do_added_or_removed_bytes(data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(BODY)))
    added = data.draw(st.binary(min_size=1, max_size=4))
    removed = data.draw(st.integers(1, 4))
    assert not believed(BODY[:at] + added + BODY[at:]) or BODY[:at] + added + BODY[at:] == BODY
    shorter = BODY[:at] + BODY[at + removed :]
    assert not believed(shorter) or shorter in (BODY, BODY.rstrip())


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b'"grant"',
        b"{}",
        b"\xff",
        b"[" * 5000,
        b'{"a":' * 900 + b"1" + b"}" * 900,
        b" " + BODY,
        BODY + b"\n",
        BODY.rstrip() + b"\r\n",
        json.dumps(json.loads(BODY)).encode(),
        BODY.replace(b'{"id"', b'{"id":"g2","id"'),
        BODY + b" " * 1_048_576,
        b'{"n":18446744073709551616}',
        b'{"n":1e400}',
    ],
)
def test_what_is_no_statement_in_canonical_form_is_refused(body: bytes) -> None:
    with pytest.raises(ConfigError):
        read_statement(body)


def raw(values: Mapping[str, Any]) -> bytes:
    """Signed, whatever it is."""
    return bytes(rfc8785.dumps({**values, "signature": b64encode(KEY.sign(rfc8785.dumps(dict(values)))).decode()}))


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"recipients": []}, "recipients"),
        ({"recipients": ["*"]}, "recipients"),
        ({"recipients": None}, "recipients"),
        ({"valid_until": None}, "valid_until"),
        ({"valid_until": "2026-06-01T00:00:00Z"}, "statement"),
        ({"issued": "2026-09-01T00:00:00Z"}, "statement"),
        ({"valid_until": "2026-09-01"}, "valid_until"),
        ({"valid_until": "2026-09-01T00:00:00"}, "valid_until"),
        ({"valid_until": "2026-09-01T00:00:00+02:00"}, "valid_until"),
        ({"valid_until": "2026-13-01T00:00:00Z"}, "valid_until"),
        ({"valid_until": 4102444800}, "valid_until"),
        ({"scope": {}}, "scope"),
        ({"scope": {"objects": []}}, "scope.objects"),
        ({"scope": {"objects": ["*"]}}, "scope.objects.0"),
        ({"scope": {"objects": [OBJECT], "feed": "feed-one"}}, "scope"),
        ({"scope": {"query": {"types": ["indicator"]}}}, "scope.query.tlp_max"),
        ({"scope": {"query": {"tlp_max": "green", "canary": 1}}}, "scope.query.canary"),
        ({"scope": {"everything": True}}, "scope.everything"),
        ({"id": "g1.revoked"}, "id"),
        ({"id": "../g1"}, "id"),
        ({"id": "g1\n"}, "id"),
        ({"statement": "licence"}, "statement"),
        ({"extra": "canary"}, "extra"),
    ],
)
def test_a_grant_that_says_too_much_or_too_little_is_none(changes: dict[str, Any], place: str) -> None:
    values = {name: value for name, value in content(**changes).items() if value is not None}
    with pytest.raises(ConfigError, match="is no grant and no revocation") as caught:
        read_statement(raw(values))
    assert place in str(caught.value)
    with pytest.raises(ConfigError):
        sign(values, KEY)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"valid_until": "2026-06-01T00:00:00Z"}, "statement: valid_until must be after valid_from and issued"),
        ({"scope": {}}, "scope: must be one of objects, feed and query"),
        ({"valid_until": "2026-09-01"}, "valid_until: must be a moment in UTC like 2026-06-01T12:00:00Z"),
        ({"extra": "canary", "key": None}, "extra: is nothing that a statement says; key: required, but absent"),
    ],
)
def test_the_message_says_what_would_be_right(changes: dict[str, Any], told: str) -> None:
    values = {name: value for name, value in content(**changes).items() if value is not None}
    with pytest.raises(ConfigError) as caught:
        read_statement(raw(values))
    assert str(caught.value) == f"is no grant and no revocation: {told}"


def test_no_value_of_a_statement_is_in_a_message() -> None:
    values: dict[str, Any] = dict.fromkeys(content(), "CANARY")
    values["scope"] = {"objects": ["CANARY"], "feed": "CANARY!", "query": {"types": [1], "tlp_max": "CANARY"}}
    with pytest.raises(ConfigError) as caught:
        read_statement(raw(values))
    assert "CANARY" not in str(caught.value)


def test_other_letters_for_the_same_signature_are_refused() -> None:
    values = json.loads(BODY)
    last = values["signature"][-3]
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    values["signature"] = values["signature"][:-3] + letters[letters.index(last) ^ 1] + "=="
    assert not believed(rfc8785.dumps(values))


def test_a_grant_is_no_revocation_and_the_other_way_round() -> None:
    assert isinstance(read_statement(REVOKING).says, Revocation)
    for values in (revocation(statement="grant"), content(statement="revocation")):
        with pytest.raises(ConfigError):
            read_statement(raw(values))


@pytest.mark.parametrize(
    ("changes", "ends"),
    [
        ({}, True),
        ({"issued": "2026-05-31T12:00:00Z"}, True),
        ({"issued": "2026-05-31T11:59:59Z"}, False),
        ({"revokes": "g2"}, False),
        ({"originator": "stranger"}, False),
    ],
)
def test_a_revocation_ends_its_grant_as_signed_up_to_then(changes: dict[str, Any], ends: bool) -> None:
    says = read_statement(sign(revocation(**changes), KEY)).says
    assert isinstance(says, Revocation)
    assert says.ends(grant()) is ends


@pytest.mark.parametrize(
    ("scope", "changes", "covered"),
    [
        ({"objects": [OBJECT]}, {}, True),
        ({"objects": [SECOND, OBJECT]}, {}, True),
        ({"objects": [SECOND]}, {}, False),
        ({"objects": [OBJECT]}, {"tlp": Tlp.RED}, True),
        ({"objects": [OBJECT]}, {"producer": "other"}, False),
        ({"objects": [OBJECT]}, {"recipient": "other"}, False),
        ({"objects": [OBJECT]}, {"recipient": "giver"}, False),
        ({"objects": [OBJECT]}, {"slot": FROM}, True),
        ({"objects": [OBJECT]}, {"slot": FROM - timedelta(seconds=1)}, False),
        ({"objects": [OBJECT]}, {"slot": UNTIL - timedelta(seconds=1)}, True),
        ({"objects": [OBJECT]}, {"slot": UNTIL}, False),
        ({"feed": "feed-one"}, {}, True),
        ({"feed": "feed-one"}, {"feed": "feed-two"}, False),
        ({"feed": "feed-one"}, {"producer": "other"}, False),
        ({"feed": OBJECT}, {}, False),
        ({"objects": [OBJECT]}, {"source_id": SECOND, "feed": OBJECT}, False),
        ({"query": {"tlp_max": "amber"}}, {}, True),
        ({"query": {"tlp_max": "green"}}, {}, False),
        ({"query": {"tlp_max": "TLP:AMBER"}}, {"tlp": Tlp.AMBER_STRICT}, False),
        ({"query": {"tlp_max": "amber"}}, {"tlp": None}, False),
        ({"query": {"tlp_max": "red"}}, {"tlp": None}, True),
        ({"query": {"tlp_max": "red"}}, {"producer": "other"}, False),
        ({"query": {"tlp_max": "red"}}, {"recipient": "other"}, False),
        ({"query": {"tlp_max": "red"}}, {"slot": UNTIL}, False),
        ({"query": {"tlp_max": "red", "types": ["indicator", "malware"]}}, {}, True),
        ({"query": {"tlp_max": "red", "types": ["malware"]}}, {}, False),
        ({"query": {"tlp_max": "red", "labels": ["sector:energy"]}}, {}, True),
        ({"query": {"tlp_max": "red", "labels": ["sector:energy"]}}, {"labels": ()}, False),
        ({"query": {"tlp_max": "red", "topics": ["attack:T1566"]}}, {}, True),
        ({"query": {"tlp_max": "red", "topics": ["attack:T1566"]}}, {"topics": ()}, False),
        ({"query": {"tlp_max": "red", "types": ["indicator"], "labels": ["x"]}}, {}, False),
    ],
)
def test_what_a_grant_covers(scope: dict[str, Any], changes: dict[str, Any], covered: bool) -> None:
    assert covering(GrantSet((standing(scope=scope),)), **changes) == ("g1" if covered else None)


def test_a_grant_counts_from_its_signing_at_the_earliest() -> None:
    late = standing(issued="2026-07-15T00:00:00Z")
    assert covering(GrantSet((late,))) is None
    assert covering(GrantSet((late,)), slot=datetime(2026, 7, 15, tzinfo=UTC)) == "g1"


def test_the_smallest_of_several_ids_is_named_in_whatever_order_they_are() -> None:
    items = [standing(id="b", scope={"feed": "feed-one"}), standing(id="c"), standing(id="a", scope={"query": {"tlp_max": "amber"}})]
    for order in (items, items[::-1], items[1:] + items[:1]):
        assert covering(GrantSet(tuple(order))) == "a"
        assert covering(GrantSet(tuple(order)), tlp=Tlp.RED) == "b"


def test_an_empty_set_covers_nothing_and_never_changes() -> None:
    assert not GrantSet()
    assert covering(GrantSet()) is None
    assert GrantSet().next_change(SLOT) is None
    assert GrantSet().fingerprint == ""


def test_the_next_change_is_the_next_beginning_or_end() -> None:
    later = standing(id="g2", valid_from="2026-08-01T00:00:00Z", valid_until="2026-08-02T00:00:00Z")
    grants = GrantSet((standing(), later))
    moments = []
    slot: datetime | None = datetime(2026, 1, 1, tzinfo=UTC)
    while slot is not None and (slot := grants.next_change(slot)) is not None:
        moments.append(slot)
    assert moments == [FROM, datetime(2026, 8, 1, tzinfo=UTC), datetime(2026, 8, 2, tzinfo=UTC), UNTIL]


def test_a_grant_whose_key_ends_before_it_begins_never_changes_anything() -> None:
    says = grant()
    never = GrantSet((Standing(says, says.valid_from, datetime(2026, 5, 1, tzinfo=UTC)),))
    assert never.next_change(datetime(2026, 1, 1, tzinfo=UTC)) is None
    assert covering(never) is None


def test_the_fingerprint_differs_whenever_the_set_does_and_not_with_its_order() -> None:
    one, two = standing(), standing(id="g2")
    ended = Standing(one.grant, one.starts, one.ends - timedelta(days=1))
    prints = {GrantSet(items).fingerprint for items in ((), (one,), (two,), (one, two), (ended,), (ended, two))}
    assert len(prints) == 6
    assert GrantSet((two, one)).fingerprint == GrantSet((one, two)).fingerprint


def test_parts_of_a_set() -> None:
    grants = GrantSet((standing(), standing(id="g2", recipients=["other", "taker"]), standing(id="g3", recipients=["other"])))
    assert [item.grant.id for item in grants.for_recipient("other").standing] == ["g2", "g3"]
    assert grants.in_force(UNTIL) == GrantSet()
    assert grants.in_force(SLOT) == grants
    assert pickle.loads(pickle.dumps(grants)) == grants
    assert covering(pickle.loads(pickle.dumps(grants))) == "g1"


names = st.sampled_from(["a", "b", "c"])
some = st.lists(names, max_size=3, unique=True)
ids = st.lists(st.sampled_from([OBJECT, SECOND]), min_size=1, unique=True)
labels = ["clear", "green", "amber", "amber+strict", "red"]
asked = st.fixed_dictionaries(
    {
        "source_id": st.sampled_from([OBJECT, SECOND]),
        "type": names,
        "labels": some,
        "topics": some,
        "tlp": st.sampled_from([*Tlp, None]),
        "recipient": names,
        "producer": st.sampled_from(["giver", "a"]),
    }
)


@given(some, some, some, st.integers(0, 4), some, some, some, st.integers(0, 4), asked)
def test_a_wider_query_covers_whatever_a_narrower_one_does(
    types: list[str],
    words: list[str],
    topics: list[str],
    tlp: int,
    more_types: list[str],
    more_words: list[str],
    more_topics: list[str],
    more_tlp: int,
    ask: dict[str, Any],
) -> None:
    def wider(items: list[str], more: list[str]) -> list[str]:
        return sorted({*items, *more}) if items and more else []  # none at all is the widest

    narrow = {"types": types, "labels": words, "topics": topics, "tlp_max": labels[tlp]}
    wide = {
        "types": wider(types, more_types),
        "labels": wider(words, more_words),
        "topics": wider(topics, more_topics),
        "tlp_max": labels[max(tlp, more_tlp)],
    }
    few, many = ({"recipients": ["a"], "scope": {"query": narrow}}, {"recipients": ["a", "b"], "scope": {"query": wide}})
    if covering(GrantSet((standing(**few),)), **ask) is not None:
        assert covering(GrantSet((standing(**many),)), **ask) is not None


@given(ids, ids, st.lists(names, min_size=1, unique=True), st.lists(names, unique=True), asked)
def test_more_objects_more_recipients_and_more_grants_never_cover_less(
    objects: list[str], more: list[str], recipients: list[str], others: list[str], ask: dict[str, Any]
) -> None:
    few = standing(id="g2", scope={"objects": objects}, recipients=recipients)
    many = standing(id="g2", scope={"objects": sorted({*objects, *more})}, recipients=sorted({*recipients, *others}))
    if covering(GrantSet((few,)), **ask) is not None:
        assert covering(GrantSet((many,)), **ask) is not None
        assert covering(GrantSet((few, standing(id="g1", scope={"feed": "feed-one"}))), **ask) is not None


@given(asked)
def test_a_grant_covers_nothing_of_anybody_else(ask: dict[str, Any]) -> None:
    everything = GrantSet((standing(originator="b", scope={"query": {"tlp_max": "red"}}, recipients=["a", "b", "c"]),))
    assert covering(everything, **ask) is None
