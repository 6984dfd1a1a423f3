"""What can be downloaded of an experiment, and in which formats.

`TABLES` and `FORMATS` are registries: a room above adds a table with `tables.register`, or columns by unit to `long`
and `wide` with `unit_columns.register_unit_columns`.
"""

from analysis.exports.formats import FORMATS, Format, format_named
from analysis.exports.options import Options
from analysis.exports.tables import TABLES, Table, ordered_tables, table_named

__all__ = ["FORMATS", "TABLES", "Format", "Options", "Table", "format_named", "ordered_tables", "table_named"]
