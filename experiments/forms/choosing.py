"""A repetition to begin with that chooses its stimuli: of this experiment's own stimuli and this page's question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from experiments.types import Json, JsonObject

STARTER = """over: {over}
as: {case}
choose:
  by: information          # or, as a control: random, fixed, staircase
  answer: {answer}         # the question that teaches, by being right
  # yes: [seen]            # or these answers count as a yes, where none is right
  trials: 30               # at most
  at_least: 10             # no stop before
  stop: {{sd: 0.2}}          # once the threshold is known so well
  model:
    kind: psychometric     # or bernoulli, logistic, normal
    form: logistic         # or weibull, normal
    x: {x}                 # the attribute that is the intensity
    threshold: {{from: {low}, to: {high}, steps: 20}}
    slope: {{from: 1, to: 10, steps: 6, scale: log}}
    guess: 0.5             # chance of being right without seeing anything
    lapse: [0.01, 0.05]
  about: threshold
  random: 0.05             # this share is drawn evenly
  least: 0                 # show each stimulus so often before any is chosen
  # levels: {{{x}: {{from: {low}, to: {high}, steps: 12}}}}   # make of each stimulus one for each value
  # cost: seconds          # an attribute: information per cost leads
  # record: {{threshold: a_measure, threshold_sd: another}}   # estimates, at the block's end
"""


def starter(stimuli: Json, components: Json, case: str = "case") -> str:
    """YAML with a remark on each key. stimuli: {set: items}. components: of the step, whose question is named."""
    sets = stimuli if isinstance(stimuli, Mapping) else {}
    over, items = next(iter(sets.items()), ("stimuli", []))
    x, values = _intensity([item for item in items if isinstance(item, Mapping)] if isinstance(items, list) else [])
    low, high = (f"{min(values):g}", f"{max(values):g}") if values else ("0", "1")
    return STARTER.format(over=over, case=case, answer=_question(components), x=x, low=low, high=high)


def _intensity(items: Sequence[JsonObject]) -> tuple[str, list[float]]:
    """The number with the most values among the stimuli, and these values."""
    found: dict[str, list[float]] = {}
    for item in items:
        for name, value in item.items():
            if isinstance(value, int | float) and not isinstance(value, bool):
                found.setdefault(name, []).append(float(value))
    if not found:
        return "intensity", []
    return max(found.items(), key=lambda pair: len(set(pair[1])))


def _question(components: Json) -> str:
    asked = [each for each in components if isinstance(each, Mapping)] if isinstance(components, list) else []
    asked.sort(key=lambda each: each.get("correct") is None)  # those with a right answer first
    names = [str(each["name"]) for each in asked if each.get("name")]
    return names[0] if names else "answer"
