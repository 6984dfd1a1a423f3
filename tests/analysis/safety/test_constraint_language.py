"""What a constraint may say, and how a wrong one is refused: in a sentence, with the column."""

import math

import numpy as np
import pytest

from analysis.safety.constraints import ConstraintError, Vocabulary, check_delta, parse_constraint, parse_constraints
from analysis.safety.constraints.tree import count_leaves, count_nodes
from analysis.safety.terms import Constant, Constraint, Leaf, Node, Operation, Quantity, Regime
from tests.analysis.safety.facts import Case, facts, number

GROUPS = ("M", "F", "R1", "R2", "R3")
BINARY = Vocabulary.of(Regime.BINARY, groups=GROUPS)
MULTI = Vocabulary.of(Regime.MULTICLASS, groups=GROUPS, classes=3)
RETURNS = Vocabulary.of(Regime.REINFORCEMENT, groups=GROUPS, rewards=2)


def parsed(text: str, vocabulary: Vocabulary = BINARY) -> Constraint:
    return parse_constraint(text, vocabulary, delta=0.05)


@pytest.mark.parametrize("case", facts("cases.json"), ids=lambda case: case["constraint"])
def test_a_constraint_is_normalised_and_counted_as_the_engine_does_it(case: Case) -> None:
    found = parsed(case["constraint"], Vocabulary.of(case["sub_regime"], groups=GROUPS))

    assert found.normalised == case["normalised"]
    assert count_nodes(found.root) == case["n_nodes"]
    assert count_leaves(found.root) == case["n_base_nodes"]
    assert [str(quantity) for quantity in found.quantities] == list(case["base_nodes"])


@pytest.mark.parametrize("case", facts("errors.json")["constraints"], ids=lambda case: case["why"])
def test_what_the_reference_names_as_wrong_is_refused_with_a_column_and_a_sentence(case: Case) -> None:
    with pytest.raises(ConstraintError) as refused:
        parsed(case["constraint"], Vocabulary.of(case["sub_regime"], groups=case["columns"]))

    assert 1 <= refused.value.column <= len(case["constraint"]) + 1
    assert refused.value.sentence[-1] in ".:"


@pytest.mark.parametrize(
    ("text", "column", "part"),
    [
        ("PR < 0.5", 4, "`<` is not supported: write `<=`."),
        ("PR ≤ 0.5", 4, "write `<=`"),
        ("PR =< 0.5", 4, "write `<=`"),
        ("PR != 0.5", 4, "`!=` is not supported"),
        ("PR // 2", 4, "write `/`"),
        ("PR % 2", 4, "`%` is not supported"),
        ("PR ^ 2", 4, "write `**`"),
        ("PR & NR", 4, "one constraint for each"),
        ("PR @ NR", 4, "write `*`"),
        ("PR << 2", 4, "`<<` is not supported"),
        ("~PR", 1, "`~` is not supported"),
        ("+PR", 1, "leave it out"),
        ("PR - +0.5", 6, "leave it out"),
        ("--PR", 1, "leave both out"),
        ("PR - -(-0.5)", 6, "leave both out"),
        ("not PR", 1, "1 - …"),
        ("PR and NR", 4, "missing before `and`"),
        ("PR; NR", 3, "one constraint at a time"),
        ("PR - 0.5 # a half", 10, "no comments"),
        ("PR\n- 0.5", 3, "a line break is not supported"),
        ("True - PR", 1, "Write 1."),
        ("PR - True", 6, "Write 1."),
        ("nan - PR", 1, "finite"),
        ("PR - 'a'", 6, "without quotes"),
        ('PR - "a"', 6, "without quotes"),
        ("PR - f'a'", 6, "without quotes"),
        ("2j - PR", 1, "complex"),
        ("0x10 - PR", 1, "not a number"),
        ("1e400 - PR", 1, "beyond all numbers"),
        ("1.2.3 - PR", 1, "not a number"),
        ("007 - PR", 1, "zeros that lead"),
        ("00 - PR", 1, "zeros that lead"),
        ("PR - 1__0", 6, "not a number"),
        ("PR - \u0663", 6, "no meaning"),
        ("2PR <= 1", 1, "not a number"),
        ("PR.mean", 3, "names have no parts"),
        ("PR[0]", 1, "no subscript in binary"),
        ("PR_ <= 1", 1, "subscript is missing"),
        ("PR(0)", 1, "takes no values"),
        ("mean(PR)", 1, "There is no function 'mean'"),
        ("maxx(PR, NR)", 1, "Did you mean `max`?"),
        ("abs - PR", 1, "`abs(…)`"),
        ("max(PR, NR, ACC)", 1, "takes two values, here are 3"),
        ("min(PR, NR,)", 12, "missing before `)`"),
        ("abs(PR NR)", 8, "missing before `NR`"),
        ("(PR, NR)", 4, "comma"),
        ("()", 1, "Nothing stands"),
        ("[PR]", 1, "list has no place"),
        ("PR [0]", 1, "no subscript"),
        ("(PR | M)", 7, "in brackets"),
        ("(PR | (M))", 7, "in brackets"),
        ("(PR | [])", 8, "name of a group"),
        ("(PR | [M,])", 10, "name of a group"),
        ("(PR | [1])", 8, "name of a group"),
        ("(PR | [[M]])", 8, "name of a group"),
        ("(PR | [M F])", 7, "not closed"),
        ("(PR | [M+F])", 7, "not closed"),
        ("(PR | [M,M])", 10, "named twice"),
        (
            "(PR | [X])",
            8,
            "R3. Declare it: groups: {X: {column: …, equals: …}}.",
        ),
        ("(PR - NR | [M])", 2, "belongs to one measure"),
        ("(0.5 | [M]) - PR", 2, "belongs to one measure"),
        ("(abs(PR) | [M])", 2, "belongs to one measure"),
        ("((PR | [M]) | [F])", 2, "belongs to one measure"),
        ("(PR | [M] | [F])", 11, "(PR | [M,R1])"),
        ("([M] | PR)", 2, "list has no place"),
        ("| [M]", 1, "measure is missing"),
        ("PR | [M] <= 0.5", 1, "write `(PR | [M])`"),
        ("M <= 0.5", 1, "M is a group, not a measure"),
        ("pr <= 0.5", 1, "Did you mean `PR`?"),
        ("Mean_Error <= 1", 1, "is a measure of regression, and this is binary classification"),
        ("<= 0.5", 1, "missing on one side"),
        ("PR <=", 4, "missing on one side"),
        ("PR <= 0.5 >= 0.1", 11, "second inequality"),
        ("(PR <= 0.5)", 1, "`(` is not closed before `<=`"),
        ("abs(PR <= 0.5)", 4, "`(` is not closed before `<=`"),
        ("PR) <= 0.5", 3, "no `(`"),
        ("PR <= (0.5", 7, "not closed"),
        ("PR -", 5, "ends where a value is missing"),
        ("PR * / NR", 6, "A value is missing"),
        ("PR/0", 4, "divided by 0"),
        ("PR/(1 - 1)", 4, "divided by 0"),
        ("PR/0.0 <= 1", 4, "divided by 0"),
        ("PR/-0", 4, "divided by 0"),
        ("PR/1e-400", 4, "divided by 0"),
        ("PR + log(0)", 6, "not a finite number"),
        ("PR + log(-1)", 6, "not a finite number"),
        ("PR + exp(1000)", 6, "not a finite number"),
        ("PR + 10**400", 6, "not a finite number"),
        ("PR + (-1)**0.5", 6, "not a finite number"),
        ("PR + 0**-1", 6, "not a finite number"),
        ("(-2)**PR", 1, "has no power"),
        ("0**PR", 1, "has no power"),
        ("e - 2", 1, "No measure"),
        ("0.3 <= 0.5", 1, "No measure"),
        ("", 1, "empty"),
        ("\t", 1, "empty"),
        ("PR \x00", 4, "no meaning"),
        ("PR ? NR", 4, "no meaning"),
        ("__import__", 1, "no measure"),
        ("PR if NR else 1", 4, "missing before `if`"),
    ],
)
def test_a_wrong_constraint_is_refused_where_it_is_wrong(text: str, column: int, part: str) -> None:
    with pytest.raises(ConstraintError) as refused:
        parsed(text)

    assert part in refused.value.message
    assert refused.value.column == column


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("PR <= 0.5", "PR needs one index, each the number of a class: `PR_[0]`."),
        ("PR_[3] <= 0.5", "There is no class 3: they are counted from 0 to 2."),
        ("PR_[-1] <= 0.5", "number of a class"),
        ("PR_[0.5] <= 0.5", "number of a class"),
        ("PR_[i] <= 0.5", "number of a class"),
        ("PR_[] <= 0.5", "number of a class"),
        ("PR_[01] <= 0.5", "zeros that lead"),
        ("PR_[1_0] <= 0.5", "number of a class"),
        ("PR_[0,1] <= 0.5", "PR needs one index"),
        ("PR_[0:1] <= 0.5", "`:` is not supported"),
        ("PR_[0][1] <= 0.5", "list has no place"),
        ("PR_[True] <= 0.5", "number of a class"),
        ("PR_[1 <= 0.5", "`[` is not closed"),
        ("CM_[0] <= 0.5", "CM needs two indices"),
        ("CM_[0,1,2] <= 0.5", "CM needs two indices"),
        ("CM_[0,3] <= 0.5", "There is no class 3"),
        ("CM[0,1] <= 0.5", "underscore"),
        ("CM <= 0.5", "CM needs two indices"),
        ("ACC_[0] <= 0.5", "no subscript"),
        ("FOO_[0] <= 0.5", "no measure 'FOO'"),
    ],
)
def test_classes_are_named_one_by_one_where_there_are_several(text: str, part: str) -> None:
    with pytest.raises(ConstraintError) as refused:
        parsed(text, MULTI)

    assert part in refused.value.message


@pytest.mark.parametrize("index", ["0", "3", "-1", "1.0", "x"])
def test_alternative_rewards_are_counted_from_one(index: str) -> None:
    with pytest.raises(ConstraintError, match="reward"):
        parsed(f"J_pi_new_IS_[{index}] >= 0", RETURNS)


def test_a_reward_may_be_conditioned_and_named_or_not() -> None:
    found = parsed("(J_pi_new_IS_[1] | [M]) >= J_pi_new_PDIS", RETURNS)

    assert found.quantities == (Quantity("J_pi_new_PDIS"), Quantity("J_pi_new_IS", (1,), ("M",)))


@pytest.mark.parametrize(
    ("text", "root"),
    [
        ("PR", Leaf(Quantity("PR"))),
        ("PR | [M]", Leaf(Quantity("PR", where=("M",)))),
        ("((PR | [ M , R1 ]))", Leaf(Quantity("PR", where=("M", "R1")))),
        ("PR | [M] <= 0", Leaf(Quantity("PR", where=("M",)))),
        ("0 >= PR", Leaf(Quantity("PR"))),
        ("abs(PR | [M])", Operation("abs", (Leaf(Quantity("PR", where=("M",))),))),
        ("PR - -0.5", Operation("sub", (Leaf(Quantity("PR")), Constant(-0.5)))),
        ("-PR", Operation("mult", (Constant(-1.0), Leaf(Quantity("PR"))))),
        ("e*PR", Operation("mult", (Constant(math.e), Leaf(Quantity("PR"))))),
        ("pow(PR, 2)", Operation("pow", (Leaf(Quantity("PR")), Constant(2.0)))),
        (
            ".5 + 1_000.*PR",
            Operation("add", (Constant(0.5), Operation("mult", (Constant(1000.0), Leaf(Quantity("PR")))))),
        ),
    ],
)
def test_a_constraint_is_understood_as_python_would_group_it(text: str, root: Node) -> None:
    assert parsed(text).root == root


def test_powers_bind_to_the_right_and_before_a_minus() -> None:
    found = parsed("-PR**2**-1").root

    assert found == Operation(
        "mult",
        (Constant(-1.0), Operation("pow", (Leaf(Quantity("PR")), Operation("pow", (Constant(2.0), Constant(-1.0)))))),
    )


def test_zero_point_zero_is_kept_as_the_engine_keeps_it() -> None:
    assert parsed("PR <= 0.0").normalised == "PR-(0.0)"
    assert parsed("PR <= 0").normalised == "PR"
    assert parsed("PR >= 0").normalised == "0-(PR)"


@pytest.mark.parametrize("text", ["(" * 5000 + "PR", "(" * 60 + "PR" + ")" * 60, "2**" * 1000 + "PR", "-(" * 60 + "PR"])
def test_a_constraint_nested_without_end_is_refused(text: str) -> None:
    with pytest.raises(ConstraintError):
        parsed(text)


def test_a_constraint_of_too_many_names_is_refused() -> None:
    with pytest.raises(ConstraintError, match="150 names and numbers"):
        parsed("+".join(["PR"] * 151))


def test_whatever_is_typed_is_read_or_refused_with_a_column_in_it() -> None:
    rng = np.random.default_rng(18)
    pieces = ["PR", "NR", "CM_", "J_pi_new_IS", "abs(", "min(", *"()[]|,-+*/<. 0e", "M", "F", "0.5", "**", "<=", ">="]
    pieces += ["not", "lambda", "'a'", "\t", "\n", "\u2264", "1e999"]
    for text in ("".join(rng.choice(pieces, size=rng.integers(1, 12))) for _ in range(3_000)):
        error = refusal_of(text)
        if error is not None:
            assert 1 <= error.column <= len(text) + 1
            assert error.sentence


def refusal_of(text: str) -> ConstraintError | None:
    try:
        parsed(text)
    except ConstraintError as error:
        return error
    return None


def test_the_error_is_shown_under_the_text() -> None:
    with pytest.raises(ConstraintError) as refused:
        parsed("abs(PR) - foo <= 0.1")

    assert refused.value.pointed() == "abs(PR) - foo <= 0.1\n          ^^^"


@pytest.mark.parametrize("delta", [*map(number, facts("errors.json")["delta_invalid"]), math.inf, True, "0.05", None])
def test_delta_is_a_number_between_0_and_1(delta: object) -> None:
    with pytest.raises(ValueError, match="delta"):
        check_delta(delta)


def test_a_constraint_is_named_once() -> None:
    with pytest.raises(ConstraintError, match="named twice"):
        parse_constraints(["PR <= 0.5", "PR  <=  0.5"], BINARY, deltas=[0.05, 0.1])


def test_without_declared_groups_none_may_be_named_unless_nobody_knows_them() -> None:
    with pytest.raises(ConstraintError, match="No groups are declared"):
        parsed("(PR | [M])", Vocabulary.of(Regime.BINARY))

    assert parsed("(PR | [M])", Vocabulary.of(Regime.BINARY, groups=None)).quantities[0].where == ("M",)
