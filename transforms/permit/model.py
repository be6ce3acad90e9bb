"""Who gives and takes, what the files allow, and what comes out of asking."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from schemas.labels.model import Pap
from schemas.markings import Tlp


@dataclass(frozen=True, slots=True)
class Party:
    """A partner as the rules see it."""

    id: str
    kind: str
    nations: frozenset[str]
    communities: frozenset[str]
    organizations: frozenset[str] = frozenset()

    @property
    def called(self) -> frozenset[str]:
        """What access control specifications call it, in capitals."""
        return frozenset(name.upper() for name in self.organizations)

    @property
    def names(self) -> frozenset[str]:
        """All that a list of permitted recipients may call it, in capitals."""
        return frozenset(name.upper() for name in self.nations | self.communities | self.organizations)


class Limits(Protocol):
    """What all files that apply to a recipient allow together, as far as markings are concerned.

    iep_accept:     permitted actions of IEP that the recipient has promised to keep to
    pap_max:        the narrowest PAP that it has promised to keep to
    statements:     'withhold' or 'pass' · attribution: 'anonymous' or 'named' · audience: 'production' or 'exercise:NAME'
    min_source:     A to F · min_information: 1 to 6; None asks for nothing
    honour_grants:  whether a signed grant may lift what is above tlp_max
    """

    @property
    def tlp_max(self) -> Tlp: ...
    @property
    def honour_grants(self) -> bool: ...
    @property
    def statements(self) -> str: ...
    @property
    def iep_accept(self) -> AbstractSet[str]: ...
    @property
    def pap_max(self) -> Pap: ...
    @property
    def resale(self) -> bool: ...
    @property
    def attribution(self) -> str: ...
    @property
    def refuse_handling(self) -> AbstractSet[str]: ...
    @property
    def min_source(self) -> str | None: ...
    @property
    def min_information(self) -> int | None: ...
    @property
    def audience(self) -> str: ...


@dataclass(frozen=True)
class Verdict:
    """What the markings say of one label and one recipient.

    reason:             '' where they let it go, else a code of schemas.reasons.WITHHOLD
    grantable:          whether a signed grant of the originator would lift just this reason
    forbidden_purposes: what the recipient may not use it for
    anonymous:          who provided it must not be disclosed
    """

    reason: str = ""
    grantable: bool = False
    forbidden_purposes: frozenset[str] = frozenset()
    anonymous: bool = False


@dataclass(frozen=True)
class Case:
    """One question: may this giver's object go to this taker at this slot?

    granted:   the highest TLP that a standing permission covers; no more than AMBER of it counts
    released:  a signed grant of the originator covers the object for the taker
    encrypted: whether it travels encrypted
    """

    giver: Party
    taker: Party
    limits: Limits
    slot: datetime
    is_client: bool
    granted: Tlp | None
    released: bool
    encrypted: bool
