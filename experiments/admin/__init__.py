"""The console of this room. Each module registers its models when it is imported."""

from experiments.admin import accounts, experiment, record, step, study, token, version

__all__ = ("accounts", "experiment", "record", "step", "study", "token", "version")
