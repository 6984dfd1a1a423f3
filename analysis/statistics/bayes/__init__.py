"""Bayesian answers: posteriors in closed form or by quadrature, never by sampling."""
