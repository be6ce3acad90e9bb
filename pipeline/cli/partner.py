"""`tearline partner`: the partners of this hub and their credentials for its TAXII server."""

from __future__ import annotations

import os
from typing import Annotated

import typer
import yaml
from pydantic import ValidationError

from pipeline.cli.output import HERE, AsJson, Folder, console, print_json, print_table
from pipeline.clock import system_clock
from pipeline.config import read_configuration
from pipeline.sharing_files import read_sharing_files
from pipeline.store.credentials import CredentialStore
from pipeline.yamlfile import explain_mistakes
from schemas.errors import ConfigError
from schemas.sharing import Partner

app = typer.Typer(no_args_is_help=True, help="Add and list partners, and let them in.")

PartnerArgument = Annotated[str, typer.Argument(help="The partner's id.")]


@app.command()
def add(
    partner: PartnerArgument,
    name: Annotated[str, typer.Option(help="The organisation's name.")],
    kind: Annotated[str, typer.Option(help="nation, le, intel, csirt, isac, private, ngo, academic or oversight.")] = "private",
    community: Annotated[list[str] | None, typer.Option(help="A community that it belongs to; may be given several times.")] = None,
    folder: Folder = HERE,
    as_json: AsJson = False,
) -> None:
    """Write partners/PARTNER.yaml. It shares and gets nothing until an agreement and a policy name it."""
    path = folder / "partners" / f"{partner}.yaml"
    if path.exists():
        message = f"{path}: is there already; edit it, or choose another id"
        raise ConfigError(message)
    content = {"id": partner, "name": name, "kind": kind, "communities": community or []}
    try:
        Partner.model_validate(content)
    except ValidationError as error:
        raise ConfigError("\n".join(explain_mistakes(error, path, {}))) from None
    path.parent.mkdir(exist_ok=True)
    path.write_text(yaml.safe_dump(content, sort_keys=False))
    if as_json:
        print_json({"written": str(path)})
    else:
        console().print(f"Written: {path}. Next: name it in an agreement, and give it a policy.")


@app.command("list")
def list_partners(folder: Folder = HERE, as_json: AsJson = False) -> None:
    """List partners, what they may receive, and their credentials (never a secret)."""
    configuration = read_configuration(folder)
    files = read_sharing_files(folder, configuration.feeds)
    store = _credentials(folder)
    try:
        rows = [
            (
                name,
                partner.kind,
                [feed.id for feed in configuration.feeds if feed.producer == name],
                files.policies[name].version if name in files.policies else None,
                [item.name for item in store.list(name) if item.revoked is None],
            )
            for name, partner in files.partners.items()
        ]
    finally:
        store.close()
    if as_json:
        print_json([dict(zip(("partner", "kind", "feeds", "policy", "credentials"), row, strict=True)) for row in rows])
    else:
        table = [(name, kind, ", ".join(feeds) or "-", policy or "-", ", ".join(names) or "-") for name, kind, feeds, policy, names in rows]
        print_table("Partners", ("partner", "kind", "supplies", "policy", "credentials"), table)


@app.command()
def token(
    partner: PartnerArgument,
    basic: Annotated[str | None, typer.Option("--basic", help="Make a user name with a random password instead of a token.")] = None,
    revoke: Annotated[str | None, typer.Option("--revoke", help="Revoke this user name, or token by its public part.")] = None,
    folder: Folder = HERE,
    as_json: AsJson = False,
) -> None:
    """Make a credential for a partner and show its secret once; or revoke one."""
    configuration = read_configuration(folder)
    if partner not in read_sharing_files(folder, configuration.feeds).partners:
        message = f"{partner}: no such partner; `tearline partner list` shows those there are"
        raise ConfigError(message)
    if basic is not None and revoke is not None:
        message = "--basic makes a credential and --revoke ends one: give one of them"
        raise ConfigError(message)
    store = _credentials(folder)
    try:
        made = _change(store, partner, basic, revoke)
    finally:
        store.close()
    if as_json:
        print_json(made)
    else:
        console().print("\n".join(f"{key}: {value}" for key, value in made.items()), markup=False)
        if revoke is None:
            console().print("The secret is not kept: copy it now.")


def _change(store: CredentialStore, partner: str, basic: str | None, revoke: str | None) -> dict[str, str]:
    if revoke is not None:
        if revoke not in {item.name for item in store.list(partner) if item.revoked is None}:
            message = f"{partner} has no such credential in force; `tearline partner list` shows them"
            raise ConfigError(message)
        store.revoke(revoke)
        return {"partner": partner, "revoked": revoke}
    if basic is not None:
        password = os.urandom(18).hex()
        store.add_basic(partner, basic, password)
        return {"partner": partner, "username": basic, "password": password}
    return {"partner": partner, "token": store.add_token(partner)}


def _credentials(folder: Folder) -> CredentialStore:
    return CredentialStore(folder / read_configuration(folder).store.views, system_clock, os.urandom)
