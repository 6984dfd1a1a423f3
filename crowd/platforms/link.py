"""A plain link: SONA, e-mail, a class, a kiosk. There is nobody to call; people come by themselves and are thanked."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from crowd.platforms.base import Can, Order, PostingSeen
from crowd.platforms.kinds import Kind, Option
from crowd.platforms.limited import Limited
from crowd.reconcile.words import PostingSight


class PlainLink(Limited):
    """A posting is a link to our own door. What is desired of it is so at once: nothing is kept, nobody is asked."""

    kind = "link"
    title = "A plain link"
    abilities = frozenset({Can.POST, Can.PAUSE})

    def publish(self, order: Order) -> PostingSeen:
        return PostingSeen(order.token, PostingSight.OPEN, order.places)

    def find(self, order: Order) -> PostingSeen | None:
        return self.publish(order)

    def posting(self, external_id: str) -> PostingSeen | None:
        """Open, whatever it is: whoever wants it otherwise says so again, and then it is."""
        return PostingSeen(external_id, PostingSight.OPEN, places=0)

    def add_places(self, external_id: str, places: int, *, token: str, expires_at: datetime) -> None:
        """Our door counts them."""

    def open(self, external_id: str, *, expires_at: datetime) -> None:
        """Our door is."""

    def pause(self, external_id: str) -> None:
        """Our door asks the campaign."""

    def close(self, external_id: str) -> None:
        """Our door asks the campaign."""

    def remove(self, external_id: str) -> None:
        """There is nothing to remove."""


LINK: Final = Kind(
    name="link",
    title="Plain link",
    about="A link that you send yourself: SONA, e-mail, in class, a kiosk. Nothing is called, and we pay nobody there.",
    abilities=PlainLink.abilities,
    connect=PlainLink,
    options=(
        Option(
            "return_url",
            "where people go when they are done; {id} stands for their id, as survey_code={id} of SONA",
        ),
    ),
    is_read=False,
)
