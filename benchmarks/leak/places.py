"""The table: each of the 38 rows of paths where STIX holds personal data, and what plants canaries there.

Row 37 is the channel itself (bundles, TAXII): ids of input bundles are canaries, and the client asks for things that are not its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from benchmarks.leak import benign, claims, context, events, hostile, machines, network, people
from benchmarks.leak.plant import Plant, Stix


class Place(NamedTuple):
    """A row of the table and one way to plant in it."""

    row: int
    name: str
    plant: Callable[[Plant], Iterator[Stix | bytes]]


PLACES: tuple[Place, ...] = (
    Place(0, "marked parts", context.marked_parts),
    Place(1, "created_by_ref", people.created_by),
    Place(2, "times", context.times),
    Place(3, "external_references", context.references),
    Place(4, "labels", context.labels),
    Place(5, "names and descriptions", context.texts),
    Place(6, "extensions and unknown properties", context.unknown),
    Place(7, "translations", context.translations),
    Place(8, "deterministic ids", context.ids),
    Place(9, "identities", people.identity),
    Place(10, "locations", people.location),
    Place(11, "mailboxes", people.email_addr),
    Place(12, "recipients of mail", people.email_recipients),
    Place(13, "bodies of mail", people.email_body),
    Place(14, "headers of mail", people.email_headers),
    Place(15, "user accounts", people.user_account),
    Place(16, "files", machines.file),
    Place(17, "extensions of files", machines.file_parts),
    Place(18, "directories", machines.directory),
    Place(19, "processes", machines.process),
    Place(20, "registry keys", machines.registry),
    Place(21, "URLs", network.url),
    Place(22, "domain names", network.domain_name),
    Place(23, "IP addresses", network.addresses),
    Place(24, "hardware addresses", network.mac_addr),
    Place(25, "network traffic", network.traffic),
    Place(26, "artifacts", machines.artifact),
    Place(27, "certificates", machines.certificate),
    Place(28, "software, mutexes, networks", machines.small_names),
    Place(29, "observed data", events.observed),
    Place(30, "sightings", events.sightings),
    Place(31, "notes and opinions", events.notes),
    Place(32, "references to withheld objects", events.containers),
    Place(33, "patterns", claims.patterns),
    Place(34, "actors", claims.accused),
    Place(35, "incidents", claims.incidents),
    Place(36, "remaining texts", claims.remaining),
    Place(38, "refused objects", hostile.refused),
)

UTILITY: tuple[Place, ...] = (
    Place(0, "threat indicators", benign.threats),
    Place(0, "threats that look like somebody's", benign.hard_threats),
    Place(0, "threat observables", benign.observables),
    Place(0, "hard negatives", benign.hard_negatives),
)
"""What is counted the other way round: lost where it should have been kept."""
