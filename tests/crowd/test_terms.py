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


@pytest.mark.parametrize("amount", ["-1", "1.001", "NaN", "Infinity", "a lot", ""])
def test_an_amount_that_is_none_is_refused_by_name(amount: str) -> None:
    with pytest.raises(ValueError, match="reward"):
        Terms.parse(make_terms(reward=amount))


def test_terms_nobody_knows_are_refused() -> None:
    with pytest.raises(ValueError, match="rewrad"):
        Terms.parse(make_terms(rewrad="1.00"))
