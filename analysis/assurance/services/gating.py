"""The gate: an arm that serves a model goes live only with a passed test, on the pinned data, that still stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.db.models import Exists, OuterRef

from analysis.assurance.errors import NotProven
from analysis.assurance.models import Requirement, SafetyResult, SafetyTest
from analysis.assurance.querysets import SafetyTestQuerySet
from analysis.assurance.served import Served, served_by
from analysis.assurance.services.requiring import meaning_of, parsed
from analysis.runs import store
from analysis.runs.errors import Spoiled
from analysis.runs.models import Artifact
from analysis.runs.services.keeping import kept_of
from analysis.safety.meaning import differences, undefined
from experiments.blueprint import json_object
from experiments.models import Experiment
from experiments.types import JsonObject


def models_are_proven(experiment: Experiment, definition: JsonObject) -> None:
    """NotProven with a sentence for each arm whose model nothing vouches for. No other arm is looked at."""
    served = list(served_by(definition))
    if not served:
        return
    required = list(Requirement.objects.filter(experiment=experiment))
    problems = tuple(sentence for one in served for sentence in unproven(experiment, one, required))
    if problems:
        raise NotProven(
            f"Not proven: {problems[0]}" + (f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""),
            hint="Train under constraints until the safety test passes, pin that model, or disable the arm.",
            problems=problems,
        )


def unproven(experiment: Experiment, served: Served, required: Sequence[Requirement]) -> Iterator[str]:
    """Why that arm may not go live, in sentences; nothing: it may."""
    if served.fault:
        yield f"{served.subject} names its model wrongly: {served.fault}."
        return
    test = vouching_test(experiment, served)
    if test is None:
        yield _no_test(experiment, served)
        return
    if served.data != test.data_sha256:
        yield (
            f"{served.subject} pins other data ({served.data[:8]}…) than its model was tested on "
            f"({test.data_sha256[:8]}…)."
        )
    yield from _file_faults(served, test)
    yield from _requirements(served, test, required)


def vouching_test(experiment: Experiment, served: Served) -> SafetyTest | None:
    """The newest standing test of exactly that file, of a run of the experiment's own study.

    None where another test of that file on the same data stands no more: trained again from the same document the same
    model comes out, passes on the same rows, and is no better than it was.
    """
    vouching = _tests_of(experiment, served).vouching().filter(model_sha256=served.sha256)
    fallen = _fallen(experiment, served).filter(data_sha256=OuterRef("data_sha256"))
    return vouching.exclude(Exists(fallen)).order_by("-pk").first()


def _fallen(experiment: Experiment, served: Served) -> SafetyTestQuerySet:
    """Tests of that file that stand no more, whichever run of the study made it."""
    passed = SafetyTest.objects.filter(run__batch__experiment__study=experiment.study_id, passed=True)
    return passed.filter(model_sha256=served.sha256).exclude(standing=SafetyTest.Standing.STANDS)


def _tests_of(experiment: Experiment, served: Served) -> SafetyTestQuerySet:
    return SafetyTest.objects.filter(run__uuid=served.run, run__batch__experiment__study=experiment.study_id)


def _no_test(experiment: Experiment, served: Served) -> str:
    newest = _tests_of(experiment, served).order_by("-pk").first()
    if newest is None:
        return f"{served.subject} serves a model that no safety test of this study knows."
    if not newest.passed:
        return f"{served.subject} serves a model whose safety test did not pass. {newest.reason}".strip()
    if newest.model_sha256 != served.sha256:
        return f"{served.subject} pins another file ({served.sha256[:8]}…) than the one that was tested."
    fallen = _fallen(experiment, served).order_by("-pk").first() or newest
    return f"{served.subject} serves a model whose test is {fallen.standing}: {fallen.withdrawn_for}"


def _file_faults(served: Served, test: SafetyTest) -> Iterator[str]:
    artifact = Artifact.objects.filter(run=test.run_id, sha256=served.sha256).first()
    try:
        if artifact is None:
            raise Spoiled("Its file is gone.")
        store.content(kept_of(artifact))
    except Spoiled as spoiled:
        yield f"{served.subject} serves a model whose file is not whole. {spoiled.message}"


def _requirements(served: Served, test: SafetyTest, required: Sequence[Requirement]) -> Iterator[str]:
    if not required:
        return
    shown = {result.normalised: result for result in SafetyResult.objects.filter(test=test, passed=True)}
    for requirement in required:
        result = shown.get(requirement.normalised)
        if result is None:
            yield f"{served.subject} serves a model that was not tested for “{requirement.text}”."
            continue
        yield from _other_meaning(served, test, requirement)
        if requirement.exact and not result.is_exact:
            yield (
                f"{served.subject} serves a model that passed “{requirement.text}” by {result.methods}: that is "
                "approximate, and an exact bound is required."
            )
        if result.delta > requirement.delta:
            yield (
                f"{served.subject} serves a model that passed “{requirement.text}” with a doubt of {result.delta:g}; "
                f"{requirement.delta:g} at most is required."
            )


def _other_meaning(served: Served, test: SafetyTest, requirement: Requirement) -> Iterator[str]:
    """The same words of other people, of another label, or in another regime prove nothing of what is required."""
    about = f"{served.subject} serves a model that passed “{requirement.text}” in another sense"
    if test.regime != requirement.regime:
        yield f"{about}: in {test.regime.replace('_', ' ')}, not in {requirement.regime.replace('_', ' ')}."
    meaning = json_object(requirement.meaning)
    names = parsed(requirement.text, requirement.regime)[1]
    if unknown := undefined(meaning, names):
        yield f"It is required that “{requirement.text}”, and nobody said who is in {' and '.join(unknown)}."
    for said in differences(meaning, meaning_of(test)):
        yield f"{about}: {said}."
