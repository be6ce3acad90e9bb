"""The files that say what may be shared: partners, communities, agreements, templates, overlays, policies.

Each is versioned YAML; deny is the default everywhere. `effective` tells what all of them together let one recipient have.
"""

from schemas.sharing.agreement import Agreement, Client, Grant, LegalBasis, Unmarked
from schemas.sharing.community import Community, communities_of
from schemas.sharing.effective import Effective, effective
from schemas.sharing.files import SharingSet
from schemas.sharing.layers import Layer, SightingRules
from schemas.sharing.limits import Limits, Release
from schemas.sharing.overlay import Overlay
from schemas.sharing.partner import GrantKey, Partner
from schemas.sharing.policy import Policy
from schemas.sharing.purposes import PURPOSES, Purpose
from schemas.sharing.shown import Minimize, Shown, SightingsShown
from schemas.sharing.template import Template
from schemas.sharing.words import Moment, PartnerId, TlpName, Version

__all__ = [
    "PURPOSES",
    "Agreement",
    "Client",
    "Community",
    "Effective",
    "Grant",
    "GrantKey",
    "Layer",
    "LegalBasis",
    "Limits",
    "Minimize",
    "Moment",
    "Overlay",
    "Partner",
    "PartnerId",
    "Policy",
    "Purpose",
    "Release",
    "SharingSet",
    "Shown",
    "SightingRules",
    "SightingsShown",
    "Template",
    "TlpName",
    "Unmarked",
    "Version",
    "communities_of",
    "effective",
]
