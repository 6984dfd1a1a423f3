"""A campaign's terms are read strictly, and written as they were read."""

import pytest

from crowd.terms import Terms
from tests.crowd.factories import dollars, make_terms


def test_terms_come_back_as_they_were_written() -> None:
    terms = Terms.parse(
        make_terms(
            worst_bonus="0.50",
            keywords=["pictures"],
            qualifications=[{"name": "locale", "comparator": "In", "values": ["DE", "US-CA"]}],
            pay_rules={"screened_out": {"share": "0.2"}},
        )
    )

    assert Terms.parse(terms.as_json()) == terms
    assert terms.reward == dollars("1.00")


@pytest.mark.parametrize("amount", ["-1", "1.001", "NaN", "sNaN", "1e30", "Infinity", "a lot", ""])
def test_an_amount_that_is_none_is_refused_by_name(amount: str) -> None:
    with pytest.raises(ValueError, match="reward"):
        Terms.parse(make_terms(reward=amount))


@pytest.mark.parametrize("share", ["-0.1", "1.1", "NaN", "sNaN", "half", None])
def test_a_share_that_is_none_is_refused_by_name(share: str | None) -> None:
    with pytest.raises(ValueError, match=r"returned\.share"):
        Terms.parse(make_terms(pay_rules={"returned": {"share": share}}))


def test_terms_nobody_knows_are_refused() -> None:
    with pytest.raises(ValueError, match="rewrad"):
        Terms.parse(make_terms(rewrad="1.00"))
