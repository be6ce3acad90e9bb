"""`tearline status`: how far everything has come."""

from __future__ import annotations

from typing import Any

from pipeline.cli.output import HERE, AsJson, Folder, console, counts, print_json, print_table
from pipeline.observe import configure_logging


def status(folder: Folder = HERE, as_json: AsJson = False) -> None:
    """Show what the catalogue, the topics and each recipient's view hold, and what is still on its way."""
    configure_logging(as_json=as_json)
    from pipeline.hub import open_hub  # the hub's libraries are imported only where they are needed
    from pipeline.status import read_status

    found = read_status(open_hub(folder))
    if as_json:
        print_json(found)
        return
    if found["sharing_files_rejected"]:
        console().print("The sharing files on disk are refused; the last good ones stay in force:", markup=False)
        for mistake in found["sharing_files_rejected"]:
            console().print(f"  {mistake}", markup=False)
    console().print("catalogue: " + ", ".join(f"{name} {number}" for name, number in found["catalogue"].items()), markup=False)
    print_table("Feeds", ("feed", "producer", "polled", "quarantine"), _feeds(found["feeds"]))
    columns = ("recipient", "collection", "objects#", "versions#", "outcomes", "to publish#")
    rows = [
        (name, item["collection"], item["objects"], item["versions"], counts(item["outcomes"]), item["lag"])
        for name, item in found["recipients"].items()
    ]
    print_table("Recipients", columns, rows)
    waiting = f"raw messages to take in: {found['raw_lag']}, of what partners sent: {found['pushed_lag']}"
    console().print(f"{waiting}, changes to release: {found['release_lag']}", markup=False)


def _feeds(feeds: dict[str, Any]) -> list[tuple[str, ...]]:
    return [(name, item["producer"], "yes" if item["polled"] else "never", counts(item["quarantined"])) for name, item in feeds.items()]
