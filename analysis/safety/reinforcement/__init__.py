"""Policies that are improved from recorded episodes, under constraints on what they return."""
