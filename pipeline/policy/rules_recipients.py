"""Rules on what a recipient gets in effect, once all files have met."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.policy.grounds import Ground, Standing
from pipeline.policy.rule import Found, Look, Rule
from schemas.markings import Tlp
from schemas.sharing.meet import NO_AUDIENCE
from schemas.sharing.verbs import Verb
from schemas.stix.registry import KNOWN_PROPERTIES
from transforms.minimize.layers import Layers, with_default

_NAMELESS = frozenset({Verb("drop"), Verb("regenerate")})
"""Verbs that leave no organisation its name, whatever it is."""


def _each(look: Look) -> Iterator[tuple[str, Standing, Ground]]:
    """(file, standing, ground) of each recipient that is served at all."""
    for name, standing in look.standings.items():
        for ground in standing.grounds:
            if ground.agreements:
                yield f"policies/{name}.yaml", standing, ground


def _policy_ended(look: Look) -> Found:
    for name, standing in look.standings.items():
        until = standing.policy.effective_until
        if until is not None and look.slot >= until:
            yield f"policies/{name}.yaml", f"effective_until was {until:%Y-%m-%d}"


def _no_agreement(look: Look) -> Found:
    for name, standing in look.standings.items():
        if not any(ground.agreements for ground in standing.grounds):
            yield f"policies/{name}.yaml", "no agreement that it cites is in force and has the recipient as a party"


def _no_types(look: Look) -> Found:
    for file, _, ground in _each(look):
        if not ground.rules.types and ground.rules.audience != NO_AUDIENCE:
            yield file, f"no type is left for objects of {_names(ground)}: {', '.join(ground.rules.origins['types'])}"


def _no_purpose(look: Look) -> Found:
    for file, _, ground in _each(look):
        if not ground.rules.purposes:
            yield file, f"no purpose is left for objects of {_names(ground)}: {', '.join(ground.rules.origins['purposes'])}"


def _two_audiences(look: Look) -> Found:
    for file, _, ground in _each(look):
        if ground.rules.audience == NO_AUDIENCE:
            yield file, f"different audiences: {', '.join(ground.rules.origins['audience'])}"


def _other_audience(look: Look) -> Found:
    for file, _, ground in _each(look):
        wanted = look.configuration.hub.audience if look.configuration else ground.rules.audience
        if ground.rules.audience not in (wanted, NO_AUDIENCE):
            yield file, f"audience is {ground.rules.audience}, and this hub is for {wanted}"


def _type_unknown(look: Look) -> Found:
    for part in look.parts:
        for name in part.limits.types or ():
            if name not in KNOWN_PROPERTIES and not name.startswith("x-"):
                yield part.file, f"types: {name} is no type of STIX 2.1"


def _grant_above_ceiling(look: Look) -> Found:
    for file, standing, ground in _each(look):
        for agreement in ground.agreements:
            for grant in agreement.grants:
                if grant.recipient == standing.partner.id and min(grant.tlp_max, Tlp.AMBER) > ground.rules.tlp_max:
                    ceiling = ", ".join(ground.rules.origins["tlp_max"])
                    yield file, f"{grant.producer} grants more in {agreement.reference} than {ceiling} lets through"


def _few_sightings(look: Look) -> Found:
    for file, _, ground in _each(look):
        if ground.rules.sightings.k < 5:
            yield file, f"sightings of {ground.rules.sightings.k} partners are told"


def _resale(look: Look) -> Found:
    for file, _, ground in _each(look):
        if ground.rules.resale and ground.rules.tlp_max > Tlp.CLEAR:
            yield file, "tlp_max is above clear, and the recipient sells on what it gets"


def _named_to_authorities(look: Look) -> Found:
    for file, standing, ground in _each(look):
        if ground.rules.attribution == "named" and standing.partner.kind in ("le", "intel"):
            for name in ground.producers:
                if look.files.partners[name].kind == "ngo":
                    yield file, f"attribution is named, and {name} is an ngo"


def _names_nobody(look: Look) -> Found:
    for file, standing, ground in _each(look):
        if ground.rules.attribution == "named":
            layers = Layers(with_default(ground.rules.layers), kind=standing.partner.kind, threat=False)
            if "identity" not in ground.rules.types:
                yield file, f"attribution is named, and types leave out identity for objects of {_names(ground)}"
            elif _NAMELESS.intersection(layers.at(("identity", "name"))):
                yield file, f"attribution is named, and no identity of {_names(ground)} keeps its name"


def _verbatim(look: Look) -> Found:
    for file, standing, ground in _each(look):
        profiles = {layer.profile for layer in ground.rules.layers if layer.profile}
        if profiles == {"verbatim@1"} and standing.partner.kind in ("private", "ngo", "academic"):
            yield file, f"profile verbatim@1 for a recipient of kind {standing.partner.kind}: nothing looks for personal data"


def _extradition(look: Look) -> Found:
    for file, _, ground in _each(look):
        if "extradition_support" in ground.rules.purposes:
            yield file, f"what {_names(ground)} shares may be used to support extradition"


def _names(ground: Ground) -> str:
    return ", ".join(ground.producers)


RULES = (
    Rule(
        "policy-ended",
        "warning",
        "A policy has ended; its recipient gets nothing.",
        "Give it another date, or take it away.",
        _policy_ended,
    ),
    Rule(
        "no-agreement",
        "mistake",
        "No agreement that a policy cites is in force and has the recipient as a party, so nothing is released.",
        "Cite an agreement in force, or make the recipient a party in a new version.",
        _no_agreement,
    ),
    Rule(
        "nothing-released",
        "mistake",
        "No type is left that the policy names and all other files allow.",
        "Name types in `release.types`; where others narrow them, talk to those who wrote the files.",
        _no_types,
    ),
    Rule(
        "no-purpose",
        "mistake",
        "No purpose is left that all files allow.",
        "Cite agreements with a common purpose, or leave `purposes` to the agreements.",
        _no_purpose,
    ),
    Rule(
        "two-audiences",
        "mistake",
        "Two files name different audiences. Nothing belongs to both.",
        "Decide whether this recipient takes part in the exercise or in production; give the other role a partner id of its own.",
        _two_audiences,
    ),
    Rule(
        "other-audience",
        "mistake",
        "A policy is for another audience than this hub.",
        "Serve it from the hub of its audience.",
        _other_audience,
    ),
    Rule("type-unknown", "mistake", "A type is none of STIX 2.1.", "Correct it; custom types begin with x-.", _type_unknown),
    Rule(
        "grant-above-ceiling",
        "warning",
        "A producer grants more than the ceiling lets through.",
        "Raise `release.tlp_max`, or leave it: the ceiling counts.",
        _grant_above_ceiling,
    ),
    Rule(
        "few-sightings",
        "warning",
        "Sightings of fewer than five partners are told: who has seen something can be guessed.",
        "Write `k: 5` or more.",
        _few_sightings,
    ),
    Rule(
        "resale-above-clear",
        "warning",
        "A recipient that sells on what it gets would get more than TLP:CLEAR.",
        "Write `tlp_max: clear`.",
        _resale,
    ),
    Rule(
        "named-to-authorities",
        "mistake",
        "A non-governmental organisation would be named to police or intelligence.",
        "Write `attribution: anonymous`.",
        _named_to_authorities,
    ),
    Rule(
        "names-nobody",
        "warning",
        "Producers are to be named, but what is left of their identities has no name.",
        'Let identities go out and write `"identity.name": decode_then(regenerate)` under `minimize.paths`, or `attribution: anonymous`.',
        _names_nobody,
    ),
    Rule(
        "verbatim-beyond-peers",
        "warning",
        "A private, non-governmental or academic recipient would get objects as they were written.",
        "Take profile standard@1 or trusted@1.",
        _verbatim,
    ),
    Rule(
        "extradition",
        "warning",
        "What is shared may be used to support an extradition.",
        "Make sure that this is meant; otherwise take the purpose out of the policy.",
        _extradition,
    ),
)
