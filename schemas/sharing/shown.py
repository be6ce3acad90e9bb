"""What of a released object is seen: `minimize:` of any sharing file."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from schemas.sharing.verbs import parse_verb
from schemas.sharing.words import File


def _verb(text: str) -> str:
    parse_verb(text)
    return text


VerbText = Annotated[str, AfterValidator(_verb)]
"""A verb of schemas.sharing.verbs, as it was written."""

PathText = Annotated[str, Field(pattern=r"^[^.\s]+(?:\.[^.\s]+)+$")]
"""type.property[.property…]; `*` may stand for any of them or for a part."""

Profile = Literal["standard@1", "trusted@1", "verbatim@1"]
"""The tables of verbs that come with the hub."""


class SightingsShown(File):
    """How sightings of several partners become one statement. Each setting only ever makes it coarser."""

    k: Annotated[int, Field(ge=2)] | None = Field(
        default=None, description="Fewer partners than this have seen it: nothing is said. Otherwise 5."
    )
    buckets: Annotated[tuple[Annotated[int, Field(ge=1)], ...], Field(min_length=1)] | None = Field(
        default=None, description="Counts are rounded down to one of these. Otherwise 5, 10, 25, 100."
    )
    slot_hours: Annotated[int, Field(ge=1, le=24 * 31)] | None = Field(
        default=None, description="Times are given to this many hours, and a new count is told this often. Otherwise 24."
    )


class Shown(File):
    """Each file's table is applied by itself, and of several verbs for one place the most restrictive counts."""

    profile: Profile | None = Field(
        default=None, description="The table of verbs to begin with. Without one in a policy and its templates: standard@1."
    )
    paths: dict[PathText, VerbText] = Field(
        default_factory=dict,
        description=(
            "type.property[.property…] -> verb; `*` stands for any type or the rest of a name. The longest matching path wins, "
            "and goes before the profile of the same file."
        ),
    )
    enrichment: Literal["drop", "keep"] | None = Field(
        default=None, description="Whether the hub's own annotations go out. Otherwise they do not."
    )
    attribution: Literal["anonymous", "named"] | None = Field(
        default=None, description="Whether the recipient learns who made an object. Otherwise not."
    )
    residual: Literal["hold", "withhold"] | None = Field(
        default=None,
        description="Where the result may hold personal data: a person looks at it (hold), or it is withheld. Otherwise hold.",
    )
    sightings: SightingsShown | None = Field(default=None, description="How sightings of several partners become one statement.")
    merged: Literal["drop", "keep"] | None = Field(
        default=None, description="Whether an object carries the hub's account of all sources that the recipient may have. Otherwise not."
    )


class Minimize(Shown):
    """The minimization of a policy."""

    enrichment: Literal["drop", "keep"] = Field(default="drop", description="Whether the hub's own annotations go out.")
