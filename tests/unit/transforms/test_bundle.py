"""Partner messages: a bundle that any tool can read, a ledger beside it, and both read back as they were."""

from __future__ import annotations

from datetime import timedelta

import orjson
import stix2
from hypothesis import given
from hypothesis import strategies as st

from schemas.ids import IDENTIFIER
from tests.support.objects import HUB, SLOT, indicator, policy, served, states, terms
from transforms.bundle import MAX_BYTES, MAX_OBJECTS, Packet, bundle, read_packet
from transforms.statement import Statement

UNDER = terms()


def statement(number: int, reason: str = "released", size: int = 10, copies: int = 1) -> Statement:
    if reason not in ("released", "minimized"):
        return Statement(number.to_bytes(16, "big"), "withdraw", reason, number)
    body = orjson.dumps({"type": "x-t", "id": f"x-t--{number}", "x": "y" * size})
    return Statement(number.to_bytes(16, "big"), "put", reason, number, f"x-t--{number}", b"d" * 16, (body,) * copies, ("a=b",))


def objects(packet: Packet) -> list[bytes]:
    return [orjson.dumps(item) for item in orjson.loads(packet.bundle).get("objects", ())]


STATEMENTS = st.lists(
    st.builds(
        statement,
        st.integers(0, 2**63 - 1),
        st.sampled_from(["released", "minimized", "too-old", "gone"]),
        st.integers(0, 2000),
        st.integers(1, 3),
    ),
    max_size=40,
)


@given(STATEMENTS)
def test_what_is_bundled_is_read_back(made: list[Statement]) -> None:
    packets = list(bundle(made, UNDER, "b"))
    ledgers = [read_packet(packet) for packet in packets]
    assert [item for ledger in ledgers for item in ledger.statements] == made
    for packet, ledger in zip(packets, ledgers, strict=True):
        assert (ledger.slot, ledger.policy, ledger.agreements) == ("2026-07-01T12:30:15.123Z", "taker@1.0.0", "agr-1@1.0.0")
        assert (ledger.hub_identity == HUB.identity_body) == any(item.reason == "minimized" for item in ledger.statements)
        own = [HUB.identity_body] if ledger.hub_identity else []
        assert objects(packet) == [*own, *(body for item in ledger.statements for body in item.bodies)]


def test_a_bundle_is_one_that_any_tool_can_read() -> None:
    made = states(
        [served(indicator("a")), served(indicator("b", name="n"))], terms(rules=policy("taker", minimize={"paths": {"*.name": "drop"}}))
    )
    (packet,) = bundle(made, UNDER, "b")
    parsed = stix2.parse(packet.bundle.decode())
    assert [item.type for item in parsed.objects] == ["identity", "indicator", "indicator"]


def test_only_withdrawals_make_an_empty_bundle() -> None:
    (packet,) = bundle([statement(1, "gone")], UNDER, "b")
    assert orjson.loads(packet.bundle).keys() == {"type", "id"}


def test_nothing_makes_no_message() -> None:
    assert list(bundle([], UNDER, "b")) == []


def test_the_bundle_tells_nothing_of_the_ledger() -> None:
    (packet,) = bundle([statement(1), statement(2, "tlp-above-ceiling")], UNDER, "block-name")
    for secret in (b"tlp-above-ceiling", b"block-name", b"agr-1", b"taker", (1).to_bytes(16, "big").hex().encode(), b"a=b"):
        assert secret not in packet.bundle


def test_bundle_ids_are_keyed_and_apart() -> None:
    def identifiers(recipient: str, block: str, days: int = 0) -> list[str]:
        under = terms(recipient, slot=SLOT + timedelta(days=days))
        return [orjson.loads(packet.bundle)["id"] for packet in bundle([statement(n, size=MAX_BYTES) for n in range(3)], under, block)]

    assert identifiers("taker", "b") == identifiers("taker", "b")
    everything = [*identifiers("taker", "b"), *identifiers("taker", "c"), *identifiers("second", "b"), *identifiers("taker", "b", days=1)]
    assert len(set(everything)) == len(everything) == 12
    assert all(IDENTIFIER.fullmatch(item) for item in everything)


def test_messages_are_bounded() -> None:
    packets = list(bundle([statement(number) for number in range(3 * MAX_OBJECTS + 1)], UNDER, "b"))
    assert [len(objects(packet)) for packet in packets] == [MAX_OBJECTS] * 3 + [1]
    packets = list(bundle([statement(number, size=MAX_BYTES // 3) for number in range(7)], UNDER, "b"))
    assert [len(objects(packet)) for packet in packets] == [2, 2, 2, 1]
    packets = list(bundle([statement(number, "gone") for number in range(5 * MAX_OBJECTS)], UNDER, "b"))
    assert [len(read_packet(packet).statements) for packet in packets] == [4 * MAX_OBJECTS, MAX_OBJECTS]


def test_one_large_object_goes_alone_whatever_its_size() -> None:
    packets = list(bundle([statement(1), statement(2, size=2 * MAX_BYTES), statement(3)], UNDER, "b"))
    assert [len(objects(packet)) for packet in packets] == [1, 1, 1]


def test_the_same_statements_make_the_same_bytes() -> None:
    made = [statement(number, reason) for number, reason in enumerate(["released", "minimized", "gone"])]
    assert list(bundle(made, UNDER, "b")) == list(bundle(made, UNDER, "b"))
