"""agreements/ID.yaml: what parties have signed, in the parts that a machine can hold to."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from schemas.sharing.limits import Limits
from schemas.sharing.purposes import NEED_ASSURANCES, NEED_REQUEST, Purpose
from schemas.sharing.shown import Shown
from schemas.sharing.words import File, FileId, Moment, PartnerId, Reference, TlpName, Version


class Grant(File):
    """An originator's permission for what TLP alone would not let through."""

    producer: PartnerId = Field(description="Whose objects.")
    recipient: PartnerId = Field(description="To whom.")
    tlp_max: TlpName = Field(
        description="Up to which label, at most amber: above it only what the originator signs for the single case counts."
    )
    until: Moment | None = Field(default=None, description="When the grant ends.")


class Unmarked(File):
    """What a producer's unmarked objects count as, because the agreement says so."""

    producer: PartnerId = Field(description="Whose unmarked objects.")
    tlp: TlpName = Field(description="How they are to be read.")


class LegalBasis(File):
    """One ground that the parties rest on."""

    id: Annotated[str, Field(min_length=1)] = Field(description="For example gdpr-6-1-f.")
    valid_until: Moment | None = Field(default=None, description="From then on it counts no more; with none left the agreement ends.")


class Client(File):
    """TLP:AMBER may go to the clients of an organisation: here is one."""

    of: PartnerId = Field(description="Whose client: a party that supplies objects.")
    client: PartnerId = Field(description="The client: a party that receives them.")


def _basis(value: object) -> object:
    return [{"id": item} if isinstance(item, str) else item for item in value] if isinstance(value, list | tuple) else value


class Agreement(File):
    """agreements/<id>.yaml: what two or more parties have agreed in writing."""

    id: FileId = Field(description="The agreement's id, the same as the file's name.")
    version: Version = Field(description="Policies cite id@version.")
    extends: tuple[Reference, ...] = Field(default=(), description="id@version of templates whose limits hold here, too.")
    parties: Annotated[tuple[PartnerId, ...], Field(min_length=2)] = Field(description="The partners that it binds.")
    legal_basis: Annotated[
        tuple[LegalBasis, ...], BeforeValidator(_basis, json_schema_input_type=tuple[str | LegalBasis, ...]), Field(min_length=1)
    ] = Field(description="For example gdpr-6-1-f; or with `id` and `valid_until`.")
    purposes: Annotated[tuple[Purpose, ...], Field(min_length=1)] = Field(description="What released data may be used for.")
    valid_from: Moment = Field(description="Nothing is released under it before.")
    valid_until: Moment = Field(description="Nothing is released under it from then on; what was is withdrawn.")
    framework: tuple[str, ...] = Field(default=(), description="Clauses that it implements, for example GDPR-6-1-f or UNSCR-2322.")
    retention_days: Annotated[int, Field(gt=0)] | None = Field(
        default=None, description="How long recipients may keep what they get; nothing older is released either."
    )
    onward: Literal["none", "community", "agreement"] = Field(
        default="none", description="Whom a recipient may pass things on to: nobody, its community as labels allow, or the parties."
    )
    transfer_ground: str | None = Field(
        default=None, description="Ground for transfers between jurisdictions, for example adequacy or standard-clauses."
    )
    assurances: tuple[str, ...] = Field(
        default=(),
        description="What the parties assure of the treatment of persons, for example no-death-penalty; without any there is no purpose "
        + ", ".join(sorted(NEED_ASSURANCES))
        + ".",
    )
    legal_assistance: str | None = Field(
        default=None,
        description="Reference of the request for mutual legal assistance; without it there is no purpose "
        + ", ".join(sorted(NEED_REQUEST))
        + ".",
    )
    clients: tuple[Client, ...] = Field(default=(), description="Which party is a client of which: TLP:AMBER flows from one to the other.")
    grants: tuple[Grant, ...] = Field(default=(), description="Permissions for TLP:AMBER.")
    unmarked: tuple[Unmarked, ...] = Field(default=(), description="How unmarked objects are read; otherwise amber+strict.")
    limits: Limits = Field(default_factory=Limits, description="What nobody may get beyond under it.")
    minimize: Shown = Field(default_factory=Shown, description="What everybody sees less of under it.")

    @model_validator(mode="after")
    def _consistent(self) -> Agreement:
        if self.valid_until <= self.valid_from:
            message = "valid_until must be after valid_from"
            raise ValueError(message)
        named = {grant.producer for grant in self.grants} | {grant.recipient for grant in self.grants}
        named |= {item.producer for item in self.unmarked}
        if not named <= set(self.parties):
            message = "grants and unmarked may name parties of the agreement only"
            raise ValueError(message)
        if not {name for item in self.clients for name in (item.of, item.client)} <= set(self.parties):
            message = "clients may name parties of the agreement only"
            raise ValueError(message)
        return self

    @property
    def reference(self) -> str:
        """id@version, as policies cite it."""
        return f"{self.id}@{self.version}"

    def bases(self, slot: datetime) -> tuple[str, ...]:
        """The legal grounds that still count."""
        return tuple(item.id for item in self.legal_basis if item.valid_until is None or slot < item.valid_until)

    def is_in_force(self, slot: datetime) -> bool:
        """Whether it is between its dates and has a legal basis left."""
        return self.valid_from <= slot < self.valid_until and bool(self.bases(slot))

    @property
    def usable_purposes(self) -> frozenset[str]:
        """The purposes for which it fulfils what they ask for."""
        missing = (NEED_ASSURANCES if not self.assurances else frozenset()) | (NEED_REQUEST if not self.legal_assistance else frozenset())
        return frozenset(self.purposes) - missing
