"""Each method that can be asked by its name, beside another library's answer to the same data: its own example.

Where no library has it, the list below says what holds it to its word instead.
"""

from __future__ import annotations

import importlib
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest
from scipy import integrate, optimize, special, stats

from analysis.statistics.methods import METHODS
from analysis.statistics.methods.door import Door
from analysis.toolbox.computing.answered import Line
from analysis.toolbox.computing.answering import answer
from analysis.toolbox.computing.calling import example_roles, example_settings
from analysis.toolbox.computing.table import Table
from tests.analysis.toolbox.tables import WITHOUT_A_DOOR

Figures = Mapping[str, float]
Source = Callable[[Any], Figures]
HERE: Final = Path(__file__).parent


class Data:
    """A method's example by role. x, y: the first group's values and the second's."""

    def __init__(self, key: str, shape: int = 0) -> None:
        door = METHODS[key].door
        assert isinstance(door, Door)
        self.shape = door.shapes[shape]
        self.roles = example_roles(self.shape)
        self.settings = example_settings(door, self.shape)

    def __getitem__(self, role: str) -> np.ndarray:
        columns = [self.shape.example.columns[name] for name in self.roles[role]]
        is_text = isinstance(columns[0][0], str)
        cells = np.array(columns, dtype=object if is_text else float)
        return cells[0] if len(columns) == 1 else cells.T

    def by_group(self, role: str) -> list[np.ndarray]:
        names = self["group"]
        return [self[role][names == name] for name in dict.fromkeys(names.tolist())]

    @property
    def x(self) -> np.ndarray:
        return self.by_group("value")[0]

    @property
    def y(self) -> np.ndarray:
        return self.by_group("value")[1]

    def counted(self) -> tuple[int, int, int, int]:
        """Treatment's successes and units, then control's."""
        control, treatment = self.by_group("answer")
        return int(treatment.sum()), len(treatment), int(control.sum()), len(control)


def sm(name: str) -> Any:
    return importlib.import_module(f"statsmodels.{name}")


def t_test(found: Any) -> Figures:
    low, high = found.confidence_interval(0.95)
    return {"low": low, "high": high, "p": found.pvalue}


def z_means(d: Data) -> Figures:
    weight = sm("stats.weightstats")
    both = weight.CompareMeans(weight.DescrStatsW(d.y), weight.DescrStatsW(d.x))
    low, high = both.zconfint_diff(usevar="pooled")
    return {"low": low, "high": high, "p": both.ztest_ind(usevar="pooled")[1]}


def one_share(method: str) -> Source:
    def source(d: Data) -> Figures:
        low, high = sm("stats.proportion").proportion_confint(d["answer"].sum(), len(d["answer"]), method=method)
        return {"low": low, "high": high}

    return source


def two_shares(method: str, compare: str) -> Source:
    def source(d: Data) -> Figures:
        low, high = sm("stats.proportion").confint_proportions_2indep(*d.counted(), method=method, compare=compare)
        return {"low": low, "high": high}

    return source


def score_limits(d: Data) -> Figures:
    """Shares fitted under each difference by a search, not by the root of a cubic. statsmodels 0.15 is off by 1 %."""
    a, n, c, m = d.counted()

    def score(gap: float) -> float:
        def unlikely(base: float) -> float:
            return -float(stats.binom.logpmf(c, m, base) + stats.binom.logpmf(a, n, base + gap))

        bounds = (max(0.0, -gap) + 1e-12, min(1.0, 1 - gap) - 1e-12)
        p = optimize.minimize_scalar(unlikely, bounds=bounds, method="bounded", options={"xatol": 1e-13}).x
        variance = p * (1 - p) / m + (p + gap) * (1 - p - gap) / n
        return float((a / n - c / m - gap) / np.sqrt(variance * (n + m) / (n + m - 1)))

    z, middle = stats.norm.isf(0.025), a / n - c / m
    low = optimize.brentq(lambda gap: score(gap) - z, middle - 0.4, middle, xtol=1e-12)
    return {"low": low, "high": optimize.brentq(lambda gap: score(gap) + z, middle, middle + 0.4, xtol=1e-12)}


def conditional_odds(d: Data) -> Figures:
    a, n, c, m = d.counted()
    low, high = stats.contingency.odds_ratio([[a, n - a], [c, m - c]]).confidence_interval(0.95)
    return {"low": low, "high": high}


def table(d: Data) -> Figures:
    found = stats.chi2_contingency(d["counts"], correction=False)
    return {"statistic": found.statistic, "p": found.pvalue}


def poisson(d: Data) -> Figures:
    low, high = sm("stats.rates").confint_poisson(d["events"].sum(), d["exposure"].sum(), method="exact-c")
    return {"low": low, "high": high}


def two_rates(d: Data) -> Figures:
    (c, t), (u, v) = (
        [int(part.sum()) if role == "events" else part.sum() for part in d.by_group(role)]
        for role in ("events", "exposure")
    )
    return {"p": sm("stats.rates").test_poisson_2indep(t, v, c, u, method="exact-cond", compare="ratio").pvalue}


def apart_rates(d: Data) -> Figures:
    (c, t), (u, v) = ([part.sum() for part in d.by_group(role)] for role in ("events", "exposure"))
    kind = {"method": "mover", "method_mover": "exact-c", "compare": "diff"}
    low, high = sm("stats.rates").confint_poisson_2indep(t, v, c, u, **kind)
    return {"low": low, "high": high}


def censored(d: Data, rows: Any = slice(None)) -> Any:
    time, seen = d["duration"][rows], d["seen"][rows] > 0
    return stats.CensoredData(uncensored=time[seen], right=time[~seen])


def survival(d: Data) -> Figures:
    found: Any = stats.ecdf(censored(d)).sf
    at = float(d.settings["time"])  # type: ignore[arg-type]  # a number
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # of times at which there is no interval
        interval = found.confidence_interval(0.95, method="log-log")
    return {"value": found.evaluate(at), "low": interval.low.evaluate(at), "high": interval.high.evaluate(at)}


def median_survival(d: Data) -> Figures:
    found = sm("duration.survfunc").SurvfuncRight(d["duration"], d["seen"])
    with np.errstate(divide="ignore", invalid="ignore"):
        low, high = found.quantile_ci(0.5, method="cloglog")
    return {"value": found.quantile(0.5), "low": low, "high": high}


def restricted(d: Data) -> Figures:
    found, until = stats.ecdf(censored(d)).sf, float(d.settings["until"])  # type: ignore[arg-type]  # a number
    steps = np.concatenate([[0.0], found.quantiles[found.quantiles < until], [until]])
    return {"value": float(np.diff(steps) @ found.evaluate(steps[:-1]))}


def log_rank(d: Data) -> Figures:
    chi2, p = sm("duration.survfunc").survdiff(d["duration"], d["seen"], d["group"])
    return {"statistic": chi2, "p": p}


def kappa(weights: str | None) -> Source:
    def source(d: Data) -> Figures:
        found = np.zeros((5, 5))
        np.add.at(found, (d["first"].astype(int) - 1, d["second"].astype(int) - 1), 1)
        told = sm("stats.inter_rater").cohens_kappa(found, weights=weights and np.arange(5), wt=weights)
        return {"value": told.kappa, "low": told.kappa_low, "high": told.kappa_upp}

    return source


def fleiss(d: Data) -> Figures:
    rater = sm("stats.inter_rater")
    return {"value": rater.fleiss_kappa(rater.aggregate_raters(d["ratings"])[0])}


def lin(d: Data) -> Figures:
    arm = (d["group"] == "vivid").astype(float)
    centred = d["covariates"] - d["covariates"].mean()
    design = np.column_stack([np.ones(len(arm)), arm, centred, centred * arm])
    fitted = sm("api").OLS(d["value"], design).fit(cov_type="HC2", use_t=True)
    low, high = fitted.conf_int()[1]
    return {"value": fitted.params[1], "low": low, "high": high, "p": fitted.pvalues[1]}


def logistic(d: Data) -> Figures:
    fitted = sm("api").Logit(d["answer"], sm("api").add_constant(d["effects"])).fit(disp=False, tol=1e-12)
    low, high = fitted.conf_int()[0]
    return {"value": fitted.params[0], "low": low, "high": high, "p": fitted.pvalues[0]}


def dunnett(d: Data) -> Figures:
    control, *others = d.by_group("value")
    return {"p": stats.dunnett(*others, control=control, rng=np.random.default_rng(5)).pvalue[0]}


def welch_anova(d: Data) -> Figures:
    found = sm("stats.oneway").anova_oneway(d.by_group("value"), use_var="unequal")
    return {"statistic": found.statistic, "p": found.pvalue}


def many(method: str) -> Source:
    def source(d: Data) -> Figures:
        told = sm("stats.multitest").multipletests(d["p"], method=method)[1]
        return {f"adjusted {place}": each for place, each in enumerate(told, 1)}

    return source


def ratio_of_samples(d: Data) -> Figures:
    counts, plan = d["count"].astype(int), d["weight"] / d["weight"].sum()
    n = int(counts.sum())
    known: Any = stats  # its stubs know arrays of n only
    log_factor = known.dirichlet_multinomial(50 * plan, n).logpmf(counts) - known.multinomial(n, plan).logpmf(counts)
    return {"figure p": float(min(1.0, np.exp(-log_factor)))}


def normal_factor(d: Data) -> Figures:
    effect, error, sd = float(d["estimate"][0]), float(d["standard_error"][0]), 5.0
    return {"figure bayes_factor": stats.norm.pdf(effect, 0, np.hypot(error, sd)) / stats.norm.pdf(effect, 0, error)}


def weighted(d: Data) -> Figures:
    """With no weight on the third group it is Welch's test of the other two."""
    return t_test(stats.ttest_ind(d.y, d.x, equal_var=False))


def within_margins(d: Data) -> Figures:
    low, high = float(d.settings["low"]), float(d.settings["high"])  # type: ignore[arg-type]  # numbers
    return {"p": sm("stats.weightstats").ttost_ind(d.y, d.x, low, high, usevar="unequal")[0]}


def linear_parts(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    """Units' linearised values: their mean is the ratio, their spread that of the delta method."""
    ratio = above.sum() / below.sum()
    return np.asarray(ratio + (above - ratio * below) / below.mean())


def ratio(d: Data) -> Figures:
    told = linear_parts(d["numerator"], d["denominator"])
    half = stats.norm.isf(0.025) * stats.sem(told)
    return {"value": float(told.mean()), "low": float(told.mean() - half), "high": float(told.mean() + half)}


def ratios(d: Data) -> Figures:
    pairs = zip(d.by_group("numerator"), d.by_group("denominator"), strict=True)
    control, treatment = (linear_parts(*pair) for pair in pairs)
    return t_test(stats.ttest_ind(treatment, control, equal_var=False))


def hazards(d: Data) -> Figures:
    quiet = (d["group"] == "quiet").astype(float)[:, None]
    found = sm("duration.hazard_regression").PHReg(d["duration"], quiet, status=d["seen"], ties="efron").fit()
    low, high = np.exp(found.conf_int()[0])
    return {"value": np.exp(found.params[0]), "low": low, "high": high}


def overlap(control: Any, treatment: Any) -> Figures:
    """The chance that treatment is the larger one, by SciPy's integration."""
    ends = [each.ppf(share) for each in (control, treatment) for share in (1e-14, 1 - 1e-14)]
    chance = integrate.quad(lambda x: control.pdf(x) * treatment.sf(x), min(ends), max(ends), limit=200, epsabs=1e-12)[
        0
    ]
    return {"figure chance_to_win": chance}


def gamma_prior(d: Data) -> Figures:
    (c, t), (u, v) = ([part.sum() for part in d.by_group(role)] for role in ("events", "exposure"))
    return overlap(stats.gamma(0.5 + c, scale=1 / u), stats.gamma(0.5 + t, scale=1 / v))


def normal_prior(d: Data) -> Figures:
    return overlap(*(stats.norm(each.mean(), stats.sem(each)) for each in (d.x, d.y)))


def student_prior(d: Data) -> Figures:
    return overlap(*(stats.t(len(each) - 1, each.mean(), stats.sem(each)) for each in (d.x, d.y)))


def rates_factor(d: Data) -> Figures:
    """Beta-binomial chances of both arms over that of all together, counting orders alike."""
    (a, n, c, m) = d.counted()
    apart = stats.betabinom.pmf(a, n, 1, 1) * stats.betabinom.pmf(c, m, 1, 1) / special.comb(n, a) / special.comb(m, c)
    chance = apart * special.comb(n + m, a + c) / stats.betabinom.pmf(a + c, n + m, 1, 1)
    return {"figure bayes_factor": float(chance)}


def beta_prior(d: Data) -> Figures:
    control, treatment = (stats.beta(0.5 + g.sum(), 0.5 + len(g) - g.sum()) for g in d.by_group("answer"))
    x, weights = np.polynomial.legendre.leggauss(400)
    x = (x + 1) / 2
    return {"figure chance_to_win": float(weights @ (control.pdf(x) * treatment.sf(x))) / 2}


SOURCES: Final[dict[str, Source]] = {
    "student-mean": lambda d: {**t_test(stats.ttest_1samp(d["value"], 0.0)), "p": np.nan},
    "welch": lambda d: t_test(stats.ttest_ind(d.y, d.x, equal_var=False)),
    "student": lambda d: t_test(stats.ttest_ind(d.y, d.x)),
    "z-means": z_means,
    "paired": lambda d: t_test(stats.ttest_rel(d["second"], d["first"])),
    "quantile": lambda d: {"value": np.median(d["value"])},
    "wilson": one_share("wilson"),
    "wald": one_share("normal"),
    "agresti-coull": one_share("agresti_coull"),
    "jeffreys": one_share("jeffreys"),
    "clopper-pearson": one_share("beta"),
    "miettinen-nurminen": score_limits,
    "newcombe": two_shares("newcomb", "diff"),
    "agresti-caffo": two_shares("agresti-caffo", "diff"),
    "wald-difference": two_shares("wald", "diff"),
    "risk-ratio": two_shares("score", "ratio"),
    "risk-ratio-log": two_shares("log", "ratio"),
    "odds-ratio": two_shares("logit", "odds-ratio"),
    "odds-ratio-score": two_shares("score", "odds-ratio"),
    "odds-ratio-exact": conditional_odds,
    "chi-square": table,
    "cramer-v": lambda d: {"value": stats.contingency.association(d["counts"].astype(int), "cramer")},
    "goodness-of-fit": lambda d: {"p": stats.chisquare(d["count"]).pvalue},
    "mcnemar": lambda d: {
        "p": stats.binomtest(int((d["second"] > d["first"]).sum()), int((d["second"] != d["first"]).sum())).pvalue
    },
    "cochran-q": lambda d: {"p": sm("stats.contingency_tables").cochrans_q(d["answers"]).pvalue},
    "z-proportions": lambda d: {
        "p": sm("stats.proportion").proportions_ztest(*np.array(d.counted()).reshape(2, 2).T)[1]
    },
    "poisson-rate": poisson,
    "rate-ratio": two_rates,
    "rate-difference": apart_rates,
    "kaplan-meier": survival,
    "survival-quantile": median_survival,
    "rmst": restricted,
    "log-rank": log_rank,
    "auc": lambda d: {"value": stats.mannwhitneyu(d.y, d.x).statistic / len(d.x) / len(d.y)},
    "cliff-delta": lambda d: {"value": 2 * stats.mannwhitneyu(d.y, d.x).statistic / len(d.x) / len(d.y) - 1},
    "hodges-lehmann": lambda d: {"value": np.median(np.subtract.outer(d.y, d.x))},
    "sign-test": lambda d: {"p": sm("stats.descriptivestats").sign_test(np.round(d["second"] - d["first"], 9))[1]},
    "anova": lambda d: dict(zip(("statistic", "p"), stats.f_oneway(*d.by_group("value")), strict=True)),
    "welch-anova": welch_anova,
    "pearson": lambda d: {
        "value": stats.pearsonr(d["first"], d["second"]).statistic,
        "p": stats.pearsonr(d["first"], d["second"]).pvalue,
    },
    "spearman": lambda d: {"value": stats.spearmanr(d["first"], d["second"]).statistic},
    "kendall": lambda d: {"value": stats.kendalltau(d["first"], d["second"]).statistic},
    "lin": lin,
    "logistic": logistic,
    "cohen-kappa": kappa(None),
    "weighted-kappa": kappa("linear"),
    "fleiss-kappa": fleiss,
    "bonferroni": many("bonferroni"),
    "sidak": many("sidak"),
    "holm": many("holm"),
    "holm_sidak": many("holm-sidak"),
    "hochberg": many("simes-hochberg"),
    "hommel": many("hommel"),
    "bh": many("fdr_bh"),
    "by": many("fdr_by"),
    "dunnett": dunnett,
    "sample-ratio": ratio_of_samples,
    "bayes-factor-normal": normal_factor,
    "bayes-beta": beta_prior,
    "bayes-gamma": gamma_prior,
    "bayes-normal": normal_prior,
    "bayes-student": student_prior,
    "bayes-factor-rates": rates_factor,
    "tost": within_margins,
    "ratio": ratio,
    "ratio-difference": ratios,
    "hazard-ratio": hazards,
    "weighted-means": weighted,
}
SAID: Final = {"weighted-means": {"weights": "-1, 1, 0"}}
ESTIMATES, SEQUENTIAL, MANY = (f"analysis/statistics/{room}" for room in ("estimates", "sequential", "multiplicity"))
CASES = "analysis/statistics/reference/estimates.json", "figures of the field's libraries, kept"
LOOKS = f"{SEQUENTIAL}/test_group_sequential.py", "published boundaries; simulated studies that stop"
BANDIT = "analysis/statistics/adaptive/test_under_thompson.py", "by its promise: coverage under a bandit, make proof"
SPREAD = "analysis/statistics/effects/test_effects.py", "noncentral distributions of SciPy, turned round"
DRAWN = "analysis/statistics/ranks/test_ranks.py", "SciPy computes it itself; all ways counted out for few units"
ANOVA = "analysis/statistics/anova/test_anova.py", "statsmodels and SciPy on data of their own"
STEPS = "analysis/statistics/durations/test_durations.py", "statsmodels; areas counted out by hand"
TRUST = "analysis/statistics/trust/test_watched.py", "by its promise: looked at after every unit"
ELSEWHERE: Final[dict[str, tuple[str, str]]] = {
    **dict.fromkeys(("welch-relative", "proportions-welch", "proportions-relative", "cuped", "cuped-relative"), CASES),
    "ratio-relative": (
        f"{ESTIMATES}/test_adjustment.py",
        "its parts are those of the ratio's difference; Fieller where unsure",
    ),
    "fieller": (f"{ESTIMATES}/test_means.py", "all quotients that a t test keeps; coverage"),
    **dict.fromkeys(
        ("quantile-clustered", "quantile-difference", "quantile-relative"),
        (f"{ESTIMATES}/test_distribution_free.py", "by coverage"),
    ),
    **dict.fromkeys(
        ("winsorised", "post-stratified", "lin-moments", "clustered", "lin-clustered"),
        (f"{ESTIMATES}/test_adjustment.py", "statsmodels where it has it; else identities and coverage"),
    ),
    "non-inferiority": (f"{ESTIMATES}/test_distribution_free.py", "one side of tost"),
    **dict.fromkeys(("fisher", "boschloo"), ("analysis/statistics/tables/test_tables.py", "SciPy computes it itself")),
    **dict.fromkeys(("rmst-difference", "rmst-relative"), STEPS),
    **dict.fromkeys(
        ("mann-whitney", "wilcoxon", "pseudo-median", "kruskal", "friedman", "permutation", "sign-flip"), DRAWN
    ),
    **dict.fromkeys(("anova-2", "anova-3", "repeated", "split-plot", "tukey", "games-howell", "mixed"), ANOVA),
    **dict.fromkeys(("cohen-d", "hedges-g", "cohen-dz", "cohen-h", "eta-squared", "omega-squared", "cohen-f"), SPREAD),
    **dict.fromkeys(
        (
            "krippendorff-nominal",
            "krippendorff-ordinal",
            "krippendorff-interval",
            "cronbach-alpha",
            "icc-1",
            "icc-a",
            "icc-c",
        ),
        CASES,
    ),
    **dict.fromkeys(
        ("krippendorff-ratio", "mcdonald-omega"),
        ("analysis/statistics/agreement/test_agreement.py", "simulated judges, and a scale of one factor"),
    ),
    **dict.fromkeys(
        ("betting-sequence", "asymptotic-sequence", "mixture-sprt"),
        (f"{SEQUENTIAL}/test_watched.py", "by its promise: watched after every unit, make proof"),
    ),
    **dict.fromkeys(
        ("empirical-bernstein-sequence", "hedged-capital-sequence"),
        (f"{SEQUENTIAL}/test_incremental.py", "value by value as all at once"),
    ),
    "normal-mixture": (f"{SEQUENTIAL}/test_mixtures.py", "kept cases, sequential.json"),
    "quantile-sequence": (f"{SEQUENTIAL}/test_quantile_sequences.py", "by its promise"),
    **dict.fromkeys(("repeated-interval", "stage-wise"), LOOKS),
    "beta-binomial-sequence": (f"{SEQUENTIAL}/test_rates.py", "SciPy's beta-binomial"),
    "bayes-effect": ("analysis/statistics/reference/sequential.json", "GrowthBook's figures, kept"),
    "bayes-factor-jzs": ("analysis/statistics/bayes/test_factors.py", "its integral by SciPy"),
    **dict.fromkeys(("adaptive-betting", "aipw-betting-sequence", "aipw-asymptotic-sequence"), BANDIT),
    **dict.fromkeys(("ipw", "aipw", "aipw-weighted", "aipw-two-point", "plain-means"), BANDIT),
    "e_bh": (f"{MANY}/test_adjusting.py", "by its definition"),
    "graph": (f"{MANY}/test_graphs.py", "closed testing of all intersections"),
    "closed_simes": (f"{MANY}/test_closed.py", "all intersections, one by one"),
    **dict.fromkeys(("lord", "saffron"), (f"{MANY}/test_online.py", "the papers' formulas written out; make proof")),
    **dict.fromkeys(("balance", "attrition"), TRUST),
    "anomalies": ("analysis/statistics/trust/test_trust.py", "no test of a theory: planted oddities are found"),
    "information-gain": ("analysis/planning/test_information.py", "hand-checked values; SciPy's quadrature"),
    **dict.fromkeys(
        ("predictive-probability", "power-prior"), ("analysis/planning/test_stopping.py", "futures counted out")
    ),
}
LOOSE: Final = {
    "tukey": 1e-5,
    "games-howell": 1e-5,
    "dunnett": 2e-3,
    "bayes-beta": 1e-8,
    "odds-ratio-exact": 1e-6,
    "odds-ratio-score": 1e-6,
    "risk-ratio": 1e-6,
    "miettinen-nurminen": 1e-6,
}


@pytest.mark.parametrize("key", SOURCES)
def test_another_library_says_the_same(key: str) -> None:
    data = Data(key)
    found = answer(METHODS[key], Table(data.shape.example.columns), data.roles, {**data.settings, **SAID.get(key, {})})
    assert not found.why_not
    for name, value in SOURCES[key](data).items():
        if not np.isnan(value):
            assert said(found.lines, name) == pytest.approx(value, rel=LOOSE.get(key, 1e-9), abs=1e-12), name


def said(lines: tuple[Line, ...], name: str) -> float:
    """The figure of that name, of the first line that has one."""
    if name.startswith("adjusted"):
        return float(lines[int(name.split()[1])].figures["adjusted"] or 0.0)
    line = lines[0]
    if name.startswith("figure"):
        return float(line.figures[name.split()[1]] or 0.0)
    if name in ("statistic", "p") and line.tested is not None:
        return line.tested.statistic if name == "statistic" else line.tested.p_value
    assert line.estimate is not None
    return float(getattr(line.estimate, "p_value" if name == "p" else name) or 0.0)


def test_every_method_has_a_second_source_or_says_what_holds_it_to_its_word() -> None:
    assert set(METHODS) == {*SOURCES, *ELSEWHERE, *WITHOUT_A_DOOR}
    assert not set(SOURCES) & set(ELSEWHERE)
    tests = HERE.parents[1]
    assert {where for where, _ in ELSEWHERE.values() if not (tests / where).exists()} == set()
