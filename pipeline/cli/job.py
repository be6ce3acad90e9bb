"""`tearline job`: one Beam job on any runner."""

from __future__ import annotations

from typing import Annotated

import typer

from pipeline.cli.output import HERE, AsJson, Folder, print_json
from pipeline.cli.run import show_feeds, show_recipients
from pipeline.clock import system_clock
from pipeline.observe import configure_logging

app = typer.Typer(no_args_is_help=True, help="Run one Beam job over what is pending, on this machine or on a cluster.")

Arguments = Annotated[
    list[str] | None, typer.Argument(metavar="[-- BEAM OPTIONS]", help="Any Beam option, after --: for example -- --runner=PortableRunner.")
]


@app.command()
def intake(arguments: Arguments = None, folder: Folder = HERE, as_json: AsJson = False) -> None:
    """Drain the raw topic into the catalogue."""
    configure_logging(as_json=as_json)
    from pipeline.jobs.intake import run_intake  # Beam takes half a second to import, other commands need not wait
    from pipeline.jobs.options import job_options
    from pipeline.report import Tally
    from pipeline.runner import Runner, only_runner

    options = job_options(arguments or ())
    from pipeline.hub import open_hub

    hub = open_hub(folder)
    with only_runner(hub):
        runner = Runner(hub, system_clock)
        try:
            runner.check_bus()
            tally = Tally(run_intake(hub, runner.bus, runner.cursors, options))
        finally:
            runner.close()
    report = tally.report((), 0)
    if as_json:
        print_json({"feeds": report.model_dump()["feeds"]})
    else:
        show_feeds(report)


@app.command()
def release(arguments: Arguments = None, folder: Folder = HERE, as_json: AsJson = False) -> None:
    """State what changed for every recipient onto the partner topics, then publish it into the views."""
    configure_logging(as_json=as_json)
    from pipeline.hub import open_hub
    from pipeline.jobs.options import job_options
    from pipeline.jobs.release import run_release
    from pipeline.publish import run_publish
    from pipeline.report import Tally
    from pipeline.runner import Runner, only_runner

    options = job_options(arguments or ())
    hub = open_hub(folder)
    with only_runner(hub):
        runner = Runner(hub, system_clock)
        try:
            files = hub.read_sharing_files(runner.cursors.get("release").get("terms", ()))
            runner.check_bus()
            size = run_release(hub, files, runner.bus, runner.cursors, system_clock, options)
            tally = Tally()
            tally.add_effects(run_publish(hub, files, runner.bus, runner.views))
        finally:
            runner.close()
    report = tally.report((), 0)
    if as_json:
        print_json({"changes": size, "recipients": report.model_dump()["recipients"]})
    else:
        show_recipients(report)
