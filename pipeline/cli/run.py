"""`tearline run`: poll, take in, release, publish."""

from __future__ import annotations

from threading import Event
from typing import Annotated

import typer

from pipeline.cli.output import EXIT_INCOMPLETE, HERE, AsJson, Folder, print_json, print_table
from pipeline.clock import system_clock
from pipeline.observe import configure_logging
from pipeline.report import Report
from schemas.reasons import ALL, QUARANTINE


def run(
    folder: Folder = HERE,
    once: Annotated[bool, typer.Option("--once", help="Poll each feed once, drain everything, publish, and end.")] = False,
    as_json: AsJson = False,
) -> None:
    """Run the hub: poll its feeds, take in, release, publish. Without --once until SIGTERM or Ctrl-C."""
    configure_logging(as_json=as_json, level="WARNING" if once else "INFO")
    from pipeline.cli.progress import bars  # here and below: Beam takes half a second to import, other commands need not wait
    from pipeline.hub import open_hub
    from pipeline.runner import Runner, only_runner
    from pipeline.server.run import stop_on_signals

    hub = open_hub(folder)
    stop = Event()
    with only_runner(hub), stop_on_signals(stop), bars(enabled=once and not as_json) as progress:
        runner = Runner(hub, system_clock, progress)
        try:
            if not once:
                runner.forever(stop)
                return
            report = runner.once(stop)
        finally:
            runner.close()
    if as_json:
        print_json(report.model_dump())
    else:
        show(report)
    if report.failed:
        raise typer.Exit(EXIT_INCOMPLETE)


def show(report: Report) -> None:
    """The report as tables."""
    show_feeds(report)
    show_recipients(report)
    if report.failed:
        print_table("Feeds that failed", ("feed", "error"), report.failed.items())


def show_feeds(report: Report) -> None:
    """What came in, and what of it was refused."""
    print_table(
        "What came in",
        ("feed", "received#", "accepted#", "duplicates#", "new versions#", "quarantined#"),
        [
            (name, item.received, item.accepted, item.duplicates, item.new_versions, sum(item.quarantined.values()))
            for name, item in report.feeds.items()
        ],
    )
    refused = [(name, reason, number) for name, item in report.feeds.items() for reason, number in item.quarantined.items()]
    if refused:
        rows = [(name, reason, number, QUARANTINE[reason]) for name, reason, number in refused]
        print_table("Quarantined, by reason", ("feed", "reason", "objects#", "meaning"), rows)


def show_recipients(report: Report) -> None:
    """What each recipient got, and why not more."""
    print_table(
        "What each recipient got",
        ("recipient", "released#", "minimized#", "tearline#", "aggregated#", "withdrawn#", "held#", "withheld#"),
        [
            (
                *(name, item.released, item.minimized, item.tearline, item.aggregated, item.withdrawn),
                *(sum(item.held.values()), sum(item.withheld.values())),
            )
            for name, item in report.recipients.items()
        ],
    )
    kept = [(name, reason, n) for name, item in report.recipients.items() for reason, n in (item.held | item.withheld).items()]
    if kept:
        rows = [(name, reason, number, ALL[reason]) for name, reason, number in kept]
        print_table("Held and withheld, by reason", ("recipient", "reason", "objects#", "meaning"), rows)
