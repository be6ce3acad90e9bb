"""`tearline quarantine`: what was refused, and why."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.output import HERE, AsJson, Folder, console, print_json, print_table
from pipeline.config import read_configuration
from pipeline.store.catalogue_queries import quarantine_counts, quarantine_entry, quarantine_list
from pipeline.store.catalogue_reader import CatalogueReader
from schemas.errors import ConfigError
from schemas.reasons import ALL

app = typer.Typer(no_args_is_help=True, help="See what was refused at intake, and why.")


@app.command("list")
def list_entries(
    folder: Folder = HERE,
    feed: Annotated[str | None, typer.Option(help="Only this feed.")] = None,
    reason: Annotated[str | None, typer.Option(help="Only this reason code.")] = None,
    limit: Annotated[int, typer.Option(help="At most so many, the newest first.", min=1, max=10_000)] = 20,
    as_json: AsJson = False,
) -> None:
    """List entries and count them by feed and reason."""
    with _reader(folder) as reader:
        totals = quarantine_counts(reader)
        entries = quarantine_list(reader, feed, reason, limit)
    if as_json:
        print_json({"counts": [list(row) for row in totals], "entries": [entry._asdict() for entry in entries]})
        return
    print_table("Quarantine", ("feed", "reason", "entries#", "meaning"), [(*row, ALL.get(row[1], "")) for row in totals])
    columns = ("no#", "feed", "reason", "where", "id", "bytes#", "first received")
    print_table("Newest", columns, [(e.no, e.feed, e.reason, e.path or "-", e.source_id or "-", e.size, e.first_received) for e in entries])


@app.command()
def show(
    no: Annotated[int, typer.Argument(help="The entry's number, from the list.")], folder: Folder = HERE, as_json: AsJson = False
) -> None:
    """Show one entry with its bytes (content of a feed: handle it as such)."""
    with _reader(folder) as reader:
        found = quarantine_entry(reader, no)
    if found is None:
        message = f"quarantine has no entry {no}; `tearline quarantine list` shows those there are"
        raise ConfigError(message)
    entry, raw = found
    if as_json:
        print_json({**entry._asdict(), "raw_base64": base64.b64encode(raw).decode()})
        return
    for name, value in entry._asdict().items():
        console().print(f"{name}: {value}", markup=False)
    console().print(f"meaning: {ALL.get(entry.reason, '')}", markup=False)
    console().print(raw.decode("utf-8", "backslashreplace") or "(the content was not kept)", markup=False)


@contextmanager
def _reader(folder: Path) -> Iterator[CatalogueReader]:
    path = folder / read_configuration(folder).store.catalogue
    if not path.exists():
        message = f"{path}: not there yet; run the hub first"
        raise ConfigError(message)
    reader = CatalogueReader(path)
    try:
        yield reader
    finally:
        reader.close()
