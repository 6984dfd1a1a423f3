"""The page that asks what another policy would have earned on an experiment's traffic."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from bandits.evaluation.answer import NAMES, Answer
from bandits.evaluation.drawing import chart
from bandits.evaluation.question import LEARNING, MOST_WHILE_WAITING, Question
from bandits.forms.evaluation import EvaluationForm, policy_choices
from bandits.learning import learning_of
from bandits.models import Decision, PolicyState
from bandits.services.states import require_learning
from experiments.access import Right
from experiments.console.finding import find_experiment
from experiments.errors import Refusal
from experiments.models import Experiment, Version

if TYPE_CHECKING:
    from analysis.statistics.off_policy import Estimate

LATEST = 10  # states to choose from; any other by its number
SAMPLE = 200  # decisions whose contexts name the keys
HINTS = {
    "doubly_robust": "Weights, helped by each arm's mean so far: unbiased, the narrowest that holds. Look at this one.",
    "ips": "Each reward times how much more often this policy would have played its arm: unbiased, wide.",
    "clipped_ips": "The same with large weights cut: less spread, and too low where many are cut.",
    "snips": "Divided by the weights that really came: steadier, nearly unbiased.",
    "sndr": "Doubly robust, divided by the weights that really came.",
    "direct": "Each arm's mean times how often it would play it. Biased where the log's policy learnt.",
    "replay": "Only the decisions that it would have made itself, drawn at random.",
}


@require_GET
@login_required
def evaluate(request: HttpRequest, slug: str) -> HttpResponse:
    """The form, and below it the answer to what the address asks. Nothing is stored."""
    try:
        experiment = find_experiment(request, slug, Right.DOWNLOAD)
        version_id = require_learning(experiment)
    except Refusal as refusal:
        return _refused(request, refusal)
    arms = [arm.name for arm in learning_of(version_id).arms]
    form = _form(request, experiment, arms)
    context: dict[str, object] = {
        **admin.site.each_context(request),
        "title": f"What if? {experiment.title}",
        "experiment": experiment,
        "form": form,
        "ways": LEARNING.items(),
        "has_decisions": Decision.objects.of(experiment, is_rehearsal=experiment.is_rehearsal).exists(),
        "examples": _examples(arms),
    }
    status = 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            try:
                context |= _answered(experiment, form.question(), arms if form.cleaned_data["beside"] else [])
                status = 200
            except Refusal as refusal:
                context["refusal"] = refusal
    return render(request, "bandits/evaluate.html", context, status=status)


def _refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    context = {**admin.site.each_context(request), "title": "What if?", "refusal": refusal}
    return render(request, "analysis/refused.html", context, status=refusal.status)


def _form(request: HttpRequest, experiment: Experiment, arms: list[str]) -> EvaluationForm:
    versions = Version.objects.filter(experiment=experiment).order_by("-number").values_list("number", flat=True)
    states = PolicyState.objects.of(experiment, is_rehearsal=experiment.is_rehearsal).order_by("-number")
    numbers = list(states.values_list("number", flat=True)[:LATEST])
    asked = request.GET.get("policy", "")
    if asked.startswith("state:") and asked[6:].isdecimal() and int(asked[6:]) not in numbers:
        numbers.append(int(asked[6:]))
    choices = policy_choices(arms, versions=list(versions), states=numbers)
    given = request.GET if "policy" in request.GET else None
    return EvaluationForm(given, choices=choices, keys=_keys(experiment))


def _keys(experiment: Experiment) -> list[str]:
    """Of the newest contexts: those whose values can be told apart by name."""
    rows = Decision.objects.of(experiment, is_rehearsal=experiment.is_rehearsal).order_by("-pk")
    contexts = rows.values_list("context", flat=True)[:SAMPLE]
    names = {
        name
        for context in contexts
        if isinstance(context, dict)
        for name, value in context.items()
        if not isinstance(value, dict | list)
    }
    return sorted(names)


def _examples(arms: list[str]) -> list[tuple[str, str]]:
    """Words, and the query that asks."""
    return [
        (f"What if everybody had got “{arms[-1]}”?", f"?policy=always:{arms[-1]}&beside=on"),
        ("What would KL-MOSS have earned by itself?", "?policy=kl_moss&learning=replay"),
        ("And epsilon-greedy, had it learnt from the same traffic?", "?policy=epsilon_greedy&learning=along"),
    ]


def _answered(experiment: Experiment, question: Question, beside: list[str]) -> dict[str, object]:
    """Everything that the page shows of an answer."""
    from bandits.evaluation.answering import answer  # numpy: only when somebody asks
    from bandits.evaluation.besides import answer_beside

    found = answer(experiment, question, now=timezone.now(), most=MOST_WHILE_WAITING)
    whole = found.whole
    others = answer_beside(experiment, question, beside, now=timezone.now())
    estimates: list[tuple[str, Estimate, str]] = [
        (NAMES[name], one, HINTS[name]) for name, one in found.estimators.items()
    ]
    mark = whole.logged.estimate
    return {
        "answer": found,
        "whole": whole,
        "verdict": _verdict(found),
        "learning": LEARNING.get(found.described.learning, ""),
        "estimates": chart(estimates, mark=mark, aside=[NAMES["clipped_ips"]]),
        "beside": chart([("Earned, as it was", whole.logged, ""), (found.described.title, whole.best, ""), *others])
        if others
        else None,
        "segments": _segments(found, mark),
        "arms": [
            {
                "name": name,
                "share": one.pulls / whole.n,
                "was": 100 * one.pulls / whole.n,
                "would": 100 * one.target,
                "is": one,
            }
            for name, one in zip(found.arms, whole.arms, strict=True)
        ],
        "left_out": [(n, why) for why, n in found.left_out.to_json().items() if n],
        "curl": _curl(experiment, question),
        "command": _command(experiment, question),
    }


def _verdict(answer: Answer) -> tuple[str, str]:
    """A chip's colour and word."""
    gain = answer.whole.gain
    if gain.lower is not None and gain.lower > 0:
        return "is-running", "better than what ran"
    if gain.upper is not None and gain.upper < 0:
        return "is-alarm", "worse than what ran"
    return "", "the log cannot tell them apart"


def _segments(answer: Answer, mark: float) -> dict[str, object] | None:
    """A chart of those that have an answer, and the words of the others."""
    if not answer.segments:
        return None
    rows = [
        (
            one.name or "(none)",
            one.evaluation.best,
            f"{one.decisions:,} decisions; earned {one.evaluation.logged.estimate:.4g}",
        )
        for one in answer.segments
        if one.evaluation is not None
    ]
    refused = [one for one in answer.segments if one.evaluation is None]
    return {"chart": chart(rows, mark=mark) if rows else None, "refused": refused}


def _asked(question: Question) -> dict[str, object]:
    """What differs from the defaults, as the API takes it."""
    plain = Question(question.policy)
    names = ("learning", "by", "confidence", "clip", "missing", "early", "unsupported")
    said = {name: getattr(question, name) for name in names if getattr(question, name) != getattr(plain, name)}
    times = {name: at.isoformat() for name, at in (("since", question.since), ("until", question.until)) if at}
    return {"policy": question.policy, **said, **times, **({"rehearsal": True} if question.is_rehearsal else {})}


def _curl(experiment: Experiment, question: Question) -> str:
    url = settings.PUBLIC_URL + f"/api/v1/experiments/{experiment.slug}/evaluations/"
    body = json.dumps(_asked(question), ensure_ascii=False).replace("'", "'\\''")
    return f'curl -H "Authorization: Bearer $TOKEN" -H "Content-Type: application/json" \\\n  -d \'{body}\' \\\n  {url}'


def _command(experiment: Experiment, question: Question) -> str:
    words = [f"manage.py evaluate_policy {experiment.slug}"]
    for name, value in _asked(question).items():
        text = json.dumps(value, ensure_ascii=False) if name == "policy" else str(value)
        quoted = "'" + text.replace("'", "'\\''") + "'" if set(text) - set(SAFE) else text
        words.append(f"--{name}" if value is True else f"--{name} {quoted}")
    return " ".join(words)


SAFE = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.:+-"
