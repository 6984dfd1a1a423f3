"""Learners of rules. They know tables and classes alone, no explainer: a surrogate and a model of a run learn alike.

A learner is a frozen dataclass of its parameters with `fit(evidence, rng) -> Learnt`; `antecedents.mined` turns rows,
classes and features into what it sees, and `learning.learn` does both.
"""
