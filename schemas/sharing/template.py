"""templates/ID.yaml: what several files share by naming it in `extends`."""

from __future__ import annotations

from pydantic import Field

from schemas.sharing.limits import Limits
from schemas.sharing.shown import Shown
from schemas.sharing.words import File, FileId, Reference, Version


class Template(File):
    """templates/<id>.yaml, or <id>@<version>.yaml where several versions stand side by side."""

    id: FileId = Field(description="The template's id, the same as the file's name up to an @.")
    version: Version = Field(description="Files name it as id@version, so a change reaches nobody unasked.")
    extends: tuple[Reference, ...] = Field(default=(), description="id@version of further templates that hold, too.")
    release: Limits = Field(default_factory=Limits, description="What nobody who extends it gets beyond.")
    minimize: Shown = Field(default_factory=Shown, description="What everybody who extends it sees less of.")

    @property
    def reference(self) -> str:
        """id@version, as other files name it."""
        return f"{self.id}@{self.version}"
