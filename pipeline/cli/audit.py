"""`tearline audit`: what was decided, for whom, when and under which rules."""

from __future__ import annotations

import sys
from itertools import islice
from typing import Annotated

import typer
from pydantic import TypeAdapter, ValidationError

from pipeline.cli.output import HERE, Folder, print_table
from pipeline.observe import configure_logging
from schemas.errors import ConfigError
from schemas.sharing.words import Moment
from schemas.timestamps import stix


def audit(
    recipient: Annotated[str | None, typer.Option("--for", help="Only decisions for this recipient.")] = None,
    object_id: Annotated[
        str | None, typer.Option("--object", help="Only decisions on this object: the producer's id, or one that a recipient sees.")
    ] = None,
    since: Annotated[str | None, typer.Option(help="Only decisions from this moment on: a date, or RFC 3339.")] = None,
    folder: Folder = HERE,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a line instead of a table.")] = False,
) -> None:
    """List each decision that changed what stands for a recipient, the oldest first; never a value of a feed. --json tells all of it."""
    configure_logging(as_json=as_json)
    from pipeline.audit import audit as records  # the hub's libraries are imported only where they are needed
    from pipeline.hub import open_hub

    found = records(open_hub(folder), recipient, object_id, "" if since is None else _slot(since))
    if as_json:
        for item in found:
            sys.stdout.write(item.model_dump_json() + "\n")
        return
    rows = ((item.slot[:19], item.recipient, item.decision, item.reason, item.policy, item.out_id or "-") for item in found)
    while page := list(islice(rows, 1_000)):
        print_table("Decisions", ("slot", "recipient", "decision", "reason", "policy", "id for the recipient"), page)


def _slot(text: str) -> str:
    """A moment as slots are written."""
    try:
        return stix(TypeAdapter(Moment).validate_python(text))
    except ValidationError:
        message = "--since: not a moment; write a date, or a date and time with its zone, like 2026-06-01T12:00:00Z"
        raise ConfigError(message) from None
