"""`tearline plan`: what each recipient would get, and what would change for it, if some sharing files were in force now."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.output import HERE, AsJson, Folder, counts, print_json, print_table
from pipeline.clock import system_clock
from pipeline.observe import configure_logging

if TYPE_CHECKING:
    from pipeline.whatif import RecipientPlan


def plan(
    policies: Annotated[
        Path | None,
        typer.Option(help="A folder with partners/, agreements/, policies/ and so on.", show_default="the hub's own files"),
    ] = None,
    recipient: Annotated[str | None, typer.Option("--for", help="Only this recipient.")] = None,
    samples: Annotated[int, typer.Option(help="So many samples for each change and reason.", min=0, max=1_000)] = 3,
    folder: Folder = HERE,
    as_json: AsJson = False,
) -> None:
    """Tell what would be added, changed and withdrawn; nothing is changed by it. A run with the same files does just that."""
    configure_logging(as_json=as_json)
    from pipeline.hub import open_hub  # the hub's libraries are imported only where they are needed
    from pipeline.sharing_files import must_hold_sharing_files
    from pipeline.whatif import what_if

    if policies is not None:
        must_hold_sharing_files(policies, "--policies")
    hub = open_hub(folder)
    files = hub.read_sharing_files(policies)
    found = what_if(hub, files, system_clock(), only=recipient, samples=samples)
    if as_json:
        print_json([item.model_dump() for item in found])
    else:
        show(found)


def show(found: list[RecipientPlan]) -> None:
    """The plan as tables; of the samples those that would change something."""
    columns = ("recipient", "policy", "added#", "changed#", "withdrawn#", "unchanged#", "results")
    rows = [(item.recipient, item.policy, item.added, item.changed, item.withdrawn, item.unchanged, counts(item.results)) for item in found]
    print_table("What would change", columns, rows)
    reasons = [(item.recipient, reason, number) for item in found for reason, number in item.reasons.items()]
    print_table("All decisions, by reason", ("recipient", "reason", "objects#"), reasons)
    samples = [
        (item.recipient, sample.change, sample.reason, sample.type, sample.object_id or "-")
        for item in found
        for sample in item.samples
        if sample.change != "same"
    ]
    if samples:
        print_table("For example", ("recipient", "change", "reason", "type", "id"), samples)
