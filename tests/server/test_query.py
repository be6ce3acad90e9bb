"""Query strings of any shape are read or refused, and nothing else happens (F2)."""

from __future__ import annotations

from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st

from pipeline.server.query import MATCH_ALL, MATCH_ONE, MATCH_VERSIONS, Filters, Query, parse_query
from schemas.errors import BadRequest

NAMES = st.sampled_from([*MATCH_ALL, "limit", "next", "added_after", "match[x]", "match%5Bid%5D"])
VALUES = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        ["1", "last", "last,first", "all", "malware", "2.1", "2024-01-01T00:00:00Z", "tool--00000000-0000-4000-8000-000000000000"]
    ),
)


@given(st.binary(max_size=80))
def test_any_bytes(query: bytes) -> None:
    with suppress(BadRequest):
        parse_query(query, MATCH_ALL)


@given(st.lists(st.tuples(NAMES, VALUES), max_size=6))
def test_any_parameters(pairs: list[tuple[str, str]]) -> None:
    query = "&".join(f"{name}={value}" for name, value in pairs).encode("utf-8", "surrogatepass")
    with suppress(BadRequest):
        read = parse_query(query, MATCH_ALL)
        assert read.limit is None or read.limit >= 1
        for values in read.filters:
            assert values is None or list(values) == sorted(set(values))


def test_an_endpoint_reads_its_own_fields_alone() -> None:
    query = b"match[id]=not-an-id&match[type]=&match[version]=all&match[spec_version]=2.1"
    assert parse_query(query, MATCH_ONE) == Query(Filters(versions=("all",), spec_versions=("2.1",)))
    assert parse_query(query, MATCH_VERSIONS) == Query(Filters(spec_versions=("2.1",)))
    assert parse_query(b"", MATCH_ALL) == Query()


def test_values_are_put_in_order() -> None:
    assert parse_query(b"match[type]=tool,malware,tool", MATCH_ALL).filters.types == ("malware", "tool")
    assert parse_query(b"match[version]=last,first,2024-01-01T00:00:00.10Z", MATCH_ALL).filters.versions == (
        "2024-01-01T00:00:00.1",
        "first",
        "last",
    )
