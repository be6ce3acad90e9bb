"""Guessing is slowed down, for names that exist and names that do not; who has the right secret comes in all the same."""

from __future__ import annotations

import pytest

from pipeline.server import lockout
from pipeline.server.buckets import Buckets
from pipeline.server.lockout import OF_ADDRESS, OF_NAME, Lockout
from schemas.errors import TooManyRequests
from tests.server.conftest import StartSite
from tests.server.support import PASSWORD, Collection, Site, Views, assert_taxii, path_of

HOME, STRANGER = "192.0.2.1", "198.51.100.1"


class Door:
    """Counts as the verifier does: an attempt that is let through and is wrong stays counted."""

    def __init__(self, attempts: int = 3, seconds: float = 30) -> None:
        self.lockout = Lockout(attempts, seconds)
        self.now = 0.0

    def wrong(self, name: str, address: str) -> float | None:
        try:
            self.lockout.begin(name, address, self.now)
        except TooManyRequests as refused:
            return refused.retry_after
        return None

    def right(self, name: str, address: str) -> bool:
        if self.wrong(name, address) is not None:
            return False
        self.lockout.succeeded(name, address)
        return True


def test_after_some_wrong_secrets_each_further_one_has_to_wait() -> None:
    door = Door(attempts=3, seconds=30)
    assert [door.wrong("alpha", STRANGER) for _ in range(4)] == [None, None, None, 30]
    door.now = 29.5
    assert door.wrong("alpha", STRANGER) == 1
    door.now = 30
    assert [door.wrong("alpha", STRANGER) for _ in range(2)] == [None, 30]


def test_right_secrets_use_nothing_up() -> None:
    door = Door()
    assert all(door.right("alpha", HOME) for _ in range(100))
    assert [door.wrong("alpha", HOME) for _ in range(3)] == [None] * 3


def test_a_strangers_guesses_do_not_lock_the_partner_out() -> None:
    door = Door()
    for _ in range(100):
        door.wrong("alpha", STRANGER)
    assert door.right("alpha", HOME)


def test_a_partner_known_here_is_not_locked_out_by_a_crowd_or_by_its_neighbours() -> None:
    door = Door(attempts=3)
    assert door.right("alpha", HOME)
    for number in range(200):
        door.wrong("alpha", f"198.51.100.{number}")
        door.wrong(f"name {number}", HOME)
    assert door.wrong("beta", HOME) is not None
    assert door.wrong("alpha", "203.0.113.1") is not None
    assert door.right("alpha", HOME)


def test_an_address_has_a_bound_over_all_names_and_a_name_over_all_addresses() -> None:
    door = Door(attempts=3)
    assert sum(door.wrong(f"name {number}", STRANGER) is None for number in range(100)) == OF_ADDRESS * 3
    assert sum(door.wrong("alpha", f"203.0.113.{number}") is None for number in range(100)) == OF_NAME * 3


def test_an_ipv6_customer_is_one_address_and_a_mapped_one_is_its_ipv4() -> None:
    door = Door(attempts=3)
    tried = [door.wrong(f"name {number}", f"2001:db8:0:1::{number:x}") for number in range(100)]
    assert sum(wait is None for wait in tried) == OF_ADDRESS * 3
    assert door.wrong("name", "2001:db8:0:2::1") is None
    for _ in range(3):
        door.wrong("alpha", f"::ffff:{STRANGER}")
    assert door.wrong("alpha", STRANGER) is not None


def test_memory_is_bounded_whoever_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lockout, "MOST", 50)
    door = Door()
    for number in range(500):
        door.right(f"name {number}" + "x" * 3000, f"198.51.{number // 250}.{number % 250}")
    door.wrong("alpha", STRANGER)
    inside = door.lockout
    assert len(inside._familiar) == len(inside._pairs) == len(inside._names) == len(inside._addresses) == 50


def test_a_bucket_never_holds_more_than_its_size() -> None:
    buckets: Buckets[str] = Buckets(2, 1, 10)
    buckets.take("a", 0)
    buckets.give_back("a")
    buckets.give_back("a")
    for _ in range(2):
        assert buckets.wait("a", 1000) == 0
        buckets.take("a", 1000)
    assert buckets.wait("a", 1000) == 1


def test_guessing_over_http_ends_in_429_alike_for_known_and_unknown_names(start: StartSite, views: Views, twelve: Collection) -> None:
    views.credentials().add_basic("alpha.example", "alpha", PASSWORD)
    site = start(lockout_attempts=2, lockout_seconds=600)
    seen = {}
    for name in ("alpha", "nobody"):
        answers = [site.client().get(path_of(twelve, "objects/"), auth=(name, f"guess {number}")) for number in range(4)]
        assert [answer.status_code for answer in answers] == [401, 401, 429, 429]
        assert_taxii(answers[-1])
        assert 0 < int(answers[-1].headers["Retry-After"]) <= 600
        seen[name] = [(answer.content, sorted(set(answer.headers) - {"date"})) for answer in answers]
    assert seen["alpha"] == seen["nobody"]


def test_who_was_let_in_before_goes_on_while_its_name_is_guessed_at_from_the_same_address(
    start: StartSite, views: Views, twelve: Collection
) -> None:
    views.credentials().add_basic("alpha.example", "alpha", PASSWORD)
    site = start(lockout_attempts=2, lockout_seconds=600)
    honest = site.client()
    assert honest.get(path_of(twelve, "objects/"), auth=("alpha", PASSWORD)).status_code == 200
    assert [site.client().get("/taxii2/", auth=("alpha", f"guess {number}")).status_code for number in range(3)] == [401, 401, 429]
    assert honest.get(path_of(twelve, "objects/"), auth=("alpha", PASSWORD)).status_code == 200


def test_a_right_token_comes_in_from_an_address_that_is_locked_out(start: StartSite, twelve: Collection) -> None:
    site = start(lockout_attempts=1, lockout_seconds=600)
    wrong = [site.client(None, Authorization=f"Bearer tl_{number:016x}_{number:064x}").get("/taxii2/").status_code for number in range(8)]
    assert wrong == [401] * OF_ADDRESS + [429] * (8 - OF_ADDRESS)
    assert site.client("alpha.example").get(path_of(twelve, "objects/")).status_code == 200


def test_a_client_that_repeats_one_wrong_password_does_not_lock_its_successor_out(
    start: StartSite, views: Views, twelve: Collection
) -> None:
    views.credentials().add_basic("alpha.example", "alpha", PASSWORD)
    site: Site = start(lockout_attempts=2, lockout_seconds=600)
    forgotten = [site.client().get("/taxii2/", auth=("alpha", "the one before")).status_code for _ in range(20)]
    assert forgotten == [401] * 20
    assert site.client().get(path_of(twelve, "objects/"), auth=("alpha", PASSWORD)).status_code == 200


def test_behind_a_proxy_the_address_is_the_one_it_names(start: StartSite, views: Views, twelve: Collection) -> None:
    views.credentials().add_basic("alpha.example", "alpha", PASSWORD)

    def guess(site: Site, address: str, number: int) -> int:
        return site.client(None, **{"X-Forwarded-For": f"203.0.113.9, {address}"}).get("/taxii2/", auth=("alpha", f"{number}")).status_code

    trusting = start(lockout_attempts=2, lockout_seconds=600, trusted_proxies=["127.0.0.0/8"])
    assert [guess(trusting, STRANGER, number) for number in range(3)] == [401, 401, 429]
    assert guess(trusting, HOME, 9) == 401
    plain = start(lockout_attempts=2, lockout_seconds=600)
    assert [guess(plain, f"198.51.100.{number}", number) for number in range(3)] == [401, 401, 429]
