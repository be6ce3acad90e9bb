"""What commands share: where the hub is, how results are shown to people and to machines, exit codes."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

EXIT_OPERATOR = 3
EXIT_LATER = 4
EXIT_INCOMPLETE = 5

Folder = Annotated[
    Path, typer.Option("--dir", "-d", help="The hub's folder, the one with tearline.yaml.", envvar="TEARLINE_DIR", show_default="here")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of text.")]

HERE = Path()


def console() -> Console:
    """Standard output, for people."""
    return Console(highlight=False)


def print_json(content: Any) -> None:
    """One JSON document on standard output."""
    sys.stdout.write(json.dumps(content, indent=2, default=str) + "\n")


def print_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A table; columns whose name ends in # are numbers."""
    table = Table(title=title, title_justify="left", title_style="bold", header_style="dim", box=None, pad_edge=False)
    for place, column in enumerate(columns, 1):
        last = place == len(columns)  # the last column takes what room is left, the others are never broken
        table.add_column(column.removesuffix("#"), justify="right" if column.endswith("#") else "left", overflow="fold", no_wrap=not last)
    for row in rows:
        table.add_row(*(str(cell) for cell in row))
    console().print(table, "")


def fail(error: Exception, code: int) -> int:
    """Say on standard error what is wrong; returns the exit code."""
    sys.stderr.write(f"tearline: {error}\n")
    return code


def counts(found: dict[str, int]) -> str:
    """One line for each: reason n."""
    return "\n".join(f"{reason} {number}" for reason, number in sorted(found.items())) or "-"
