"""Prolific, rehearsed: its REST API, its participants' website, and what happens there by itself."""
