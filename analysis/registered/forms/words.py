"""What the choices of a plan are called on its page, each with a sentence for people."""

from __future__ import annotations

from typing import Final

from analysis.registered.document import Aim, Correction, Method, Role, Spending

NOT_ASKED: Final = "none"
GATE: Final = "gate"

ROLES: Final = {
    Role.PRIMARY: "Primary: what the experiment is for",
    Role.SECONDARY: "Secondary: claimed too, on its own account",
    Role.GUARDRAIL: "Guardrail: must not get worse",
    Role.EXPLORATORY: "Explored: shown, nothing claimed",
    NOT_ASKED: "Not asked",
}
AIMS: Final = {
    Aim.DIFFERENT: "Is there a difference?",
    Aim.BETTER: "Is it better?",
    Aim.NON_INFERIOR: "Is it no worse than the margin?",
    Aim.EQUIVALENT: "Is it the same within the margin?",
}
METHODS: Final = {
    Method.ANYTIME: "Valid at every look",
    Method.FIXED: "One look at the end (t, proportions)",
    Method.GROUP_SEQUENTIAL: "Planned looks (group sequential)",
    Method.BAYES: "Bayesian, with the prior",
    Method.BAYES_FACTOR: "Bayes factor",
    Method.RANKS: "Ranks (Mann-Whitney, Wilcoxon)",
    Method.EXACT: "Exact (Fisher, chi-square)",
    Method.ANOVA: "Analysis of variance",
    Method.MIXED: "Mixed model",
    Method.LOGISTIC: "Logistic regression",
    Method.SURVIVAL: "Durations (log-rank)",
}
PRIMARY: Final = {
    Correction.HOLM: "Holm: any false claim, whatever they have to do with one another",
    Correction.BONFERRONI: "Bonferroni: the same, with plain intervals",
    Correction.HOCHBERG: "Hochberg: sharper, where arms share a control",
    Correction.HOMMEL: "Hommel: sharper still, where arms share a control",
    Correction.DUNNETT: "Dunnett: several arms against one control",
    Correction.CLOSED: "Closed testing: how many of any chosen set are real",
    Correction.GRAPH: "A graph: draw below where each share goes on to",
    Correction.NONE: "One question, nothing to share",
}
SECONDARY: Final = {
    Correction.BH: "False discovery rate (Benjamini-Hochberg)",
    Correction.BY: "False discovery rate, whatever (Benjamini-Yekutieli)",
    Correction.E_BH: "False discovery rate from e-values",
    Correction.HOLM: "Holm, with 5 % of their own",
    GATE: "Only after the primary ones: through the graph",
    Correction.NONE: "One question, nothing to share",
}
CORRECTIONS: Final = PRIMARY | {each: SECONDARY[each] for each in (Correction.BH, Correction.BY, Correction.E_BH)}
LOOKS: Final = {
    "always": "Whenever we like",
    "planned": "At stated parts of the units",
    "once": "Once, at the end",
}
SPENDINGS: Final = {
    Spending.OBRIEN_FLEMING: "Strict early (O'Brien-Fleming)",
    Spending.POCOCK: "Even (Pocock)",
    Spending.POWER: "Power family",
    Spending.HWANG_SHIH_DECANI: "Hwang-Shih-DeCani",
}
PRESETS: Final = {
    "holm": "All alike (Holm)",
    "in_order": "One after the other",
    "fallback": "An even share each, handed down",
    "gate": "Primary ones first",
}
