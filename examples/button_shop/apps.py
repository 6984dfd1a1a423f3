"""The shop's Django app."""

from django.apps import AppConfig


class ButtonShopConfig(AppConfig):
    """Its module `arms` is found and loaded by itself."""

    name = "examples.button_shop"
    label = "button_shop"
