"""Where the shop's pages are."""

from django.urls import path

from examples.button_shop.views import buy, shop, thanks

urlpatterns = [
    path("", shop, name="shop"),
    path("buy/", buy, name="buy"),
    path("thanks/", thanks, name="thanks"),
]
