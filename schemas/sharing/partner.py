"""partners/ID.yaml: who supplies feeds, receives collections, or both."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from schemas.sharing.words import File, Moment, Nation, PartnerId

Kind = Literal["nation", "le", "intel", "csirt", "isac", "private", "ngo", "academic", "oversight"]


class GrantKey(File):
    """A key that a partner signs its grants with; only the partner has the other half."""

    id: PartnerId = Field(description="The key's name; a grant says which key signed it.")
    key: Annotated[str, Field(pattern=r"^[A-Za-z0-9+/]{43}=$")] = Field(description="The Ed25519 public key: 32 bytes in base64.")
    until: Moment | None = Field(default=None, description="From then on no grant that it signed counts.")


class Partner(File):
    """partners/<id>.yaml: an organisation that supplies feeds, receives collections, or both."""

    id: PartnerId = Field(description="The partner's id, the same as the file's name.")
    name: str = Field(description="The organisation's name, for people.")
    kind: Kind = Field(description="What kind of organisation it is.")
    jurisdiction: tuple[Nation, ...] = Field(
        default=(), description="ISO 3166 alpha-3 codes of the laws that it is under; what may go to certain nations only looks here."
    )
    communities: tuple[str, ...] = Field(
        default=(),
        description="Communities that it says it is in; TLP:GREEN flows inside one. Where communities/ID.yaml exists, that counts, too.",
    )
    organizations: tuple[str, ...] = Field(
        default=(), description="Names of organizations and groups that access control specifications (ACS 3.0) may mean by it."
    )
    resale: bool = Field(default=False, description="True if it sells on what it gets; what forbids resale never reaches it.")
    grant_keys: tuple[GrantKey, ...] = Field(default=(), description="Public keys of its signed grants.")
    suspended: bool = Field(default=False, description="True stops all release to it, and withdraws what it has.")

    @property
    def nations(self) -> frozenset[str]:
        """Nations whose law it is under."""
        return frozenset(self.jurisdiction)
