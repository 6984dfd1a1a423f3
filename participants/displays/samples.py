"""One worked example of every kind: for the gallery, the documentation and the contract test."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from experiments.types import Json

SQUARE = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 320 180'%3E"
    "%3Crect width='320' height='180' fill='%23dfe8f7'/%3E"
    "%3Cpath d='M0 140 L70 90 L120 120 L190 40 L250 85 L320 30 V180 H0Z' fill='%230b66b0' fill-opacity='.35'/%3E"
    "%3Cpath d='M0 140 L70 90 L120 120 L190 40 L250 85 L320 30' fill='none' stroke='%230b66b0' stroke-width='4'/%3E"
    "%3C/svg%3E"
)


@dataclass(frozen=True)
class Sample:
    """Props, and for a question answers that fit and posts that do not."""

    title: str
    props: Mapping[str, Json]
    answer: Json = None
    refused: tuple[Mapping[str, list[str]], ...] = ()
    note: str = ""


FEATURES: list[Json] = [
    {"name": "Cylinders", "value": 4, "definition": "How many cylinders the engine has."},
    {"name": "Displacement", "value": 2.3, "unit": "l", "definition": "Volume of all cylinders together."},
    {"name": "Power", "value": 66, "unit": "kW"},
    {"name": "Weight", "value": 1295.5, "unit": "kg", "highlight": True},
    {"name": "Model year", "value": 1978},
    {"name": "Origin", "value": "Japan"},
]
BARS: list[Json] = [
    {"name": "Weight", "value": -3.42, "shown": 1295.5},
    {"name": "Model year", "value": 1.87, "shown": 1978},
    {"name": "Power", "value": -0.95, "shown": 66},
    {"name": "Displacement", "value": 0.61, "shown": 2.3},
    {"name": "Origin", "value": 0.22, "shown": "Japan"},
]
MODEL_A: Json = {"kind": "prediction", "props": {"model": "Model A", "prediction": 23.4, "unit": "mpg", "decimals": 1}}
MODEL_B: Json = {"kind": "prediction", "props": {"model": "Model B", "prediction": 19.8, "unit": "mpg", "decimals": 1}}
CHART_A: Json = {"kind": "bar_chart", "props": {"title": "Why Model A says so", "bars": BARS, "top": 3}}
CHART_B: Json = {"kind": "bar_chart", "props": {"title": "Why Model B says so", "bars": BARS[2:]}}
AGREEMENT: Json = ["Strongly disagree", "Disagree", "Neither", "Agree", "Strongly agree"]

SAMPLES: Mapping[str, Sample] = {
    "text": Sample(
        "Text",
        {
            "body": "## What you will see\n\nTwo models predict the **fuel economy** of a car. You see\n\n"
            "- the car's features,\n- each model's prediction,\n- and *why* the model says so.\n\n"
            "More about it: [how cars were measured](https://example.org/cars).",
            "tone": "note",
        },
    ),
    "image": Sample(
        "Image",
        {"src": SQUARE, "alt": "A line that rises from left to right with two dips.", "caption": "Prices over time."},
    ),
    "table": Sample("Table of features", {"caption": "The car", "rows": FEATURES}),
    "bar_chart": Sample(
        "Bar chart of attributions",
        {
            "title": "What moved the prediction",
            "bars": BARS,
            "baseline": 23.5,
            "prediction": 21.83,
            "unit": "mpg",
            "top": 4,
        },
    ),
    "prediction": Sample(
        "Prediction",
        {
            "model": "Model A",
            "label": "Predicted fuel economy",
            "prediction": 23.4,
            "unit": "mpg",
            "decimals": 1,
            "confidence": 0.82,
            "low": 20.1,
            "high": 26.7,
            "true_value": 24.5,
        },
    ),
    "comparison": Sample(
        "Comparison",
        {
            "title": "Two models, one car",
            "columns": [
                {"title": "Model A", "displays": [MODEL_A, CHART_A]},
                {"title": "Model B", "displays": [MODEL_B, CHART_B]},
            ],
        },
    ),
    "choice": Sample(
        "Choice",
        {
            "label": "Which model would you **trust** with the next car?",
            "help": "Think of a car that neither model has seen.",
            "options": [
                {"value": "a", "label": "Model A", "description": "It looked mostly at the weight."},
                {"value": "b", "label": "Model B", "description": "It looked mostly at the power."},
                {"value": "none", "label": "Neither of them"},
            ],
            "other": "Something else",
        },
        answer="b",
        refused=({"q": ["c"]}, {"q": ["a", "b"]}, {"q": ["other"]}, {}),
    ),
    "likert": Sample(
        "Likert grid",
        {
            "label": "How much do you agree?",
            "scale": AGREEMENT,
            "rows": [
                {"name": "clear", "label": "The explanation was clear."},
                {"name": "useful", "label": "The explanation helped me to decide."},
                {"name": "again", "label": "I would like to see such explanations again."},
            ],
        },
        answer={"clear": 4, "useful": 2, "again": 5},
        refused=({"q.clear": ["4"], "q.useful": ["9"], "q.again": ["1"]}, {"q.clear": ["4"]}, {}),
    ),
    "slider": Sample(
        "Slider",
        {"label": "How confident are you?", "min_label": "not at all", "max_label": "completely", "unit": "%"},
        answer=70,
        refused=({"q": ["101"]}, {"q": ["much"]}, {"q": ["12.5"]}, {}),
    ),
    "number": Sample(
        "Number",
        {"label": "What do you think the car's fuel economy really is?", "min": 0, "max": 100, "unit": "mpg"},
        answer=24.5,
        refused=({"q": ["-1"]}, {"q": ["1e9"]}, {"q": ["nan"]}, {"q": ["two"]}, {}),
    ),
    "free_text": Sample(
        "Free text",
        {"label": "Why did you choose this model?", "min_length": 10, "max_length": 300, "rows": 3},
        answer="Its reasons were closer to mine.",
        refused=({"q": ["short"]}, {"q": ["x" * 301]}, {}),
    ),
    "ranking": Sample(
        "Ranking",
        {
            "label": "What matters most when you buy a car?",
            "first_label": "Matters most",
            "last_label": "Matters least",
            "options": ["Price", "Safety", "Fuel economy", "Looks"],
        },
        answer=["Safety", "Price", "Fuel economy", "Looks"],
        refused=(
            {"q.Price": ["1"], "q.Safety": ["1"], "q.Fuel economy": ["2"], "q.Looks": ["3"]},
            {"q.Price": ["1"]},
            {"q.Price": ["1"], "q.Safety": ["2"], "q.Fuel economy": ["3"], "q.Looks": ["9"]},
            {},
        ),
    ),
    "date": Sample(
        "Date",
        {"label": "When did you last buy a car?", "min": "1990-01-01", "max": "2026-12-31"},
        answer="2019-05-31",
        refused=({"q": ["1989-12-31"]}, {"q": ["2030-01-01"]}, {"q": ["31.5.2019"]}, {"q": ["2019-02-30"]}, {}),
    ),
    "pairwise": Sample(
        "Pairwise comparison",
        {
            "label": "Which prediction do you trust more?",
            "a": {"value": "model-1", "label": "I trust Model A more", "displays": [MODEL_A, CHART_A]},
            "b": {"value": "model-2", "label": "I trust Model B more", "displays": [MODEL_B, CHART_B]},
            "tie": "I cannot decide",
        },
        answer={"value": "model-1", "left": "model-1"},
        refused=({"q": ["model-3"]}, {}),
    ),
    "survey": Sample(
        "Survey",
        {
            "label": "About you",
            "help": "These questions help us to describe who took part.",
            "fields": [
                {"name": "age", "kind": "number", "props": {"label": "Your age", "min": 18, "max": 120, "step": 1}},
                {
                    "name": "used",
                    "kind": "choice",
                    "props": {
                        "label": "How often do you work with predictions of models?",
                        "options": ["Never", "Sometimes", "Daily"],
                        "appearance": "inline",
                    },
                },
                {
                    "name": "trust",
                    "kind": "likert",
                    "props": {"label": "In general, I trust models.", "scale": AGREEMENT},
                },
                {
                    "name": "remarks",
                    "kind": "free_text",
                    "required": False,
                    "props": {"label": "Anything else?", "rows": 2},
                },
            ],
        },
        answer={"age": 41, "used": "Daily", "trust": 3},
        refused=({"q.age": ["17"], "q.used": ["Daily"], "q.trust": ["3"]}, {"q.age": ["20"]}, {}),
    ),
    "jspsych": Sample(
        "jsPsych timeline",
        {
            "label": "React as fast as you can",
            "help": "Press **f** for a circle and **j** for a square.",
            "record": ["rt", "correct"],
            "timeline": [
                {
                    "type": "html-button-response",
                    "stimulus": "<p>Put your fingers on f and j.</p>",
                    "choices": ["Start"],
                },
                {
                    "timeline": [
                        {
                            "type": "categorize-html",
                            "stimulus": {"variable": "shape"},
                            "key_answer": {"variable": "key"},
                            "choices": ["f", "j"],
                            "correct_text": "<p>Right</p>",
                            "incorrect_text": "<p>Wrong</p>",
                            "feedback_duration": 300,
                        }
                    ],
                    "timeline_variables": [
                        {"shape": "<p>circle ●</p>", "key": "f"},
                        {"shape": "<p>square ■</p>", "key": "j"},
                    ],
                },
            ],
        },
        answer=[
            {"trial_type": "html-button-response", "rt": 812, "response": 0},
            {"trial_type": "categorize-html", "rt": 431, "correct": True},
        ],
        refused=({"q": ["not json"]}, {"q": ["{}"]}, {"q": ["[]"]}, {}),
    ),
}
