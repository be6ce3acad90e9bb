"""`tearline serve`: the TAXII server over what is published."""

from __future__ import annotations

from threading import Event

from pipeline.cli.output import HERE, AsJson, Folder, console, print_json
from pipeline.clock import system_clock
from pipeline.config import read_configuration
from pipeline.keys import read_keys
from pipeline.observe import configure_logging
from pipeline.server.run import serve as serve_views
from pipeline.server.run import stop_on_signals
from pipeline.store.view_writer import ViewWriter


def serve(folder: Folder = HERE, as_json: AsJson = False) -> None:
    """Serve what is published over TAXII 2.1, until SIGTERM or Ctrl-C. It opens views.db and nothing else of the hub."""
    configure_logging(as_json=as_json, level="INFO")
    configuration = read_configuration(folder)
    keys = read_keys(folder / configuration.hub.keys)
    views = folder / configuration.store.views
    ViewWriter(views, system_clock).close()  # an empty hub serves empty collections

    def announce(url: str) -> None:
        if as_json:
            print_json({"listening": url})
        else:
            console().print(f"Serving TAXII 2.1 at {url}/taxii2/ (Ctrl-C ends it)")

    stop = Event()
    with stop_on_signals(stop):
        serve_views(views, configuration.server, keys.derive("server"), stop, announce)
