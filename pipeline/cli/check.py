"""`tearline check`: is everything in this folder as it should be?"""

from __future__ import annotations

import typer

from pipeline.cli.output import EXIT_INCOMPLETE, HERE, AsJson, Folder, console, print_json


def check(folder: Folder = HERE, as_json: AsJson = False) -> None:
    """Check configuration, keys, agreements, policies and feed settings; nothing is polled and nothing is written."""
    from pipeline.checks import check_hub  # connectors are imported only where they are needed

    findings = check_hub(folder)
    wrong = [item for item in findings if item.state == "wrong"]
    if as_json:
        print_json({"ok": not wrong, "findings": [vars(item) for item in findings]})
    else:
        marks = {"ok": "[green]ok[/]   ", "note": "[yellow]note[/] ", "wrong": "[red]wrong[/]"}
        for item in findings:
            console().print(f"{marks[item.state]} {item.about}: ", end="")
            console().print(item.told, markup=False)
    if wrong:
        raise typer.Exit(EXIT_INCOMPLETE)
