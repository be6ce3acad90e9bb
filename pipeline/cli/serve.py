"""`tearline serve`: the TAXII server over what is published."""

from __future__ import annotations

import sys
from threading import Event

from pipeline.cli.output import HERE, AsJson, Folder, console, print_json
from pipeline.config import read_configuration
from pipeline.inbox import open_inbox
from pipeline.keys import read_keys
from pipeline.observe import configure_logging
from pipeline.server.memory import keep_freed_memory
from pipeline.server.run import serve as serve_views
from pipeline.server.run import stop_on_signals


def serve(folder: Folder = HERE, as_json: AsJson = False) -> None:
    """Serve what is published over TAXII 2.1, until SIGTERM or Ctrl-C.

    It opens views.db, and where partners may write, the log and the statuses of what they POST.
    """
    configure_logging(as_json=as_json or not sys.stderr.isatty(), level="INFO")  # a line a request: for people it costs three times as much
    configuration = read_configuration(folder)
    keys = read_keys(folder / configuration.hub.keys).for_audience(configuration.hub.audience)
    views = folder / configuration.store.views

    def announce(url: str) -> None:
        if as_json:
            print_json({"listening": url})
        else:
            console().print(f"Serving TAXII 2.1 at {url}/taxii2/ (Ctrl-C ends it)")

    def announce_management(url: str) -> None:
        if as_json:
            print_json({"management": url})
        else:
            console().print(f"Metrics at {url}/metrics")

    settings = configuration.server
    files = {name: folder / path for name in ("tls_cert", "tls_key", "tls_client_ca") if (path := getattr(settings, name)) is not None}
    stop = Event()
    keep_freed_memory()
    with stop_on_signals(stop), open_inbox(folder, configuration, keys) as inbox:
        serve_views(
            views,
            settings.model_copy(update=files),
            keys.derive("server"),
            stop,
            announce,
            inbox=inbox,
            on_management=announce_management,
        )
