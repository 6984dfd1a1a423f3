"""Study files: YAML to JSON values with the line of each, and back without loss.

A careful subset of YAML 1.2: scalars are JSON's (`yes`, `no`, `on`, `12:30`, `2026-01-01` and `0123` are texts), keys
are texts, a key may stand once, tags are refused, and what anchors expand to is bounded.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import yaml

from experiments.problems import Path, Positions, Problem, StudyFileError, path_text
from experiments.types import Json

MAX_BYTES = 5_000_000
MAX_DEPTH = 60
MAX_VALUES = 300_000
TAG = "tag:yaml.org,2002:"
_BASE: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_SCALARS = (
    ("null", re.compile(r"(?:~|null|Null|NULL|)\Z"), ["~", "n", "N", ""]),
    ("bool", re.compile(r"(?:true|True|TRUE|false|False|FALSE)\Z"), list("tTfF")),
    ("int", re.compile(r"-?(?:0|[1-9][0-9]*)\Z"), list("-0123456789")),
    (
        "float",
        re.compile(r"-?(?:(?:0|[1-9][0-9]*)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?\Z"),
        list("-.0123456789"),
    ),
    ("merge", re.compile(r"<<\Z"), ["<"]),
)


class _Mark(Protocol):
    """A place in the text, counted from 0."""

    @property
    def line(self) -> int: ...
    @property
    def column(self) -> int: ...


class _Loader(_BASE):  # type: ignore[misc]  # the C loader when the wheel has it: the class is only known when running
    """Composes nodes; never constructs objects."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 (PyYAML's own protocol)


class _Dumper(yaml.SafeDumper):
    """Block style; list entries indented; a text that any YAML reader could take for something else is quoted."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """PyYAML leaves list entries flush with their key; people indent them."""
        return super().increase_indent(flow, False)

    def ignore_aliases(self, data: object) -> bool:
        """Every value is written out where it stands."""
        return True


for _name, _pattern, _first in _SCALARS:
    _Loader.add_implicit_resolver(TAG + _name, _pattern, _first)
    _Dumper.add_implicit_resolver(TAG + _name, _pattern, _first)


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    """Several lines as a block, one line plain or quoted, unprintable characters escaped."""
    if not all(char == "\n" or char.isprintable() for char in text):
        return dumper.represent_scalar(TAG + "str", text, style='"')
    return dumper.represent_scalar(TAG + "str", text, style="|" if "\n" in text else None)


def _represent_float(dumper: yaml.SafeDumper, number: float) -> yaml.ScalarNode:
    if not math.isfinite(number):
        raise ValueError(f"number: {number} has no place in JSON; allowed are finite numbers.")
    return dumper.represent_scalar(TAG + "float", repr(number))


_Dumper.add_representer(str, _represent_text)
_Dumper.add_representer(float, _represent_float)


def load(text: str | bytes, *, example: str = "examples/minimal.yaml") -> tuple[Json, Positions]:
    """The document and where each of its values stands. example: where somebody with an empty file may begin.

    StudyFileError, naming every problem found, if it is not one document of this subset, or is larger than
    MAX_BYTES, deeper than MAX_DEPTH, or expands to more than MAX_VALUES values.
    """
    node = _compose(_decoded(text))
    if node is None:
        raise _refused("The file is empty.", f"Start from {example}.")
    reading = _Reading()
    document = reading.value(node, ())
    if reading.problems:
        raise StudyFileError(reading.problems)
    return document, Positions(reading.values, reading.keys)


def dump(document: Json) -> str:
    """The file for that document: `load(dump(x))[0] == x`. Keys keep their order."""
    return yaml.dump(_plain(document), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110)


def _plain(value: Json) -> object:
    """Only dicts and lists, which is what the dumper knows."""
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(inner) for inner in value]
    return value


def _refused(message: str, hint: str, *, line: int = 1, column: int = 1) -> StudyFileError:
    return StudyFileError([Problem(line, column, "the file", message, hint)])


def _decoded(text: str | bytes) -> str:
    size = len(text) if isinstance(text, bytes) else len(text.encode("utf-8", "replace"))
    if size > MAX_BYTES:
        raise _refused(
            f"The file has {size:,} bytes; allowed are {MAX_BYTES:,}.", "Keep images and long texts outside it."
        )
    if isinstance(text, str):
        return text.removeprefix("\ufeff")
    try:
        return text.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = text.count(b"\n", 0, error.start) + 1
        raise _refused("This is not UTF-8 text.", "Save the file as UTF-8.", line=line) from error


def _compose(text: str) -> yaml.Node | None:
    """The node tree; None: there is nothing. Depth is looked at first, event by event, because composing recurses."""
    try:
        _look_at_depth(text)
        node: yaml.Node | None = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        sentence = (error.problem or error.context or "it cannot be read").strip()
        raise _refused(f"This is not valid YAML: {sentence}.", _yaml_hint(sentence), **_mark_place(mark)) from error
    except (yaml.YAMLError, UnicodeEncodeError) as error:
        raise _refused("The file has characters that YAML does not allow.", "Remove control characters.") from error
    return node


def _mark_place(mark: _Mark | None) -> dict[str, int]:
    return {"line": mark.line + 1, "column": mark.column + 1} if mark else {}


def _yaml_hint(sentence: str) -> str:
    if "tab" in sentence or "cannot start any token" in sentence:
        return "Indent with spaces, never with tabs; quote a text that starts with @, ` or %."
    if "mapping values" in sentence:
        return 'A text with a colon needs quotes: title: "Trust: a study".'
    if "single document" in sentence:
        return "Keep one document in a file: remove the line ---."
    if "alias" in sentence:
        return "Define the anchor (&name) above its first use (*name)."
    return "Look at indentation, brackets and quotes here and on the line above."


def _look_at_depth(text: str) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MAX_DEPTH:
            message = f"Lists and mappings are nested deeper than {MAX_DEPTH}."
            raise _refused(message, "Flatten this part of the file.", **_mark_place(event.start_mark))


@dataclass
class _Reading:
    """From nodes to JSON values, noting places and problems on the way."""

    values: dict[Path, tuple[int, int]] = field(default_factory=dict)
    keys: dict[Path, tuple[int, int]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    count: int = 0

    def value(self, node: yaml.Node, path: Path) -> Json:
        """The value of any node."""
        self.count += 1
        if self.count > MAX_VALUES or len(path) > MAX_DEPTH:
            raise self._expanded_too_far(path)
        self.values[path] = _place(node)
        if isinstance(node, yaml.MappingNode) and node.tag == TAG + "map":
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode) and node.tag == TAG + "seq":
            return [self.value(inner, (*path, index)) for index, inner in enumerate(node.value)]
        return self._scalar(node, path)

    def _mapping(self, node: yaml.MappingNode, path: Path) -> Json:
        result: dict[str, Json] = {}
        for key, inner in node.value:
            if key.tag != TAG + "merge":
                self._entry(result, key, inner, path)
        for inner in self._merged(node, path):
            merged = self.value(inner, path)
            result = {**merged, **result} if isinstance(merged, Mapping) else result
        return result

    def _entry(self, result: dict[str, Json], key: yaml.Node, inner: yaml.Node, path: Path) -> None:
        if not isinstance(key, yaml.ScalarNode):
            self.problems.append(self._problem(key, path, "A key must be a text.", "Quote it, or remove the brackets."))
            return
        name = str(key.value)
        if name in result:
            line = self.keys[(*path, name)][0]
            message = f"The key “{name}” stands twice; the first is on line {line}."
            self.problems.append(self._problem(key, (*path, name), message, "Keep one of them, or rename one."))
            return
        self.keys[(*path, name)] = _place(key)
        result[name] = self.value(inner, (*path, name))

    def _merged(self, node: yaml.MappingNode, path: Path) -> Iterator[yaml.Node]:
        for key, inner in node.value:
            if key.tag != TAG + "merge":
                continue
            sources = inner.value if isinstance(inner, yaml.SequenceNode) else [inner]
            for source in sources:
                if isinstance(source, yaml.MappingNode):
                    yield source
                else:
                    self.problems.append(self._problem(key, path, "<< needs a mapping.", "Write <<: *name."))

    def _scalar(self, node: yaml.Node, path: Path) -> Json:
        text = str(node.value)
        if node.tag == TAG + "null":
            return None
        if node.tag == TAG + "bool":
            return text.lower() == "true"
        if node.tag in (TAG + "int", TAG + "float"):
            return self._number(node, text, path)
        if node.tag not in (TAG + "str", TAG + "merge"):
            hint = "Remove the tag; write texts, numbers, lists and mappings."
            self.problems.append(self._problem(node, path, f"The tag {node.tag!r} is not allowed.", hint))
        return text

    def _number(self, node: yaml.Node, text: str, path: Path) -> Json:
        try:
            number = int(text) if node.tag == TAG + "int" else float(text)
        except ValueError:
            number = math.inf
        if math.isfinite(number):
            return number
        self.problems.append(
            self._problem(node, path, f"“{text[:40]}” is no number I can keep.", "Write a smaller number, or quote it.")
        )
        return None

    def _expanded_too_far(self, path: Path) -> StudyFileError:
        """Names the outermost entry: the innermost one is only an anchor's target."""
        message = f"Aliases expand to more than {MAX_VALUES:,} values, or for ever."
        return StudyFileError(
            [Positions(self.values, self.keys).problem(path[:1], message, "Use fewer aliases (*name).")]
        )

    def _problem(self, node: yaml.Node, path: Path, message: str, hint: str) -> Problem:
        return Problem(*_place(node), path_text(path), message, hint)


def _place(node: yaml.Node) -> tuple[int, int]:
    return node.start_mark.line + 1, node.start_mark.column + 1
