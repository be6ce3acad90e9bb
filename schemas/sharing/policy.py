"""policies/RECIPIENT.yaml: the one file that opens anything, for one recipient."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from schemas.sharing.limits import Release
from schemas.sharing.shown import Minimize
from schemas.sharing.words import File, Moment, PartnerId, Reference, Version


class Policy(File):
    """policies/<recipient>.yaml: what one recipient may get, and in which form."""

    recipient: PartnerId = Field(description="The partner that it is for, the same as the file's name.")
    version: Version = Field(description="Raise it with each change: every decision records it.")
    extends: tuple[Reference, ...] = Field(default=(), description="id@version of templates: they speak where it does not, and narrow it.")
    agreements: Annotated[tuple[str, ...], Field(min_length=1)] = Field(description="id@version of each agreement it rests on.")
    effective_from: Moment | None = Field(default=None, description="Nothing is released before.")
    effective_until: Moment | None = Field(default=None, description="Nothing is released from then on.")
    title: str | None = Field(default=None, description="Title of the recipient's collection.")
    release: Release = Field(default_factory=Release, description="What may be released at all.")
    minimize: Minimize = Field(default_factory=Minimize, description="What of it the recipient sees.")

    @property
    def reference(self) -> str:
        """recipient@version, as decisions record it."""
        return f"{self.recipient}@{self.version}"
