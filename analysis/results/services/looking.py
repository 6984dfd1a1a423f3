"""What lies behind the answers: how they came about, how measures are spread, cells of the design, slices."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.registered.document import Plan
from analysis.registered.reads import plan_of
from analysis.results.asking import cells as design_cells
from analysis.results.asking.cells import Cells
from analysis.results.asking.distributions import Chosen, Distribution, chosen, distribution
from analysis.results.asking.families import level_of
from analysis.results.asking.series import Point, series
from analysis.results.asking.setting import Setting
from analysis.results.asking.slices import Slice, slices
from analysis.results.services.analysing import kept_setting
from analysis.results.sources import Cursor
from analysis.statistics.words import NoAnswer
from experiments.errors import Refusal, Unknown
from experiments.models import Experiment, Measure


@dataclass(frozen=True, slots=True)
class Look:
    """An experiment's planned units, ready to be asked again and again: read it once for each page."""

    experiment: Experiment
    plan: Plan
    setting: Setting

    @classmethod
    def at(
        cls, experiment: Experiment, *, is_rehearsal: bool, plan: Plan | None = None, cursor: Cursor | None = None
    ) -> Look:
        """From the tally, from the record where nothing was counted, or from the record as it was up to the cursor."""
        asked = plan_of(experiment) if plan is None else plan
        return cls(experiment, asked, kept_setting(experiment, asked, is_rehearsal=is_rehearsal, cursor=cursor))

    def series(self, question: str) -> list[Point]:
        """Of one question of the plan, or Unknown."""
        found = {each.name: each for each in self.plan.questions}.get(question)
        if found is None:
            known = ", ".join(f"“{each.name}”" for each in self.plan.questions) or "none"
            raise Unknown(f"The plan has no question “{question}”.", hint=f"Its questions: {known}.")
        return series(found, self.setting, level=level_of(self.plan, found))

    def distribution(self, measure: str) -> Distribution | Chosen:
        """Of one measure, or Unknown; Refusal for numbers that cannot be computed with."""
        spec = self.setting.measures.get(measure)
        if spec is None or spec.kind not in (Measure.Kind.NUMBER, Measure.Kind.BOOLEAN, Measure.Kind.CHOICE):
            known = ", ".join(self.measures) or "none"
            raise Unknown(f"There is no number or choice “{measure}”.", hint=f"Measures: {known}.")
        if spec.kind == Measure.Kind.CHOICE:
            return chosen(self.setting, measure)
        try:
            return distribution(self.setting, measure)
        except NoAnswer as nothing:
            raise Refusal(str(nothing), code="uncomputable") from None

    def cells(self, measure: str) -> Cells:
        """Of one measure that is a number."""
        return design_cells.cells(self.setting, measure, level=self.plan.level)

    def slices(self, question: str, attribute: str) -> list[Slice]:
        """Of one question, by an attribute."""
        found = self.plan.question(question)
        return slices(found, self.setting, attribute, level=level_of(self.plan, found))

    @property
    def measures(self) -> tuple[str, ...]:
        """Those with a distribution, in the definition's order."""
        kinds = (Measure.Kind.NUMBER, Measure.Kind.BOOLEAN, Measure.Kind.CHOICE)
        return tuple(name for name, spec in self.setting.measures.items() if spec.kind in kinds)
