"""Logged decisions as a data set that policies are trained from, under constraints."""
