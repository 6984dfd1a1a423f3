"""How the facts of a car read, in English and German."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from examples.trust_in_explanations.cars import ORIGINS
from experiments.types import Json

POUND = 0.45359237
CUBIC_INCH = 0.016387064
NAMES = {
    "weight": ("Weight", "Gewicht"),
    "power": ("Engine power", "Motorleistung"),
    "size": ("Engine size", "Hubraum"),
    "cylinders": ("Cylinders", "Zylinder"),
    "acceleration": ("From 0 to 60 mph", "Von 0 auf 60 mph (97 km/h)"),
    "year": ("Model year", "Modelljahr"),
    "origin": ("Made in", "Hergestellt in"),
}
MEANINGS = {
    "weight": ("What the empty car weighs.", "Was das leere Auto wiegt."),
    "power": ("How strong the engine is.", "Wie stark der Motor ist."),
    "size": ("How much room the cylinders have together.", "Wie viel Raum die Zylinder zusammen haben."),
    "cylinders": ("How many cylinders the engine has.", "Wie viele Zylinder der Motor hat."),
    "acceleration": ("Time to get to this speed from standing.", "Zeit vom Stand bis zu diesem Tempo."),
    "year": ("The year the model came out.", "Das Jahr, in dem das Modell herauskam."),
    "origin": ("Where its maker is at home.", "Wo der Hersteller zu Hause ist."),
}
PLACES = {"USA": ("USA", "USA"), "Europe": ("Europe", "Europa"), "Japan": ("Japan", "Japan")}
CORRECTED = {"vokswagen": "volkswagen", "vw": "volkswagen", "chevroelt": "chevrolet", "chevy": "chevrolet",
             "maxda": "mazda", "toyouta": "toyota"}  # fmt: skip
CAPITALS = frozenset({"amc", "bmw", "glc", "gl", "dl", "gt", "tc", "d/l", "sst", "(sw)"})


def _both(texts: tuple[str, str]) -> dict[str, Json]:
    return {"en": texts[0], "de": texts[1]}


def fact_row(fact: str, value: float) -> dict[str, Json]:
    """A row of the table: name, value with unit, meaning."""
    return {"name": _both(NAMES[fact]), "value": shown(fact, value), "definition": _both(MEANINGS[fact])}


def shown(fact: str, value: float) -> Json:
    """The value in words; one text for all where the languages agree."""
    if fact == "weight":
        return f"{value:.0f} lb ({value * POUND:.0f} kg)"
    if fact == "power":
        return _both((f"{value:.0f} hp", f"{value:.0f} PS"))
    if fact == "size":
        litres = f"{value * CUBIC_INCH:.1f}"
        return _both((f"{litres} litres", f"{litres.replace('.', ',')} Liter"))
    if fact == "acceleration":
        return _both((f"{value:.1f} seconds", f"{value:.1f} Sekunden".replace(".", ",")))
    if fact == "origin":
        return _both(PLACES[ORIGINS[int(value)]])
    return _both(("1981 or 1982", "1981 oder 1982")) if fact == "year" and value == 1982 else f"{value:.0f}"


def pretty_name(name: str, year: int) -> str:
    """The name as people write it, with its year; the file has typing errors and abbreviations.

    >>> pretty_name("vw rabbit c (diesel)", 1980)
    '1980 Volkswagen Rabbit C (Diesel)'
    >>> pretty_name("saab 99le", 1982)
    '1981/82 Saab 99LE'
    """
    words = [CORRECTED.get(word, word) for word in name.split()]
    is_code = [word in CAPITALS or any(char.isdigit() for char in word) for word in words]
    written = [word.upper() if code else word.title() for word, code in zip(words, is_code, strict=True)]
    return " ".join(["1981/82" if year == 1982 else str(year), *written])


def case_line(case: Mapping[str, Json], language: str) -> str:
    """One line of the debrief: the truth, both predictions, who was nearer."""
    k, m = (cast("Mapping[str, Json]", case[model])["prediction"] for model in ("k", "m"))
    nearer = str(case["nearer"]).upper()
    truth, name = case["truth"], case["name"]
    if language == "de":
        return f"- **{name}**: wirklich {truth} mpg. K sagte {k}, M sagte {m}: **{nearer}** war näher dran."
    return f"- **{name}**: really {truth} mpg. K said {k}, M said {m}: **{nearer}** was nearer."
