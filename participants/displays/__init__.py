"""What participants see and are asked: one kind of display per file, found by its name.

Pure Python: no Django, no I/O, no clock. ``participants.rendering`` turns displays into HTML.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import cast

from experiments.types import Json

from .bar_chart import BarChart
from .base import DISPLAYS, Display, Question, Stream
from .choice import Choice
from .comparison import Comparison
from .date import Date
from .errors import AnswerError, AnswerProblem, PropsError
from .free_text import FreeText
from .image import Image
from .jspsych import JsPsych
from .likert import Likert
from .number import Number
from .pairwise import Pairwise
from .prediction import Prediction
from .props import NOTHING, Reader
from .ranking import Ranking
from .slider import Slider
from .survey import Survey
from .table import Table
from .text import Text

__all__ = [
    "DISPLAYS",
    "AnswerError",
    "AnswerProblem",
    "Display",
    "PropsError",
    "Question",
    "Stream",
    "json_schema",
    "parse",
    "problems",
]

KINDS: tuple[type[Display], ...] = (
    Text,
    Image,
    Table,
    BarChart,
    Prediction,
    Comparison,
    Choice,
    Likert,
    Slider,
    Number,
    FreeText,
    Ranking,
    Date,
    Pairwise,
    Survey,
    JsPsych,
)
DISPLAYS.update({member.kind: member for member in KINDS})


def parse(kind: str, props: Mapping[str, object], *, name: str = "", seed: int | str | None = None) -> Display:
    """The display of this kind. With a ``seed`` (of session, trial and component) its chance is settled.

    PropsError, with path, message and hint, for the first thing that is wrong.
    """
    reader = Reader()
    made = Display.read_json({"kind": kind, "props": props}, "", reader, name=name)
    if reader.errors or made is NOTHING:
        raise reader.errors[0]
    display = cast(Display, made)
    return display if seed is None else display.arranged(seed)


def problems(kind: str, props: Mapping[str, object], *, languages: Iterable[str] = ()) -> list[PropsError]:
    """Everything wrong with props as they stand in a definition.

    {{ references }} and {language: text} mappings may stand anywhere: they are settled on the participant's page.
    """
    reader = Reader(loose=True, languages=frozenset(languages))
    Display.read_json({"kind": kind, "props": props}, "", reader)
    return reader.errors


def json_schema(kind: str) -> dict[str, Json]:
    """The JSON Schema of the props of a kind, as they may stand in a definition. KeyError for an unknown kind."""
    return DISPLAYS[kind].json_schema()
