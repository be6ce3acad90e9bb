"""Find connectors by name: installed ones by entry point, and an operator's own in the hub's connectors/ folder."""

from __future__ import annotations

import ast
import importlib.util
import inspect
import sys
from importlib import metadata
from pathlib import Path
from typing import NamedTuple, cast

from connectors.base import Source
from schemas.errors import ConfigError

GROUP = "tearline.connectors"


class Available(NamedTuple):
    """A connector that exists: its name, where it comes from, and the first line of its docstring."""

    name: str
    where: str
    about: str


def load(name: str, folder: Path | None = None) -> type[Source]:
    """The connector of a name. Raises ConfigError where there is none, two, or one that cannot be loaded.

    `folder` is the hub's: an operator's own connectors are its connectors/NAME.py, with a class whose `name` is NAME. Loading one runs
    its code.
    """
    installed = metadata.entry_points(group=GROUP, name=name)
    own = _own(folder).get(name)
    if installed and own:
        message = f"Two connectors are named {name}: an installed one and {own}. Rename the file and the `name` of its class."
        raise ConfigError(message)
    if own:
        return _from_file(name, own)
    for entry in installed:
        try:
            return _checked(entry.load(), name, entry.value)
        except (ImportError, AttributeError) as error:
            message = f"Connector {name} ({entry.value}) cannot be loaded. Install what it needs, or remove it."
            raise ConfigError(message) from error
    names = ", ".join(found.name for found in available(folder)) or "none"
    message = f"No connector is named {name}. There are: {names}."
    raise ConfigError(message)


def available(folder: Path | None = None) -> list[Available]:
    """All connectors, by name; `folder` is the hub's. An operator's own files are only read, not run."""
    found = [Available(entry.name, entry.value, _about_installed(entry)) for entry in metadata.entry_points(group=GROUP)]
    found += [Available(name, str(path), _about_file(path)) for name, path in _own(folder).items()]
    return sorted(found)


def _own(folder: Path | None) -> dict[str, Path]:
    files = sorted((folder / "connectors").glob("*.py")) if folder is not None else []
    return {path.stem: path for path in files if path.stem.isidentifier() and not path.stem.startswith(("test_", "_", "conftest"))}


def _from_file(name: str, path: Path) -> type[Source]:
    module_name = f"tearline_own_connectors_{name}"
    spec = importlib.util.spec_from_file_location(module_name, path)
    assert spec is not None  # a .py file always has one
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[module_name] = module  # pydantic resolves postponed annotations through it
    try:
        spec.loader.exec_module(module)
    except Exception as error:  # an operator's module may fail in any way
        del sys.modules[module_name]
        message = f"Connector {path} cannot be loaded: {type(error).__name__}. Run it with Python to see where."
        raise ConfigError(message) from error
    for value in vars(module).values():
        if inspect.isclass(value) and value.__module__ == module_name and getattr(value, "name", None) == name:
            return _checked(value, name, str(path))
    message = f'Connector {path} holds no class with name = "{name}". Give its class the name of the file.'
    raise ConfigError(message)


def _checked(found: object, name: str, where: str) -> type[Source]:
    missing = [part for part in ("name", "Settings", "pages") if not hasattr(found, part)]
    if not inspect.isclass(found) or missing:
        message = f"Connector {name} ({where}) is no Source: it lacks {', '.join(missing) or 'a class'}. See connectors/base.py."
        raise ConfigError(message)
    return cast(type[Source], found)


def _about_installed(entry: metadata.EntryPoint) -> str:
    try:
        module = inspect.getmodule(entry.load())
    except (ImportError, AttributeError):
        return "cannot be loaded"
    return _first_line(module.__doc__ if module else None)


def _about_file(path: Path) -> str:
    try:
        return _first_line(ast.get_docstring(ast.parse(path.read_bytes())))
    except (SyntaxError, ValueError, OSError):
        return "cannot be read"


def _first_line(text: str | None) -> str:
    return (text or "").strip().partition("\n")[0]
