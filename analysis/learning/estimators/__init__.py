"""Scikit-learn's estimators: found by name, built of plain parameters, fitted, and kept without pickles."""
