"""A plain link: SONA, e-mail, a class, a kiosk. There is nobody to call; people come by themselves and are thanked."""

from __future__ import annotations

from typing import Final

from crowd.platforms.kinds import Kind
from crowd.platforms.limited import Limited


class PlainLink(Limited):
    """Every call is refused: services ask for an ability before they wish for it, and this kind has none."""

    kind = "link"
    title = "A plain link"


LINK: Final = Kind(
    name="link",
    title="Plain link",
    about="A link that you send yourself: SONA, e-mail, in class, a kiosk. Nothing is called, and we pay nobody there.",
    abilities=frozenset(),
    connect=PlainLink,
)
