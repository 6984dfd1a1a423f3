"""A CSV file, read strictly: a line with more or fewer fields than columns is refused, never filled or cut."""

from __future__ import annotations

import csv
import warnings
from io import BytesIO, StringIO
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.safety.loading.refusal import NotUsable

if TYPE_CHECKING:
    import pandas as pd

PATH = ("data", "path")


def read_csv(file: Path | BytesIO, path: str, header: int | None = 0) -> pd.DataFrame:
    """NotUsable if it is no CSV file that is whole. path: what it is called. header: None without a line of names."""
    import pandas as pd

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", pd.errors.ParserWarning)  # fields beyond the names would be cut off
            frame = pd.read_csv(file, header=header, index_col=False, low_memory=False, skipinitialspace=True)
    except pd.errors.ParserWarning as error:
        said = f"{path} has more fields in a line than names in its first: every column would be shifted."
        raise NotUsable([(PATH, said, "Name every column.")]) from error
    except pd.errors.EmptyDataError as error:
        raise NotUsable([(PATH, f"{path} is empty.", "Its first line names the columns.")]) from error
    except UnicodeDecodeError as error:
        raise NotUsable([(PATH, f"{path} is not text in UTF-8.", "Save it again as “CSV UTF-8”.")]) from error
    except pd.errors.ParserError as error:
        raise NotUsable([(PATH, f"{path} cannot be read: {error}.", "Every line needs as many fields.")]) from error
    _refuse_other_separators(frame, path)
    if len(frame) and frame.iloc[:, -1].isna().any():  # where a line is too short, at least its last column is empty
        _refuse_short_lines(file, path, len(frame.columns))
    return frame


def _refuse_other_separators(frame: pd.DataFrame, path: str) -> None:
    only = str(frame.columns[0]) if len(frame.columns) == 1 else ""
    separator = next((sign for sign in (";", "\t") if sign in only), None)
    if separator:
        said = f"The fields of {path} are separated by {'tabs' if separator != ';' else 'semicolons'}."
        raise NotUsable([(PATH, said, "Save it with commas between them.")])


def _refuse_short_lines(file: Path | BytesIO, path: str, fields: int) -> None:
    content = file.getvalue() if isinstance(file, BytesIO) else file.read_bytes()
    lines = csv.reader(StringIO(content.decode("utf-8-sig"), newline=""), skipinitialspace=True)
    for line in lines:
        if line and len(line) < fields:
            said = f"Line {lines.line_num} of {path} has {len(line)} of {fields} fields."
            raise NotUsable([(PATH, said, "Its values may stand in the wrong columns: mend the line.")])
