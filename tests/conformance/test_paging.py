"""P1 to P7: pagination (TAXII 2.1 §3.5, 3.7, Appendix B)."""

from __future__ import annotations

import threading
from urllib.parse import quote

import httpx2
import pytest

from tests.conformance.target import MALWARE, READ, START, TAXII, VERSIONS, Target, assert_taxii, ids_of, indicator, stamp

pytestmark = pytest.mark.xdist_group("conformance")  # one process runs all of it: they share the target

IDS = [made["id"] for _, made in READ]
DATES = [date for date, _ in READ]
PAGED = ["objects/", "manifest/"]


def walk(client: httpx2.Client, path: str, query: str = "", *, filters_again: bool = True) -> list[str]:
    """Follow `next` to the end; returns the ids in order."""
    found: list[str] = []
    token = ""
    for _ in range(200):
        again = query if filters_again or not token else ""
        answer = client.get(f"{path}?limit=5&{again}{f'&next={quote(token)}' if token else ''}")
        found += ids_of(answer)
        if not answer.json().get("more", False):
            return found
        token = answer.json()["next"]
    raise AssertionError("the walk does not end")


@pytest.mark.parametrize("rest", PAGED)
@pytest.mark.parametrize("again", [True, False], ids=["filters sent again", "filters left out"])
def test_p1_next_yields_everything_once(target: Target, reader: httpx2.Client, rest: str, again: bool) -> None:
    assert walk(reader, target.path("read", rest), filters_again=again) == IDS
    assert walk(reader, target.path("read", rest), "added_after=2026-01-01T00:00:03Z", filters_again=again) == IDS[3:]
    wanted = ",".join(IDS[2:9])
    assert walk(reader, target.path("read", rest), f"match[id]={wanted}", filters_again=again) == IDS[2:9]


BEFORE = [indicator(2000 + number) for number in range(23)]
DELETED = [indicator(4000 + number) for number in range(2)]


@pytest.fixture(scope="module")
def filled(target: Target, writer: httpx2.Client) -> None:
    """The collection to read and write holds something."""
    answer = writer.post(target.path("both", "objects/"), json={"objects": [*BEFORE, *DELETED]}, headers={"Content-Type": TAXII})
    assert answer.status_code == 202
    target.process()


@pytest.mark.usefixtures("filled")
def test_p1_while_objects_arrive(target: Target, writer: httpx2.Client) -> None:
    """What stood there when the walk began is found once each, whatever is added and processed meanwhile."""
    path = target.path("both", "objects/")
    later = [indicator(3000 + number) for number in range(10)]
    assert writer.post(path, json={"objects": later}, headers={"Content-Type": TAXII}).status_code == 202
    worker = threading.Thread(target=target.process)
    worker.start()
    walks = [walk(writer, path)]
    while worker.is_alive():
        walks.append(walk(writer, path))
    worker.join()
    walks.append(walk(writer, path))
    for found in walks:
        assert len(found) == len(set(found))
        assert {made["id"] for made in BEFORE} <= set(found)
    assert {made["id"] for made in later} <= set(walks[-1])


@pytest.mark.parametrize("rest", PAGED)
def test_p2_added_after_yields_the_same(target: Target, reader: httpx2.Client, rest: str) -> None:
    found: list[str] = []
    after = "2000-01-01T00:00:00Z"
    for _ in range(20):
        answer = reader.get(target.path("read", f"{rest}?limit=5&added_after={after}"))
        found += ids_of(answer)
        if not answer.json().get("more", False):
            break
        assert answer.headers["X-TAXII-Date-Added-Last"] > after
        after = answer.headers["X-TAXII-Date-Added-Last"]
    assert found == IDS


@pytest.mark.parametrize("rest", PAGED)
def test_p3_a_next_can_be_used_again(target: Target, reader: httpx2.Client, rest: str) -> None:
    first = reader.get(target.path("read", f"{rest}?limit=5")).json()
    answers = [reader.get(target.path("read", f"{rest}?limit=5&next={quote(first['next'])}")).content for _ in range(3)]
    assert len(set(answers)) == 1


@pytest.mark.usefixtures("filled")
def test_p4_more_then_nothing(target: Target, writer: httpx2.Client) -> None:
    """Everything after the first page is deleted: the next page is empty, and no error."""
    path = target.path("both", "objects/")
    wanted = ",".join(made["id"] for made in DELETED)
    first = writer.get(f"{path}?limit=1&match[id]={wanted}")
    assert first.json()["more"] is True
    for made in DELETED:
        writer.delete(f"{path}{made['id']}/")
    answer = writer.get(f"{path}?next={quote(first.json()['next'])}")
    assert (answer.status_code, answer.json()) == (200, {})


def test_p5_a_next_is_good_for_one_user_collection_and_resource(target: Target, reader: httpx2.Client, writer: httpx2.Client) -> None:
    token = quote(reader.get(target.path("read", "objects/?limit=5")).json()["next"])
    for path in (target.path("versions", "objects/"), target.path("empty", "objects/"), target.path("read", "manifest/")):
        answer = reader.get(f"{path}?next={token}")
        assert answer.status_code == 400
        assert_taxii(answer)
    assert writer.get(target.path("both", f"objects/?next={token}")).status_code == 400
    assert writer.get(target.path("read", f"objects/?next={token}")).status_code == 404


CONFLICTS = ["match[type]=tool", "match[version]=all", "match[spec_version]=2.1", "added_after=2026-01-01T00:00:01Z"]


@pytest.mark.parametrize("other", CONFLICTS)
def test_p5_other_filters_than_those_it_was_begun_with(target: Target, reader: httpx2.Client, other: str) -> None:
    begun = reader.get(target.path("read", "objects/?limit=5&added_after=2026-01-01T00:00:03Z&match[type]=indicator")).json()
    assert reader.get(target.path("read", f"objects/?next={quote(begun['next'])}&{other}")).status_code == 400


def test_p5_an_added_after_that_moved_on(target: Target, reader: httpx2.Client) -> None:
    """Some clients send both: the later of the two counts."""
    begun = reader.get(target.path("read", "objects/?limit=5&added_after=2026-01-01T00:00:01Z")).json()
    token = quote(begun["next"])
    assert ids_of(reader.get(target.path("read", f"objects/?limit=50&next={token}&added_after={DATES[5]}"))) == IDS[6:]
    assert ids_of(reader.get(target.path("read", f"objects/?limit=50&next={token}&added_after={DATES[8]}"))) == IDS[9:]


def test_p6_a_tampered_next(target: Target, reader: httpx2.Client) -> None:
    token = reader.get(target.path("read", "objects/?limit=5")).json()["next"]
    spoiled = [token[:-1], token + "A", token[1:], "A" * len(token), "x", "../../etc/passwd", "0" * 5000]
    spoiled += [token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :] for place in range(0, len(token), 7)]
    for text in spoiled:
        answer = reader.get(target.path("read", f"objects/?next={quote(text, safe='')}"))
        assert answer.status_code == 400
        assert_taxii(answer)


def test_p7_a_next_survives_a_restart(target: Target) -> None:
    if target.restart is None:
        pytest.skip("the target says no way to restart it")
    token = quote(target.client(target.reader).get(target.path("read", "objects/?limit=5")).json()["next"])
    target.restart()
    assert ids_of(target.client(target.reader).get(target.path("read", f"objects/?limit=50&next={token}"))) == IDS[5:]


def test_next_on_versions_and_on_one_object(target: Target, reader: httpx2.Client) -> None:
    """The specification forgot `next` there (cti-taxii2 issue 110): sent all the same, and added_after works too."""
    modified = [made["modified"] for _, made in VERSIONS[:3]]
    path = target.path("versions", f"objects/{MALWARE}/versions/")
    first = reader.get(f"{path}?limit=2").json()
    assert first["versions"] == modified[:2]
    assert first["more"] is True
    assert reader.get(f"{path}?next={quote(first['next'])}").json() == {"more": False, "versions": modified[2:]}
    assert reader.get(f"{path}?added_after={stamp(START + 2)}").json()["versions"] == modified[2:]
    page = reader.get(target.path("versions", f"objects/{MALWARE}/?match[version]=all&limit=2")).json()
    assert page["more"] is True
    rest = reader.get(target.path("versions", f"objects/{MALWARE}/?next={quote(page['next'])}")).json()
    assert [made["modified"] for made in rest["objects"]] == modified[2:]
