"""From what stands on the command line to a document: a function with its specifications, or a whole document."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from experiments.errors import BadValue
from experiments.problems import StudyFileError
from experiments.types import Json, JsonObject
from experiments.yaml_file import load

OF_A_DOCUMENT: Final = frozenset({"specification", "function", "components", "constraints"})
SLUG_LENGTH: Final = 60


@dataclass(frozen=True, slots=True)
class Ordered:
    """What is to be computed. source: the text of the file, where there was one."""

    slug: str
    document: JsonObject
    source: str = ""


def ordered(target: str, search: Path | None, *, name: str = "") -> Ordered:
    """target: ``module:function``, or a document's file. BadValue says what cannot be read."""
    if ":" not in target:
        return _from_file(Path(target), name)
    source = "" if search is None else _read(search)
    written: Json = {} if search is None else _parsed(source, search)
    document = {**_document(written), "procedure": "function", "function": target}
    return Ordered(name or slug_of(target), document, source)


def with_seed(order: Ordered, seed: int | None) -> Ordered:
    """Another seed than the document's."""
    return order if seed is None else replace(order, document={**order.document, "seed": seed})


def slug_of(text: str) -> str:
    """Fit for an address.

    >>> slug_of("my_package.models:train_MLP")
    'my-package-models-train-mlp'
    """
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:SLUG_LENGTH].strip("-") or "batch"


def _from_file(path: Path, name: str) -> Ordered:
    if not path.is_file():
        raise BadValue(
            f"“{path}” is neither a function (package.module:function) nor a file.",
            hint="A function is written with a colon between its module and its name.",
        )
    source = _read(path)
    document = _parsed(source, path)
    if not isinstance(document, Mapping) or not OF_A_DOCUMENT & document.keys():
        raise BadValue(f"{path} describes no batch: it names neither components, nor a function, nor constraints.")
    return Ordered(name or str(document.get("slug") or slug_of(path.stem)), document, source)


def _document(written: Json) -> JsonObject:
    """With a key `specification` it is a document; otherwise a mapping of values, or a list of such, is that alone."""
    if isinstance(written, Mapping) and "specification" in written:
        return written
    if isinstance(written, Mapping) or _is_union(written):
        return {"specification": written}
    raise BadValue("The search is neither a mapping from names to values, nor a list of such mappings.")


def _is_union(written: Json) -> bool:
    if not isinstance(written, Sequence) or isinstance(written, str) or not written:
        return False
    return all(isinstance(each, Mapping) for each in written)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadValue(f"{path} cannot be read: {error}.") from error


def _parsed(text: str, path: Path) -> Json:
    try:
        document, _ = load(text, example="examples/runs/digits_grid.yaml")
    except StudyFileError as error:
        raise BadValue(f"{path}: {error}") from error
    return document
