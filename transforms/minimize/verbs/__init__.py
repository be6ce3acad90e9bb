"""The verbs of a table, each made into a function once: `treatment(verb, spot)`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from schemas.sharing.verbs import Verb, parse_verb
from transforms.minimize.result import GONE, Treatment
from transforms.minimize.spot import Spot
from transforms.minimize.verbs.bucket import bucket
from transforms.minimize.verbs.decode import decode_then
from transforms.minimize.verbs.generalize import generalize
from transforms.minimize.verbs.mask import mask
from transforms.minimize.verbs.pseudonyms import pseudonym, tokenize
from transforms.minimize.verbs.regenerate import regenerate

__all__ = ["treatment"]


def _keep(_argument: str, _spot: Spot) -> Treatment:
    return lambda item, _whole: item


def _drop(_argument: str, _spot: Spot) -> Treatment:
    return lambda _item, _whole: GONE


def _refuse(reason: str) -> Callable[[str, Spot], Treatment]:
    def make(_argument: str, spot: Spot) -> Treatment:
        def refuse(_item: Any, _whole: Mapping[str, Any]) -> Any:
            raise spot.refuse(reason)

        return refuse

    return make


def _decode_then(argument: str, spot: Spot) -> Treatment:
    verb = parse_verb(argument)
    return decode_then(verb.name, treatment(verb, spot), spot)


_MAKERS: Mapping[str, Callable[[str, Spot], Treatment]] = {
    "keep": _keep,
    "bucket": bucket,
    "generalize": generalize,
    "pseudonym": pseudonym,
    "tokenize": tokenize,
    "mask": mask,
    "regenerate": regenerate,
    "drop": _drop,
    "hold_for_review": _refuse("held-by-policy"),
    "withhold_object": _refuse("path-withheld"),
    "decode_then": _decode_then,
}


def treatment(verb: Verb, spot: Spot) -> Treatment:
    """The function that does at a place what a verb says."""
    return _MAKERS[verb.name](verb.argument, spot)
