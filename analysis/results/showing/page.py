"""The page of an experiment's results as values: roles, measures, questions, in the order in which people read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from analysis.registered.document import Role
from analysis.results.asking.analysis import Analysis, Answer
from analysis.results.asking.funnel import funnel
from analysis.results.asking.verdicts import Verdict
from analysis.results.passages import Stage
from analysis.results.showing.charts.drawing import ON_PAGE
from analysis.results.showing.figures import Figures, heading, lines_of, mean_in_words, p_in_words
from analysis.results.showing.pictures import Picture, comparisons
from analysis.statistics.methods import METHODS, Method

GOOD, WARN, BAD, PLAIN = "good", "warn", "bad", "plain"
SIGNS: Mapping[Verdict, tuple[str, str]] = {
    Verdict.BETTER: ("trending_up", GOOD),
    Verdict.WORSE: ("trending_down", BAD),
    Verdict.HIGHER: ("north", GOOD),
    Verdict.LOWER: ("south", GOOD),
    Verdict.NO_WORSE: ("verified", GOOD),
    Verdict.EQUIVALENT: ("drag_handle", GOOD),
    Verdict.DIFFERENT: ("compare_arrows", GOOD),
    Verdict.OPEN: ("pending", PLAIN),
    Verdict.NONE: ("hourglass_empty", PLAIN),
    Verdict.DESCRIBED: ("info", PLAIN),
}
ROLES: Mapping[Role, tuple[str, str]] = {
    Role.PRIMARY: ("What it was made to find out", "The claims of this experiment share one level of error."),
    Role.SECONDARY: ("What else was asked", "Secondary questions share a level of their own."),
    Role.GUARDRAIL: ("What must not get worse", "Guardrails are held against a margin; they claim nothing else."),
    Role.EXPLORATORY: ("Explored", "Nothing here is a claim: it says where to look next time."),
}


@dataclass(frozen=True, slots=True)
class Group:
    """A group as it was measured, in words."""

    name: str
    n: int
    mean: str
    sd: str


@dataclass(frozen=True, slots=True)
class QuestionShown:
    """anchor: its place on the page. sign, tone: of its verdict; the word stands beside them.

    heading: its name, with the measure's title.
    """

    answer: Answer
    heading: str
    anchor: str
    sign: str
    tone: str
    p: str
    lines: tuple[Figures, ...]
    groups: tuple[Group, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MeasureShown:
    """One measure's questions of one role. forests: their answers at a glance."""

    name: str
    title: str
    questions: tuple[QuestionShown, ...]
    forests: tuple[tuple[Picture, SafeString], ...]
    with_pictures: bool


@dataclass(frozen=True, slots=True)
class RoleShown:
    """role: as the plan calls it. title, note: for people."""

    role: str
    title: str
    note: str
    measures: tuple[MeasureShown, ...]


@dataclass(frozen=True, slots=True)
class FunnelRow:
    """A stage. cells: of each arm (how many, share of who was given it in percent); None before there are arms."""

    title: str
    total: int
    percent: float
    cells: tuple[tuple[int, float] | None, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """headlines: the primary answers, or what comes nearest. methods: used anywhere on the page."""

    headlines: tuple[QuestionShown, ...]
    roles: tuple[RoleShown, ...]
    funnel: tuple[FunnelRow, ...]
    methods: tuple[Method, ...]
    is_empty: bool


def page_of(analysis: Analysis, stages: Sequence[Stage], titles: Mapping[str, str]) -> Page:
    """Of what was found. Pictures that need more than the answers come by themselves, afterwards."""
    shown = [_question(number, each, titles) for number, each in enumerate(analysis.answers)]
    drawing = _Drawing([arm.name for arm in analysis.arms], titles, set())
    asked = [role for role in Role if any(_role_of(each) == role for each in shown)]
    roles = tuple(_role(role, shown, drawing) for role in asked)
    used = dict.fromkeys(line.key for each in shown for line in each.lines)
    return Page(
        headlines=tuple(each for each in shown if _role_of(each) == Role.PRIMARY),
        roles=roles,
        funnel=tuple(_funnel(analysis, stages)),
        methods=tuple(METHODS[key] for key in used if key in METHODS),
        is_empty=not analysis.n_units,
    )


def _role_of(shown: QuestionShown) -> Role:
    return shown.answer.question.role


def _question(number: int, answer: Answer, titles: Mapping[str, str]) -> QuestionShown:
    sign, tone = SIGNS[answer.verdict]
    groups = (Group(each.name, each.n, mean_in_words(each.mean), mean_in_words(each.sd)) for each in answer.groups)
    lines = lines_of(answer)
    warnings = dict.fromkeys(remark for line in lines for remark in line.remarks)
    p = p_in_words(answer.p_value)
    named = heading(answer.question.name, answer.question.measure, titles)
    return QuestionShown(answer, named, f"q{number}", sign, tone, p, tuple(lines), tuple(groups), tuple(warnings))


@dataclass(frozen=True, slots=True)
class _Drawing:
    """What all roles share. seen: measures that have their pictures already."""

    arms: Sequence[str]
    titles: Mapping[str, str]
    seen: set[str]


def _role(role: Role, shown: Sequence[QuestionShown], drawing: _Drawing) -> RoleShown:
    own = [each for each in shown if _role_of(each) == role]
    title, note = ROLES[role]
    measures = []
    for name in dict.fromkeys(each.answer.question.measure for each in own):
        questions = tuple(each for each in own if each.answer.question.measure == name)
        drawn = comparisons([each.answer for each in questions], drawing.arms, ink=ON_PAGE, titles=drawing.titles)
        forests = tuple((each, SafeString(each.svg)) for each in drawn)
        named, is_first = drawing.titles.get(name) or name, name not in drawing.seen
        measures.append(MeasureShown(name, named, questions, forests, is_first))
        drawing.seen.add(name)
    return RoleShown(str(role), title, note, tuple(measures))


def _funnel(analysis: Analysis, stages: Sequence[Stage]) -> list[FunnelRow]:
    """Each stage with its share of those who were given the arm."""
    rows, names = funnel(analysis, stages), [arm.name for arm in analysis.arms]
    most = max((row.total for row in rows), default=0) or 1
    assigned = {arm.name: arm.assigned for arm in analysis.arms}
    return [
        FunnelRow(
            row.title,
            row.total,
            round(100 * row.total / most, 1),
            tuple(
                (row.by_arm.get(name, 0), round(100 * row.by_arm.get(name, 0) / (assigned[name] or 1), 1))
                if row.by_arm
                else None
                for name in names
            ),
        )
        for row in rows
    ]
