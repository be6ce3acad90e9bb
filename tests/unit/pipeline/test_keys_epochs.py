"""Epochs of the key ring: rotation keeps, destruction forgets, the root stays, and audiences have nothing in common."""

from __future__ import annotations

import hashlib
import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.keys import Epoch, KeyRing, destroy_epoch, read_keys, rotate_keys, write_keys
from schemas.errors import ConfigError, OperatorError

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
MASTER = hashlib.sha256(b"for tests").digest()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "keys.json"
    write_keys(made, os.urandom, lambda: NOW)
    return made


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A file of version 1."""
    made = tmp_path / "old.json"
    made.touch(0o600)
    made.write_text(json.dumps({"version": 1, "master": MASTER.hex()}) + "\n")
    return made


def key(path: Path, epoch: str) -> str:
    found = next(row["key"] for row in json.loads(path.read_text())["epochs"] if row["epoch"] == epoch)
    assert isinstance(found, str)
    return found


def test_a_new_file_has_a_root_and_a_first_epoch_that_differ(path: Path) -> None:
    content = json.loads(path.read_text())
    assert content["version"] == 2
    assert content["epochs"] == [{"epoch": "1", "made": "2026-06-01T12:00:00Z", "key": key(path, "1")}]
    assert key(path, "1") != content["master"]
    ring = read_keys(path)
    assert ring.current == "1"
    assert ring.epoch_key("id", "a") != ring.derive("id", "a")


def test_in_a_file_of_version_1_epoch_1_is_the_root(old: Path) -> None:
    ring = read_keys(old)
    assert [epoch.name for epoch in ring.epochs] == ["1"]
    assert ring.epoch_key("id", "a") == ring.epoch_key("id", "a", "1") == ring.derive("id", "a") == KeyRing(MASTER).derive("id", "a")


@pytest.mark.parametrize("which", ["path", "old"])
def test_rotation_keeps_the_root_and_the_older_epochs(which: str, request: pytest.FixtureRequest) -> None:
    path: Path = request.getfixturevalue(which)
    before = read_keys(path)
    assert rotate_keys(path, os.urandom, NOW).name == "2"
    after = read_keys(path)
    assert after.current == "2"
    assert after.derive("handle", "a") == before.derive("handle", "a")
    assert after.epoch_key("id", "a", "1") == before.epoch_key("id", "a")
    assert after.epoch_key("id", "a") == after.epoch_key("id", "a", "2") != before.epoch_key("id", "a")
    assert path.stat().st_mode & 0o777 == 0o600
    assert [item.name for item in path.parent.iterdir() if item.name.startswith(f".{path.name}")] == []


def test_a_destroyed_epoch_is_gone_for_good_and_says_when(path: Path) -> None:
    first = key(path, "1")
    rotate_keys(path, os.urandom, NOW)
    assert destroy_epoch(path, "1", NOW).destroyed == NOW
    assert first not in path.read_text()
    assert json.loads(path.read_text())["epochs"][0] == {
        "epoch": "1",
        "made": "2026-06-01T12:00:00Z",
        "key": None,
        "destroyed": "2026-06-01T12:00:00Z",
    }
    ring = read_keys(path)
    assert ring.current == "2"
    with pytest.raises(OperatorError, match="epoch 1 is destroyed"):
        ring.epoch_key("id", "a", "1")
    assert rotate_keys(path, os.urandom, NOW).name == "3"  # a number never comes back
    with pytest.raises(OperatorError, match="epoch 1 is destroyed"):
        read_keys(path).epoch_key("id", "a", "1")
    assert path.stat().st_mode & 0o777 == 0o600


def test_the_old_file_is_written_over_when_an_epoch_is_destroyed(path: Path) -> None:
    rotate_keys(path, os.urandom, NOW)
    with path.open("rb") as before:  # still leads to the old content after the new file has its name
        destroy_epoch(path, "1", NOW)
        assert set(before.read()) == {0}


def test_what_a_crash_left_is_written_over_too(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rotate_keys(path, os.urandom, NOW)
    left = path.with_name(f".{path.name}.new")
    left.write_bytes(path.read_bytes())
    sizes: list[int] = []
    monkeypatch.setattr("pipeline.replace._zero", lambda descriptor: sizes.append(os.fstat(descriptor).st_size))
    size = path.stat().st_size
    destroy_epoch(path, "1", NOW)
    assert sizes == [size, size]
    assert not left.exists()


def test_what_must_not_be_destroyed_is_refused_and_stays(path: Path, old: Path) -> None:
    content = path.read_bytes()
    with pytest.raises(ConfigError, match="current one; run `tearline keys rotate` first"):
        destroy_epoch(path, "1", NOW)
    with pytest.raises(ConfigError, match="no epoch 7"):
        destroy_epoch(path, "7", NOW)
    assert path.read_bytes() == content
    rotate_keys(path, os.urandom, NOW)
    destroy_epoch(path, "1", NOW)
    with pytest.raises(ConfigError, match="destroyed already"):
        destroy_epoch(path, "1", NOW)
    rotate_keys(old, os.urandom, NOW)
    with pytest.raises(ConfigError, match="is the root as well"):
        destroy_epoch(old, "1", NOW)
    assert read_keys(old).epoch_key("id", "a", "1") == KeyRing(MASTER).derive("id", "a")


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_failing_disk_leaves_the_old_ring(path: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    rotate_keys(path, os.urandom, NOW)
    content = path.read_bytes()

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr("os.fsync" if step == "fsync" else "pathlib.Path.replace", fail)
        with pytest.raises(OSError, match="No space"):
            rotate_keys(path, os.urandom, NOW)
        with pytest.raises(OSError, match="No space"):
            destroy_epoch(path, "1", NOW)
    assert path.read_bytes() == content
    rotate_keys(path, os.urandom, NOW)  # what was left lying about is no obstacle
    assert [item.name for item in path.parent.iterdir()] == ["keys.json"]


def test_a_link_to_the_file_stays_a_link(path: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.json"
    link.symlink_to(path)
    rotate_keys(link, os.urandom, NOW)
    assert link.is_symlink()
    assert read_keys(path).current == "2"


def test_a_read_only_file_of_its_owner_can_be_changed(path: Path) -> None:
    path.chmod(0o400)
    rotate_keys(path, os.urandom, NOW)
    path.chmod(0o400)
    destroy_epoch(path, "1", NOW)
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "epochs",
    [
        None,
        5,
        [],
        [5],
        [{"epoch": "1"}],
        [{"epoch": "one", "key": MASTER.hex()}],
        [{"epoch": "1", "key": None}],
        [{"epoch": "1", "key": MASTER.hex(), "destroyed": "2026-06-01T12:00:00Z"}],
        [{"epoch": "1", "key": MASTER.hex(), "made": "canary"}],
        [{"epoch": "2", "key": MASTER.hex()}],
        [{"epoch": "1", "key": MASTER.hex()}, {"epoch": "1", "key": MASTER.hex()}],
        [{"epoch": "1", "key": "00" * 32}],
        [{"epoch": "1", "key": "ab" * 31}],
    ],
)
def test_broken_epochs_are_refused_without_telling_them(path: Path, epochs: object) -> None:
    path.write_text(json.dumps({"version": 2, "master": MASTER.hex(), "epochs": epochs}))
    with pytest.raises(ConfigError) as caught:
        read_keys(path)
    assert MASTER.hex() not in str(caught.value)
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize("version", [0, 3, "2", None])
def test_a_file_of_a_newer_program_is_refused(path: Path, version: object) -> None:
    path.write_text(json.dumps({"version": version, "master": MASTER.hex(), "epochs": []}))
    with pytest.raises(ConfigError, match="newer program"):
        read_keys(path)


def test_a_ring_whose_epochs_are_all_destroyed_has_no_current_one() -> None:
    with pytest.raises(ConfigError, match="every epoch of the key ring is destroyed"):
        KeyRing(MASTER, [Epoch("1", None, NOW, NOW)]).epoch_key("id", "a")


def test_no_key_is_shown() -> None:
    assert MASTER.hex() not in repr(KeyRing(MASTER).epochs)
    assert repr(MASTER) not in repr(KeyRing(MASTER).epochs)


audiences = st.from_regex(r"exercise:[a-z0-9-]{1,20}", fullmatch=True)


def keys(ring: KeyRing) -> set[bytes]:
    uses = [("id", "a"), ("id", "b"), ("handle", "a"), ("identity", "")]
    return {ring.derive(*use) for use in uses} | {ring.epoch_key(*use, epoch.name) for use in uses for epoch in ring.epochs if epoch.key}


@given(audiences, audiences)
def test_audiences_have_no_key_in_common(one: str, other: str) -> None:
    ring = KeyRing(MASTER, [Epoch("1", None, NOW, NOW), Epoch("2", bytes(32), NOW), Epoch("3", bytes(range(32)), NOW)])
    assert keys(ring.for_audience("production")) == keys(ring)
    assert keys(ring.for_audience(one)).isdisjoint(keys(ring))
    assert keys(ring.for_audience(one)).isdisjoint(keys(ring.for_audience(other))) == (one != other)
    assert ring.for_audience(one).current == "3"
    with pytest.raises(OperatorError):
        ring.for_audience(one).epoch_key("id", "a", "1")
    sealed = ring.for_audience(one).seal("ledger", b"content", b"")
    with pytest.raises(OperatorError):
        ring.unseal("ledger", sealed, b"")


def test_the_keys_of_an_exercise_are_fixed() -> None:
    """Another derivation would give every object of an exercise a new id."""
    ring = KeyRing(bytes(range(32))).for_audience("exercise:harbor")
    assert ring.derive("id", "taker").hex() == "043102488fdc0c928fbf301cb278f205e880cd54573034bd5072b65d26e53480"
