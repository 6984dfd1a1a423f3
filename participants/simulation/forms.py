"""What somebody sees on a page: its form, the fields, what they ask for. Pure: HTML in, frozen objects out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser

VOID = frozenset({"input", "br", "hr", "img", "meta", "link", "wbr", "source", "area", "base", "col", "embed", "track"})
EXCERPT = 300
Attributes = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Field:
    """What is posted under one name.

    kind: hidden, radio, checkbox, select, text, textarea, date, task (filled by a script) or submit.
    low, high, step: of a number, as the page states them. least, most: characters, or ticks. ranking: the number of
    the ranking it belongs to, from 1. other_of: the question whose "other" it explains.
    """

    name: str
    kind: str
    options: tuple[str, ...] = ()
    value: str = ""
    required: bool = False
    low: str = ""
    high: str = ""
    step: str = ""
    least: int = 0
    most: int = 0
    ranking: int = 0
    other_of: str = ""
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class Form:
    """A form: where it goes, its fields by name in the page's order, the data-… of its tag."""

    id: str
    action: str
    fields: Mapping[str, Field]
    dataset: Attributes = field(default_factory=dict)

    @property
    def hidden(self) -> dict[str, str]:
        """What the page itself put in."""
        return {each.name: each.value for each in self.fields.values() if each.kind in ("hidden", "submit")}

    @property
    def asked(self) -> tuple[Field, ...]:
        """What a person fills in."""
        return tuple(each for each in self.fields.values() if each.kind not in ("hidden", "submit"))

    @property
    def nonce(self) -> str:
        """The name of the page that is being answered."""
        return self.hidden.get("nonce", "")


@dataclass(frozen=True, slots=True)
class SeenPage:
    """A page. progress: (pages behind, pages in all). errors: the text of its summary of errors."""

    title: str
    forms: Mapping[str, Form]
    progress: tuple[int, int]
    errors: str
    text: str

    @property
    def questions(self) -> Form | None:
        """The form of a page of the timeline."""
        return self.forms.get("page-form")

    @property
    def consent(self) -> Form | None:
        """The form of the door."""
        return self.forms.get("entry-form")

    @property
    def resume(self) -> Form | None:
        """The way back in after a time-out."""
        return next((form for form in self.forms.values() if form.action.endswith("/resume")), None)


def read_page(html: str) -> SeenPage:
    """Read a page."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.seen()


@dataclass
class _Draft:
    id: str
    action: str
    dataset: dict[str, str]
    fields: dict[str, Field] = field(default_factory=dict)

    def add(self, new: Field) -> None:
        """Radio buttons and tick boxes of one name are one field with many options."""
        old = self.fields.get(new.name)
        if old is not None and new.kind in ("radio", "checkbox"):
            new = replace(old, options=old.options + new.options, required=old.required or new.required)
        self.fields[new.name] = new


class _Reader(HTMLParser):
    """Keeps the open tags, so that an input knows what it lies in."""

    def __init__(self) -> None:
        super().__init__()
        self._open: list[tuple[str, dict[str, str]]] = []
        self._forms: dict[str, _Draft] = {}
        self._form: _Draft | None = None
        self._select: Field | None = None
        self._rankings = 0
        self._words: dict[str, list[str]] = {"title": [], "errors": [], "text": []}
        self._progress = (0, 0)

    def seen(self) -> SeenPage:
        forms = {
            name: Form(draft.id, draft.action, dict(draft.fields), draft.dataset) for name, draft in self._forms.items()
        }
        title, errors, text = (" ".join(" ".join(words).split()) for words in self._words.values())
        return SeenPage(title, forms, self._progress, errors[:EXCERPT], text[:EXCERPT])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value if value is not None else "" for name, value in attrs}
        if "data-ranking" in given:
            self._rankings += 1
        if tag == "form":
            self._begin_form(given)
        elif tag == "progress" and given.get("max", "").isdigit() and not any(self._progress):
            self._progress = (int(given.get("value") or 0), int(given["max"]))
        elif self._form is not None and (given.get("name") or tag == "option"):
            self._begin_field(tag, given, self._form)
        if tag not in VOID:
            self._open.append((tag, given))

    def handle_endtag(self, tag: str) -> None:
        while self._open:
            closed, _ = self._open.pop()
            if closed == tag:
                break
        if tag == "form":
            self._form = None
        elif tag == "select" and self._form is not None and self._select is not None:
            self._form.add(self._select)
            self._select = None

    def handle_data(self, data: str) -> None:
        tags = [tag for tag, _ in self._open]
        if "script" in tags or "head" in tags or not data.strip():
            return
        if "h1" in tags:
            self._words["title"].append(data)
        elif "main" in tags:
            self._words["text"].append(data)
        if self._around("id", "errors") is not None:
            self._words["errors"].append(data)

    def _around(self, name: str, value: str | None = None) -> str | None:
        """The attribute of the nearest open tag that has it (with that value)."""
        for _, given in reversed(self._open):
            if name in given and value in (None, given[name]):
                return given[name]
        return None

    def _begin_form(self, given: dict[str, str]) -> None:
        dataset = {name[5:]: value for name, value in given.items() if name.startswith("data-")}
        name = given.get("id") or given.get("action", "")
        self._form = _Draft(name, given.get("action", ""), dataset)
        self._forms[name] = self._form

    def _begin_field(self, tag: str, given: dict[str, str], form: _Draft) -> None:
        if tag == "option" and self._select is not None:
            option = given.get("value", "")
            self._select = replace(
                self._select, options=(*self._select.options, option) if option else self._select.options
            )
        elif tag == "select":
            ranking = self._rankings if self._around("data-ranking") is not None else 0
            self._select = Field(given["name"], "select", required=True, ranking=ranking)
        elif tag == "textarea":
            form.add(self._text(given, "textarea"))
        elif tag in ("input", "button"):
            form.add(self._input(given, "submit" if tag == "button" else given.get("type", "text")))

    def _input(self, given: dict[str, str], kind: str) -> Field:
        name, value = given["name"], given.get("value", "")
        required = "required" in given or self._around("aria-required") == "true"
        if kind in ("radio", "checkbox"):
            most = int(self._around("data-max-choices") or 0)
            return Field(name, kind, (value,), required=required, most=most)
        if kind in ("hidden", "submit"):
            return Field(name, "task" if "data-result" in given else kind, value=value)
        if kind == "date":
            return Field(name, kind, required=required, low=given.get("min", ""), high=given.get("max", ""))
        return self._text(given, "text")

    def _text(self, given: dict[str, str], kind: str) -> Field:
        is_slider = self._around("data-slider") is not None
        return Field(
            given["name"],
            kind,
            value=given.get("value", ""),
            required="required" in given,
            low=(self._around("data-min") or "") if is_slider else given.get("min", ""),
            high=(self._around("data-max") or "") if is_slider else given.get("max", ""),
            step=(self._around("data-step") or "") if is_slider else given.get("step", ""),
            least=int(given.get("data-low") or given.get("minlength") or 0),
            most=int(given.get("data-high") or given.get("maxlength") or 0),
            other_of=self._around("data-other") or "",
            is_number=given.get("inputmode") in ("numeric", "decimal"),
        )
