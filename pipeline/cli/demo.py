"""`tearline demo`: the whole hub at work in a minute, with a partner's real TAXII server on one side and real clients on the other."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from threading import Event
from typing import Annotated

import typer

from pipeline.cli.output import AsJson, console, print_json, print_table
from pipeline.cli.run import show
from pipeline.observe import configure_logging


def demo(
    folder: Annotated[Path | None, typer.Option("--dir", "-d", help="Where to write the hub; a temporary folder by default.")] = None,
    keep: Annotated[bool, typer.Option("--keep", help="Go on serving until Ctrl-C.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show everything at work: three partner feeds in, three recipients served, each read back over TAXII with taxii2-client."""
    configure_logging(as_json=as_json)
    from pipeline.cli.progress import bars  # Beam takes half a second to import, other commands need not wait
    from pipeline.demo import run_demo
    from pipeline.server.run import stop_on_signals

    place = folder or Path(tempfile.mkdtemp(prefix="tearline-demo-"))
    started = time.monotonic()
    stop = Event()
    with stop_on_signals(stop), bars(enabled=not as_json) as progress:
        outcome = run_demo(place, progress, stop)
    try:
        if as_json:
            print_json({**outcome.summary(), "seconds": round(time.monotonic() - started, 1)})
        else:
            console().print(f"\nThe hub is in {place}\n", markup=False)
            show(outcome.report)
            print_table(
                "Read back over TAXII with taxii2-client",
                ("recipient", "user", "objects#", "collection"),
                [(item.recipient, item.username, item.objects, item.url) for item in outcome.collections],
            )
            first = outcome.collections[0]
            console().print(f"Served at {outcome.url}/taxii2/ ({time.monotonic() - started:.1f} s in all)\n\nTry next:", markup=False)
            for line in (
                f"tearline serve --dir {place}",
                f"tearline explain {outcome.example} --for {first.recipient} --dir {place}",
                f"tearline quarantine list --dir {place}",
            ):
                console().print(f"  {line}", markup=False, soft_wrap=True)
            if keep:
                console().print("\nServing; Ctrl-C ends it.")
        if keep:
            with stop_on_signals(stop):
                stop.wait()
    finally:
        outcome.close()
