"""How many places one posting may have, and whether a round is a new posting or more places on the old one."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Shape:
    """at_most: places of one posting; None: any number. grows: a later round adds places to the posting there is.

    MTurk: ten places or more cost twice the fee, and a posting of nine cannot be raised to ten; a new one also stands
    first in the list again. Prolific: a study is one posting, whose places can only be raised.
    is_paid_by_hand: nobody is paid through it.
    """

    at_most: int | None = None
    grows: bool = True
    is_paid_by_hand: bool = False


SHAPES: dict[str, Shape] = {"mturk": Shape(9, grows=False), "link": Shape(is_paid_by_hand=True)}


def shape_of(platform: str) -> Shape:
    """Any number of places in one posting, unless the platform is known to be otherwise."""
    return SHAPES.get(platform, Shape())


def cut(places: int, shape: Shape) -> tuple[int, ...]:
    """Places of each posting of a round.

    >>> cut(20, SHAPES["mturk"]), cut(20, Shape()), cut(0, Shape())
    ((9, 9, 2), (20,), ())
    """
    if places < 0:
        raise ValueError(f"places must be at least 0, not {places}.")
    if shape.at_most is None:
        return (places,) if places else ()
    whole, rest = divmod(places, shape.at_most)
    return (shape.at_most,) * whole + ((rest,) if rest else ())
