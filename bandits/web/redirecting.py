"""Reward, then redirect: reloading the page that follows sends nothing again."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import models
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import resolve_url

from bandits.web.serving import bandits_of
from experiments.types import Json

Target = str | models.Model


def reward_and_redirect(request: HttpRequest, to: Target, rewards: Mapping[str, Json]) -> HttpResponseRedirect:
    """Reward each of these experiments, then send the browser on by GET (303).

    to: an address, the name of one, or an object that has one; never what a visitor sent.
    """
    for slug, value in rewards.items():
        bandits_of(request).reward(slug, value)
    return _see_other(to)


async def areward_and_redirect(request: HttpRequest, to: Target, rewards: Mapping[str, Json]) -> HttpResponseRedirect:
    """The same in an async view."""
    for slug, value in rewards.items():
        await bandits_of(request).areward(slug, value)
    return _see_other(to)


def _see_other(to: Target) -> HttpResponseRedirect:
    response = HttpResponseRedirect(resolve_url(to))
    response.status_code = 303
    return response
