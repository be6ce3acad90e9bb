"""The commands of `tearline partner` that change who may come in; a running server follows within a second."""

from __future__ import annotations

import os
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer
from pydantic import TypeAdapter, ValidationError

from pipeline.cli.account import account
from pipeline.cli.output import HERE, AsJson, Folder, console, print_json, print_table
from pipeline.clock import system_clock
from pipeline.config import read_configuration
from pipeline.sharing_files import read_sharing_files
from pipeline.store.credential_reader import CERTIFICATE
from pipeline.store.credentials import CredentialStore
from pipeline.store.secret_forms import new_password
from schemas.config import Duration
from schemas.errors import ConfigError

PartnerArgument = Annotated[str, typer.Argument(help="The partner's id.")]


def token(
    partner: PartnerArgument,
    basic: Annotated[str | None, typer.Option("--basic", help="Make a user name with a random password instead of a token.")] = None,
    revoke: Annotated[str | None, typer.Option("--revoke", help="Revoke this user name, certificate, or token by its public part.")] = None,
    folder: Folder = HERE,
    as_json: AsJson = False,
) -> None:
    """Make a credential for a partner and show its secret once; or revoke one."""
    if basic is not None and revoke is not None:
        message = "--basic makes a credential and --revoke ends one: give one of them"
        raise ConfigError(message)
    if revoke is None:
        _must_be_partner(folder, partner)
    with open_store(folder) as store:
        if revoke is not None:
            _must_have(store, partner, revoke)
            store.revoke(revoke)
            _show({"partner": partner, "revoked": revoke}, as_json=as_json)
        elif basic is not None:
            password = new_password(os.urandom)
            store.add_basic(partner, basic, password)
            _show({"partner": partner, "username": basic, "password": password}, as_json=as_json, secret=True)
        else:
            _show({"partner": partner, "token": store.add_token(partner)}, as_json=as_json, secret=True)


def rotate(
    partner: PartnerArgument,
    name: Annotated[str | None, typer.Argument(help="User name, or public part of a token; needed where the partner has several.")] = None,
    grace: Annotated[
        str | None, typer.Option(help="How long the old secret still works: 0s, 90s, 15m, 6h, 1d.", show_default="server.rotation_grace")
    ] = None,
    folder: Folder = HERE,
    as_json: AsJson = False,
) -> None:
    """Give a credential a new secret and show it once; the old one works for the time of grace."""
    time = read_configuration(folder).server.rotation_grace if grace is None else _duration(grace)
    with open_store(folder) as store:
        if name is None:
            name = _only_one(store, partner)
        _must_have(store, partner, name)
        secret = store.rotate(name, time)
    shown = {"token": secret} if name.startswith("tl_") else {"username": name, "password": secret}
    _show({"partner": partner, **shown, "old secret works for": f"{time.total_seconds():.0f}s"}, as_json=as_json, secret=True)


def suspend(partner: PartnerArgument, folder: Folder = HERE, as_json: AsJson = False) -> None:
    """Shut a partner out of the server at once, whatever credentials it has, until `resume`; the next release withdraws all that it had.

    Its collections then hold revoked versions, which it can read when it is let in again. Copies that it has made stay with it.
    """
    with open_store(folder) as store:
        if not (folder / "partners" / f"{partner}.yaml").exists() and not store.list(partner):
            known = ", ".join(sorted(path.stem for path in (folder / "partners").glob("*.yaml"))) or "none"
            message = f"{partner}: no such partner; known are: {known}"
            raise ConfigError(message)
        changed = store.suspend(partner)
    _show({"partner": partner, "suspended": "now" if changed else "already"}, as_json=as_json)


def resume(partner: PartnerArgument, folder: Folder = HERE, as_json: AsJson = False) -> None:
    """Let a suspended partner in again, with the credentials that it had; the next release gives it what it may have by then."""
    with open_store(folder) as store:
        if not store.resume(partner):
            message = f"{partner} is not suspended; `tearline partner list` shows who is"
            raise ConfigError(message)
    _show({"partner": partner, "resumed": "now"}, as_json=as_json)


def log(
    partner: Annotated[str | None, typer.Argument(help="The partner's id; all where none is given.")] = None,
    folder: Folder = HERE,
    as_json: AsJson = False,
) -> None:
    """List who changed which credential, and when."""
    with open_store(folder) as store:
        entries = store.log(partner)
    if as_json:
        print_json([entry._asdict() for entry in entries])
    else:
        print_table("Changes", ("at", "who", "action", "partner", "credential"), [(*entry[:4], entry.name or "-") for entry in entries])


def open_store(folder: Path) -> closing[CredentialStore]:
    """The credentials of the hub in `folder`; changes are written down under the account that runs the command."""
    return closing(CredentialStore(folder / read_configuration(folder).store.views, system_clock, os.urandom, account()))


def _must_be_partner(folder: Path, partner: str) -> None:
    if partner not in read_sharing_files(folder, read_configuration(folder).feeds).partners:
        message = f"{partner}: no such partner; `tearline partner list` shows those there are"
        raise ConfigError(message)


def _must_have(store: CredentialStore, partner: str, name: str) -> None:
    if name not in {item.name for item in store.list(partner) if item.revoked is None}:
        message = f"{partner} has no such credential in force; `tearline partner list` shows them"
        raise ConfigError(message)


def _only_one(store: CredentialStore, partner: str) -> str:
    names = [item.name for item in store.list(partner) if item.revoked is None and item.kind != CERTIFICATE]
    if len(names) != 1:
        message = f"{partner} has {len(names)} credentials with a secret: name one; `tearline partner list` shows them"
        raise ConfigError(message)
    return names[0]


def _duration(text: str) -> timedelta:
    try:
        made: timedelta = TypeAdapter(Duration).validate_python(text)
    except ValidationError:
        made = timedelta(-1)
    if made < timedelta(0):
        message = "--grace is a number with s, m, h or d: 0s, 90s, 15m, 6h, 1d"
        raise ConfigError(message)
    return made


def _show(made: dict[str, str], *, as_json: bool, secret: bool = False) -> None:
    if as_json:
        print_json({key.replace(" ", "_"): value for key, value in made.items()})
        return
    console().print("\n".join(f"{key}: {value}" for key, value in made.items()), markup=False)
    if secret:
        console().print("The secret is not kept: copy it now.")
