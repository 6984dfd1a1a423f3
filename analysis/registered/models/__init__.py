"""Tables of what was registered: plans, their amendments, frozen reports, and the tests of a study's life."""

from analysis.registered.models.plan import Amendment, AnalysisPlan
from analysis.registered.models.report import Report
from analysis.registered.models.stream import Stream, StreamTest

__all__ = ("Amendment", "AnalysisPlan", "Report", "Stream", "StreamTest")
