"""Write a new connector into a hub's folder: a module, a configuration sample and a one-line test, green before they are edited."""

from __future__ import annotations

import keyword
import re
from importlib import resources
from pathlib import Path

from connectors.registry import available
from schemas.errors import ConfigError

_NAME = re.compile(r"[a-z][a-z0-9_]{1,39}", re.ASCII)
_FILES = {"{name}.py": "connector.py.tmpl", "{name}.sample.yaml": "sample.yaml.tmpl", "test_{name}.py": "test.py.tmpl"}


def scaffold(name: str, folder: Path) -> list[Path]:
    """The files written into `folder`/connectors. Raises ConfigError for an unusable or taken name; overwrites nothing."""
    if not _NAME.fullmatch(name) or name.startswith("test_") or name == "conftest" or keyword.iskeyword(name) or name.endswith("_"):
        message = f"{name!r} cannot name a connector: use 2 to 40 small letters, digits and _, like acme_feed, not beginning with test_."
        raise ConfigError(message)
    home = folder / "connectors"
    taken = [found.where for found in available(folder) if found.name == name]
    paths = {home / pattern.format(name=name): template for pattern, template in _FILES.items()}
    taken += [str(path) for path in paths if path.exists() and str(path) not in taken]
    if taken:
        message = f"A connector {name} exists already ({', '.join(taken)}); nothing was written. Choose another name."
        raise ConfigError(message)
    home.mkdir(parents=True, exist_ok=True)
    words = {"__NAME__": name, "__FEED__": name.replace("_", "-"), "__CLASS__": "".join(part.capitalize() for part in name.split("_"))}
    for path, template in paths.items():
        text = resources.files("connectors.template").joinpath(template).read_text("utf-8")
        for placeholder, word in words.items():
            text = text.replace(placeholder, word)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    return list(paths)
