"""`tearline held`: what waits for a person. Nothing here lets it go."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from pipeline.cli.output import HERE, AsJson, Folder, console, print_json, print_table
from pipeline.clock import system_clock
from pipeline.observe import configure_logging

app = typer.Typer(no_args_is_help=True, help="See what waits for a person before it may go to a recipient.")


@app.command("list")
def list_entries(
    recipient: Annotated[str | None, typer.Option("--for", help="Only what would go to this recipient.")] = None,
    reason: Annotated[str | None, typer.Option(help="Only what waits for this reason.")] = None,
    folder: Folder = HERE,
    as_json: AsJson = False,
) -> None:
    """List what is held; it stays held until its source or the policy changes."""
    configure_logging(as_json=as_json)
    from pipeline.held import list_held  # the hub's libraries are imported only where they are needed
    from pipeline.hub import open_hub

    found = list_held(open_hub(folder), recipient, reason)
    if as_json:
        print_json([item.model_dump() for item in found])
        return
    rows = [(item.recipient, item.reason, item.since[:10], item.handle, "\n".join(item.sources) or item.type) for item in found]
    print_table("Held", ("recipient", "reason", "since", "handle", "sources"), rows)


@app.command()
def show(
    handle: Annotated[str, typer.Argument(help="The handle, from the list.")],
    recipient: Annotated[str, typer.Option("--for", help="The recipient that it would go to.")],
    folder: Folder = HERE,
    as_json: AsJson = False,
) -> None:
    """Show what is held as it came, and why and where it is held (content of a feed: handle it as such)."""
    configure_logging(as_json=as_json)
    from pipeline.held import show_held
    from pipeline.hub import open_hub

    hub = open_hub(folder)
    found = show_held(hub, hub.read_sharing_files(), handle, recipient, system_clock())
    if as_json:
        print_json(found.model_dump())
        return
    print_table("", ("", ""), [("for", found.recipient), ("held", f"{found.reason}. {found.meaning}"), ("since", found.since)])
    for item in found.found:
        outcome = f"{item.outcome or 'released'}{f' at {item.place}' if item.place else ''}"
        console().print(f"{item.producer} as {item.source_id} ({item.feed}): {outcome}", markup=False)
        console().print(json.dumps(item.object, indent=2, ensure_ascii=False), markup=False)
