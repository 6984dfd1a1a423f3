"""Mechanical Turk: postings are HITs of one type, submissions its assignments. `kind` needs no botocore."""
