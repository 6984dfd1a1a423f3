"""Figures that hold however often one looks: sequences, evidence values, boundaries for planned looks."""
