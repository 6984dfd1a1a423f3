"""What somebody wants a platform to do with people: write to them, block them, let them come again."""

from __future__ import annotations

from django import forms

from crowd.forms.choosing import ChosenForm
from crowd.models import Errand
from crowd.reads.errands import LONGEST, SUBJECT


class WriteForm(ChosenForm):
    """The words, and who is meant. Whether they suffice is the plan's to say."""

    kind = forms.ChoiceField(label="What", choices=Errand.Kind.choices)
    subject = forms.CharField(label="Subject", max_length=SUBJECT, required=False)
    text = forms.CharField(label="Text", max_length=LONGEST, required=False, strip=True)
