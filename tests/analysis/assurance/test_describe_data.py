"""``manage.py describe_data``: columns, and how labels are divided among groups; what is wrong, after the columns."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
import yaml
from django.core.management import CommandError, call_command

DOCUMENT = {
    "procedure": "safe", "data": "arrests", "positive": "Yes", "duplicates": "allow",
    "groups": {"RACE": {"column": "colour", "each": True}},
}  # fmt: skip


def said(*arguments: str) -> str:
    out = StringIO()
    call_command("describe_data", *arguments, stdout=out)
    return out.getvalue()


def written(folder: Path, **entries: object) -> str:
    file = folder / "fair.yml"
    file.write_text(yaml.safe_dump({**DOCUMENT, **entries}))
    return str(file)


def test_a_data_set_is_shown_by_its_columns() -> None:
    text = said("arrests")

    assert text.startswith("arrests: 5,226 rows")
    assert "“White”, “Black”" in text


def test_a_document_s_groups_are_shown_with_their_labels(tmp_path: Path) -> None:
    found = json.loads(said(written(tmp_path), "--json"))
    groups = {group["name"]: group for group in found["groups"]}

    assert groups["everyone"] == {"name": "everyone", "rows": 5226, "labels": {"No": 892, "Yes": 4334}, "mean": None}
    assert groups["RACE_Black"]["rows"] == 1288
    assert "RACE_Black  1,288  333 (25.9%)    955 (74.1%)" in said(written(tmp_path))


def test_what_is_wrong_is_said_after_what_helps_to_mend_it(tmp_path: Path) -> None:
    out = StringIO()
    with pytest.raises(CommandError, match="The label “released” is not coded 0 and 1"):
        call_command("describe_data", written(tmp_path, positive=None), stdout=out)

    assert "released" in out.getvalue()


@pytest.mark.parametrize(
    ("named", "why"),
    [("arests", "Did you mean “arrests”"), ("nowhere.csv", "There is no data file"), ("nowhere.yml", "cannot be read")],
)
def test_what_cannot_be_read_is_named(named: str, why: str) -> None:
    with pytest.raises(CommandError, match=why):
        said(named)
