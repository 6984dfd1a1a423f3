"""Prolific: its REST API, version 1."""
