"""Collect what participants read, for the translators; compile what they wrote. Needs Babel (requirements-dev.in).

python scripts/messages.py            update participants/locale/*/LC_MESSAGES/django.po, and compile
python scripts/messages.py --check    exit 1 if a sentence lacks a translation or a file is out of date
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import django
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOM = Path(__file__).resolve().parent.parent / "participants"
LOCALES = ROOM / "locale"
CROWD = ROOM.parent / "crowd" / "arriving"  # what people are told who come from a platform
FAILURES = ROOM.parent / "machina_site" / "templates"  # pages for what went wrong: participants meet them, too
LANGUAGES = ("ar", "de", "es", "fr", "he")
WRITTEN = datetime(2026, 1, 1, tzinfo=UTC)
KEYWORDS = {
    "gettext": None,
    "_": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
SKIPPED = ("apps.py", "admin", "migrations", "management", "models")

Found = tuple[str, str | tuple[str, ...], str | None]


def found_messages() -> Iterator[Found]:
    """(file, message or (singular, plural), context) of every text a participant may read."""
    for path in sorted([*ROOM.rglob("*.py"), *CROWD.glob("*.py"), *ROOM.rglob("*.html"), *FAILURES.glob("*.html")]):
        shown = path.relative_to(ROOM.parent)
        if set(shown.parts) & set(SKIPPED):
            continue
        text = path.read_text(encoding="utf-8")
        source = flat(templatize(text, origin=str(shown))) if path.suffix == ".html" else text
        for _, message, _, context in extract("python", io.BytesIO(source.encode()), keywords=KEYWORDS):
            yield str(shown), message, context


def flat(source: str) -> str:
    """What Django makes of a template is read line by line: without its indentation, Python can read it too."""
    return "\n".join(line.strip() for line in source.splitlines())


def template() -> Catalog:
    """All messages, untranslated."""
    catalog = Catalog(project="Machina", charset="utf-8", fuzzy=False)
    for path, message, context in found_messages():
        flags = ["python-format"] if "%(" in str(message) else []
        catalog.add(message, locations=[(path, 0)], flags=flags, context=context)
    return catalog


def po_file(language: str) -> Path:
    """Where a language's translations are kept."""
    return LOCALES / language / "LC_MESSAGES" / "django.po"


def translations(language: str) -> Catalog:
    """What has been translated, brought up to date with what there is to translate."""
    path = po_file(language)
    if path.exists():
        with path.open("rb") as opened:
            catalog = read_po(opened, locale=language)
    else:
        catalog = Catalog(locale=language, project="Machina", charset="utf-8", fuzzy=False)
    catalog.update(template(), no_fuzzy_matching=True)
    catalog.obsolete.clear()
    catalog.creation_date = catalog.revision_date = WRITTEN  # no clock: the same texts make the same files
    catalog.header_comment = f"# What participants read, in {catalog.locale.english_name}."
    catalog.last_translator = catalog.language_team = catalog.msgid_bugs_address = "Machina"
    return catalog


def missing(language: str) -> list[str]:
    """Messages without a translation."""
    return [str(message.id) for message in translations(language) if message.id and not is_done(message.string)]


def is_done(string: str | Sequence[str] | None) -> bool:
    """Whether every form is there."""
    return all([string] if isinstance(string, str) else string or [""])


def compiled(catalog: Catalog) -> bytes:
    """The .mo file's bytes."""
    target = io.BytesIO()
    write_mo(target, catalog)
    return target.getvalue()


def is_stale(language: str) -> bool:
    """Whether the compiled file says something else than the written one."""
    return po_file(language).with_suffix(".mo").read_bytes() != compiled(translations(language))


def update(language: str) -> None:
    """Write the .po and the .mo file of a language."""
    catalog = translations(language)
    path = po_file(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as opened:
        write_po(
            opened, catalog, width=110, no_location=False, include_lineno=False, sort_output=True, omit_header=False
        )
    path.with_suffix(".mo").write_bytes(compiled(catalog))


def main(arguments: list[str]) -> int:
    """Update, or check."""
    if {"-h", "--help"} & set(arguments):
        print(__doc__)
        return 0
    settings.configure(USE_I18N=True)
    django.setup()
    checking = "--check" in arguments
    for language in LANGUAGES if not checking else ():
        update(language)
    gaps = {language: missing(language) for language in LANGUAGES}
    for language, messages in gaps.items():
        for message in messages:
            print(f"{language}: no translation of {message!r}")
    stale = [language for language in LANGUAGES if is_stale(language)]
    for language in stale:
        print(f"{language}: django.mo is out of date; run python scripts/messages.py")
    return 1 if any(gaps.values()) or stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
