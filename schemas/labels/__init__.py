"""Labels: what TLP, IEP, PAP, ACS, handling codes, grades, classification and statements say, as one lattice."""

from schemas.labels.definitions import WELL_KNOWN_MARKINGS, label_of, label_of_id
from schemas.labels.granular import Nodes, Pointer, marked_nodes
from schemas.labels.join import join, total
from schemas.labels.model import FAULT, NOTHING, UNKNOWN, Acs, Classification, Grade, Iep, Label, Pap
from schemas.labels.redact import redact
from schemas.labels.refusals import audience_of, refusal
from schemas.labels.words import words_in
from schemas.markings import Tlp
from schemas.stix.extensions_known import HANDLING_EXTENSION

__all__ = [
    "FAULT",
    "HANDLING_EXTENSION",
    "NOTHING",
    "UNKNOWN",
    "WELL_KNOWN_MARKINGS",
    "Acs",
    "Classification",
    "Grade",
    "Iep",
    "Label",
    "Nodes",
    "Pap",
    "Pointer",
    "Tlp",
    "audience_of",
    "join",
    "label_of",
    "label_of_id",
    "marked_nodes",
    "redact",
    "refusal",
    "total",
    "words_in",
]
