"""Read a YAML file into a model, and say of each mistake where it stands and what would be right."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from schemas.errors import ConfigError

Model = TypeVar("Model", bound=BaseModel)
Where = Mapping[tuple[str | int, ...], int]
"""Path inside a document -> line number."""

_REFERENCE = re.compile(r"\$\{(env|file):([^}]+)\}")


def read_yaml(path: Path, environment: Mapping[str, str] | None = None) -> tuple[dict[str, Any], Where]:
    """The mapping in a YAML file, with `${env:NAME}` and `${file:PATH}` replaced, and the line of each value.

    Raises ConfigError where there is no file, no YAML, no mapping, or no such variable or file.
    """
    try:
        text = path.read_text()
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        content = yaml.safe_load(text)
    except FileNotFoundError:
        message = f"{path}: no such file; `tearline init DIR` writes a working hub"
        raise ConfigError(message) from None
    except (yaml.YAMLError, UnicodeDecodeError, OSError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f":{mark.line + 1}" if mark is not None else ""
        message = f"{path}{place}: not YAML: {getattr(error, 'problem', None) or type(error).__name__}"
        raise ConfigError(message) from None
    if content is None:
        content = {}
    if not isinstance(content, dict):
        message = f"{path}:1: a mapping is expected (key: value)"
        raise ConfigError(message)
    lines: dict[tuple[str | int, ...], int] = {}
    _note_lines(node, (), lines, path)
    variables = os.environ if environment is None else environment
    resolved: dict[str, Any] = _resolve(content, path, variables)
    return resolved, lines


def read_model(path: Path, build: Callable[[dict[str, Any]], Model], environment: Mapping[str, str] | None = None) -> Model:
    """The model that `build` makes of a YAML file. Raises ConfigError that lists every mistake with file, line and remedy."""
    content, lines = read_yaml(path, environment)
    try:
        return build(content)
    except ValidationError as error:
        raise ConfigError("\n".join(explain_mistakes(error, path, lines))) from None


def explain_mistakes(error: ValidationError, path: Path, lines: Where, base: tuple[str | int, ...] = ()) -> Sequence[str]:
    """One line for each mistake: file:line: where: what is wrong, so what would be right. Values are left out: they may be secret."""
    mistakes = []
    for item in error.errors(include_url=False, include_input=False):
        place = (*base, *(step for step in item["loc"] if isinstance(step, int | str)))
        variable = "TEARLINE_" + "__".join(map(str, place)).upper()
        line = next((lines[place[:end]] for end in range(len(place), -1, -1) if place[:end] in lines), 1)
        told = item["msg"]
        if item["type"] == "extra_forbidden":
            told = "unknown setting; remove it or correct its spelling"
        elif item["type"] == "missing":
            told = "required, but absent"
        if variable in os.environ:
            mistakes.append(f"{variable} in the environment: {told}")
            continue
        mistakes.append(f"{path}:{line}: {'.'.join(map(str, place)) or 'document'}: {told}")
    return mistakes


def _note_lines(node: yaml.Node | None, place: tuple[str | int, ...], lines: dict[tuple[str | int, ...], int], path: Path) -> None:
    if node is None:
        return
    lines[place] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                message = f"{path}:{key.start_mark.line + 1}: {key.value}: stands here a second time; keep one of the two"
                raise ConfigError(message)
            seen.add(key.value)
            _note_lines(value, (*place, key.value), lines, path)
            lines[(*place, key.value)] = key.start_mark.line + 1
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            _note_lines(value, (*place, index), lines, path)


def _resolve(node: Any, path: Path, variables: Mapping[str, str]) -> Any:
    if isinstance(node, dict):
        return {key: _resolve(value, path, variables) for key, value in node.items()}
    if isinstance(node, list):
        return [_resolve(value, path, variables) for value in node]
    if not isinstance(node, str) or "${" not in node:
        return node

    def replace(match: re.Match[str]) -> str:
        kind, name = match.groups()
        if kind == "env":
            if name not in variables:
                message = f"{path}: ${{env:{name}}}: the variable is not set; export it, or use ${{file:PATH}}"
                raise ConfigError(message)
            return variables[name]
        secret = path.parent / name
        try:
            return secret.read_text().strip()
        except OSError:
            message = f"{path}: ${{file:{name}}}: cannot be read; the path is relative to {path.name}"
            raise ConfigError(message) from None

    return _REFERENCE.sub(replace, node)
