"""`tearline explain`: why a recipient got, or did not get, an object."""

from __future__ import annotations

from typing import Annotated

import typer

from pipeline.cli.output import HERE, AsJson, Folder, print_json, print_table
from pipeline.clock import system_clock
from pipeline.observe import configure_logging


def explain(
    object_id: Annotated[str, typer.Argument(metavar="OBJECT", help="The producer's id, or the id that the recipient sees.")],
    recipient: Annotated[str, typer.Option("--for", help="The recipient.")],
    folder: Folder = HERE,
    as_json: AsJson = False,
) -> None:
    """Explain what a recipient gets of an object, by which rule, and what was changed; from the code that decides."""
    configure_logging(as_json=as_json)
    from pipeline.explain import explain as explain_object  # the hub's libraries are imported only where they are needed
    from pipeline.hub import open_hub

    hub = open_hub(folder)
    found = explain_object(hub, hub.read_sharing_files(), object_id, recipient, system_clock())
    if as_json:
        print_json([item.model_dump() for item in found])
        return
    for item in found:
        rows = [
            ("recipient", item.recipient),
            ("type", item.type),
            *(
                ("contributed by", f"{one.producer} as {one.source_id} ({one.feed}{'' if one.stands_for_others else ', stands behind'})")
                for one in item.contributors
            ),
            ("markings", ", ".join(item.markings)),
            ("policy", item.policy),
            ("agreements", ", ".join(item.agreements) or "none in force"),
            ("decision", f"{item.decision}: {item.reason}. {item.meaning}"),
            ("released as", item.released_as or "-"),
            ("changes", "\n".join(item.changes) or "none"),
            ("published", f"{item.published['decision']} at {item.published['slot']}" if item.published else "not yet"),
        ]
        print_table("", ("", ""), rows)
