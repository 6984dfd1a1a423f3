"""Analysis of variance: one way, factorial, within units; mixed models where units have gaps."""
