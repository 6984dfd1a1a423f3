"""Right although a bandit allocated: what the stored chances of its choices make of the record."""
