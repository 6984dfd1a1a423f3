"""Loops that train, evaluate, report and save: the roots of pipelines."""
