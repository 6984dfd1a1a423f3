"""How PostgreSQL spells a cell of a CSV, to the byte as `csv_format` does; NULL where only Python can.

Expressions go in as SQL, expressions come out. Nothing that a person wrote is ever part of one.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from analysis.exports.columns import Kind

PLAIN: Final = r"^[A-Za-z0-9_]([A-Za-z0-9_ .:;()/\-]*[A-Za-z0-9_.:;()/\-])?$"
WHOLE: Final = r"^-?[0-9]{1,15}$"
NUMBER: Final = r"^[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?$"
FORMULA: Final = r"^'*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]"
BEYOND_ASCII: Final = r"[^\x01-\x7f]"
"""Other scripts have digits and formula signs of their own."""
SPACE: Final = r"\t\n\v\f\r\x1c-\x1f \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
NEEDS_QUOTES: Final = rf'[",\r\n]|^[{SPACE}]|[{SPACE}]$|^$'


def matches(text: str, pattern: str) -> str:
    """Whether it does."""
    return f"{text} ~ {literal(pattern)}"


def literal(pattern: str) -> str:
    """As SQL's own string: what is escaped in it is for the regular expression, and a quote is one."""
    return "'" + pattern.replace("'", "''").replace("%", "%%") + "'"


def text_cell(text: str) -> str:
    """A text: guarded against formulas, quoted where it must be; nothing for NULL."""
    guarded = f"CASE WHEN {matches(text, FORMULA)} AND NOT {matches(text, NUMBER)} THEN '''' || {text} ELSE {text} END"
    quoted = f"'\"' || replace({guarded}, '\"', '\"\"') || '\"'"
    return (
        f"CASE WHEN {text} IS NULL THEN '' WHEN {matches(text, PLAIN)} THEN {text}"
        f" WHEN {matches(text, FORMULA)} AND {matches(text, BEYOND_ASCII)} THEN NULL"
        f" WHEN {matches(f'({guarded})', NEEDS_QUOTES)} THEN {quoted} ELSE {guarded} END"
    )


def number_cell(number: str) -> str:
    """A double: whole ones without a point, others as short as reads back."""
    return (
        f"CASE WHEN {number} IS NULL THEN '' WHEN abs({number}) < 1e15 AND trunc({number}) = {number}"
        f" THEN {number}::bigint::text WHEN abs({number}) >= 1e-4 AND abs({number}) < 1e15 THEN {number}::text END"
    )


def time_cell(moment: str) -> str:
    """ISO 8601 in UTC with microseconds."""
    return f"""to_char({moment} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""


def said_cell(found: str) -> str:
    """JSON as text: words as they are, whole numbers; nothing for null or what is not there."""
    text = f"({found} #>> '{{}}')"
    return (
        f"CASE coalesce(jsonb_typeof({found}), 'null') WHEN 'null' THEN '' WHEN 'string' THEN {text_cell(text)}"
        f" WHEN 'number' THEN CASE WHEN {matches(text, WHOLE)} THEN {text} END WHEN 'boolean' THEN {text} END"
    )


def whole_cell(found: str) -> str:
    """JSON as a whole number; nothing where it is not there."""
    text = f"({found} #>> '{{}}')"
    is_whole = f"jsonb_typeof({found}) = 'number' AND {matches(text, WHOLE)}"
    return f"CASE WHEN {found} IS NULL THEN '' WHEN {is_whole} THEN {text} END"


def level_cell(found: str, kind: Kind) -> str:
    """A level of a factor, fitted to its column's kind."""
    text, typed = f"({found} #>> '{{}}')", f"coalesce(jsonb_typeof({found}), 'null')"
    if kind == Kind.TEXT:
        return f"CASE {typed} WHEN 'null' THEN '' WHEN 'string' THEN {text_cell(text)} END"
    if kind == Kind.BOOLEAN:
        return f"CASE {typed} WHEN 'boolean' THEN {text} ELSE '' END"
    return (
        f"CASE WHEN {typed} IN ('null', 'string', 'array', 'object') THEN ''"
        f" WHEN {typed} = 'number' AND {matches(text, WHOLE)} THEN {text} END"
    )


def value_cells(value: str, number: str) -> str:
    """The value as text and what it is, joined by a comma."""
    text = f"({value} #>> '{{}}')"
    return (
        f"CASE jsonb_typeof({value}) WHEN 'number' THEN CASE WHEN {value}::float8 = {number}"
        f" THEN nullif({number_cell(number)}, '') || ',number' END"
        f" WHEN 'string' THEN {text_cell(text)} || ',text' WHEN 'boolean' THEN {text} || ',boolean'"
        f" WHEN 'null' THEN ',none' END"
    )


def line(cells: Iterable[str]) -> str:
    """The cells of a row, NULL if one of them is."""
    return " || ',' || ".join(f"({cell})" for cell in cells)
