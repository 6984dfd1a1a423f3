"""A bonus is computed with decimals from what was measured, and a formula can do nothing else."""

from __future__ import annotations

from decimal import Decimal

import pytest

from crowd.paying.formula import Formula, FormulaError, amount_of

VALUES = {"score": [Decimal("0.8")], "correct": [Decimal(1), Decimal(0), Decimal(1)], "minutes": [Decimal(7)]}


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("0.50", "0.50"),
        ("0.10 * sum(correct)", "0.20"),
        ("score / 3", "0.27"),
        ("0.1 + 0.2", "0.30"),
        ("min(1.00, 0.30 * count(correct))", "0.90"),
        ("0.50 * (score >= 0.8) + 0.25 * (minutes < 5)", "0.50"),
        ("greatest(correct) - least(correct) + last(correct) * floor(1.9)", "2.00"),
        ("mean(correct)", "0.67"),
        ("round(score)", "1.00"),
        ("-score", "0.00"),
        ("nobody_measured_this", "0.00"),
        ("1000 * score", "3.00"),
    ],
)
def test_it_comes_to(text: str, amount: str) -> None:
    assert amount_of(Formula.parse(text), VALUES, most=Decimal("3.00")) == Decimal(amount)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no formula"),
        ("1 +", "no formula"),
        ("__import__('os').system('true')", "no function"),
        ("score.real", "nothing else"),
        ("score[0]", "nothing else"),
        ("2 ** 9999999", "nothing else"),
        ("lambda: 1", "nothing else"),
        ("'a' * 9", "only numbers"),
        ("True", "only numbers"),
        ("1 < score < 2", "nothing else"),
        ("sum(score + 1)", "name of one measure"),
        ("min()", "between its brackets"),
        ("round(score, 2)", "one value"),
        ("(" * 40 + "-" * 40 + "1" + ")" * 40, "nested"),
        ("1 + " * 200 + "1", "at most 500 characters"),
    ],
)
def test_what_is_no_formula_is_refused(text: str, said: str) -> None:
    with pytest.raises(FormulaError, match=said):
        Formula.parse(text)


def test_the_place_of_what_is_wrong_is_named() -> None:
    with pytest.raises(FormulaError, match=r"no measure “scroe”; there are: score, minutes \(character 8\)"):
        Formula.parse("0.10 * scroe", measures=["score"])


def test_a_measure_taken_several_times_wants_to_know_how() -> None:
    with pytest.raises(FormulaError, match=r"measured 3 times: say sum\(correct\)"):
        Formula.parse("correct").value(VALUES)


def test_dividing_by_zero_is_said() -> None:
    with pytest.raises(FormulaError, match="divides by zero"):
        Formula.parse("1 / (minutes - 7)").value(VALUES)
