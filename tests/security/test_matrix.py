"""No partner reaches what is another's (F28): every partner, endpoint, id, cursor and status id, over a server process.

No success anywhere, and the answer is the very one that is given for what does not exist. Cursors that are forged, mutated or
another's are 400 with a TAXII message, never 500 (F29).
"""

from __future__ import annotations

import itertools
import random
import uuid
from collections.abc import Iterator

import httpx2
import pytest

from pipeline.server.cursor import CursorSealer, Position
from pipeline.server.query import Filters
from tests.security.hub import ServedHub
from tests.security.world import PAGED, PARTNERS, READS, ROOTS, SHARED, Owned, absent, contents, envelope, told, world
from tests.server.support import TAXII, assert_taxii

PAIRS = list(itertools.permutations(PARTNERS, 2))
WHICH = list(ROOTS)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[ServedHub, dict[str, Owned]]]:
    with world(tmp_path_factory.mktemp("matrix")) as both:
        yield both


@pytest.fixture(scope="module")
def owned(made: tuple[ServedHub, dict[str, Owned]]) -> dict[str, Owned]:
    return made[1]


@pytest.fixture(scope="module")
def hub(made: tuple[ServedHub, dict[str, Owned]]) -> ServedHub:
    return made[0]


def test_each_partner_reaches_its_own(owned: dict[str, Owned]) -> None:
    """Without this, the refusals below would say nothing."""
    for mine, which, rest in itertools.product(owned.values(), WHICH, READS):
        assert mine.client.get(mine.path(which, rest)).status_code == 200
        assert mine.client.get(mine.path(which, rest, name=mine.collections[which].alias)).status_code == 200
    for mine in owned.values():
        assert mine.client.get(f"/tearline/status/{mine.status}/").status_code == 200
        for (which, rest), cursor in mine.cursors.items():
            page = mine.client.get(mine.path(which, rest), params={"next": cursor})
            assert page.status_code == 200, (which, rest, page.text)


@pytest.mark.parametrize(("reader", "owner"), PAIRS)
def test_collections_and_their_objects(owned: dict[str, Owned], reader: str, owner: str) -> None:
    me, them = owned[reader], owned[owner]
    answers = {told(me.client.get(me.path("both", "objects/", name=absent())))}
    for which, rest, item in itertools.product(WHICH, READS, (them.object, SHARED, me.object)):
        for name in (them.collections[which].id, them.collections[which].alias, them.collections[which].id.upper(), absent()):
            answers.add(told(me.client.get(them.path(which, rest, name=name, item=item))))
    assert len(answers) == 1
    assert next(iter(answers))[0] == 404


@pytest.mark.parametrize(("reader", "owner"), PAIRS)
def test_writing_and_deleting(owned: dict[str, Owned], hub: ServedHub, reader: str, owner: str) -> None:
    me, them = owned[reader], owned[owner]
    before = contents(hub)
    answers = set()
    for which, name in itertools.product(WHICH, (them.collections["both"].id, them.collections["second"].alias, absent())):
        path = me.path(which, "objects/", name=name)
        answers.add(told(me.client.post(path, json=envelope(1), headers={"Content-Type": TAXII})))
        for item in (them.object, SHARED, me.object):
            answers.add(told(me.client.delete(me.path(which, "objects/{o}/", name=name, item=item))))
    assert len(answers) == 1
    assert next(iter(answers))[0] == 404
    assert contents(hub) == before


@pytest.mark.parametrize(("reader", "owner"), PAIRS)
def test_objects_of_another_view_in_the_own_collection(owned: dict[str, Owned], reader: str, owner: str) -> None:
    me, them = owned[reader], owned[owner]
    for which, rest in itertools.product(WHICH, ("objects/{o}/", "objects/{o}/versions/", "objects/{o}/?match[version]=all")):
        theirs = me.client.get(me.path(which, rest, item=them.object))
        nothing = me.client.get(me.path(which, rest, item=f"indicator--{absent()}"))
        assert told(theirs) == told(nothing)
        assert theirs.status_code == 404
    for which, rest in itertools.product(WHICH, ("objects/?match[id]={o}", "manifest/?match[id]={o}")):
        theirs = me.client.get(me.path(which, rest, item=them.object))
        assert told(theirs) == told(me.client.get(me.path(which, rest, item=f"indicator--{absent()}")))
        assert theirs.json() == {}
    assert me.client.delete(me.path("both", "objects/{o}/", item=them.object)).status_code == 404


@pytest.mark.parametrize(("reader", "owner"), PAIRS)
def test_statuses(owned: dict[str, Owned], reader: str, owner: str) -> None:
    me, them = owned[reader], owned[owner]
    for root, status in itertools.product(ROOTS.values(), (them.status, them.status.upper(), absent())):
        assert told(me.client.get(f"/{root}/status/{status}/")) == told(me.client.get(f"/tearline/status/{absent()}/"))
        assert me.client.get(f"/{root}/status/{status}/").status_code == 404
    assert me.client.get(f"/exchange/status/{me.status}/").status_code == 404


@pytest.mark.parametrize(("reader", "owner"), PAIRS)
def test_cursors_of_another_open_nothing(owned: dict[str, Owned], reader: str, owner: str) -> None:
    me, them = owned[reader], owned[owner]
    answers = set()
    for cursor, which, rest in itertools.product(them.cursors.values(), WHICH, PAGED):
        answer = me.client.get(me.path(which, rest), params={"next": cursor})
        assert answer.status_code == 400
        assert_taxii(answer)
        answers.add(told(answer))
        assert me.client.get(them.path(which, rest), params={"next": cursor}).status_code == 404
    assert len(answers) == 1


def test_cursors_of_the_own_other_collections_and_resources_open_nothing(owned: dict[str, Owned]) -> None:
    mine = owned["alpha"]
    for (place, cursor), which, rest in itertools.product(mine.cursors.items(), WHICH, PAGED):
        answer = mine.client.get(mine.path(which, rest), params={"next": cursor})
        assert answer.status_code == (200 if place == (which, rest) else 400), (place, which, rest)


def test_lists_hold_the_own_alone(owned: dict[str, Owned]) -> None:
    for mine in owned.values():
        listed = [item["id"] for root in ROOTS.values() for item in mine.client.get(f"/{root}/collections/").json()["collections"]]
        others = {item.id for other in owned.values() if other is not mine for item in other.collections.values()}
        assert {item.id for item in mine.collections.values()} <= set(listed)
        assert not others & set(listed)


def test_without_a_credential_everything_that_is_and_is_not_is_one_401(owned: dict[str, Owned], hub: ServedHub) -> None:
    answers = set()
    with httpx2.Client(base_url=hub.url, headers={"Accept": TAXII}, trust_env=False) as nobody:
        for mine, which, rest in itertools.product(owned.values(), WHICH, READS):
            for name in (mine.collections[which].id, mine.collections[which].alias, absent()):
                answers.add(told(nobody.get(mine.path(which, rest, name=name))))
        for path in (
            "/taxii2/",
            "/tearline/",
            "/exchange/",
            "/nowhere/",
            "/tearline/collections/",
            f"/tearline/status/{owned['alpha'].status}/",
        ):
            answers.add(told(nobody.get(path)))
        answers.add(told(nobody.post(owned["alpha"].path("both", "objects/"), json=envelope(1), headers={"Content-Type": TAXII})))
        answers.add(told(nobody.delete(owned["alpha"].path("both", "objects/{o}/"))))
    assert len(answers) == 1
    assert next(iter(answers))[0] == 401


def mutations(cursor: str, chance: random.Random) -> Iterator[str]:
    """Texts near a cursor, and far from it."""
    for place in range(0, len(cursor), 3):
        yield cursor[:place] + chance.choice("ABCxyz019-_".replace(cursor[place], "")) + cursor[place + 1 :]
        yield cursor[:place]
        yield cursor[:place] + cursor[place + 1 :]
    yield from (
        cursor + "A",
        cursor + "=",
        cursor * 2,
        cursor[::-1],
        cursor.swapcase(),
        " " + cursor,
        cursor + "\0",
        cursor + "é",
        "%00",
        "Ā",
        "\ud83d\ude00",
    )
    yield from ("0", "-1", "null", "[]", "{}", "../..", "' OR 1=1 --", "A" * 10_000, "=" * 4, "-" * 43)
    yield from (chance.randbytes(size).hex() for size in (1, 15, 16, 17, 31, 32, 33, 64))


@pytest.mark.parametrize("rest", PAGED)
def test_f29_mutated_and_forged_cursors_are_400(owned: dict[str, Owned], rest: str) -> None:
    mine, chance = owned["alpha"], random.Random(29)
    cursor = mine.cursors["both", rest]
    forger = CursorSealer(bytes(range(32, 64)))  # who has another key
    scope = ("alpha", mine.collections["both"].id, "objects")
    forged = [forger.seal(Position(seq, None, Filters()), scope) for seq in (0, 1, 2**62)]
    tried = 0
    for text in (*mutations(cursor, chance), *forged):
        if text in (cursor, ""):
            continue  # an empty one is as good as none
        text = text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
        answer = mine.client.get(mine.path("both", rest), params={"next": text})
        assert answer.status_code == 400, text
        assert_taxii(answer)
        tried += 1
    assert tried > 50
    twice = mine.client.get(mine.path("both", rest), params=[("next", cursor), ("next", cursor)])
    assert twice.status_code == 400


def test_f29_a_cursor_outlives_deletions_and_the_compaction_of_the_store(owned: dict[str, Owned], hub: ServedHub) -> None:
    mine = owned["gamma"]
    cursors = {place: cursor for place, cursor in mine.cursors.items() if place[0] == "second"}
    hub.views.sql.execute("DELETE FROM record WHERE collection = ? AND seq % 2 = 0", (mine.collections["second"].no,))
    hub.views.sql.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    hub.views.sql.execute("VACUUM")
    for (which, rest), cursor in cursors.items():
        assert mine.client.get(mine.path(which, rest), params={"next": cursor}).status_code in (200, 404)
    hub.views.sql.execute("DELETE FROM record WHERE collection = ?", (mine.collections["second"].no,))
    for (which, rest), cursor in cursors.items():
        answer = mine.client.get(mine.path(which, rest), params={"next": cursor})
        assert answer.status_code == (404 if "{o}" in rest else 200)
        assert_taxii(answer)


def test_ids_that_are_none_are_404_and_never_500(owned: dict[str, Owned]) -> None:
    mine = owned["alpha"]
    for text in ("%00", "..%2f..", "%ff%fe", "a" * 2000, "'--", str(uuid.UUID(int=0)), "%F0%9F%98%80", "*", "[]"):
        for path in (
            f"/tearline/collections/{text}/objects/",
            f"/tearline/status/{text}/",
            mine.path("both", f"objects/{text}/"),
            f"/{text}/collections/",
        ):
            assert mine.client.get(path).status_code == 404, path
