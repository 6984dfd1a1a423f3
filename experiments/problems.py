"""What is wrong with a study file, and where: a line, a path, a sentence, a way on."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

Path = tuple[str | int, ...]
PART = re.compile(r"[^.\[\]]+")


@dataclass(frozen=True)
class Problem:
    """One thing to mend. line, column: from 1; 0 where no file was read."""

    line: int
    column: int
    path: str
    message: str
    hint: str

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}: {self.path}: {self.message} {self.hint}".rstrip()

    def as_error(self) -> dict[str, str | int]:
        """As an entry of `errors` in an answer of the API; line and column where they are known."""
        place = {"line": self.line, "column": self.column} if self.line else {}
        return {"path": self.path, "message": self.message, "hint": self.hint, **place}


class StudyFileError(ValueError):
    """A file that cannot be read at all. Everything found is in `problems`."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


@dataclass(frozen=True)
class Positions:
    """Where each value of a document stands in its file. keys: where the key of a mapping entry stands."""

    values: Mapping[Path, tuple[int, int]] = field(default_factory=dict)
    keys: Mapping[Path, tuple[int, int]] = field(default_factory=dict)

    def of(self, path: Path) -> tuple[int, int]:
        """Line and column of the key (or list entry) at `path`, else of the nearest place around it."""
        for end in range(len(path), -1, -1):
            place = self.keys.get(path[:end]) or self.values.get(path[:end])
            if place:
                return place
        return (0, 0)

    def problem(self, path: Path, message: str, hint: str) -> Problem:
        """A problem at that path."""
        line, column = self.of(path)
        return Problem(line, column, path_text(path), message, hint)


def path_text(path: Path) -> str:
    """As people write it.

    >>> path_text(("experiments", 0, "steps", 2, "name"))
    'experiments[0].steps[2].name'
    >>> path_text(())
    'the file'
    """
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".") or "the file"


def parts_of(text: str) -> Path:
    """The path again as parts: the inverse of `path_text`, for every path but the file's own.

    >>> parts_of("steps[2].components[0].props")
    ('steps', 2, 'components', 0, 'props')
    """
    return tuple(int(part) if part.isdecimal() else part for part in PART.findall(text))


def quoted(names: Iterable[object]) -> str:
    """A readable list of names.

    >>> quoted(["a", "b"])
    '“a”, “b”'
    """
    return ", ".join(f"“{name}”" for name in names) or "none"


def did_you_mean(word: object, known: Iterable[object]) -> str:
    """A hint that names the nearest known word, or all of them.

    >>> did_you_mean("colour", ["color", "size"])
    'Did you mean “color”?'
    >>> did_you_mean("x", ["color", "size"])
    'Known here: “color”, “size”.'
    """
    names = [str(name) for name in known]
    near = difflib.get_close_matches(str(word), names, n=1, cutoff=0.6)
    return f"Did you mean “{near[0]}”?" if near else f"Known here: {quoted(names)}."
