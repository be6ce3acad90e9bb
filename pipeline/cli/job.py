"""`tearline job`: one Beam job on any runner."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.output import HERE, AsJson, Folder, print_json
from pipeline.cli.run import show_feeds, show_recipients
from pipeline.clock import system_clock
from pipeline.observe import configure_logging

if TYPE_CHECKING:
    from pipeline.report import Tally
    from pipeline.runner import Runner

app = typer.Typer(no_args_is_help=True, help="Run one Beam job over what is pending, on this machine or on a cluster.")

Arguments = Annotated[
    list[str] | None, typer.Argument(metavar="[-- BEAM OPTIONS]", help="Any Beam option, after --: for example -- --runner=PortableRunner.")
]


@app.command()
def intake(arguments: Arguments = None, folder: Folder = HERE, as_json: AsJson = False) -> None:
    """Drain the raw topic into the catalogue."""
    configure_logging(as_json=as_json)
    with _working(folder, arguments) as (runner, tally):
        runner.take_in(tally)
    report = tally.report((), 0)
    if as_json:
        print_json({"feeds": report.model_dump()["feeds"]})
    else:
        show_feeds(report)


@app.command()
def release(arguments: Arguments = None, folder: Folder = HERE, as_json: AsJson = False) -> None:
    """State what changed for every recipient onto the partner topics, then publish it into the views."""
    configure_logging(as_json=as_json)
    with _working(folder, arguments) as (runner, tally):
        size = runner.give_out(runner.hub.read_sharing_files(), tally)
    report = tally.report((), 0)
    if as_json:
        print_json({"changes": size, "recipients": report.model_dump()["recipients"]})
    else:
        show_recipients(report)


@contextmanager
def _working(folder: Path, arguments: list[str] | None) -> Iterator[tuple[Runner, Tally]]:
    """The hub at work in this process, with Beam's own options, and a tally to fill."""
    from pipeline.hub import open_hub  # Beam takes half a second to import, other commands need not wait
    from pipeline.jobs.options import job_options
    from pipeline.report import Tally
    from pipeline.runner import Runner, only_runner

    options = job_options(arguments or ())
    hub = open_hub(folder)
    with only_runner(hub):
        runner = Runner(hub, system_clock, options=options)
        try:
            runner.check_bus()
            yield runner, Tally()
        finally:
            runner.close()
