"""Read a YAML file into a model, and say of each mistake where it stands and what would be right.

Of YAML a file may use mappings with texts as keys, lists, texts, numbers, dates, true, false and null, and aliases and merges of these.
All else is refused: it says nothing that a setting could mean, and a running hub must survive whatever stands in a file.
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_settings import SettingsError
from yaml.reader import Reader, ReaderError

from pipeline.plain_words import in_plain_words
from schemas.errors import ConfigError

Model = TypeVar("Model", bound=BaseModel)
Place = tuple[str | int, ...]
Where = Mapping[Place, int]
"""Path inside a document -> line number."""

MAX_DEPTH = 50
"""Lists and mappings inside each other. No model goes beyond 10, and Python's stack ends at some hundreds."""

MAX_VALUES = 100_000
"""Values in a file, those behind an alias counted wherever it stands: ten short lines of aliases can mean more than memory holds."""

MAX_NUMBER = 2**63
"""What is larger fits into no store, and some of it cannot even be printed."""

_REFERENCE = re.compile(r"\$\{(env|file):([^}]+)\}")

_TAG = "tag:yaml.org,2002:"
_KINDS: Mapping[str, str] = {
    "str": "text",
    "int": "whole number",
    "float": "number",
    "bool": "true or false",
    "null": "null",
    "timestamp": "date or time",
}
_PLAIN = frozenset(f"{_TAG}{name}" for name in (*_KINDS, "seq", "map"))

_PROBLEMS: Mapping[str, str] = {
    "found undefined alias": "an alias (*) without its anchor (&); put a text that begins with * in quotes",
    "found undefined tag handle": "a tag (!) that is not known; put a text that begins with ! in quotes",
    "but found another document": "a second document begins here; keep one to a file",
    "found character '\\t' that cannot start any token": "a tab where YAML wants spaces; indent with spaces",
}
"""What the parser says -> what is told instead, where its words would hold a value or no remedy."""


class _Unfit(yaml.MarkedYAMLError):
    """Something that is YAML, but that no setting can mean."""

    def __init__(self, told: str, mark: yaml.Mark | None) -> None:
        super().__init__(problem=told, problem_mark=mark)


class _Loader(yaml.SafeLoader):
    """PyYAML's safe loader, which lets some texts end in errors that are none of YAML's, and any depth in the end of the stack."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self._depth > MAX_DEPTH:
            told = f"more than {MAX_DEPTH} lists and mappings inside each other; write it flatter"
            raise _Unfit(told, self.peek_event().start_mark)  # type: ignore[no-untyped-call]
        self._depth += 1
        node = super().compose_node(parent, index)
        self._depth -= 1
        return node

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        try:
            value = super().construct_object(node, deep)
        except (ValueError, LookupError, AttributeError, ArithmeticError):
            value = math.nan
        if isinstance(value, float) and not math.isfinite(value):
            kind = _KINDS.get(node.tag.removeprefix(_TAG), "value")
            told = f"there is no such {kind}; correct it, or put it in quotes if it is meant as text"
            raise _Unfit(told, node.start_mark)
        if isinstance(value, int) and abs(value) >= MAX_NUMBER:
            told = "a number that is larger than any setting can be; correct it, or put it in quotes if it is meant as text"
            raise _Unfit(told, node.start_mark)
        return value


def read_yaml(path: Path, environment: Mapping[str, str] | None = None) -> tuple[dict[str, Any], Where]:
    """The mapping in a YAML file, with `${env:NAME}` and `${file:PATH}` replaced, and the line of each value.

    Raises ConfigError where there is no file, no YAML, no mapping, something that no setting can mean, or no such variable or file.
    """
    text = _text(path)
    lines: dict[Place, int] = {}
    try:
        loader = _Loader(text)
        node = loader.get_single_node()
        if node is not None:
            lines.update(_lines(node))  # first: making the content takes merges apart
        content = None if node is None else loader.construct_document(node)
    except _Unfit as error:
        message = f"{path}{_line_of(error)}: {error.problem}"
        raise ConfigError(message) from None
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        message = f"{path}:{line}: not YAML: a character that belongs in no text file (U+{error.character:04X}); save it as UTF-8 text"
        raise ConfigError(message) from None
    except yaml.MarkedYAMLError as error:
        message = f"{path}{_line_of(error)}: not YAML: {_problem(error)}"
        raise ConfigError(message) from None
    if content is None:
        content = {}
    if not isinstance(content, dict):
        message = f"{path}:1: a mapping is expected (key: value)"
        raise ConfigError(message)
    variables = os.environ if environment is None else environment
    resolved: dict[str, Any] = _resolve(content, (), path, lines, variables)
    return resolved, lines


def read_model(path: Path, build: Callable[[dict[str, Any]], Model], environment: Mapping[str, str] | None = None) -> Model:
    """The model that `build` makes of a YAML file. Raises ConfigError that lists every mistake with file, line and remedy."""
    content, lines = read_yaml(path, environment)
    try:
        return build(content)
    except ValidationError as error:
        raise ConfigError("\n".join(explain_mistakes(error, path, lines))) from None
    except SettingsError as error:
        message = f"{path}: above it stands a variable TEARLINE_… in the environment that is no JSON ({error}); correct or unset it"
        raise ConfigError(message) from None
    except OverflowError:
        message = f"{path}: a number or duration in it is larger than can be counted with; correct it"
        raise ConfigError(message) from None


def explain_mistakes(error: ValidationError, path: Path, lines: Where, base: Place = ()) -> Sequence[str]:
    """One line for each mistake: file:line: where: what is wrong, so what would be right. Values are left out: they may be secret."""
    mistakes = []
    details = error.errors(include_url=False, include_input=False)
    places = [tuple(step for step in item["loc"] if isinstance(step, int | str)) for item in details]
    for item, own in zip(details, places, strict=True):
        if item["type"] == "too_short" and any(other[: len(own)] == own != other for other in places):
            continue  # it is short of the very items that are told
        of_key = own[-1:] == ("[key]",)
        told = f"the key {in_plain_words(item)}" if of_key else in_plain_words(item)
        place = (*base, *own[:-1]) if of_key else (*base, *own)
        variable = "TEARLINE_" + "__".join(map(str, place)).upper()
        if variable in os.environ:
            mistakes.append(f"{variable} in the environment: {told}")
            continue
        where = ".".join(str(step) or '""' for step in place)
        mistakes.append(f"{path}:{_line(lines, place)}: {where + ': ' if where else ''}{told}")
    return mistakes


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        message = f"{path}: no such file; `tearline init DIR` writes a working hub"
    except OSError as error:
        message = f"{path}: cannot be read: {error.strerror}"
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        message = f"{path}:{line}: not YAML: no UTF-8 from here on; save it as UTF-8 text"
    raise ConfigError(message)


def _problem(error: yaml.MarkedYAMLError) -> str:
    problem = error.problem or "it cannot be read"
    told = next((told for said, told in _PROBLEMS.items() if problem.startswith(said)), None)
    return told or f"{problem}; look at indentation, brackets and quotes there and in the lines before"


def _line_of(error: yaml.MarkedYAMLError) -> str:
    return "" if error.problem_mark is None else f":{error.problem_mark.line + 1}"


def _line(lines: Where, place: Place) -> int:
    """The line of a place, or of the nearest around it that stands in the file."""
    return next((lines[place[:end]] for end in range(len(place), -1, -1) if place[:end] in lines), 1)


def _lines(root: yaml.Node) -> dict[Place, int]:
    """The line of each value. Raises _Unfit for what no setting can mean."""
    lines: dict[Place, int] = {}
    waiting: list[tuple[yaml.Node, Place, int]] = [(root, (), root.start_mark.line + 1)]
    while waiting:
        node, place, line = waiting.pop()
        lines[place] = line
        if len(place) > MAX_DEPTH or len(lines) > MAX_VALUES:
            told = f"more than {MAX_DEPTH} values inside each other or {MAX_VALUES} in all; let no alias (*) lead back to where it stands"
            raise _Unfit(told, node.start_mark)
        if isinstance(node, yaml.MappingNode):
            members = [(value, (*place, key.value), key.start_mark.line + 1) for key, value in _members(node)]
            waiting += reversed(members)
        elif isinstance(node, yaml.SequenceNode):
            items = [(value, (*place, index), value.start_mark.line + 1) for index, value in enumerate(node.value)]
            waiting += reversed(items)
        elif Reader.NON_PRINTABLE.search(node.value):
            told = "a character that belongs in no setting, written as \\x.. or \\u....; take it out"
            raise _Unfit(told, node.start_mark)
        if node.tag not in _PLAIN:
            told = "no plain value: write no tag (!), and put a text that is only = or << in quotes"
            raise _Unfit(told, node.start_mark)
    return lines


def _members(node: yaml.MappingNode) -> Iterator[tuple[yaml.ScalarNode, yaml.Node]]:
    seen: set[str] = set()
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode) or key.tag not in (f"{_TAG}str", f"{_TAG}merge") or not key.value.isprintable():
            told = "a key must be a text of one line; put in quotes what would be a number, a date, yes or no"
            raise _Unfit(told, key.start_mark)
        if key.value in seen:
            told = f"{key.value}: stands here a second time; keep one of the two"
            raise _Unfit(told, key.start_mark)
        seen.add(key.value)
        yield key, value


def _resolve(node: Any, place: Place, path: Path, lines: Where, variables: Mapping[str, str]) -> Any:
    if isinstance(node, dict):
        return {key: _resolve(value, (*place, key), path, lines, variables) for key, value in node.items()}
    if isinstance(node, list):
        return [_resolve(value, (*place, index), path, lines, variables) for index, value in enumerate(node)]
    if not isinstance(node, str) or "${" not in node:
        return node
    where = f"{path}:{_line(lines, place)}"

    def replace(match: re.Match[str]) -> str:
        kind, name = match.groups()
        if kind == "env":
            if name not in variables:
                message = f"{where}: ${{env:{name}}}: the variable is not set; export it, or use ${{file:PATH}}"
                raise ConfigError(message)
            return variables[name]
        secret = path.parent / name
        try:
            return secret.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            message = f"{where}: ${{file:{name}}}: cannot be read as text; the path is relative to {path.name}"
            raise ConfigError(message) from None

    return _REFERENCE.sub(replace, node)
