"""`tearline init`: a working hub in a new folder."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.output import AsJson, console, print_json
from pipeline.starter.write import write_hub


def init(folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new or empty folder.")], as_json: AsJson = False) -> None:
    """Write a working hub: configuration, partners, an agreement, policies, a small feed, fresh keys."""
    written = write_hub(folder, os.urandom)
    if as_json:
        print_json([str(path) for path in written])
        return
    console().print("\n".join(f"  {path}" for path in written), markup=False)
    console().print(
        f"\nTry next:\n  tearline check --dir {folder}\n  tearline run --once --dir {folder}\n  tearline serve --dir {folder}", markup=False
    )
