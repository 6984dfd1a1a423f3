"""Write docs/methods.md from the registry of methods: `python -m scripts.methods`."""

from __future__ import annotations

from pathlib import Path

from analysis.statistics.methods import CHAPTERS, Method
from analysis.statistics.methods.door import Door
from analysis.statistics.words import Validity
from analysis.toolbox.computing.calling import example_command, input_lines

PAGE = Path(__file__).parent.parent / "docs" / "methods.md"
OPENING = """# Methods

Every figure that Machina shows names its method; here is each with what it promises, its formula and where it is from.
`level` is everywhere the error allowed (0.05), never the confidence. The unit of analysis is who was assigned (a
participant), never a trial. Where the numbers bear no answer, a sentence says what is missing; no figure is then shown.

What an interval or a p-value promises is one of these:

{promises}

Every method can be asked by its key, with your own table: by a command, over the API, or on the page “Methods” of the
console ([toolbox.md](toolbox.md)). What it then reads, and the command for its own example data, stand below it.

This page is written from `analysis/statistics/methods/` by `python -m scripts.methods`; a test holds that every method
used has its section, and that the page is as written.
"""


def page() -> str:
    """The whole page, as Markdown."""
    promises = "\n".join(f"- **{validity.value}**: {validity.sentence}" for validity in Validity)
    chapters = [f"## {title}\n\n" + "\n".join(map(_section, methods)) for title, methods in CHAPTERS.items() if methods]
    return "\n".join([OPENING.format(promises=promises), *chapters])


def _section(method: Method) -> str:
    return "\n".join(
        [
            f'### <a id="{method.key}"></a>{method.title}',
            "",
            f"Key `{method.key}`. {method.sentence}",
            "",
            *(f"    {line}" for line in method.formula.split(";  ")),
            "",
            f"Needs: {method.needs}",
            "",
            f"Source: {method.reference}",
            "",
            f"Reads: {' Settings: '.join(input_lines(method))}" if isinstance(method.door, Door) else method.door.why,
            "",
            *([f"    {example_command(method)}", ""] if isinstance(method.door, Door) else []),
        ]
    )


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
