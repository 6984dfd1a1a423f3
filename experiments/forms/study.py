"""Forms of a study: its columns, members by user name, consent texts, tokens, study files."""

from __future__ import annotations

import re

from django import forms
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from unfold.widgets import (
    UnfoldAdminFileFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminSplitDateTimeWidget,
    UnfoldAdminTextInputWidget,
)

from experiments.checking import problems_of
from experiments.errors import Frozen
from experiments.forms.fields import LocalisedField, sentence, yaml_area
from experiments.keeping import require_changeable
from experiments.models import ApiToken, ConsentDocument, Membership, Role, Study
from experiments.problems import StudyFileError
from experiments.schema_document import LANGUAGE
from experiments.types import Json
from experiments.yaml_file import load


class LanguagesField(forms.CharField):
    """`en, de` as a list."""

    widget = UnfoldAdminTextInputWidget

    def prepare_value(self, value: object) -> str:
        """The codes with commas between."""
        return ", ".join(map(str, value)) if isinstance(value, list) else str(value or "")

    def to_python(self, value: object) -> list[str]:  # type: ignore[override]  # a list is what this field is for
        """ValidationError names the code that is none."""
        codes = [code.strip() for code in str(value or "").split(",") if code.strip()]
        for code in codes:
            if not re.fullmatch(LANGUAGE, code):
                raise ValidationError(f"“{code}” is not a language code. Write codes such as en, de, pt-BR.")
        return list(dict.fromkeys(codes)) or ["en"]


class StudyForm(forms.ModelForm):  # type: ignore[type-arg]  # Meta names the model
    """A study's columns."""

    languages = LanguagesField(help_text="Codes with commas between; the first is the default.", initial=["en"])

    class Meta:
        model = Study
        fields = ("title", "slug", "description", "contact", "languages", "retention_days", "currency", "budget")

    def clean_currency(self) -> str:
        """It may be kept: money was booked in it."""
        currency = str(self.cleaned_data["currency"])
        if self.instance.pk:
            try:
                require_changeable(self.instance, {"currency": currency})
            except Frozen as error:
                raise ValidationError(f"{error.message} {error.hint}") from error
        return currency


class MembershipForm(forms.ModelForm):  # type: ignore[type-arg]  # Meta names the model
    """A member, named by user name: an owner need not see the list of users."""

    username = forms.CharField(widget=UnfoldAdminTextInputWidget, label="User name", max_length=150)

    class Meta:
        model = Membership
        fields = ("username", "role")

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]  # as the admin calls it
        if self.instance.pk:
            self.fields["username"].initial = self.instance.user.get_username()
            self.fields["username"].disabled = True

    def clean_username(self) -> str:
        """There must be such a user, who is active."""
        name = str(self.cleaned_data["username"])
        user = get_user_model().objects.filter(username=name, is_active=True).first()
        if user is None:
            raise ValidationError(f"There is no user “{name}”. Ask an administrator to make the account first.")
        self.instance.user = user
        return name


class ConsentForm(forms.ModelForm):  # type: ignore[type-arg]  # Meta names the model
    """A new consent text. Those on record never change."""

    title = LocalisedField(rows=1)
    body = LocalisedField(rows=8, help_text="Markdown; or one block per language: “en: |” and the text below.")

    class Meta:
        model = ConsentDocument
        fields = ("version", "title", "body")

    def clean_body(self) -> Json:
        """People must have something to read."""
        body = self.cleaned_data["body"]
        if not body:
            raise ValidationError("Write the text that people agree to.")
        return body  # type: ignore[no-any-return]  # what LocalisedField gives


class TokenForm(forms.ModelForm):  # type: ignore[type-arg]  # Meta names the model
    """A new API token; the admin limits the studies and roles offered."""

    role = forms.ChoiceField(choices=Role.choices, initial=Role.VIEWER, widget=UnfoldAdminSelectWidget)
    expires_at = forms.SplitDateTimeField(
        required=False, widget=UnfoldAdminSplitDateTimeWidget, help_text="Empty: it does not expire."
    )

    class Meta:
        model = ApiToken
        fields = ("name", "study", "role", "expires_at")


class StudyFileForm(forms.Form):
    """A study file, uploaded or pasted. Every problem is named with its line; then nothing is imported."""

    file = forms.FileField(required=False, widget=UnfoldAdminFileFieldWidget, label="YAML file")
    text = forms.CharField(required=False, strip=False, widget=yaml_area(rows=14), label="…or its text")

    def clean(self) -> dict[str, object]:
        """`document` is what the file says."""
        cleaned = super().clean() or self.cleaned_data
        upload, text = cleaned.get("file"), str(cleaned.get("text") or "")
        source = upload.read() if upload else text
        if not source.strip():
            raise ValidationError("Choose a file, or paste its text.")
        try:
            document, positions = load(source)
        except StudyFileError as error:
            raise ValidationError([sentence(problem) for problem in error.problems]) from error
        problems = problems_of(document, positions)
        if problems:
            raise ValidationError([sentence(problem) for problem in problems])
        return {**cleaned, "document": document}
