"""Rules that imitate a model: learnt from what it says of the background, and how often they say the same."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from analysis.explainers.kinds import Explainer, Explaining, Needs
from analysis.explainers.learners.antecedents import Mining
from analysis.explainers.learners.learning import Learnt, Lesson, RuleLearner, learn
from analysis.explainers.rules.heldout import is_held_out
from analysis.explainers.saying import explained, predicted, row_of
from analysis.explainers.subjects import Background, Model, Sample, Task
from analysis.explainers.telling import columns_of
from analysis.explainers.words import Explanation
from analysis.learning.components import Real, Whole
from analysis.learning.members import takes
from analysis.learning.seeds import generator

CLASSES = Needs(tasks=frozenset({Task.BINARY, Task.MULTICLASS}))


@dataclass(frozen=True)
class ImitatingRules(Explainer):
    """Rules learnt from the model's own predictions, with the one that decides the sample.

    The fidelity is the share of rows held out of which rules learnt from the others say what the model says.
    """

    needs: ClassVar[Needs] = CLASSES
    makes: ClassVar[frozenset[str]] = frozenset({"rules"})

    parts: int = takes(Whole(2, 20), "Equal parts of the background that a number's values are cut into.", 4)
    longest: int = takes(Whole(1, 3), "Conditions of a rule, at most.", 2)
    support: float = takes(Real(0, 0.5), "Least share of the background that a rule's conditions hold of.", 0.05)
    most: int = takes(Whole(1, 1000), "Antecedents that rules are made of: those that part the classes best.", 100)

    @abstractmethod
    def learner(self, target: int) -> RuleLearner:
        """Which learner, where class `target` is explained; most do not depend on that."""

    def fit(self, model: Model, background: Background, *, seed: int) -> Explaining:
        self.check(model, background)
        said = model.outputs(background.rows).argmax(axis=1)
        lesson = Lesson(background.rows, said, columns_of(background), len(model.labels))
        learners = [self.learner(target) for target in range(len(model.labels))]
        learnt = {each: self._learnt(each, lesson, seed) for each in dict.fromkeys(learners)}
        fidelity = {each: self._fidelity(each, lesson, seed) for each in learnt}
        digest = background.digest()

        def explain(sample: Sample, target: int | None = None) -> Explanation:
            learner, row = learners[explained(model, sample, target)], row_of(sample)
            rules, warnings = learnt[learner]
            ours, theirs = int(rules.classes(row[np.newaxis])[0]), explained(model, sample, None)
            differs = f"Of this sample the model says {model.labels[theirs]}, and the rules {model.labels[ours]}."
            return Explanation(
                method=self.name,
                body=rules.body(lesson.features, model.labels, row),
                prediction=predicted(model, sample, target),
                parameters=self.told(),
                seed=seed if self.is_random else None,
                background=digest,
                fidelity=fidelity[learner],
                fidelity_name="agreement on rows held out",
                warnings=(*warnings, differs) if ours != theirs else warnings,
            )

        return explain

    def _learnt(self, learner: RuleLearner, lesson: Lesson, seed: int) -> Learnt:
        mining = Mining(self.parts, self.longest, self.support, self.most)
        return learn(learner, lesson, mining, generator(seed, self.name))

    def _fidelity(self, learner: RuleLearner, lesson: Lesson, seed: int) -> float:
        out = is_held_out(len(lesson.rows))
        kept = Lesson(lesson.rows[~out], lesson.targets[~out], lesson.features, lesson.classes)
        rules = self._learnt(learner, kept, seed).rules
        asked = out if out.any() else ~out
        return float((rules.classes(lesson.rows[asked]) == lesson.targets[asked]).mean())
