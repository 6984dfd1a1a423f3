"""The README of a bundle, and how to load a file in pandas and R."""

from __future__ import annotations

from analysis.exports.formats import Format
from analysis.exports.options import Options
from analysis.exports.tables import ordered_tables
from experiments.models import Experiment

PANDAS = {
    "csv": 'import pandas as pd\n\n{table} = pd.read_csv("{file}")',
    "jsonl": 'import pandas as pd\n\n{table} = pd.read_json("{file}", lines=True)',
    "parquet": 'import pandas as pd\n\n{table} = pd.read_parquet("{file}")',
}
R = {
    "csv": 'library(readr)\n\n{table} <- read_csv("{file}")',
    "jsonl": 'library(jsonlite)\n\n{table} <- stream_in(file("{file}"))',
    "parquet": 'library(arrow)\n\n{table} <- read_parquet("{file}")',
}
APOSTROPHES = """\
A text that a spreadsheet would run as a formula (it begins with =, +, -, @, a tab or a line break) has an apostrophe
before it. To get the text as it was given, take one apostrophe away where such a character follows it:

    import re
    column = column.str.replace(r"^'(?='*[=+\\-@\\t\\r\\n\\uff1d\\uff0b\\uff0d\\uff20])", "", regex=True)

Numbers are never touched.
"""


def snippets(written: Format, table: str, file: str) -> tuple[str, str]:
    """How to load a file in pandas and in R."""
    return PANDAS[written.name].format(table=table, file=file), R[written.name].format(table=table, file=file)


def readme(experiment: Experiment, written: Format, options: Options) -> str:
    """Markdown."""
    tables = "\n".join(f"- `{table.name}.{written.extension}`: {table.description}" for table in ordered_tables())
    pandas, r = snippets(written, "long", f"long.{written.extension}")
    rehearsal = (
        "Rehearsal data are included and marked in `is_rehearsal`."
        if options.with_rehearsal
        else ("Rehearsal data are left out.")
    )
    parts = [
        f"# {experiment.title}",
        f"Data of the experiment `{experiment.slug}` of the study `{experiment.study.slug}`. {rehearsal}",
        tables,
        "The definitions that the data were collected under are in `definition-<version>.json`. People appear under "
        "random pseudonyms only; free text (see `free_text` in the codebook) may still say who somebody is. Whoever "
        "withdrew and wanted their data deleted is in `wide` with their status, and nowhere with answers.",
        f"## Load\n\n```python\n{pandas}\n```\n\n```r\n{r}\n```",
        "## Check\n\n```sh\nsha256sum --check SHA256SUMS\n```",
    ]
    if written.name == "csv":
        parts.append(f"## Apostrophes\n\n{APOSTROPHES}")
    return "\n\n".join(parts).rstrip() + "\n"
