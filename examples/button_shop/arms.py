"""What the shop tries out."""

from collections.abc import Sequence
from typing import TypedDict

from bandits.web import experiment


class Product(TypedDict):
    name: str
    price: int
    sold: int


def cheapest_first(products: Sequence[Product]) -> list[Product]:
    return sorted(products, key=lambda product: product["price"])


def favourites_first(products: Sequence[Product]) -> list[Product]:
    return sorted(products, key=lambda product: -product["sold"])


experiment(
    "button-color",
    title="Which colour sells?",
    arms=["grey", "green", "red"],
    control="grey",
    reward="bought",
    policy="thompson_bernoulli",
    floor=0.05,
    reward_window_seconds=1800,
)
experiment(
    "ranking",
    title="Which order sells?",
    arms={"cheapest": cheapest_first, "favourites": favourites_first},
    control="cheapest",
    reward="bought",
    policy="thompson_bernoulli",
    reward_window_seconds=1800,
)
