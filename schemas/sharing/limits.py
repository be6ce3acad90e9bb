"""What one file lets through: `release:` of policies, templates and overlays, `limits:` of agreements and communities."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from schemas.markings import Tlp
from schemas.sharing.purposes import Purpose
from schemas.sharing.words import Audience, File, HandlingCode, IepAction, PapName, PartnerId, SourceGrade, TlpName


class Limits(File):
    """Each setting narrows; one that does not stand there says nothing. Only the recipient's own policy, with the templates that it
    extends, opens anything: what no policy names stays shut, whatever other files list."""

    types: tuple[str, ...] | None = Field(default=None, description="STIX types that may be released; none unless a policy names them.")
    tlp_max: TlpName | None = Field(default=None, description="The ceiling: nothing above it is released. Otherwise clear.")
    max_age_days: Annotated[int, Field(gt=0)] | None = Field(
        default=None, description="Objects whose newest contribution was modified longer ago are withdrawn."
    )
    min_confidence: Annotated[int, Field(ge=0, le=100)] | None = Field(
        default=None, description="Objects below it are withheld, and indicators without one: absent means unknown."
    )
    statements: Literal["withhold", "pass"] | None = Field(
        default=None, description="What to do with objects under a statement marking (for example a copyright line). Otherwise withhold."
    )
    own_objects: bool | None = Field(default=None, description="Whether the recipient gets back what it supplied itself. Otherwise not.")
    honour_grants: bool | None = Field(
        default=None, description="Whether an originator's signed grant lifts an object over `tlp_max`. Otherwise not."
    )
    purposes: tuple[Purpose, ...] | None = Field(
        default=None, description="What the data may be used for, within the agreement; otherwise what the agreement says."
    )
    iep_accept: tuple[IepAction, ...] | None = Field(
        default=None, description="Limits on actions (FIRST IEP 2.0, permitted_actions) that the recipient has promised to obey."
    )
    pap_max: PapName | None = Field(
        default=None,
        description="The narrowest PAP label (permissible actions) that the recipient has promised to obey; otherwise clear.",
    )
    refuse_handling: tuple[HandlingCode, ...] | None = Field(
        default=None, description="Police handling codes under which nothing is released. Otherwise H3."
    )
    min_source: SourceGrade | None = Field(
        default=None, description="The least reliability of the source, A to F; what is not graded is withheld."
    )
    min_information: Annotated[int, Field(ge=1, le=6)] | None = Field(
        default=None, description="The least credibility of the information, 1 to 6; what is not graded is withheld."
    )
    topics: Annotated[tuple[str, ...], Field(min_length=1)] | None = Field(
        default=None, description="Labels or ATT&CK ids, one of which an object must have, for example sector:energy or attack:T1566."
    )
    never_with: tuple[PartnerId, ...] | None = Field(
        default=None, description="Producers whose objects never go to this recipient, whatever else allows it. Nobody is told."
    )
    audience: Audience | None = Field(
        default=None, description="production, or exercise:NAME: only objects of exactly this audience. Otherwise production."
    )


class Release(Limits):
    """The limits of a policy, with what holds where neither it nor a template that it extends says anything."""

    types: tuple[str, ...] = Field(default=(), description="STIX types that may be released; none by default.")
    tlp_max: TlpName = Field(default=Tlp.CLEAR, description="The ceiling: nothing above it is released, whatever an agreement grants.")
    statements: Literal["withhold", "pass"] = Field(
        default="withhold", description="What to do with objects under a statement marking (for example a copyright line)."
    )
    own_objects: bool = Field(default=False, description="Whether the recipient gets back what it supplied itself.")
