"""Tags and filters of participants' templates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from django import template
from django.contrib.staticfiles.storage import staticfiles_storage
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from experiments.types import Json
from participants import rendering
from participants.displays import Display
from participants.markdown import inline_markdown, markdown, source_url

register = template.Library()


@register.simple_tag
def component(entry: rendering.Component) -> SafeString:
    """A component of a page, with its value and error."""
    value, error = getattr(entry, "value", None), getattr(entry, "error", None)
    return rendering.render_component(entry, value=value, error=error)


@register.simple_tag
def show(display: Display) -> SafeString:
    """A display inside another."""
    return rendering.render_display(display)


@register.simple_tag(takes_context=True)
def ask(context: template.Context, question: Display, name: str, required: bool) -> SafeString:
    """A question inside a form: it shares the form's posted fields and errors."""
    wanted = required and context["required"]
    return rendering.render_display(
        question, name=name, posted=context["posted"], required=wanted, errors=context["errors"]
    )


@register.simple_tag
def page_scripts(components: Iterable[object]) -> SafeString:
    """The scripts of the displays: vendored ones as they are, ours as modules."""
    tags = [
        ("defer" if path.startswith("vendor/") else 'type="module"', staticfiles_storage.url(path))
        for path in rendering.page_files(components, "scripts")
    ]
    return format_html_join("\n", '<script {} src="{}"></script>', [(SafeString(kind), url) for kind, url in tags])


@register.simple_tag
def page_styles(components: Iterable[object]) -> SafeString:
    """The style sheets of the displays."""
    urls = [(staticfiles_storage.url(path),) for path in rendering.page_files(components, "styles")]
    return format_html_join("\n", '<link rel="stylesheet" href="{}">', urls)


@register.simple_tag
def error_entries(components: Iterable[object]) -> list[rendering.ErrorEntry]:
    """The lines of the error summary."""
    return rendering.error_entries(components)


@register.simple_tag
def shown_value(value: object, decimals: int | None = None) -> SafeString:
    """A value for people, kept together in right-to-left text."""
    return format_html("<bdi>{}</bdi>", rendering.show_value(value, decimals))


@register.simple_tag
def signed_value(value: float, decimals: int) -> SafeString:
    """A number with its sign."""
    return format_html('<bdi class="signed">{}</bdi>', rendering.show_value(value, decimals, signed=True))


@register.filter
def md(text: str) -> SafeString:
    """A block of Markdown."""
    return markdown(text) if text else SafeString("")


@register.filter
def inline(text: str) -> SafeString:
    """A line of Markdown."""
    return inline_markdown(text) if text else SafeString("")


@register.filter
def source(path: str) -> str:
    """The address of a picture."""
    return source_url(path)


@register.filter
def words(text: str) -> list[str]:
    """The words of a text."""
    return text.split()


@register.filter
def dot(name: str, row: object) -> str:
    """The field of a row: ``name.row``."""
    return f"{name}.{row}"


@register.filter
def given(posted: Mapping[str, Sequence[str]], name: str) -> list[str]:
    """Everything posted under a name."""
    return list(posted.get(name, ()))


@register.filter
def typed(posted: Mapping[str, Sequence[str]], name: str) -> str:
    """The one text posted under a name."""
    return next(iter(given(posted, name)), "")


@register.filter
def entry(errors: Mapping[str, str], name: str) -> str:
    """The error of a field."""
    return errors.get(name, "")


@register.filter
def text(value: object) -> str:
    """A number or text as HTML attributes want it: never in the reader's language."""
    return "" if value is None else (f"{value:.12g}" if isinstance(value, float) else str(value))


@register.filter
def safe_timeline(timeline: Json) -> Json:
    """A jsPsych timeline whose HTML is sanitised."""
    return rendering.safe_timeline(timeline)
