"""A hub opened from its folder: configuration, keys, and the ways to its bus and stores. Workers open it anew from the same folder."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path

import stix2

from pipeline.bus.base import Bus
from pipeline.bus.open import open_bus, open_pushed
from pipeline.collections import refuse_mistakes
from pipeline.config import Configuration, read_configuration
from pipeline.grants import read_grants
from pipeline.keys import KeyRing, read_keys
from pipeline.sharing_files import SharingFiles, read_sharing_files
from pipeline.store.catalogue import Catalogue
from pipeline.store.catalogue_reader import CatalogueReader
from pipeline.store.cursors import Cursors, sharing_record
from pipeline.store.statuses import Statuses
from pipeline.store.view_queries import read_suspended
from pipeline.topics import partner_topic, pushed_topic, raw_topic
from schemas.ids import keyed_id
from transforms.intake import FeedRules
from transforms.pseudonym import Pseudonyms
from transforms.terms import Hub as HubIdentity
from transforms.terms import Secrets, Terms, make_terms


@dataclass(frozen=True)
class Hub:
    """Everything that is fixed while the program runs."""

    folder: Path
    configuration: Configuration
    keys: KeyRing

    def open_bus(self) -> Bus:
        """A handle on the bus."""
        return open_bus(self.configuration.bus, self.folder)

    def open_pushed(self) -> Bus:
        """A handle on the log of what partners POST."""
        return open_pushed(self.configuration.bus, self.folder)

    def open_statuses(self) -> Statuses:
        """The status of what partners POSTed."""
        return Statuses(self.folder / self.configuration.store.statuses)

    def open_catalogue(self) -> Catalogue:
        """The catalogue for writing."""
        return Catalogue(self.catalogue_path, self.configuration.store.shards)

    def open_reader(self) -> CatalogueReader:
        """The catalogue for reading."""
        return CatalogueReader(self.catalogue_path)

    def open_cursors(self) -> Cursors:
        """The cursors of all stages."""
        return Cursors(self.catalogue_path)

    @property
    def catalogue_path(self) -> Path:
        """File of the catalogue."""
        return self.folder / self.configuration.store.catalogue

    @property
    def views_path(self) -> Path:
        """File of the views."""
        return self.folder / self.configuration.store.views

    @property
    def audience(self) -> str:
        """production, or exercise:<name>."""
        return self.configuration.hub.audience

    @property
    def raw(self) -> str:
        """The raw topic."""
        return raw_topic(self.audience)

    @property
    def pushed(self) -> str:
        """The topic of what partners POST."""
        return pushed_topic(self.audience)

    def partner_topic(self, recipient: str) -> str:
        """The topic of one recipient."""
        return partner_topic(recipient, self.audience)

    @cached_property
    def rules(self) -> Mapping[str, FeedRules]:
        """What each feed's configuration says about its content."""
        return {feed.id: FeedRules(feed.producer, feed.leniency, feed.max_object_bytes) for feed in self.configuration.feeds}

    @cached_property
    def identity(self) -> HubIdentity:
        """The hub's STIX identity: creator of all that it changes. The same as long as keys and settings are."""
        settings = self.configuration.hub
        name = keyed_id("identity", self.keys.derive("identity"), settings.id)
        identity = stix2.Identity(
            id=name, name=settings.name, identity_class="organization", created=settings.since, modified=settings.since
        )
        return HubIdentity(name, identity.serialize().encode(), settings.audience)

    def read_sharing_files(self, folder: Path | None = None) -> SharingFiles:
        """The sharing files as they stand now in the hub's folder, or in another one that is to take its place.

        Raises ConfigError that lists every mistake. Against those in force until now, a limit that vanished is one, and a file that says
        something else under its old version: it may be cut off.
        """
        files = read_sharing_files(folder or self.folder, self.configuration.feeds, self.record)
        refuse_mistakes(self.configuration, files)
        return files

    @property
    def record(self) -> Mapping[str, str]:
        """The record of the sharing files that are in force; nothing where the hub has not run yet."""
        return sharing_record(self.catalogue_path)

    def terms(self, files: SharingFiles, slot: datetime) -> dict[str, Terms]:
        """The terms of each recipient at a slot, by recipient id in order."""
        unmarked = {feed.id: feed.unmarked_as for feed in self.configuration.feeds if feed.unmarked_as is not None}
        grants = read_grants(self.folder, files.partners, self.configuration.hub.id).set.in_force(slot)
        suspended = read_suspended(self.views_path)
        return {
            name: make_terms(
                files.partners[name],
                policy,
                files,
                unmarked,
                slot,
                self.identity,
                self._secrets(name),
                grants=grants.for_recipient(name),
                encrypted=self.configuration.server.is_encrypted,
                suspended=name in suspended,
            )
            for name, policy in sorted(files.policies.items())
        }

    def _secrets(self, recipient: str) -> Secrets:
        """Ids of changed objects and pseudonyms belong to an epoch; handles stay, since the hub finds its own statements by them."""
        keys = self.keys
        return Secrets(
            keys.epoch_key("id", recipient), keys.derive("handle", recipient), Pseudonyms(keys.epoch_key("pseudonym", recipient)).letters
        )


def open_hub(folder: Path | str) -> Hub:
    """The hub in a folder. Raises ConfigError that names every mistake in its configuration."""
    place = Path(os.path.realpath(folder))
    configuration = read_configuration(place)
    keys = read_keys(place / configuration.hub.keys).for_audience(configuration.hub.audience)
    return Hub(place, configuration, keys)
