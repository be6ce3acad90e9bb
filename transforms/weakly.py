"""Let a part call what it is part of, without a cycle: a block with all its releases is freed as soon as it is done with."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar
from weakref import WeakMethod

P = ParamSpec("P")
R = TypeVar("R")


def weakly(method: Callable[P, R]) -> Callable[P, R]:
    """The method of an object that outlives whoever calls it, as a function that does not keep the object alive.

    Raises ReferenceError where it did not.
    """
    reference = WeakMethod(method)

    def call(*arguments: P.args, **named: P.kwargs) -> R:
        found = reference()
        if found is None:
            message = "a part was used after the whole was gone"
            raise ReferenceError(message)
        return found(*arguments, **named)

    return call
