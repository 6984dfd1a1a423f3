"""Looks planned beforehand: boundaries by alpha spending, and what may be said after stopping at one."""
