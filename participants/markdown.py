"""Researchers' Markdown as safe HTML: no script, no style, no picture from elsewhere, headings below the page's own."""

from __future__ import annotations

import re
from functools import lru_cache
from html import unescape

import nh3
from django.contrib.staticfiles.storage import staticfiles_storage
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

from participants.displays.props import is_local

TAGS = frozenset(
    """
    a abbr b blockquote br caption cite code dd del details div dl dt em figcaption figure h2 h3 h4 h5 h6 hr i img ins
    kbd li mark ol p pre q s samp small span strong sub summary sup table tbody td tfoot th thead tr u ul var
    """.split()  # noqa: SIM905 - a list of 53 quoted words reads worse
)
LABEL_TAGS = frozenset("b br code del em i img kbd mark s small span strong sub sup u".split())  # noqa: SIM905 - as above
ATTRIBUTES = {
    "*": {"lang", "dir", "title"},
    "a": {"href", "target"},
    "img": {"src", "alt", "width", "height"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
}
TASK_TAGS = TAGS | {
    "audio", "button", "fieldset", "form", "h1", "input", "label", "legend", "option", "select", "source", "textarea",
    "video",
}  # fmt: skip
TASK_ATTRIBUTES = {
    **ATTRIBUTES,
    "*": {"lang", "dir", "title", "class", "id", "role", "style", "aria-label", "aria-labelledby", "aria-describedby"},
    "audio": {"src", "controls"},
    "button": {"type"},
    "input": {"type", "name", "value", "min", "max", "step", "checked", "required", "placeholder", "size", "maxlength"},
    "label": {"for"},
    "option": {"value", "selected"},
    "select": {"name", "required"},
    "source": {"src", "type"},
    "textarea": {"name", "rows", "cols", "required", "placeholder"},
    "video": {"src", "controls", "width", "height", "poster"},
}
TASK_STYLES = {"color", "background-color", "font-size", "font-weight", "text-align"}  # none can load anything
SCHEMES = {"http", "https", "mailto", "tel", "data"}
HEADING = re.compile(r"<(/?)h([1-6])\b")
parser = MarkdownIt("commonmark", {"html": True, "linkify": False}).enable(["table", "strikethrough"])


def source_url(source: str) -> str:
    """The address of a picture: a path or data: URL as it is, anything else is a static file."""
    if source.startswith(("/", "data:")):
        return source
    try:
        return str(staticfiles_storage.url(source))
    except ValueError:  # not in the manifest: the plain address tells more than an error page
        return f"/static/{source}"


def keep_attribute(tag: str, name: str, value: str) -> str | None:
    """Drop what would ask another host, or run: remote pictures, data: links."""
    if name in ("src", "poster"):
        return source_url(value) if is_local(value) else None
    if name == "href" and value.strip().lower().startswith("data:"):
        return None
    return value


def clean(html: str) -> str:
    """HTML with only what is harmless; links open beside the study and cannot reach back to it."""
    return nh3.clean(
        html,
        tags=set(TAGS),
        attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
        attribute_filter=keep_attribute,
        url_schemes=set(SCHEMES),
        link_rel="noopener noreferrer",
        set_tag_attribute_values={"a": {"target": "_blank"}},
    )


@lru_cache(maxsize=4096)
def markdown(text: str) -> SafeString:
    """A block of Markdown. Its highest headings become h2, whatever they were: the page's title is its only h1."""
    html = parser.render(text)
    top = min((int(found[2]) for found in HEADING.finditer(html)), default=2)
    shifted = HEADING.sub(lambda found: f"<{found[1]}h{min(int(found[2]) + 2 - top, 6)}", html)
    return mark_safe(clean(shifted))  # noqa: S308 - cleaned in this line


@lru_cache(maxsize=4096)
def inline_markdown(text: str) -> SafeString:
    """A line of Markdown for a label: emphasis, code, pictures; no paragraph and no link."""
    html = nh3.clean(
        parser.renderInline(text),
        tags=set(LABEL_TAGS),
        attributes={"*": {"lang", "dir"}, "img": {"src", "alt"}},
        attribute_filter=keep_attribute,
        url_schemes=set(SCHEMES),
    )
    return mark_safe(html)  # noqa: S308 - cleaned two lines above


def clean_task(html: str) -> str:
    """HTML of a jsPsych trial: forms are allowed, what runs or asks elsewhere is not."""
    return nh3.clean(
        html,
        tags=set(TASK_TAGS),
        attributes={tag: set(names) for tag, names in TASK_ATTRIBUTES.items()},
        attribute_filter=keep_attribute,
        url_schemes=set(SCHEMES),
        filter_style_properties=set(TASK_STYLES),
        link_rel="noopener noreferrer",
    )


def plain_text(text: str) -> str:
    """A label without its Markdown."""
    return unescape(nh3.clean(parser.renderInline(text), tags=set()))
