"""Who may come in: Basic, Bearer and Token over HTTP, and the cached check behind them."""

from __future__ import annotations

import asyncio
import base64
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from argon2.low_level import hash_secret

from pipeline.server.authorization import MAX_HEADER, Unusable, read_presented
from pipeline.server.client_certificate import SCOPE_KEY, Certificate
from pipeline.server.credentials import RECHECK_SECONDS, REMEMBERED, Verifier
from pipeline.server.lockout import Lockout
from pipeline.server.offload import Offload
from pipeline.store.credential_reader import BASIC, CERTIFICATE, TOKEN, Credential
from pipeline.store.secret_forms import hash_password, new_token, password_matches, token_digest
from schemas.errors import StoreBusy, TooManyRequests
from tests.server.support import KEY, PASSWORD, Collection, Site, path_of


def basic(name: str, password: str, encoding: str = "utf-8") -> bytes:
    return b"Basic " + base64.b64encode(f"{name}:{password}".encode(encoding))


async def ask(verifier: Verifier, header: bytes) -> str | None:
    return await verifier.partner({"headers": [(b"authorization", header)], "client": ("192.0.2.1", "1")})


class Source:
    """Credentials in a dict; counts how often it is asked."""

    def __init__(self) -> None:
        self.rows: dict[str, Credential] = {}
        self.asked = 0

    def find(self, name: str) -> Credential | None:
        self.asked += 1
        return self.rows.get(name)

    def add_token(self, partner: str, number: int = 0) -> bytes:
        token = new_token(lambda count: number.to_bytes(count, "big"))
        self.rows[token.name] = Credential(number, partner, TOKEN, token.name, token_digest(token.secret), None)
        return f"Bearer {token.name}_{token.secret}".encode()


@pytest.fixture
def source() -> Source:
    return Source()


@pytest.fixture
def now() -> list[float]:
    return [0.0]


@pytest.fixture
def verifier(source: Source, now: list[float]) -> Iterator[Verifier]:
    hashing = Offload("test", 1, 3)
    yield Verifier(source, KEY, lambda: now[0], hashing, Lockout(10, 30))
    hashing.close()


def test_every_scheme_over_http(site: Site, twelve: Collection) -> None:
    store = site.views.credentials()
    store.add_basic("alpha.example", "älpha", "pässword of alpha")
    token = store.add_token("alpha.example")
    good = [basic("älpha", "pässword of alpha"), basic("älpha", "pässword of alpha", "latin-1")]
    good += [f"{scheme} {token}".encode() for scheme in ("Bearer", "bearer", "Token", "TOKEN")]
    for header in good:
        assert site.client(None, Authorization=header.decode()).get(path_of(twelve, "objects/")).status_code == 200, header
    bad = [
        basic("älpha", "wrong"),
        basic("stranger", "wrong"),
        f"Bearer {token[:-1]}{'1' if token.endswith('0') else '0'}".encode(),
        f"Bearer {token} x".encode(),
        b"Bearer",
        b"",
    ]
    bad += [basic(*token.rsplit("_", 1))]
    for header in bad:
        assert site.client(None, Authorization=header.decode()).get(path_of(twelve, "objects/")).status_code == 401, header


def test_a_repeated_authorization_header_is_none(site: Site) -> None:
    client = site.client("alpha.example")
    twice = [("Authorization", client.headers["Authorization"])] * 2
    assert client.get("/taxii2/", headers=twice).status_code == 401


def test_a_revocation_takes_effect_within_a_second(site: Site, twelve: Collection) -> None:
    client = site.client("alpha.example")
    assert client.get(path_of(twelve, "objects/")).status_code == 200
    store = site.views.credentials()
    assert store.revoke(site.tokens["alpha.example"].rpartition("_")[0])
    until = time.monotonic() + 1
    while client.get(path_of(twelve, "objects/")).status_code == 200:
        assert time.monotonic() < until
        time.sleep(0.05)


def test_a_token_may_be_changed_in_the_middle_of_a_walk(site: Site, twelve: Collection) -> None:
    token = site.client("alpha.example").get(path_of(twelve, "objects/")).json()["next"]
    fresh = site.views.credentials().add_token("alpha.example")
    other = site.client(None, Authorization=f"Bearer {fresh}")
    assert other.get(path_of(twelve, f"objects/?next={token}")).status_code == 200


def test_a_known_secret_is_looked_up_twice_a_second_at_most(verifier: Verifier, source: Source, now: list[float]) -> None:
    header = source.add_token("alpha.example")

    async def run() -> None:
        for step in range(100):
            now[0] = step / 50  # two seconds
            assert await ask(verifier, header) == "alpha.example"

    asyncio.run(run())
    assert source.asked <= 2 / RECHECK_SECONDS + 1


@pytest.mark.parametrize("change", ["revoked", "secret", "partner", "gone"])
def test_a_changed_credential_is_checked_anew(verifier: Verifier, source: Source, now: list[float], change: str) -> None:
    header = source.add_token("alpha.example")
    (name, row), *_ = source.rows.items()

    async def run() -> tuple[str | None, str | None]:
        await ask(verifier, header)
        if change == "gone":
            del source.rows[name]
        else:
            changed = {
                "revoked": row._replace(revoked="2024-01-01T00:00:00.000000Z"),
                "secret": row._replace(secret=token_digest("other")),
                "partner": row._replace(partner="beta.example"),
            }
            source.rows[name] = changed[change]
        before = await ask(verifier, header)
        now[0] += RECHECK_SECONDS
        return before, await ask(verifier, header)

    before, after = asyncio.run(run())
    assert before == "alpha.example"
    assert after == ("beta.example" if change == "partner" else None)


def test_a_password_is_hashed_once_however_many_ask_at_once(verifier: Verifier, source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    source.rows["alpha"] = Credential(1, "alpha.example", BASIC, "alpha", hash_password(PASSWORD), None)
    checks: list[str] = []

    def counted(password: str, stored: str, previous: str | None) -> bool:
        checks.append(stored)
        return password_matches(password, stored, previous)

    monkeypatch.setattr("pipeline.server.credentials.password_matches", counted)

    async def run() -> list[str | None]:
        return await asyncio.gather(*(ask(verifier, basic("alpha", PASSWORD)) for _ in range(30)))

    assert asyncio.run(run()) == ["alpha.example"] * 30
    assert len(checks) == 1


def test_a_flood_of_new_passwords_is_refused_and_known_ones_go_on(verifier: Verifier, source: Source) -> None:
    source.rows["alpha"] = Credential(1, "alpha.example", BASIC, "alpha", hash_password(PASSWORD), None)

    async def run() -> list[str | BaseException | None]:
        await ask(verifier, basic("alpha", PASSWORD))
        guesses = [ask(verifier, basic("alpha", f"guess {number}")) for number in range(10)]
        return await asyncio.gather(*guesses, ask(verifier, basic("alpha", PASSWORD)), return_exceptions=True)

    *guesses, known = asyncio.run(run())
    assert known == "alpha.example"
    assert sum(isinstance(outcome, StoreBusy) for outcome in guesses) == 6
    assert all(outcome is None or isinstance(outcome, StoreBusy) for outcome in guesses)


def test_a_secret_that_there_was_no_time_to_compare_is_no_guess(verifier: Verifier, source: Source) -> None:
    source.rows["alpha"] = Credential(1, "alpha.example", BASIC, "alpha", hash_password(PASSWORD), None)

    async def run() -> list[str | BaseException | None]:
        flood = [ask(verifier, basic("alpha", f"guess {number}")) for number in range(10)]
        outcomes = await asyncio.gather(*flood, return_exceptions=True)
        compared = sum(outcome is None for outcome in outcomes)
        assert 0 < compared < 10
        for number in range(10 - compared):
            assert await ask(verifier, basic("alpha", f"later guess {number}")) is None
        with pytest.raises(TooManyRequests):
            await ask(verifier, basic("alpha", PASSWORD))
        return outcomes

    assert all(outcome is None or isinstance(outcome, StoreBusy) for outcome in asyncio.run(run()))


def test_a_stranger_costs_as_much_as_a_wrong_password(verifier: Verifier, source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    """One hash of the same parameters, whatever the name is: time then tells nothing, and the count does not depend on a machine."""
    old = hash_password(PASSWORD)
    source.rows["alpha"] = Credential(1, "alpha.example", BASIC, "alpha", old, None)
    source.rows["gone"] = Credential(2, "alpha.example", BASIC, "gone", old, "2024-01-01T00:00:00.000000Z")
    source.rows["rotated"] = Credential(3, "alpha.example", BASIC, "rotated", hash_password("the new one", like=old), None, old)
    source.rows["other kind"] = Credential(4, "alpha.example", TOKEN, "other kind", token_digest("x"), None)
    hashed: list[tuple[object, ...]] = []

    def counted(secret: bytes, salt: bytes, *parameters: Any) -> bytes:
        hashed.append((len(salt), *parameters))
        return hash_secret(secret, salt, *parameters)

    monkeypatch.setattr("pipeline.store.secret_forms.hash_secret", counted)
    costs = {}
    for name in ("alpha", "stranger", "gone", "rotated", "other kind"):
        hashed.clear()
        assert asyncio.run(ask(verifier, basic(name, "wrong password"))) is None
        costs[name] = tuple(hashed)
    assert len(set(costs.values())) == 1, costs
    assert len(costs["alpha"]) == 1


@pytest.mark.parametrize("name", ["alpha", "stranger"])
def test_the_same_wrong_secret_again_costs_no_hash_and_is_no_further_guess(
    verifier: Verifier, source: Source, now: list[float], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    source.rows["alpha"] = Credential(1, "alpha.example", BASIC, "alpha", hash_password(PASSWORD), None)
    hashed: list[str] = []

    def counted(password: str, *stored: str | None) -> bool:
        hashed.append(password)
        return False

    monkeypatch.setattr("pipeline.server.credentials.password_matches", counted)

    async def run() -> list[str | None]:
        answers = []
        for step in range(100):
            now[0] = step / 10  # past several looks at the store, too
            answers.append(await ask(verifier, basic(name, "the password of last year")))
        return answers

    assert asyncio.run(run()) == [None] * 100
    assert len(hashed) == 1


def test_a_wrong_secret_that_becomes_right_is_let_in(verifier: Verifier, source: Source, now: list[float]) -> None:
    async def run() -> list[str | None]:
        before = await ask(verifier, basic("alpha", PASSWORD))
        source.rows["alpha"] = Credential(1, "alpha.example", BASIC, "alpha", hash_password(PASSWORD), None)
        now[0] += RECHECK_SECONDS
        return [before, await ask(verifier, basic("alpha", PASSWORD))]

    assert asyncio.run(run()) == [None, "alpha.example"]


def test_a_wrong_secret_is_forgotten_before_a_right_one(verifier: Verifier, source: Source) -> None:
    header = source.add_token("alpha.example")

    async def run() -> None:
        assert await ask(verifier, header) == "alpha.example"
        for number in range(60):
            with suppress(TooManyRequests):
                await ask(verifier, f"Bearer tl_{number:016x}_{number:064x}".encode())
        source.asked = 0
        assert await ask(verifier, header) == "alpha.example"
        assert source.asked == 0

    asyncio.run(run())


def test_a_basic_secret_is_no_token_and_the_reverse(verifier: Verifier, source: Source) -> None:
    header = source.add_token("alpha.example")
    name, _, secret = header.removeprefix(b"Bearer ").decode().rpartition("_")
    assert asyncio.run(ask(verifier, basic(name, secret))) is None


@pytest.mark.parametrize(("kind", "revoked"), [(CERTIFICATE, None), (CERTIFICATE, "2024-01-01T00:00:00.000000Z"), (BASIC, None)])
def test_a_certificate_counts_while_it_is_enrolled_and_has_not_ended(
    source: Source, now: list[float], kind: str, revoked: str | None
) -> None:
    hashing = Offload("test", 1, 3)
    verifier = Verifier(source, KEY, lambda: now[0], hashing, Lockout(10, 30), wall=lambda: 1000 + now[0])
    source.rows["sha256:00"] = Credential(1, "alpha.example", kind, "sha256:00", "", revoked)
    scope = {"headers": [], "client": ("192.0.2.1", "1"), SCOPE_KEY: Certificate(("sha256:00", "subject:CN=a"), 1010.0)}

    async def run() -> list[str | None]:
        answers = []
        for now[0] in (0.0, 0.1, 9.9, 10.0):
            answers.append(await verifier.partner(scope))
        return answers

    partner = "alpha.example" if kind == CERTIFICATE and revoked is None else None
    assert asyncio.run(run()) == [partner, partner, partner, None]
    hashing.close()


def test_memory_is_bounded(verifier: Verifier, source: Source) -> None:
    headers = [source.add_token("alpha.example", number) for number in range(REMEMBERED + 10)]

    async def run() -> None:
        for header in headers:
            await ask(verifier, header)
        source.asked = 0
        await ask(verifier, headers[-1])
        assert source.asked == 0
        await ask(verifier, headers[0])
        assert source.asked == 1

    asyncio.run(run())


def test_headers_that_present_nothing() -> None:
    no_colon = b"Basic " + base64.b64encode(b"no colon")
    too_long = b"Bearer " + b"a" * MAX_HEADER
    for header in (b"", b"Basic", b"Basic %%%", no_colon, b"Bearer tl_1_2", b"Bearer \xe4", too_long):
        with pytest.raises(Unusable):
            read_presented([(b"authorization", header)], None)
    assert read_presented([(b"x-api-key", b"tl_1_2")], None) is None
