"""Read partners/, agreements/ and policies/ and hold them against each other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from pipeline.yamlfile import read_model
from schemas.config import FeedSettings
from schemas.errors import ConfigError
from schemas.sharing import Agreement, Partner, Policy

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True)
class SharingFiles:
    """All that is agreed: partners by id, agreements by id@version, policies by recipient."""

    partners: Mapping[str, Partner]
    agreements: Mapping[str, Agreement]
    policies: Mapping[str, Policy]

    def with_former(self, recipients: Iterable[str]) -> SharingFiles:
        """The same, with a policy that allows nothing for each of the recipients that has none: what they have is withdrawn."""
        gone = sorted(set(recipients) - self.policies.keys())
        nothing = {name: Policy(recipient=name, version="0.0.0", agreements=("none@0.0.0",)) for name in gone}
        strangers = {name: Partner(id=name, name=name, kind="private") for name in gone if name not in self.partners}
        return SharingFiles({**self.partners, **strangers}, self.agreements, {**self.policies, **nothing})


def read_sharing_files(folder: Path, feeds: Sequence[FeedSettings]) -> SharingFiles:
    """The files of a hub. Raises ConfigError that lists every mistake, also between files (a party or agreement that is not there)."""
    mistakes: list[str] = []
    partners = _read(folder / "partners", Partner, "id", mistakes)
    agreements = _read(folder / "agreements", Agreement, "id", mistakes)
    policies = _read(folder / "policies", Policy, "recipient", mistakes)
    by_reference = {agreement.reference: agreement for agreement in agreements.values()}
    for name, agreement in agreements.items():
        mistakes += [
            f"{folder / 'agreements' / name}.yaml: parties: {party} is no partner; add partners/{party}.yaml or correct the id"
            for party in agreement.parties
            if party not in partners
        ]
    for name, policy in policies.items():
        where = folder / "policies" / name
        if policy.recipient not in partners:
            mistakes.append(f"{where}.yaml: recipient: {name} is no partner; add partners/{name}.yaml")
        mistakes += [
            f"{where}.yaml: agreements: {reference} is not there; known are: {', '.join(sorted(by_reference)) or 'none'}"
            for reference in policy.agreements
            if reference not in by_reference
        ]
    mistakes += [
        f"{folder / 'tearline.yaml'}: feeds: {feed.id}: producer {feed.producer} is no partner; add partners/{feed.producer}.yaml"
        for feed in feeds
        if feed.producer not in partners
    ]
    if mistakes:
        raise ConfigError("\n".join(mistakes))
    return SharingFiles(partners, by_reference, policies)


def _read(folder: Path, model: type[Model], key: str, mistakes: list[str]) -> dict[str, Model]:
    found: dict[str, Model] = {}
    for path in sorted(folder.glob("*.yaml")):
        try:
            item = read_model(path, model.model_validate)
        except ConfigError as error:
            mistakes.append(str(error))
            continue
        name = getattr(item, key)
        if name != path.stem:
            mistakes.append(f"{path}:1: {key}: is {name}, but the file is called {path.stem}; make them equal")
        found[path.stem] = item
    return found
