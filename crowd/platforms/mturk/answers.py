"""The answers that came with an assignment (QuestionFormAnswers): we look for the completion code alone."""

from __future__ import annotations

from typing import Final
from xml.etree import ElementTree

CODE_FIELDS: Final = ("completionCode", "code", "completion_code")
_NAMESPACE: Final = "{*}"


def answers_of(document: str) -> dict[str, str]:
    """Identifier > text. Nothing of a document that cannot be read or declares entities: it was a stranger's browser
    that wrote it.
    """
    if not document or "<!" in document.replace("<![CDATA[", ""):
        return {}
    try:
        root = ElementTree.fromstring(document.encode())  # noqa: S314 (no declarations are let in above)
    except ElementTree.ParseError:
        return {}
    return {
        answer.findtext(f"{_NAMESPACE}QuestionIdentifier", ""): answer.findtext(f"{_NAMESPACE}FreeText", "")
        for answer in root.iterfind(f"{_NAMESPACE}Answer")
    }


def code_of(document: str) -> str:
    """The completion code, at most 40 characters; "" without one."""
    found = answers_of(document)
    return next((found[name].strip()[:40] for name in CODE_FIELDS if found.get(name)), "")
