"""Poor work is found with reasons, never silently: the rule was frozen before, and both analyses are told."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from analysis.exports import Options
from crowd.exports.quality import QualityColumns
from crowd.models import Campaign, QualityMark, Submission
from crowd.planning.checking import problems_of
from crowd.quality.judging import PageLeft, Passage, Typical, judge
from crowd.quality.rule import SIGNS, Rule
from crowd.quality.texts import twins
from crowd.reads.quality import both_analyses
from crowd.services.judging import judge_ended, judge_experiment
from crowd.services.review_rule import review_by_rule
from crowd.terms import Terms
from experiments.models import Measure, Measurement, Role
from experiments.types import Json
from participants.models import Interaction, Session, Trial
from tests.crowd.factories import make_campaign, make_terms
from tests.crowd.test_reviewing import worked
from tests.factories import make_user
from tests.studies import running

NOW = timezone.now()
LONG = "I looked at the picture first and then I chose the bars because they were longer."
STEPS: list[Json] = [
    {
        "name": "asked",
        "title": "Asked",
        "components": [
            {"kind": "number", "name": "rating", "measure": "rating", "props": {"label": "How good?"}},
            {"kind": "free_text", "name": "why", "props": {"label": "Why?"}},
        ],
    }
]
CASES = {
    "attention": Passage(attention_missed=1),
    "comprehension": Passage(comprehension_missed=3),
    "too_fast": Passage(pages=(PageLeft("a", 0.4), PageLeft("b", 9.0))),
    "pasted": Passage(pasted=90, written=100),
    "away": Passage(away=12),
    "same_text": Passage(twins=1),
    "automation": Passage(flags=("webdriver",)),
    "no_browser": Passage(pages=(PageLeft("a", 9.0, is_timed=False),)),
}


@pytest.mark.parametrize("sign", SIGNS)
def test_each_sign_is_found_with_a_reason_lowers_the_score_and_leaves_out_only_if_registered(sign: str) -> None:
    plain = judge(CASES[sign], Typical(), Rule())
    assert [each.sign for each in plain.findings] == [sign]
    assert plain.findings[0].reason.endswith(".")
    assert 0 <= plain.score < 1
    assert not plain.is_excluded

    assert judge(CASES[sign], Typical(), Rule(exclude=(sign,))).because == (sign,)
    assert judge(CASES[sign], Typical(), Rule(exclude_below=1.0)).because == ("score",)


def test_good_work_scores_one() -> None:
    good = Passage(pages=(PageLeft("a", 9.0),), pasted=5, written=100, away=1)
    assert judge(good, Typical({"a": 8.0}), Rule(exclude=tuple(SIGNS))).score == 1.0


def test_a_page_is_too_fast_beside_what_others_take() -> None:
    quick = Passage(pages=(PageLeft("long", 2.0),))
    assert judge(quick, Typical({"long": 4.0}), Rule()).score == 1.0
    assert judge(quick, Typical({"long": 40.0}), Rule()).findings[0].sign == "too_fast"


def test_the_same_words_are_found_in_other_spelling_and_in_part_and_short_ones_are_not() -> None:
    texts = {
        1: [LONG],
        2: [LONG.upper().replace(".", " !")],
        3: ["To begin: " + LONG],
        4: ["Something else altogether, in words that nobody used before me."],
        5: ["Nothing."],
        6: ["nothing"],
    }
    assert twins(texts) == {1: {2, 3}, 2: {1, 3}, 3: {1, 2}}


@pytest.mark.parametrize("wrong", [{"exclude": ["luck"]}, {"fast_pages": 2}, {"attention": 0}, {"speed": 1}])
def test_a_rule_that_cannot_be_is_refused_with_the_terms(wrong: dict[str, Json]) -> None:
    terms = Terms.parse(make_terms(quality=wrong))
    (problem,) = problems_of(terms, platform="mturk", currency="USD")
    assert (problem.path, "quality" in problem.message) == ("quality", True)


def collected(**terms: Json) -> Campaign:
    """Three people: one good, two with the same words, one of them pasted by a program."""
    campaign = make_campaign(running(steps=STEPS, target=40), terms=terms)
    measure = Measure.objects.get(experiment=campaign.experiment, name="rating")
    for n, why in enumerate(("The bars helped me to see which side was the larger one.", LONG, LONG)):
        session = worked(campaign).session
        assert session is not None
        Trial.objects.create(
            session=session,
            index=0,
            step="asked",
            nonce="n",
            shown_at=NOW,
            answered_at=NOW,
            duration_ms=9000,
            answer={"rating": n, "why": why},
            client={"shown": 1},
        )
        Measurement.objects.create(
            experiment=campaign.experiment, unit=session.unit, measure=measure, value=n, number=n, at=NOW, key=f"{n}"
        )
    Interaction.objects.create(
        session=Session.objects.latest("pk"),
        seq=1,
        kind="automation",
        at_ms=1.0,
        payload={"flag": "webdriver"},
        received_at=NOW,
    )
    return campaign


@pytest.mark.django_db
def test_who_completed_is_judged_once_by_the_rule_of_their_campaign() -> None:
    campaign = collected(quality={"exclude": ["automation"]})

    assert judge_ended(now=NOW) == 3
    assert judge_ended(now=NOW) == 0

    marks = list(QualityMark.objects.order_by("session_id"))
    assert [mark.score for mark in marks] == [1.0, 0.4, 0.08]
    assert [mark.because for mark in marks] == ["", "", "automation"]
    assert LONG not in str([mark.findings for mark in marks])
    assert judge_experiment(campaign.experiment, again=True, now=NOW) == 3


@pytest.mark.django_db
def test_who_came_by_no_campaign_is_judged_by_the_rule_that_was_registered_first() -> None:
    campaign = collected(quality={"exclude": ["automation"]})
    make_campaign(campaign.experiment, terms={"quality": {"exclude": ["attention"]}})
    make_campaign(campaign.experiment, terms={"quality": {"exclude": ["away"]}}, status=Campaign.Status.DRAFT)
    Submission.objects.all().delete()

    judge_ended(now=NOW)

    assert list(QualityMark.objects.order_by("session_id").values_list("because", flat=True)) == ["", "", "automation"]


@pytest.mark.django_db
def test_both_analyses_are_told_and_nobody_is_missing_from_the_rows() -> None:
    campaign = collected(quality={"exclude": ["automation"]})
    judge_ended(now=NOW)

    lines = both_analyses(campaign.experiment)
    assert (sum(line.everybody.n for line in lines), sum(line.kept.n for line in lines)) == (3, 2)
    rows = dict(QualityColumns().rows(campaign.experiment, Options()))
    assert len(rows) == Session.objects.filter(experiment=campaign.experiment).count() == 3
    assert sorted(bool(row[3]) for row in rows.values()) == [False, True, True]


@pytest.mark.django_db
def test_no_rule_approves_whom_the_registered_rule_leaves_out_and_none_rejects() -> None:
    campaign = collected(quality={"exclude": ["automation"]}, auto_approve=True)
    assert review_by_rule(now=NOW) == 0  # nobody is judged yet
    judge_ended(now=NOW)

    assert review_by_rule(now=NOW) == 2
    assert set(campaign.postings.get().submissions.values_list("desired", flat=True)) == {"approved", "undecided"}


@pytest.mark.django_db
def test_the_page_and_the_api_show_rule_signs_and_both_analyses(client: Client) -> None:
    campaign = collected(quality={"exclude": ["automation"]})
    judge_ended(now=NOW)
    user = make_user()
    campaign.experiment.study.memberships.create(user=user, role=Role.ANALYST)
    client.force_login(user)
    text = client.get(reverse("crowd:quality", args=[campaign.uuid])).content.decode()
    assert "whom one of these was found against: <strong>automation</strong>" in text

    told = client.get(f"/api/v1/experiments/{campaign.experiment.slug}/campaigns/{campaign.uuid}/quality/").json()
    assert (told["judged"], told["excluded"]) == (3, 1)
    assert {each["sign"] for each in told["signs"]} == {"automation", "same_text"}
