"""`{% load bandits %}`: the visitor's arm in a template.

{% arm "color" %} writes its value; {% arm "color" as color %} keeps it; {% ifarm "color" "green" "blue" %} … {% else %}
… {% endifarm %} shows a part to those arms alone.
"""

from __future__ import annotations

from collections.abc import Sequence

from django import template
from django.http import HttpRequest
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.template.context import Context

from bandits.web.choices import Choice
from bandits.web.deciding import control
from bandits.web.serving import bandits_of
from bandits.web.values import ArmValue

register = template.Library()


@register.simple_tag(takes_context=True)
def arm(context: Context, slug: str) -> ArmValue:
    """The value of the visitor's arm; the control's where the template is rendered for no request (a mail)."""
    return _choice(context, slug).value


class IfArm(template.Node):
    """A block for some arms, and one for the others."""

    child_nodelists = ("shown", "other")

    def __init__(self, slug: FilterExpression, names: Sequence[FilterExpression], shown: NodeList, other: NodeList):
        self.slug, self.names, self.shown, self.other = slug, names, shown, other

    def render(self, context: Context) -> str:
        """The block that goes with the visitor's arm."""
        names = {str(name.resolve(context)) for name in self.names}
        choice = _choice(context, str(self.slug.resolve(context)))
        return (self.shown if choice.arm in names else self.other).render(context)


@register.tag
def ifarm(parser: Parser, token: Token) -> IfArm:
    """{% ifarm "color" "green" %} … {% else %} … {% endifarm %}"""
    tag, *words = token.split_contents()
    if len(words) < 2:
        raise template.TemplateSyntaxError(f"{tag} takes an experiment and one or more of its arms.")
    slug, *names = map(parser.compile_filter, words)
    shown = parser.parse(("else", "endifarm"))
    other = NodeList()
    if parser.next_token().contents == "else":
        other = parser.parse(("endifarm",))
        parser.delete_first_token()
    return IfArm(slug, names, shown, other)


def _choice(context: Context, slug: str) -> Choice:
    request = getattr(context, "request", None) or context.get("request")
    if not isinstance(request, HttpRequest):
        return control(slug, "the template is rendered for no request")
    return bandits_of(request).arm(slug)
