"""Each mistake in a file is told with its place, what is wrong and what would be right; secrets come from outside and are never told."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field

from pipeline.yamlfile import MAX_DEPTH, read_model, read_yaml
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
        ":4: inner.port: must be a whole number",
        ":5: inner.nmae: unknown setting; remove it or correct its spelling",
        ":8: items.1.port: required, but absent",
        ":9: items.2.port: must be 1 or more",
        ":2: titel: unknown setting; remove it or correct its spelling",
    ]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("title: [\n", ":2"),
        ("title: t\n  inner: x\n", ":2"),
        ("title: t\n\tinner: x\n", ":2"),
        ("a: b\n---\nc: d\n", ":2"),
        ("title: t\ninner: {<<: 3}\n", ":2"),
        ("title: t\ninner: {<<: [3]}\n", ":2"),
        ("title: canary*\ninner: *canary\n", ":2"),
        ("title: t\ninner: !canary!x y\n", ":2"),
        ("title: t\ninner: \0\n", ":2"),
        ("title: &a b\ninner: *c\n", ":2"),
    ],
)
def test_what_is_no_yaml_is_told_with_its_line(path: Path, text: str, place: str) -> None:
    (line,) = told(path, text)
    assert line.startswith(f"{place}: not YAML: ")
    assert "; " in line
    assert "canary" not in line


IMPOSSIBLE = {
    "month": "2036-13-01",
    "day": "2036-02-30",
    "hour": "2036-01-01T25:00:00Z",
    "zone": "2036-01-01T00:00:00+99:00",
    "year": "0000-01-01",
    "no number": '!!int "canary"',
    "empty number": '!!int ""',
    "digits": "9" * 5000,
    "hexadecimal": "0x" + "f" * 5000,
    "beyond 64 bits": str(2**63),
    "sexagesimal": "!!int 1:x:3",
    "no fraction": '!!float "canary"',
    "infinite": ".inf",
    "not a number": ".nan",
    "overflow": "1.0e+999",
    "no truth": '!!bool "canary"',
    "no date": '!!timestamp "canary"',
    "binary": "!!binary canary",
    "binary that is none": '!!binary "ä"',
    "set": "!!set {canary}",
    "ordered": "!!omap [a: canary]",
    "pairs": "!!pairs [a: canary]",
    "python": '!!python/object/apply:os.system ["canary"]',
    "own tag": "!canary x",
    "tag of another kind": "!!map canary",
    "default value": "=",
    "merge as value": "<<",
    "depth": "[" * 5000,
    "depth in blocks": "- " * 300 + "x",
    "depth in keys": "? " * 300 + "x",
    "alias to itself": "&a [*a]",
    "alias to itself, twice": "&a [*a, *a]",
    "alias to itself, in a mapping": "&a {b: *a}",
    "alias to itself, merged": "&a {<<: *a}",
    "list as key": "{? [canary] : b}",
    "mapping as key": "{? {canary: b} : b}",
    "number as key": "{1: b}",
    "not a number as key": "{.nan: b}",
    "truth as key": "{on: b}",
    "null as key": "{~: b}",
    "date as key": "{2026-01-01: b}",
    "binary as key": "{!!binary YQ==: b}",
    "two lines as key": '{"a\\nb": b}',
    "surrogate as key": '{"\\ud800": b}',
    "surrogate": '"\\ud800"',
    "escaped nothing": '"\\0"',
    "nothing in the name of a file": '"${file:\\0}"',
}
"""What is not, or cannot be, the value of any setting."""


@pytest.mark.parametrize("value", IMPOSSIBLE.values(), ids=IMPOSSIBLE.keys())
@pytest.mark.parametrize("form", ["{}", "[{}]", "{{a: {}}}", "&x {}\nitems: [*x]"])
def test_what_cannot_be_is_told_with_its_line_and_without_itself(path: Path, value: str, form: str) -> None:
    (line,) = told(path, f"title: t\nname:\n  {form.format(value)}\n")
    assert line.startswith(":3: ")
    assert len(line) < 200
    assert "canary" not in line


@pytest.mark.parametrize("key", ["? [a]\n: b\n", "5: b\n", "yes: b\n", "{a: b}: c\n"])
def test_the_keys_of_the_whole_are_texts(path: Path, key: str) -> None:
    (line,) = told(path, f"title: t\n{key}")
    assert line.startswith(":2: a key must be a text of one line; put in quotes")


@pytest.mark.parametrize("use", ["[{}]", "{{<<: [{}]}}"], ids=["lists", "merges"])
def test_few_lines_that_mean_more_than_memory_holds_are_refused(path: Path, use: str) -> None:
    lines = ["a0: &a0 {x: 1}", *(f"a{n}: &a{n} {use.format(', '.join([f'*a{n - 1}'] * 10))}" for n in range(1, 30))]
    (line,) = told(path, "\n".join(lines) + "\n")
    assert "let no alias (*) lead back" in line


def test_aliases_and_merges_are_read(path: Path) -> None:
    path.write_text("title: t\ninner: &i {port: 1, name: a}\nitems:\n- *i\n- <<: *i\n  port: 2\n- <<: [*i]\n  name: b\n")
    found = read_model(path, Model.model_validate)
    assert [(item.port, item.name) for item in found.items] == [(1, "a"), (2, "a"), (1, "b")]


def test_fifty_levels_are_no_mistake(path: Path) -> None:
    path.write_text("title: " + "[" * MAX_DEPTH + "]" * MAX_DEPTH + "\n")
    assert read_yaml(path)[0]["title"]
    (line,) = told(path, "title: " + "[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1) + "\n")
    assert line == ":1: more than 50 lists and mappings inside each other; write it flatter"


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("title: t\ninner: x\n".encode("utf-16"), 1),
        ("title: t\n".encode("utf-16-le"), 1),
        ("title: t\nname: ä\n".encode("latin-1"), 2),
        (b"title: t\nname: \xed\xa0\x80\n", 2),
        (bytes(range(256)), 2),
    ],
)
def test_what_is_no_text_says_what_would_be_right(path: Path, content: bytes, line: int) -> None:
    path.write_bytes(content)
    with pytest.raises(ConfigError) as caught:
        read_yaml(path)
    assert str(caught.value).startswith(f"{path}:{line}: not YAML: ")
    assert str(caught.value).endswith("; save it as UTF-8 text")


def test_a_byte_order_mark_says_nothing(path: Path) -> None:
    path.write_bytes("\ufefftitle: ä\r\n".encode())
    assert read_yaml(path)[0] == {"title": "ä"}


@given(st.text(st.sampled_from(list("&*a:{}[]!|>-?<'\"\\%@`#,~.=0127eTZ\t \n")) | st.characters(), max_size=60))
def test_whatever_stands_in_a_file_it_is_read_or_refused(text: str) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder, "file.yaml")
        path.write_bytes(text.encode("utf-8", "surrogatepass"))
        with suppress(ConfigError):
            read_model(path, Model.model_validate, {})


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
    with pytest.raises(ConfigError, match="cannot be read: Is a directory"):
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
    assert line.startswith(":1: ${env:NOT_SET}: the variable is not set; export it")
    (path.parent / "token.bin").write_bytes(b"\xff")
    for name in ("nowhere.txt", "token.bin", "."):
        (line,) = told(path, f"title: t\nitems:\n- port: 1\n  name: ${{file:{name}}}\n")
        assert line.startswith(f":4: ${{file:{name}}}: cannot be read as text; ")


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
