"""Data for training under constraints: rows with labels and groups, read strictly, refused with a reason.

`load(setting)` reads what a document declares; `faults(setting)` says what is wrong with it before; every source of
rows is a member of `SOURCES`. What cannot be trusted is `NotUsable`: gaps, an empty group, a wrong coding, copies.
"""

from analysis.safety.loading import engine_files, files, shipped
from analysis.safety.loading.declared import (
    PARAMETERS,
    Declaration,
    declaration_of,
    faults,
    identity,
    load,
    of_table,
    table_of,
)
from analysis.safety.loading.loaded import Loaded
from analysis.safety.loading.refusal import NotUsable
from analysis.safety.loading.sources import SOURCES, Source
from analysis.safety.loading.table import Table

__all__ = [
    "PARAMETERS",
    "SOURCES",
    "Declaration",
    "Loaded",
    "NotUsable",
    "Source",
    "Table",
    "declaration_of",
    "engine_files",
    "faults",
    "files",
    "identity",
    "load",
    "of_table",
    "shipped",
    "table_of",
]
