"""All sharing files of a hub as one value: what holds at a slot, and what a later reading is held against."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from pydantic import BaseModel

from schemas.ids import digest16
from schemas.sharing.agreement import Agreement
from schemas.sharing.community import Community, communities_of
from schemas.sharing.overlay import Overlay
from schemas.sharing.partner import Partner
from schemas.sharing.policy import Policy
from schemas.sharing.template import Template


@dataclass(frozen=True)
class SharingSet:
    """All that is agreed: partners, overlays and communities by id, agreements and templates by id@version, policies by recipient."""

    partners: Mapping[str, Partner]
    agreements: Mapping[str, Agreement]
    policies: Mapping[str, Policy]
    templates: Mapping[str, Template] = field(default_factory=dict)
    overlays: Mapping[str, Overlay] = field(default_factory=dict)
    communities: Mapping[str, Community] = field(default_factory=dict)

    def with_former(self, recipients: Iterable[str]) -> SharingSet:
        """The same, with a policy that allows nothing for each of the recipients that has none: what they have is withdrawn."""
        gone = sorted(set(recipients) - self.policies.keys())
        nothing = {name: Policy(recipient=name, version="0.0.0", agreements=("none@0.0.0",)) for name in gone}
        strangers = {name: Partner(id=name, name=name, kind="private") for name in gone if name not in self.partners}
        return replace(self, partners={**self.partners, **strangers}, policies={**self.policies, **nothing})

    def communities_of(self, partner: Partner) -> frozenset[str]:
        """The communities that a partner is in: its own file says so, and so does the community's, where there is one."""
        return communities_of(partner, self.communities)

    def digest_for(self, recipient: str) -> str:
        """Changes when a file changes that can decide what a recipient gets, also with an unchanged version."""
        policy = self.policies.get(recipient)
        partner = self.partners.get(recipient)
        cited = () if policy is None else [self.agreements[name] for name in policy.agreements if name in self.agreements]
        concerned = [item for _, item in sorted(self.overlays.items()) if partner is None or item.concerns(partner)]
        parts = (policy, *cited, *concerned, *_sorted(self.partners), *_sorted(self.communities), *_sorted(self.templates))
        return digest16(*(_said(item) for item in parts if item is not None)).hex()

    @property
    def record(self) -> dict[str, str]:
        """folder/id@version -> a digest of what the file says, for JSON; overlays and communities that are retired have none."""
        found: dict[str, BaseModel] = {
            **{f"agreements/{item.reference}": item for item in self.agreements.values()},
            **{f"policies/{item.reference}": item for item in self.policies.values()},
            **{f"templates/{item.reference}": item for item in self.templates.values()},
            **{f"overlays/{item.reference}": item for item in self.overlays.values() if not item.retired},
            **{f"communities/{item.reference}": item for item in self.communities.values() if not item.retired},
        }
        return {name: digest16(_said(item)).hex() for name, item in found.items()}


def _sorted(items: Mapping[str, BaseModel]) -> list[BaseModel]:
    return [item for _, item in sorted(items.items())]


def _said(item: BaseModel) -> bytes:
    """What a file says, and not what holds because it says nothing."""
    return item.model_dump_json(exclude_unset=True).encode()
