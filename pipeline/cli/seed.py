"""`tearline seed`: objects with given dates into an empty collection, for checks that need to know every date_added."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import orjson
import typer

from pipeline.cli.output import HERE, AsJson, Folder, console, print_json
from pipeline.clock import system_clock
from pipeline.store.view_writer import ViewWriter
from schemas.errors import ConfigError
from schemas.ids import IDENTIFIER
from schemas.timestamps import parse, to_micros


def seed(
    collection: Annotated[str, typer.Argument(help="Id or alias of the collection; it must be empty, and follow no view.")],
    file: Annotated[Path, typer.Argument(help='JSON lines: {"date_added": "2026-01-01T00:00:00.000001Z", "object": {…}}, dates rising.')],
    folder: Folder = HERE,
    as_json: AsJson = False,
) -> None:
    """Put objects with given dates into an empty collection. For checks of a server, not for sharing: no policy is asked."""
    from pipeline.hub import open_hub  # brings Beam's neighbours along, other commands need not wait
    from pipeline.publish import prepare_views

    hub = open_hub(folder)
    views = ViewWriter(hub.views_path, system_clock)
    try:
        prepare_views(hub, hub.read_sharing_files(), views)
        count = views.seed(collection, read_dated(file))
    finally:
        views.close()
    if as_json:
        print_json({"collection": collection, "objects": count})
    else:
        console().print(f"{count} objects are in {collection}.")


def read_dated(file: Path) -> Iterator[tuple[int, bytes]]:
    """(date_added in microseconds, object bytes) of each line. Raises ConfigError for a line that is not of this form."""
    try:
        lines = file.read_bytes().splitlines()
    except OSError as error:
        message = f"{file}: cannot be read: {error.strerror}"
        raise ConfigError(message) from error
    for number, line in enumerate(lines, 1):
        try:
            content = orjson.loads(line)
            value = content["object"]
            if IDENTIFIER.fullmatch(value["id"]) is None or not isinstance(value["type"], str):
                raise ValueError
            yield to_micros(parse(content["date_added"])), orjson.dumps(value)
        except (ValueError, KeyError, TypeError) as error:
            message = f'{file}:{number}: not of the form {{"date_added": TIMESTAMP, "object": {{"type", "id", …}}}}'
            raise ConfigError(message) from error
