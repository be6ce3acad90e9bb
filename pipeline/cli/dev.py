"""`tearline dev`: what developers need beside the hub."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.output import AsJson, console, print_json

app = typer.Typer(no_args_is_help=True, help="Helpers for development.")
kafka = typer.Typer(no_args_is_help=True, help="A real single-node Apache Kafka on this machine, without Docker or an installed Java.")
app.add_typer(kafka, name="kafka")

State = Annotated[Path, typer.Option("--state", help="Folder for the broker's log and its process id.")]
DEFAULT_STATE = Path(".tearline-kafka")


@kafka.command()
def up(state: State = DEFAULT_STATE, as_json: AsJson = False) -> None:
    """Start the broker and leave it running; prints its address."""
    from pipeline.dev.kafka import up as start  # its libraries are development dependencies

    address = start(state)
    if as_json:
        print_json({"bootstrap": address})
    else:
        console().print(f"Kafka listens at {address}. In tearline.yaml: bus: {{kind: kafka, bootstrap: {address}}}", markup=False)


@kafka.command()
def down(state: State = DEFAULT_STATE, as_json: AsJson = False) -> None:
    """Stop the broker that `up` started in the same state folder."""
    from pipeline.dev.kafka import down as stop

    stopped = stop(state)
    if as_json:
        print_json({"stopped": stopped})
    else:
        console().print("Stopped." if stopped else "No broker runs from this folder.")
