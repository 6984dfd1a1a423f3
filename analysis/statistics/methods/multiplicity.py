"""Methods: many questions at once."""

from __future__ import annotations

from typing import Final

from analysis.statistics.methods.door import Door, Setting
from analysis.statistics.methods.method import Method
from analysis.statistics.methods.settings import LEVEL
from analysis.statistics.methods.shapes import GROUPS_AND_CONTROL, GROUPS_IN_SUMS_AND_CONTROL
from analysis.statistics.methods.shapes_of_questions import E_VALUES, GRAPH, P_IN_ORDER, P_VALUES

NEEDS: Final = "A p-value of each question that was planned; 1 for one that found no answer."

METHODS: Final[tuple[Method, ...]] = (
    Method(
        "bonferroni",
        "Bonferroni",
        "The chance of any false claim is held, whatever the answers have to do with one another.",
        "p̃ᵢ = min(1, m pᵢ);  interval of each at level / m",
        "Dunn (1961), Multiple comparisons among means, JASA 56.",
        NEEDS,
        Door((P_VALUES,), (LEVEL,), most_rows=2_000),
    ),
    Method(
        "sidak",
        "Šidák",
        "As Bonferroni's and a little sharper, where answers are independent or go together.",
        "p̃ᵢ = 1 − (1 − pᵢ)ᵐ",
        "Šidák (1967), Rectangular confidence regions, JASA 62.",
        NEEDS,
        Door((P_VALUES,), (LEVEL,), most_rows=2_000),
    ),
    Method(
        "holm",
        "Holm",
        "The chance of any false claim is held, whatever the answers have to do with one another; never weaker than "
        "Bonferroni. Its intervals take each question as two, above and below, with half its share each: where one "
        "side is answered the interval ends at 0 there.",
        "p̃₍ᵢ₎ = max over j ≤ i of min(1, (m − j + 1) p₍ⱼ₎)",
        "Holm (1979), Scandinavian Journal of Statistics 6; intervals: Strassburger and Bretz (2008), Statistics in "
        "Medicine 27; Guilbaud (2008), Biometrical Journal 50.",
        NEEDS,
        Door((P_VALUES,), (LEVEL,), most_rows=2_000),
    ),
    Method(
        "holm_sidak",
        "Holm-Šidák",
        "Holm's steps with Šidák's bound, where answers are independent or go together.",
        "p̃₍ᵢ₎ = max over j ≤ i of 1 − (1 − p₍ⱼ₎)^(m − j + 1)",
        "Holland and Copenhaver (1987), Biometrics 43.",
        NEEDS,
        Door((P_VALUES,), (LEVEL,), most_rows=2_000),
    ),
    Method(
        "hochberg",
        "Hochberg",
        "The chance of any false claim is held where answers go together, as those of arms that share a control do.",
        "p̃₍ᵢ₎ = min over j ≥ i of (m − j + 1) p₍ⱼ₎",
        "Hochberg (1988), Biometrika 75; Sarkar (1998), Annals of Statistics 26.",
        NEEDS,
        Door((P_VALUES,), (LEVEL,), most_rows=2_000),
    ),
    Method(
        "hommel",
        "Hommel",
        "As Hochberg's and never weaker: closed testing with Simes' test.",
        "the least level at which every set that holds the question is refuted by Simes' test",
        "Hommel (1988), Biometrika 75; Wright (1992), Biometrics 48.",
        NEEDS,
        Door((P_VALUES,), (LEVEL,), most_rows=2_000),
    ),
    Method(
        "bh",
        "False discovery rate (Benjamini-Hochberg)",
        "The false share of the claims is held, on average, where answers are independent or go together. Intervals of "
        "the claims are widened so that their false share is held too.",
        "p̃₍ᵢ₎ = min over j ≥ i of m p₍ⱼ₎ / j;  interval of R claims at level R · level / m",
        "Benjamini and Hochberg (1995), JRSS B 57; intervals: Benjamini and Yekutieli (2005), JASA 100.",
        NEEDS,
        Door((P_VALUES,), (LEVEL,), most_rows=2_000),
    ),
    Method(
        "by",
        "False discovery rate (Benjamini-Yekutieli)",
        "As Benjamini-Hochberg, whatever the answers have to do with one another.",
        "p̃₍ᵢ₎ = min over j ≥ i of (1 + 1/2 + … + 1/m) m p₍ⱼ₎ / j",
        "Benjamini and Yekutieli (2001), Annals of Statistics 29.",
        NEEDS,
        Door((P_VALUES,), (LEVEL,), most_rows=2_000),
    ),
    Method(
        "e_bh",
        "False discovery rate from e-values (e-BH)",
        "The false share of the claims is held, on average, whatever the answers have to do with one another, and "
        "however often somebody looked.",
        "claim the k largest e-values, for the largest k with e₍ₖ₎ ≥ m / (k level);  e = 1 / p where p holds at every "
        "look, (1 − p + p log p) / (p (log p)²) of one look",
        "Wang and Ramdas (2022), False discovery rate control with e-values, JRSS B 84.",
        "An e-value of each question that was planned; 1 for one that found no answer.",
        Door((E_VALUES,), (LEVEL,), most_rows=2_000),
    ),
    Method(
        "graph",
        "Graphical procedure",
        "The chance of any false claim is held, whatever the answers have to do with one another. Each question has a "
        "share of the level; once it is answered the share goes on along its arrows.",
        "wⱼ ← wⱼ + wᵢ gᵢⱼ;  gⱼₖ ← (gⱼₖ + gⱼᵢ gᵢₖ) / (1 − gⱼᵢ gᵢⱼ)",
        "Bretz, Maurer, Brannath and Posch (2009), Statistics in Medicine 28.",
        "Shares that add up to at most 1, arrows that add up to at most 1 from each question, and a p-value of each.",
        Door((GRAPH,), (LEVEL,), most_rows=50),
    ),
    Method(
        "closed_simes",
        "How many of a chosen set are real (closed testing)",
        "Of any set, picked before or after the answers were seen: so many are real at least. All sets at once, where "
        "answers go together.",
        "d(S) = max over u of 1 − u + #{i in S: h pᵢ ≤ u level};  h: size of the largest set that Simes' test leaves",
        "Goeman and Solari (2011), Statistical Science 26; Goeman, Meijer, Krebs and Solari (2019), Biometrika 106.",
        NEEDS,
        Door(
            (P_VALUES,),
            (
                LEVEL,
                Setting(
                    "chosen",
                    "Questions to look at, by name or number from 1 (else all)",
                    is_text=True,
                    is_optional=True,
                ),
            ),
            most_rows=2_000,
        ),
    ),
    Method(
        "dunnett",
        "Several arms against one control (Dunnett)",
        "All intervals hold at once. One look. In plans each comparison keeps its own test (Welch's, the score test) "
        "and spreads may differ; elsewhere values are normal, with the same spread in all groups, which is pooled.",
        "P(max |Tᵢ| > |tᵢ|), Tᵢ Student with correlation λᵢ λⱼ;  λᵢ² = v₀ / (v₀ + vᵢ), v = s² / n "
        "(of one spread: nᵢ / (nᵢ + n₀))",
        "Dunnett (1955), JASA 50; Hasler and Hothorn (2008), International Journal of Biostatistics 4.",
        "A value in each group, more values than groups, and values that differ within a group.",
        Door((GROUPS_AND_CONTROL, GROUPS_IN_SUMS_AND_CONTROL), (LEVEL,)),
    ),
    Method(
        "lord",
        "Tests of a study's life (LORD++)",
        "Over all questions that a study ever asks, the false share of its claims is held at any time; any number may "
        "be under way at once.",
        "αₜ = γₜ w + (α − w) γ₍ₜ₋ᵣ₁₎ + α (γ₍ₜ₋ᵣ₂₎ + …);  γⱼ ∝ log(max(j, 2)) / (j e^√log j);  "
        "r: when claims became known",
        "Ramdas, Yang, Wainwright and Jordan (2017), NeurIPS; Zrnic, Ramdas and Jordan (2021), JMLR 22.",
        "The order in which questions began, and a p-value of each when it is there.",
        Door(
            (P_IN_ORDER,),
            (
                LEVEL,
                Setting(
                    "wealth",
                    "Spent before the first discovery (else half the level)",
                    low=0,
                    high=1,
                    is_open=True,
                    is_optional=True,
                ),
            ),
            most_rows=500,
        ),
    ),
    Method(
        "saffron",
        "Tests of a study's life (SAFFRON)",
        "As LORD++, sharper where many questions find something: candidates (p ≤ 1/2) cost nothing.",
        "αₜ = min(λ, (1 − λ)[w γ₍ₜ₋C₀₎ + (α − w) γ₍ₜ₋ᵣ₁₋C₁₎ + α Σ γ₍ₜ₋ᵣⱼ₋Cⱼ₎]);  γⱼ ∝ j^−1.6, λ = 1/2",
        "Ramdas, Zrnic, Wainwright and Jordan (2018), ICML; Zrnic, Ramdas and Jordan (2021), JMLR 22.",
        "The order in which questions began, and a p-value of each when it is there.",
        Door(
            (P_IN_ORDER,),
            (
                LEVEL,
                Setting(
                    "wealth",
                    "Spent before the first discovery (else half the level)",
                    low=0,
                    high=1,
                    is_open=True,
                    is_optional=True,
                ),
            ),
            most_rows=500,
        ),
    ),
)
