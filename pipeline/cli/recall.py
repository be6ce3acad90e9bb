"""`tearline recall`: take back what has been released, and let it go again."""

from __future__ import annotations

from typing import Annotated

import typer

from pipeline.cli.account import account
from pipeline.cli.output import HERE, AsJson, Folder, console, print_json, print_table
from pipeline.clock import system_clock
from pipeline.observe import configure_logging
from schemas.errors import ConfigError


def recall(
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="OBJECT|FEED", help="The producer's id, an id that a recipient sees or has seen, or a feed.", show_default=False
        ),
    ] = None,
    reason: Annotated[
        str, typer.Option(help="Why, in a few words, at most 500 characters; they stay in the hub.", show_default=False)
    ] = "",
    undo: Annotated[bool, typer.Option("--undo", help="Let go again what was recalled under this name.")] = False,
    show: Annotated[bool, typer.Option("--list", help="Show what is recalled now.")] = False,
    folder: Folder = HERE,
    as_json: AsJson = False,
) -> None:
    """Take back an object, or all that came from a feed: the next release withdraws it from everyone who got any version of it."""
    configure_logging(as_json=as_json)
    from pipeline import recall as by_hand  # the hub's libraries are imported only where they are needed
    from pipeline.hub import open_hub

    hub = open_hub(folder)
    if show:
        found = by_hand.recalled(hub)
        if as_json:
            print_json([item._asdict() for item in found])
        else:
            print_table(
                "Recalled",
                ("at", "who", "what", "name", "reason"),
                [(item.at, item.who, item.scope, item.name, item.reason) for item in found],
            )
        return
    if name is None:
        message = "name an object or a feed, or ask for the --list"
        raise ConfigError(message)
    done = by_hand.undo(hub, name) if undo else by_hand.recall(hub, name, reason, system_clock(), account())
    if as_json:
        print_json(done.model_dump())
        return
    what = "may go again" if undo else "recalled" if done.entities else "recalled already"
    console().print("\n".join(f"{item}: {what}" for item in done.names), markup=False)
    if done.entities:
        console().print(f"To be decided anew by the next release: {done.entities}")
