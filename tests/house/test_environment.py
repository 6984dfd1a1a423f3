"""Settings from outside are read by four typed doors; nonsense is refused by name."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from machina_site.env import env_bool, env_int, env_list, env_str


def test_an_empty_variable_counts_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLOUR", "")

    assert env_str("COLOUR", "blue") == "blue"
    assert env_list("COLOUR", ["blue"]) == ["blue"]


@pytest.mark.parametrize(("text", "value"), [("1", True), ("TRUE", True), ("on", True), ("0", False), ("No", False)])
def test_a_truth_value_may_be_written_in_the_usual_ways(
    monkeypatch: pytest.MonkeyPatch, text: str, value: bool
) -> None:
    monkeypatch.setenv("LIGHT", text)

    assert env_bool("LIGHT", not value) is value


def test_a_truth_value_that_is_none_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIGHT", "maybe")

    with pytest.raises(ImproperlyConfigured, match="LIGHT must be true or false, not 'maybe'"):
        env_bool("LIGHT", False)


def test_a_number_that_is_none_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "eighty")

    with pytest.raises(ImproperlyConfigured, match="PORT must be a whole number, not 'eighty'"):
        env_int("PORT", 80)


def test_a_list_loses_blanks_and_empty_values(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOSTS", " a.org, ,b.org ,")

    assert env_list("HOSTS", []) == ["a.org", "b.org"]
