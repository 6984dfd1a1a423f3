"""Train the two models, choose the cars, explain them, and write stimuli.json and study.yaml.

    python -m examples.trust_in_explanations.build          (about two seconds; needs requirements-dev)

Everything is seeded: on one machine the files come out byte for byte the same. Rounding to 0.1 keeps them the same
across linear algebra libraries too, short of a value that lies on the edge between two tenths.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np
import numpy.typing as npt
from sklearn.ensemble import GradientBoostingRegressor
from sklearn.linear_model import Ridge
from sklearn.metrics import mean_absolute_error, r2_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from examples.trust_in_explanations.cars import FACTS, Cars, Floats, encode, load_cars, split
from examples.trust_in_explanations.shapley import Predict, random_attributions, rounded_to_total, shapley_values
from examples.trust_in_explanations.words import case_line, fact_row, pretty_name
from experiments.types import Json
from experiments.yaml_file import dump, load

HERE = Path(__file__).parent
SEED = 18
N_BACKGROUND = 100
N_EACH = 4
LEAST_GAP = 2.0
LEAST_LEAD = 1.0
HEADER = """\
# Written by build.py from study.template.yaml and the cars: edit the template, then run
# python -m examples.trust_in_explanations.build
"""


@dataclass(frozen=True)
class Workshop:
    """The trained models with the cars they learned from and those held out. order: facts, most important first."""

    models: Mapping[str, Predict]
    training: Cars
    held_out: Cars
    background: Floats
    order: tuple[int, ...]

    def predictions(self, name: str) -> Floats:
        """Of the held-out cars."""
        return self.models[name](self.held_out.facts)


def trained(cars: Cars) -> dict[str, Predict]:
    """Model K, a ridge regression, and model M, gradient-boosted trees; both take raw facts, shape (n, 7)."""
    linear = make_pipeline(StandardScaler(), Ridge(alpha=1.0))
    trees = GradientBoostingRegressor(
        n_estimators=200, learning_rate=0.05, max_depth=3, subsample=0.8, random_state=SEED
    )
    for model in (linear, trees):
        model.fit(encode(cars.facts), cars.mpg)
    return {
        "k": lambda facts: np.asarray(linear.predict(encode(facts)), dtype=np.float64),
        "m": lambda facts: np.asarray(trees.predict(encode(facts)), dtype=np.float64),
    }


def open_workshop() -> Workshop:
    """Split, train, draw the background, and rank the facts by their mean absolute Shapley value over both models."""
    training, held_out = split(load_cars(), np.random.default_rng([SEED, 0]))
    models = trained(training)
    chosen = np.random.default_rng([SEED, 1]).choice(len(training), N_BACKGROUND, replace=False)
    background = training.facts[np.sort(chosen)]
    sizes = [np.abs(shapley_values(model, x, background)[0]) for model in models.values() for x in held_out.facts[:40]]
    return Workshop(
        models, training, held_out, background, tuple(np.argsort(-np.mean(sizes, axis=0), kind="stable").tolist())
    )


def chosen_cars(workshop: Workshop) -> list[int]:
    """Held-out cars on which the models differ by LEAST_GAP mpg and one is nearer to the truth by LEAST_LEAD.

    N_EACH where K is nearer and N_EACH where M is, drawn by the seed, no car name twice.
    """
    k, m, truth = workshop.predictions("k"), workshop.predictions("m"), workshop.held_out.mpg
    lead = np.abs(m - truth) - np.abs(k - truth)
    differ = np.abs(k - m) >= LEAST_GAP
    rng = np.random.default_rng([SEED, 2])
    chosen: list[int] = []
    for wanted in (differ & (lead >= LEAST_LEAD), differ & (-lead >= LEAST_LEAD)):
        chosen += _drawn(workshop, wanted, chosen, rng)
    return [chosen[i] for i in rng.permutation(len(chosen))]


def _drawn(workshop: Workshop, wanted: npt.NDArray[np.bool_], taken: list[int], rng: np.random.Generator) -> list[int]:
    names = {workshop.held_out.names[i] for i in taken}
    found: list[int] = []
    for i in rng.permutation(np.flatnonzero(wanted)).tolist():
        name = workshop.held_out.names[i]
        if name not in names and len(found) < N_EACH:
            found.append(i)
            names.add(name)
    if len(found) < N_EACH:
        raise ValueError(f"Only {len(found)} held-out cars meet the rule; {N_EACH} are needed.")
    return found


def explained(workshop: Workshop, name: str, x: Floats, rng: np.random.Generator) -> dict[str, Json]:
    """One model on one car: prediction, baseline, Shapley values and their placebo, in tenths that add up."""
    model = workshop.models[name]
    exact = float(model(x[None, :])[0])
    phi, baseline = shapley_values(model, x, workshop.background)
    if abs(baseline + phi.sum() - exact) > 1e-9:
        raise ArithmeticError(
            f"model {name}: baseline and attributions miss the prediction by {baseline + phi.sum() - exact:g}."
        )
    prediction, start = round(exact, 1), round(baseline, 1)
    real = rounded_to_total(phi, prediction - start)
    fake = rounded_to_total(random_attributions(phi, rng), prediction - start)
    return {
        "prediction": prediction,
        "baseline": start,
        "attributions": _bars(real, x, workshop.order),
        "random": _bars(fake, x, workshop.order),
    }


def _bars(values: Floats, x: Floats, order: tuple[int, ...]) -> list[Json]:
    rows = {i: fact_row(FACTS[i], float(x[i])) for i in order}
    return [{"name": rows[i]["name"], "value": float(values[i]) + 0.0, "shown": rows[i]["value"]} for i in order]


def case(workshop: Workshop, index: int, cars: Cars, rng: np.random.Generator) -> dict[str, Json]:
    """Everything the pages and the debrief need about one car."""
    x, truth, year = cars.facts[index], float(cars.mpg[index]), int(cars.facts[index, FACTS.index("year")])
    models = {name: explained(workshop, name, x, rng) for name in workshop.models}
    errors = {name: abs(cast(float, model["prediction"]) - truth) for name, model in models.items()}
    name = pretty_name(cars.names[index], year)
    bars = [
        bar
        for model in models.values()
        for kind in ("attributions", "random")
        for bar in cast("list[Json]", model[kind])
    ]
    return {
        "id": "-".join(re.findall(r"[a-z0-9]+", name.lower())),
        "name": name,
        "facts": [fact_row(FACTS[i], float(x[i])) for i in workshop.order],
        "k": models["k"],
        "m": models["m"],
        "scale": max(abs(cast(float, cast("dict[str, Json]", bar)["value"])) for bar in bars),
        "truth": truth,
        "nearer": min(errors, key=lambda each: errors[each]),
    }


def metrics(workshop: Workshop) -> dict[str, Json]:
    """How good the models are on cars they never saw."""
    truth = workshop.held_out.mpg
    found: dict[str, Json] = {"training": len(workshop.training), "held_out": len(workshop.held_out)}
    for name in workshop.models:
        predictions = workshop.predictions(name)
        found[f"{name}_r2"] = round(float(r2_score(truth, predictions)), 2)
        found[f"{name}_mean_absolute_error"] = round(float(mean_absolute_error(truth, predictions)), 1)
    k_error, m_error = (np.abs(workshop.predictions(name) - truth) for name in ("k", "m"))
    found["k_nearer_percent"] = round(100 * float(np.mean(k_error < m_error)))
    return found


def stimuli() -> dict[str, Json]:
    """What stimuli.json holds. The example car is drawn from the training cars: it is shown, never asked."""
    workshop = open_workshop()
    rng = np.random.default_rng([SEED, 3])
    cases = [case(workshop, index, workshop.held_out, rng) for index in chosen_cars(workshop)]
    example = int(np.random.default_rng([SEED, 4]).integers(len(workshop.training)))
    return {
        "seed": SEED,
        "metrics": metrics(workshop),
        "facts_by_importance": [FACTS[i] for i in workshop.order],
        "example": case(workshop, example, workshop.training, rng),
        "cases": cast("list[Json]", cases),
    }


def study(found: dict[str, Json]) -> str:
    """study.yaml: the template with the stimuli in it."""
    template, _ = load((HERE / "study.template.yaml").read_text(encoding="utf-8"))
    example = cast("dict[str, Json]", found["example"])
    cases = cast("list[dict[str, Json]]", found["cases"])
    numbers = cast("dict[str, Json]", found["metrics"])
    slots: dict[str, Json] = {
        "<cases>": cast(Json, cases),
        "<example facts>": cast("list[Json]", example["facts"])[:3],
        "<example scale>": example["scale"],
        **{
            f"<example {model} {key}>": cast("dict[str, Json]", example[model])[key]
            for model in "km"
            for key in ("prediction", "baseline", "attributions")
        },
        **{f"<{name}>": value for name, value in numbers.items()},
        "<cars en>": "\n".join(case_line(each, "en") for each in cases),
        "<cars de>": "\n".join(case_line(each, "de") for each in cases),
    }
    return HEADER + dump(_filled(template, slots))


def _filled(value: Json, slots: Mapping[str, Json]) -> Json:
    """The template's value with each <slot> filled; inside a longer text as text."""
    if isinstance(value, str):
        if value in slots:
            return slots[value]
        for name, content in slots.items():
            value = value.replace(name, str(content)) if isinstance(content, str | int | float) else value
        return value
    if isinstance(value, Mapping):
        return {key: _filled(inner, slots) for key, inner in value.items()}
    return [_filled(inner, slots) for inner in value] if isinstance(value, list) else value


def main() -> None:
    """Write both files and say how good the models are."""
    found = stimuli()
    (HERE / "stimuli.json").write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    (HERE / "study.yaml").write_text(study(found), encoding="utf-8")
    sys.stdout.write(json.dumps(found["metrics"], indent=2) + "\n")
    for each in cast("list[dict[str, Json]]", found["cases"]):
        sys.stdout.write(case_line(each, "en") + "\n")


if __name__ == "__main__":
    main()
