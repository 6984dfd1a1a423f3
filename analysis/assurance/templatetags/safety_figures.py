"""Figures as reports write them: four digits, and words where there is no number."""

from __future__ import annotations

from django import template

register = template.Library()


@register.filter
def figure(value: float) -> str:
    """A number, or "no bound", or "no number"."""
    from analysis.safety.wording import figure as written

    return written(value)
