"""Each mistake in a file is told with its place, what is wrong and what would be right; secrets come from outside and are never told."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict, Field

from pipeline.yamlfile import read_model, read_yaml
from schemas.errors import ConfigError


class Inner(BaseModel):
    model_config = ConfigDict(extra="forbid")

    port: int = Field(ge=1)
    name: str = "n"


class Model(BaseModel):
    model_config = ConfigDict(extra="forbid")

    title: str
    inner: Inner | None = None
    items: tuple[Inner, ...] = ()


def told(path: Path, text: str, **environment: str) -> list[str]:
    path.write_text(text)
    with pytest.raises(ConfigError) as caught:
        read_model(path, Model.model_validate, environment)
    return [line.removeprefix(str(path)) for line in str(caught.value).split("\n")]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "file.yaml"


def test_a_good_file_is_read(path: Path) -> None:
    path.write_text("title: t\ninner: {port: 1}\nitems:\n  - port: 2\n    name: ä\n")
    assert read_model(path, Model.model_validate) == Model(title="t", inner=Inner(port=1), items=(Inner(port=2, name="ä"),))


def test_every_mistake_is_told_with_its_line(path: Path) -> None:
    text = "# a comment\ntitel: t\ninner:\n  port: zero\n  nmae: x\nitems:\n- port: 1\n- name: x\n- port: 0\n"
    assert told(path, text) == [
        ":2: title: required, but absent",
        ":4: inner.port: Input should be a valid integer, unable to parse string as an integer",
        ":5: inner.nmae: unknown setting; remove it or correct its spelling",
        ":8: items.1.port: required, but absent",
        ":9: items.2.port: Input should be greater than or equal to 1",
        ":2: titel: unknown setting; remove it or correct its spelling",
    ]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("title: [\n", ":2"),
        ("title: t\n  inner: x\n", ":2"),
        ("title: t\n\tinner: x\n", ":2"),
        ("a: b\n---\nc: d\n", ":2"),
        ("title: !!python/object/apply:os.getcwd []\n", ":1"),
        ("title: &a b\ninner: *c\n", ":2"),
    ],
)
def test_what_is_no_yaml_is_told_with_its_line(path: Path, text: str, place: str) -> None:
    (line,) = told(path, text)
    assert line.startswith(f"{place}: not YAML: ")


@pytest.mark.parametrize("text", ["- a\n- b\n", "text\n", "5\n", "2026-01-01\n"])
def test_a_mapping_is_expected(path: Path, text: str) -> None:
    assert told(path, text) == [":1: a mapping is expected (key: value)"]


def test_an_empty_file_is_an_empty_mapping(path: Path) -> None:
    for text in ("", "# only a comment\n", "---\n"):
        path.write_text(text)
        assert read_yaml(path) == ({}, read_yaml(path)[1])


def test_a_file_that_is_not_there_or_cannot_be_read_is_named(path: Path) -> None:
    with pytest.raises(ConfigError, match=r"file\.yaml: no such file; `tearline init"):
        read_yaml(path)
    path.write_bytes(b"title: \xff\xfe\n")
    with pytest.raises(ConfigError, match=r"file\.yaml.*not YAML"):
        read_yaml(path)
    with pytest.raises(ConfigError, match="not YAML"):
        read_yaml(path.parent)


def test_secrets_come_from_the_environment_and_from_files(path: Path) -> None:
    (path.parent / "token.txt").write_text("from a file\n")
    path.write_text(
        "title: ${env:TITLE}\n"
        "inner:\n  port: 1\n  name: a ${file:token.txt} and ${env:TITLE}\n"
        'items: [{port: 1, name: "$HOME $ {env:X} $5"}]\n'
    )
    found = read_model(path, Model.model_validate, {"TITLE": "from the environment"})
    assert found.title == "from the environment"
    assert found.inner is not None
    assert found.inner.name == "a from a file and from the environment"
    assert found.items[0].name == "$HOME $ {env:X} $5"


def test_what_a_secret_holds_is_not_read_again(path: Path) -> None:
    path.write_text("title: ${env:ONE}\n")
    assert read_model(path, Model.model_validate, {"ONE": "${env:TWO}: [x]", "TWO": "2"}).title == "${env:TWO}: [x]"


def test_a_missing_secret_is_named_and_how_to_give_it(path: Path) -> None:
    (line,) = told(path, "title: ${env:NOT_SET}\n")
    assert "${env:NOT_SET}: the variable is not set; export it" in line
    (line,) = told(path, "title: ${file:nowhere.txt}\n")
    assert "${file:nowhere.txt}: cannot be read" in line


def test_no_mistake_tells_a_value(path: Path) -> None:
    lines = told(path, "title: [canary-1]\ninner:\n  port: ${env:SECRET}\nitems: canary-1\n", SECRET="canary-1")
    assert len(lines) == 3
    assert "canary-1" not in " ".join(lines)


def test_an_own_rule_of_a_model_is_told_for_the_document(path: Path) -> None:
    def build(content: dict[str, object]) -> Model:
        return Model.model_validate(content)

    path.write_text("title: t\ninner: 5\n")
    with pytest.raises(ConfigError, match=r":2: inner: "):
        read_model(path, build)
