"""`tearline connector`: what connectors there are, and how to begin a new one."""

from __future__ import annotations

from typing import Annotated

import typer

from pipeline.cli.output import HERE, AsJson, Folder, console, print_json, print_table

app = typer.Typer(no_args_is_help=True, help="List connectors, and begin a new one.")


@app.command("list")
def list_connectors(folder: Folder = HERE, as_json: AsJson = False) -> None:
    """List the connectors that feeds can name."""
    from connectors.registry import available  # connectors are imported only where they are needed

    found = available(folder)
    if as_json:
        print_json([item._asdict() for item in found])
    else:
        print_table("Connectors", ("name", "where", "what it is"), found)


@app.command()
def new(
    name: Annotated[str, typer.Argument(help="Name of the new connector: lower-case letters, digits, underscores.")],
    folder: Folder = HERE,
    as_json: AsJson = False,
) -> None:
    """Write a connector module, a sample of its configuration, and a test that is green before it is edited."""
    from connectors.scaffold import scaffold

    paths = scaffold(name, folder)
    if as_json:
        print_json([str(path) for path in paths])
    else:
        console().print("Written:\n" + "\n".join(f"  {path}" for path in paths))
        console().print(f"Try it: pytest {paths[-1]}", markup=False)
