"""communities/ID.yaml: who belongs together, and what nobody in it may go beyond."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import Field

from schemas.sharing.limits import Limits
from schemas.sharing.partner import Partner
from schemas.sharing.shown import Shown
from schemas.sharing.words import File, FileId, PartnerId, Version


class Community(File):
    """communities/<id>.yaml: the list of members that the community itself keeps."""

    id: FileId = Field(description="The community's id, the same as the file's name.")
    version: Version = Field(description="Raise it with each change.")
    name: str = Field(default="", description="Its name, for people.")
    members: tuple[PartnerId, ...] = Field(default=(), description="Its members. An empty list means nobody.")
    limits: Limits = Field(default_factory=Limits, description="What no member may get beyond.")
    minimize: Shown = Field(default_factory=Shown, description="What every member sees less of.")
    retired: bool = Field(default=False, description="True ends it: it has no members. Only then may the file be taken away.")

    @property
    def reference(self) -> str:
        """id@version."""
        return f"{self.id}@{self.version}"


def communities_of(partner: Partner, communities: Mapping[str, Community]) -> frozenset[str]:
    """The communities that a partner is in: its own file says so, and so does the community's, where there is one."""
    return frozenset(name for name in partner.communities if name not in communities or is_member(partner, communities[name]))


def is_member(partner: Partner, community: Community) -> bool:
    """Whether the community's own list has the partner."""
    return not community.retired and partner.id in community.members
