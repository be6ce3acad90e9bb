"""overlays/ID.yaml: regional rules that hold for every recipient they concern, without anybody naming them."""

from __future__ import annotations

from pydantic import Field, model_validator

from schemas.sharing.limits import Limits
from schemas.sharing.partner import Partner
from schemas.sharing.shown import Shown
from schemas.sharing.words import File, FileId, Nation, PartnerId, Reference, Version


class Overlay(File):
    """overlays/<id>.yaml: law or rules of a region. It only ever narrows."""

    id: FileId = Field(description="The overlay's id, the same as the file's name.")
    version: Version = Field(description="Raise it with each change.")
    members: tuple[PartnerId, ...] = Field(default=(), description="Recipients that it holds for.")
    jurisdictions: tuple[Nation, ...] = Field(default=(), description="It holds for every recipient under one of these laws.")
    extends: tuple[Reference, ...] = Field(default=(), description="id@version of templates whose limits hold here, too.")
    release: Limits = Field(default_factory=Limits, description="What nobody that it concerns gets beyond.")
    minimize: Shown = Field(default_factory=Shown, description="What everybody that it concerns sees less of.")
    retired: bool = Field(default=False, description="True ends it: it holds for nobody. Only then may the file be taken away.")

    @model_validator(mode="after")
    def _concerns_somebody(self) -> Overlay:
        if not (self.members or self.jurisdictions):
            message = "name members or jurisdictions: an overlay without either would hold for nobody"
            raise ValueError(message)
        return self

    @property
    def reference(self) -> str:
        """id@version."""
        return f"{self.id}@{self.version}"

    def concerns(self, partner: Partner) -> bool:
        """Whether it holds for a recipient."""
        return not self.retired and (partner.id in self.members or not partner.nations.isdisjoint(self.jurisdictions))
