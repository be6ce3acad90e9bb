"""The hub's keys: one file that only its owner reads, and keys that never meet."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st

from pipeline.keys import KeyRing, read_keys, write_keys
from schemas.errors import ConfigError, OperatorError

RING = KeyRing(bytes(range(32)))


MASTER = hashlib.sha256(b"for tests").digest()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "keys.json"


def test_a_key_file_is_written_for_its_owner_alone_and_read_back(path: Path) -> None:
    before = os.umask(0)
    try:
        write_keys(path, lambda size: MASTER[:size])
    finally:
        os.umask(before)
    assert path.stat().st_mode & 0o777 == 0o600
    assert read_keys(path).derive("x") == KeyRing(MASTER).derive("x")


def test_a_key_file_is_never_written_over(path: Path) -> None:
    write_keys(path, os.urandom)
    content = path.read_bytes()
    with pytest.raises(FileExistsError):
        write_keys(path, os.urandom)
    assert path.read_bytes() == content
    assert len(bytes.fromhex(json.loads(content)["master"])) == 32


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660, 0o601, 0o610, 0o777])
def test_a_key_file_that_others_can_use_is_refused(path: Path, mode: int) -> None:
    write_keys(path, os.urandom)
    path.chmod(mode)
    with pytest.raises(ConfigError, match=rf"others can read it \(mode {mode:o}\); run chmod 600"):
        read_keys(path)


@pytest.mark.parametrize("mode", [0o600, 0o400, 0o700])
def test_a_key_file_of_its_owner_is_read(path: Path, mode: int) -> None:
    write_keys(path, os.urandom)
    path.chmod(mode)
    read_keys(path)


@pytest.mark.parametrize(
    "content", ["", "{", "[]", "5", "{}", '{"master": 5}', '{"master": "canary"}', '{"master": null}', '{"master": ["00"]}']
)
def test_what_is_no_key_file_is_refused_without_telling_it(path: Path, content: str) -> None:
    path.touch(0o600)
    path.write_text(content)
    with pytest.raises(ConfigError, match="not a key file") as caught:
        read_keys(path)
    assert "canary" not in str(caught.value)


def test_a_short_master_is_refused(path: Path) -> None:
    path.touch(0o600)
    path.write_text(json.dumps({"master": "00" * 31}))
    with pytest.raises(ConfigError, match="shorter than 32 bytes"):
        read_keys(path)


@pytest.mark.parametrize("master", [bytes(32), b"k" * 32, bytes(range(32)), b"change-me-change-me-change-me-!!", bytes(range(8)) * 4])
def test_a_master_that_is_not_random_is_refused(path: Path, master: bytes) -> None:
    write_keys(path, lambda size: master[:size])
    with pytest.raises(ConfigError, match="default or a typed phrase"):
        read_keys(path)


def test_a_random_master_is_never_refused(path: Path) -> None:
    for number in range(2000):
        path.unlink(missing_ok=True)
        write_keys(path, lambda size, n=number: hashlib.sha256(b"%d" % n).digest()[:size])
        read_keys(path)


def test_an_absent_key_file_says_where_it_comes_from(path: Path) -> None:
    with pytest.raises(ConfigError, match="tearline init"):
        read_keys(path)


def test_keys_are_fixed_forever() -> None:
    """A changed derivation would give every minimized object a new id."""
    assert RING.derive("id", "taker").hex() == "854dd55b4dc4d4f6df3495f73c82972105e3a4368d9500c3d1b154b93eb42c14"


def test_keys_of_two_purposes_or_recipients_never_meet() -> None:
    names = [("id", ""), ("id", "a"), ("id", "b"), ("handle", "a"), ("id/a", ""), ("collection", "a"), ("ledger", "")]
    assert len({RING.derive(*name) for name in names}) == len(names)
    assert RING.derive("id", "a") != KeyRing(bytes(32)).derive("id", "a")
    assert len(RING.derive("id", length=64)) == 64


@given(st.binary(max_size=200), st.binary(max_size=20))
def test_what_is_sealed_opens_in_its_context_alone(content: bytes, context: bytes) -> None:
    sealed = RING.seal("ledger", content, context)
    assert RING.seal("ledger", content, context) == sealed
    assert RING.unseal("ledger", sealed, context) == content
    for purpose, changed, other in (
        ("cursor", sealed, context),
        ("ledger", sealed, context + b"x"),
        ("ledger", bytes([sealed[0] ^ 1]) + sealed[1:], context),
    ):
        with pytest.raises(OperatorError) as caught:
            RING.unseal(purpose, changed, other)
        assert not isinstance(caught.value.__cause__, InvalidTag)
    with pytest.raises(OperatorError):
        KeyRing(bytes(32)).unseal("ledger", sealed, context)
