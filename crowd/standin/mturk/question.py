"""What a HIT asks: the XML that MTurk takes, and the address in it."""

from __future__ import annotations

from urllib.parse import urlsplit
from xml.etree import ElementTree

from crowd.standin.mturk.errors import Refused

EXTERNAL = "http://mechanicalturk.amazonaws.com/AWSMechanicalTurkDataSchemas/2006-07-14/ExternalQuestion.xsd"
SCHEMAS = {
    f"{{{EXTERNAL}}}ExternalQuestion",
    "{http://mechanicalturk.amazonaws.com/AWSMechanicalTurkDataSchemas/2011-11-11/HTMLQuestion.xsd}HTMLQuestion",
    "{http://mechanicalturk.amazonaws.com/AWSMechanicalTurkDataSchemas/2005-10-01/QuestionForm.xsd}QuestionForm",
    "{http://mechanicalturk.amazonaws.com/AWSMechanicalTurkDataSchemas/2017-11-06/QuestionForm.xsd}QuestionForm",
}
LONGEST = 65_535
LOOPBACK = ("localhost", "127.0.0.1", "::1")


def check_question(question: str) -> None:
    """Refused unless it is well-formed, of a schema that MTurk knows, not too long, and https.

    One concession, which MTurk does not make: http on this machine itself, so that nobody needs a certificate.
    """
    if len(question.encode()) > LONGEST:
        raise Refused(f"Question: it is longer than {LONGEST} bytes.", "InvalidParameterValue")
    root = _parsed(question)
    if root.tag not in SCHEMAS:
        raise Refused(f"There was an error parsing the XML question: no schema knows {root.tag!r}.", "XMLParseError")
    if root.tag.startswith(f"{{{EXTERNAL}}}"):
        _check_external(root)


def _check_external(root: ElementTree.Element) -> None:
    names = [child.tag.removeprefix(f"{{{EXTERNAL}}}") for child in root]
    if names != ["ExternalURL", "FrameHeight"]:
        raise Refused(
            f"There was an error parsing the XML question: ExternalQuestion holds {names}, not ExternalURL and "
            "FrameHeight.",
            "XMLParseError",
        )
    address = urlsplit((root[0].text or "").strip())
    if address.scheme != "https" and not (address.scheme == "http" and address.hostname in LOOPBACK):
        raise Refused(f"ExternalURL: {root[0].text!r} is not an https address.", "InvalidParameterValue")
    if not (root[1].text or "").strip().isdigit():
        raise Refused("FrameHeight: it is not a number of pixels (0: as high as the window).", "XMLParseError")


def external_url(question: str) -> str | None:
    """The page in the frame; None for another kind of question."""
    root = _parsed(question)
    found = root.find(f"{{{EXTERNAL}}}ExternalURL")
    return None if found is None else (found.text or "").strip()


def _parsed(question: str) -> ElementTree.Element:
    if "<!DOCTYPE" in question or "<!ENTITY" in question:
        raise Refused("There was an error parsing the XML question: no document type is allowed.", "XMLParseError")
    try:
        return ElementTree.fromstring(question)  # noqa: S314  # entities are refused above
    except ElementTree.ParseError as error:
        raise Refused(f"There was an error parsing the XML question: {error}", "XMLParseError") from error
