"""The README of a bundle, and how to load a file in pandas and R."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.exports.formats import Format
from analysis.exports.tables import Table
from analysis.exports.writing import Writing

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

    column = column.str.replace(r"^'(?='*[=+\\-@\\t\\r\\n\\uff1d\\uff0b\\uff0d\\uff20])", "", regex=True)

Numbers are never touched.
"""


def snippets(written: Format, table: str, file: str) -> tuple[str, str]:
    """How to load a file in pandas and in R."""
    return PANDAS[written.name].format(table=table, file=file), R[written.name].format(table=table, file=file)


def readme(writing: Writing, tables: Sequence[Table]) -> str:
    """Markdown, about the tables that it lies beside."""
    experiment, written = writing.experiment, writing.format
    listed = "\n".join(f"- `{table.name}.{written.extension}`: {table.description}" for table in tables)
    pandas, r = snippets(written, tables[0].name, f"{tables[0].name}.{written.extension}")
    rehearsal = "included and marked in `is_rehearsal`" if writing.options.with_rehearsal else "left out"
    parts = [
        f"# {experiment.title}",
        f"Data of the experiment `{experiment.slug}` of the study `{experiment.study.slug}`. "
        f"Rehearsal data are {rehearsal}.",
        listed,
        "The definitions that the data were collected under are in `definition-<version>.json`. People appear under "
        "random pseudonyms only; free text (see `free_text` in the codebook) may still say who somebody is. Whoever "
        "withdrew and wanted their data deleted is in `wide` with their status, and nowhere with answers.",
        f"## Load\n\n```python\n{pandas}\n```\n\n```r\n{r}\n```",
        "## Check\n\n```sh\nsha256sum --check SHA256SUMS\n```",
    ]
    if written.name == "csv":
        parts.append(f"## Apostrophes\n\n{APOSTROPHES}")
    return "\n\n".join(parts).rstrip() + "\n"
