"""What answers look like."""

from __future__ import annotations

from experiments.types import JsonObject

ESTIMATE: JsonObject = {
    "value": 4.21,
    "low": 1.08,
    "high": 7.35,
    "level": 0.05,
    "n": 412,
    "method": "betting_sequence",
    "validity": "anytime",
    "promise": "Holds however often you look, and whenever you stop.",
    "p_value": 0.004,
    "standard_error": None,
    "remarks": [],
}
SAID: JsonObject = {"estimate": ESTIMATE, "why_not": ""}
ANSWER: JsonObject = {
    "question": "score: “vivid” against “plain”",
    "measure": "score",
    "role": "primary",
    "contrast": "“vivid” against “plain”",
    "estimand": "absolute",
    "aim": "different",
    "margin": None,
    "verdict": "better",
    "sentence": "“vivid” is better: +4.21, between +1.08 and +7.35.",
    "p_adjusted": 0.008,
    "answer": SAID,
    "simultaneous": SAID,
    "everybody": SAID,
    "groups": [
        {"name": "plain", "n": 206, "mean": 51.2, "sd": 14.8},
        {"name": "vivid", "n": 206, "mean": 55.4, "sd": 15.1},
    ],
    "slices": [{"attribute": "country", "value": "Chad", "n": 96, **SAID}],
    "beside": {"fixed": {"title": "For one look, planned beforehand", **SAID}},
}
RESULTS: JsonObject = {
    "experiment": "lunch-2026",
    "title": "Lunch",
    "is_rehearsal": False,
    "at": "2026-11-02T09:30:00+00:00",
    "tally": {"sha256": "9f2c…", "measurements": 10412, "assignments": 412, "units": 412, "values": 2884},
    "plan": {"sha256": "b14e…", "document": {"questions": [], "families": []}},
    "arms": [{"name": "plain", "is_control": True, "is_enabled": True, "assigned": 206, "kept": 206, "measured": 206}],
    "left_out": [{"rule": "quality", "title": "Work that cannot be trusted", "n": 3, "reasons": {"too_fast": 3}}],
    "remarks": [],
    "answers": [ANSWER],
}
SERIES: JsonObject = {
    "question": "score: “vivid” against “plain”",
    "points": [
        {
            "n": 40,
            "at": "2026-11-01T12:00:00+00:00",
            "value": 5.1,
            "low": -8.2,
            "high": 18.0,
            "validity": "anytime",
            "promise": "Holds however often you look, and whenever you stop.",
        }
    ],
}
DISTRIBUTION: JsonObject = {
    "measure": "score",
    "edges": [0.0, 25.0, 50.0, 75.0, 100.0],
    "values": [],
    "arms": [
        {
            "name": "plain",
            "n": 206,
            "missing": 0,
            "counts": [10, 80, 96, 20],
            "quantiles": [18.0, 41.0, 52.0, 63.0, 82.0],
            "mean": 51.2,
            "sd": 14.8,
        }
    ],
}
