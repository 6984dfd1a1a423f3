"""Write the second half of docs/displays.md from the registry, and take the pictures in docs/images/displays.

python scripts/display_docs.py             text and pictures (needs Chromium)
python scripts/display_docs.py --text      the text only
python scripts/display_docs.py --check     exit 1 if the text is not what the registry says
"""

from __future__ import annotations

import inspect
import os
import sys
import threading
from dataclasses import MISSING, Field
from pathlib import Path
from typing import get_args, get_origin

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import django  # noqa: E402 - after the settings are named
import yaml  # noqa: E402

from participants.displays import DISPLAYS, Display, Question, parse  # noqa: E402
from participants.displays.props import hints_of, limits_of, plain, prop_fields  # noqa: E402
from participants.displays.samples import SAMPLES  # noqa: E402

PAGE = ROOT / "docs" / "displays.md"
PICTURES = ROOT / "docs" / "images" / "displays"
MARK = "<!-- from here on written by scripts/display_docs.py -->\n"


class Readable(yaml.SafeDumper):
    """YAML as people write it: text of several lines as a block."""


def block(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    """A text, as a block where it has several lines."""
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="|" if "\n" in value else None)


Readable.add_representer(str, block)


def type_name(kind: object) -> str:
    """A type in a reader's words."""
    if get_origin(kind) is tuple:
        return f"list of {type_name(get_args(kind)[0])}"
    if isinstance(kind, type):
        words = {"str": "text", "int": "whole number", "float": "number", "bool": "true/false"}
        return words.get(kind.__name__, kind.__name__)
    options = get_args(kind)
    if all(isinstance(option, str) for option in options):
        return " \\| ".join(options)
    names = [type_name(option) for option in options if option is not type(None)]
    if len(names) > 4:
        return "JSON"
    return "value" if len(names) == 4 else " or ".join(names)


def prop_row(cls: type, entry: Field[object]) -> str:
    """One line of the table of props."""
    default = "required" if entry.default is MISSING else f"`{yaml.safe_dump(plain(entry.default)).split(chr(10))[0]}`"
    doc = limits_of(entry).doc.replace("|", "\\|")
    return f"| `{entry.name}` | {type_name(hints_of(cls)[entry.name])} | {default} | {doc} |"


def inner_types(cls: type) -> list[type]:
    """The objects that stand in the lists of a display."""
    found: list[type] = []
    for entry in prop_fields(cls):
        kind = hints_of(cls)[entry.name]
        inner = get_args(kind)[0] if get_origin(kind) is tuple else kind
        if isinstance(inner, type) and prop_fields_of(inner) and not issubclass(inner, Display):
            found.append(inner)
    return list(dict.fromkeys(found))


def prop_fields_of(cls: type) -> list[Field[object]]:
    """The props of a class, none if it has none."""
    return prop_fields(cls) if hasattr(cls, "__dataclass_fields__") else []


def props_table(cls: type) -> str:
    """The table of props of a class."""
    rows = "\n".join(prop_row(cls, entry) for entry in prop_fields(cls))
    return f"| prop | type | default | what it is |\n|---|---|---|---|\n{rows}\n"


def section(kind: str, member: type[Display]) -> str:
    """All about one kind."""
    sample = SAMPLES[kind]
    document = {"kind": kind, "props": sample.props}
    props = yaml.dump(document, Dumper=Readable, sort_keys=False, allow_unicode=True, width=100)
    parts = [
        f"## {kind}\n",
        f"{inspect.cleandoc(member.__doc__ or '')}\n",
        f"![{sample.title}](images/displays/{kind}.png)\n",
    ]
    parts.append(props_table(member))
    parts += [
        f"Each {inner.__name__}: {inspect.cleandoc(inner.__doc__ or '')}\n\n{props_table(inner)}"
        for inner in inner_types(member)
    ]
    parts.append(f"```yaml\n{props}```\n")
    display = parse(kind, sample.props, name="name", seed=0)
    if isinstance(display, Question):
        answer = yaml.safe_dump(sample.answer, default_flow_style=True, width=1000).replace("\n...", "").strip()
        measured = ", ".join(f"`{row or '(the measure itself)'}`" for row in display.measurements(sample.answer))
        parts.append(f"An answer: `{answer}`. Measured: {measured}.\n")
    return "\n".join(parts)


def text() -> str:
    """The page with its generated half renewed."""
    head = PAGE.read_text(encoding="utf-8").partition(MARK)[0]
    return head + MARK + "\n" + "\n".join(section(kind, member) for kind, member in DISPLAYS.items())


def serve() -> str:
    """Start the site in this process; its address."""
    from django.conf import settings
    from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
    from django.core.wsgi import get_wsgi_application

    settings.DEBUG = True
    server = ThreadedWSGIServer(("127.0.0.1", 0), WSGIRequestHandler)
    server.set_app(get_wsgi_application())
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"


def take_pictures(address: str) -> None:
    """One picture of each kind as a participant sees it, half answered."""
    from playwright.sync_api import sync_playwright

    from tests import browser

    program = browser.find()
    if program is None:
        sys.exit(browser.ADVICE)
    PICTURES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=str(program), args=list(browser.FLAGS))
        page = running.new_page(viewport={"width": 900, "height": 700})
        for kind in DISPLAYS:
            page.goto(f"{address}/participants/gallery/{kind}/?state={'empty' if kind == 'jspsych' else 'answered'}")
            page.wait_for_timeout(300)
            page.locator(".component").screenshot(path=PICTURES / f"{kind}.png")
        running.close()


def main(arguments: list[str]) -> int:
    """Write, or check."""
    if {"-h", "--help"} & set(arguments):
        print(__doc__)
        return 0
    django.setup()
    if "--check" in arguments:
        return int(PAGE.read_text(encoding="utf-8") != text())
    PAGE.write_text(text(), encoding="utf-8")
    if "--text" not in arguments:
        take_pictures(serve())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
