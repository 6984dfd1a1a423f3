"""The shop's three pages."""

from collections.abc import Callable, Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from bandits.web import choose_arm, reward_and_redirect
from examples.button_shop.arms import Product

PRODUCTS: list[Product] = [
    {"name": "Oak board", "price": 49, "sold": 310},
    {"name": "Linen towel", "price": 12, "sold": 120},
    {"name": "Copper pan", "price": 89, "sold": 75},
]


@choose_arm("button-color")
@choose_arm("ranking")
def shop(
    request: HttpRequest, button_color: str, ranking: Callable[[Sequence[Product]], list[Product]]
) -> HttpResponse:
    return render(request, "button_shop/shop.html", {"products": ranking(PRODUCTS), "color": button_color})


@require_POST
def buy(request: HttpRequest) -> HttpResponse:
    return reward_and_redirect(request, "thanks", {"button-color": 1, "button-text": 1, "ranking": 1})


def thanks(request: HttpRequest) -> HttpResponse:
    return render(request, "button_shop/thanks.html")
