"""Labels of every shape, for laws."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TypeVar

from hypothesis import strategies as st

from schemas.labels.acs import ACTIONS
from schemas.labels.iep import ACTIONS as PERMITTED
from schemas.labels.model import Acs, Classification, Grade, Iep, Label, Pap, Privilege, Sharing
from schemas.markings import Tlp

_T = TypeVar("_T")

NATIONS = ("XXA", "XXB")
GROUPS = ("FORUM", "XXA.ORG", "XXB.ORG")
PURPOSES = frozenset({"evidence", "training", "victim_notification", "network_defence"})
MOMENTS = [datetime(2026, month, 1, tzinfo=UTC) for month in (1, 6, 12)]


def subsets(items: tuple[str, ...]) -> st.SearchStrategy[frozenset[str]]:
    """Any subset."""
    return st.frozensets(st.sampled_from(items))


def few(items: st.SearchStrategy[_T]) -> st.SearchStrategy[frozenset[_T]]:
    """None, one or two."""
    return st.frozensets(items, max_size=2)


IEPS = st.builds(
    Iep,
    starts=st.sampled_from(MOMENTS),
    ends=st.none() | st.sampled_from(MOMENTS),
    encrypt=st.booleans(),
    actions=st.sampled_from(PERMITTED),
    notify=st.booleans(),
    attribution=st.sampled_from(["may", "must", "must-not"]),
    resale=st.booleans(),
)
PRIVILEGES = st.builds(
    Privilege,
    action=st.sampled_from(sorted(ACTIONS)),
    allowed=st.booleans(),
    nationalities=subsets((*NATIONS, "ALL")),
    organizations=subsets((*GROUPS, "ALL")),
    shareability=subsets(("LE", "IC", "ALL")),
    entity=subsets(("GOV", "SVC", "ALL")),
)
ACSS = st.builds(
    Acs,
    nation=st.sampled_from(NATIONS),
    privilege_default=st.booleans(),
    sharing_default=st.booleans(),
    caveat=subsets(("FISA", "POSSIBLEPII", "CISAPROPRIETARY")),
    sensitivity=subsets(("PII", "PR", "LES", "INT", "TEI")),
    shareability=subsets(("LE", "IC", "NCC")),
    entity=subsets(("GOV", "SVC")),
    privileges=few(PRIVILEGES),
    sharing=few(st.builds(Sharing, subsets((*GROUPS, "FOREIGNGOV", "SECTOR")), st.booleans())),
    disposed=st.none() | st.sampled_from(MOMENTS),
)
GRADES = st.builds(Grade, st.sampled_from("ABCDEF"), st.integers(1, 6), st.sampled_from(["4x4", "6x6"]), st.booleans())
LABELS = st.builds(
    Label,
    tlp=st.none() | st.sampled_from(Tlp),
    pap=st.none() | st.sampled_from(Pap),
    iep=few(IEPS),
    acs=few(ACSS),
    handling=subsets(("H0", "H1", "H2", "H3")),
    grades=few(GRADES),
    classification=st.none() | st.sampled_from(Classification),
    rel_to=few(subsets((*NATIONS, *GROUPS))),
    no_foreign=st.booleans(),
    orcon=st.booleans(),
    anonymous=st.booleans(),
    audiences=subsets(("exercise:one", "exercise:two")),
    statement=st.booleans(),
    unknown=st.booleans(),
    fault=st.booleans(),
)
MILD = st.builds(
    Label,
    tlp=st.sampled_from([Tlp.CLEAR, Tlp.GREEN, Tlp.AMBER]),
    pap=st.none() | st.sampled_from(Pap),
    iep=few(IEPS),
    acs=few(ACSS),
    handling=subsets(("H0", "H1")),
    grades=few(GRADES),
    rel_to=few(subsets((*NATIONS, *GROUPS))),
    anonymous=st.booleans(),
)
"""Labels that often let something pass, so that laws about what passes have something to say."""
