"""The configured collections and API roots: what is wrong with them, and what the views are told of them."""

from __future__ import annotations

from pipeline.config import Configuration
from pipeline.keys import KeyRing
from pipeline.sharing_files import SharingFiles
from pipeline.store.view_collections import ApiRootSpec, CollectionSpec
from schemas.errors import ConfigError
from schemas.ids import keyed_id
from schemas.markings import Tlp


def refuse_mistakes(configuration: Configuration, files: SharingFiles) -> None:
    """Hold the collections against partners and policies. Raises ConfigError that lists every mistake."""
    mistakes = []
    for item in configuration.collections:
        where = f"tearline.yaml: collections: {item.alias}"
        policy = files.policies.get(item.partner)
        if item.partner not in files.partners:
            mistakes.append(f"{where}: {item.partner} is no partner; add partners/{item.partner}.yaml")
        if item.root is None and item.alias in files.partners:
            mistakes.append(f"{where}: a partner's own collection has this alias; choose another")
        if item.public and (policy is None or policy.release.tlp_max > Tlp.CLEAR):
            mistakes.append(f"{where}: public needs policies/{item.partner}.yaml with release.tlp_max: clear, since everybody reads it")
    if mistakes:
        raise ConfigError("\n".join(mistakes))


def api_root_specs(configuration: Configuration) -> list[ApiRootSpec]:
    """The further API roots."""
    return [ApiRootSpec(root.name, root.title, root.description) for root in configuration.api_roots]


def collection_specs(configuration: Configuration, keys: KeyRing) -> list[CollectionSpec]:
    """The further collections; the id is the same for the same keys, API root and alias, and nothing to guess from."""
    audience = configuration.hub.audience
    roots: dict[str | None, str] = {
        None: "",
        configuration.server.api_root: "",
        **{root.name: root.name for root in configuration.api_roots},
    }
    return [
        CollectionSpec(
            id=collection_uuid(keys, audience, item.partner, roots[item.root], item.alias),
            root=roots[item.root],
            alias=item.alias,
            partner=item.partner,
            title=item.title,
            description=item.description,
            filter=item.filter.model_dump_json(exclude_defaults=True),
            can_read=item.read,
            public=item.public,
            feed=item.feed,
        )
        for item in configuration.collections
    ]


def collection_uuid(keys: KeyRing, audience: str, partner: str, *names: str) -> str:
    """The UUID of a partner's collection; without further names, of the one that shows the whole view."""
    return keyed_id("collection", keys.derive("collection", partner), audience, *names).partition("--")[2]
