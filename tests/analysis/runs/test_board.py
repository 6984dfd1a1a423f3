"""The board shows every run and figure, sorts and filters them, and gives nothing to who may not look."""

from __future__ import annotations

import re
import uuid

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from analysis.runs.models import Batch, Run
from experiments.models import Experiment, Role
from tests.analysis.runs.boards import keep_files, make_board
from tests.factories import make_user
from tests.query_counts import reviewed

pytestmark = pytest.mark.django_db
OF_EXPERIMENT = (
    "board",
    "charts",
    "influence",
    "compare",
    "throughput",
    "board_live",
    "charts_live",
    "throughput_live",
)
OF_RUN = ("run", "run_live", "card", "card_html", "card_markdown")


@pytest.fixture
def batch() -> Batch:
    return make_board()


def visitor(experiment: Experiment, role: str | None) -> Client:
    user = make_user()
    if role:
        experiment.study.memberships.create(user=user, role=role)
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def client(batch: Batch) -> Client:
    return visitor(batch.experiment, Role.RESEARCHER)


def at(name: str, batch: Batch) -> str:
    return reverse(f"runs:{name}", args=[batch.experiment.slug])


def numbers(text: str) -> list[int]:
    """The runs of the table, in order."""
    return [int(number) for number in re.findall(r'<th scope="row" class="is-number"><a[^>]*>(\d+)<', text)]


def text_of(client: Client, url: str, **query: str | list[str]) -> str:
    answer = client.get(url, query)
    assert answer.status_code == 200, url
    return answer.content.decode()


def test_the_table_has_every_run_with_its_parameters_and_figures(client: Client, batch: Batch) -> None:
    text = text_of(client, at("board", batch))

    assert numbers(text) == list(range(1, 13))
    for title in ("learning_rate", "hidden", "val loss", "Fold"):
        assert f">{title}" in text
    assert 'aria-label="the best so far"' in text
    assert "MemoryError" in text


def test_a_click_on_a_figure_puts_the_best_first_and_what_has_none_last(client: Client, batch: Batch) -> None:
    found = numbers(text_of(client, at("board", batch), sort="-primary"))

    assert found[:2] == [4, 3]
    assert set(found[-2:]) == {11, 12}
    assert numbers(text_of(client, at("board", batch), sort="m.val.f1"))[0] in (9, 10)


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("learning_rate<=0.01; hidden=64", [7, 8, 11, 12]),
        ("val.f1>0.85", [3, 4]),
        ("fold!=0; learning_rate=0.1", [2, 4]),
        ("error~memory", [11]),
        ("status=running", [12]),
        ("seconds>=1.5; primary<0.6", [9, 10]),
    ],
)
def test_conditions_choose_runs(client: Client, batch: Batch, where: str, expected: list[int]) -> None:
    assert numbers(text_of(client, at("board", batch), where=where)) == expected


@pytest.mark.parametrize(
    "where", ["nonsense", "wings>3", "seconds>fast", "started=yesterday", "__class__=1", "'; --=1"]
)
def test_a_condition_that_means_nothing_is_told_and_passed_over(client: Client, batch: Batch, where: str) -> None:
    text = text_of(client, at("board", batch), where=where)

    assert 'class="m-notice is-warn"' in text
    assert len(numbers(text)) == 12


def test_columns_are_chosen_in_the_address(client: Client, batch: Batch) -> None:
    text = text_of(client, at("board", batch), col=["m.train.loss", "worker"])

    headings = re.findall(r'<th scope="col" aria-sort[^>]*><a[^>]*>([^<]+)<', text)
    assert headings == ["Run", "Status", "train loss", "Worker"]


def test_an_unchanged_table_costs_next_to_nothing_and_a_word_of_a_run_brings_it_anew(
    client: Client, batch: Batch
) -> None:
    mark = client.get(at("board", batch)).context["mark"]
    with CaptureQueriesContext(connection) as queries:
        assert client.get(at("board_live", batch), {"after": mark}).status_code == 204
    assert len(queries) == reviewed("board of runs, nothing new")

    Run.objects.filter(batch=batch, number=1).update(n_events=100)

    assert client.get(at("board_live", batch), {"after": mark}).status_code == 200


def test_several_batches_stand_side_by_side(client: Client, batch: Batch) -> None:
    other = make_board(batch.experiment, slug="second-grid")

    assert len(numbers(text_of(client, at("board", batch)))) == 24
    assert len(numbers(text_of(client, at("board", batch), batch=[other.slug]))) == 12
    assert "second-grid" in text_of(client, at("board", batch), batch=[batch.slug, other.slug])
    assert "second-grid: hidden 32" in text_of(client, at("charts", batch))


def test_there_is_a_chart_for_each_figure_with_a_line_for_each_setting_or_run(client: Client, batch: Batch) -> None:
    text = text_of(client, at("charts", batch))
    by_run = text_of(client, at("charts", batch), by="run", split="val", figure="loss", log="1")

    assert re.findall(r"<figcaption>([a-z0-9 ]+)", text) == ["train f1", "val f1", "train loss", "val loss"]
    assert len(re.findall('<g data-line="setting-', text)) == 4 * 6
    assert "r-band" in text
    assert len(re.findall('<g data-line="run-', by_run)) == 12
    assert "logarithmic" in by_run


def test_the_parameter_that_moves_the_goal_is_named_first(client: Client, batch: Batch) -> None:
    found = client.get(at("influence", batch)).context["found"]

    assert [each.parameter.name for each in found.influences] == ["learning_rate", "hidden"]
    assert found.influences[0].share > found.influences[1].share
    assert len(found.threads) == 5  # the settings with a figure
    assert [axis.name for axis in found.axes] == ["hidden", "learning_rate", "f1"]


def test_runs_are_compared_by_what_differs(client: Client, batch: Batch) -> None:
    first, last = batch.runs.get(number=3), batch.runs.get(number=9)

    text = text_of(client, at("compare", batch), run=[str(first.uuid), str(last.uuid), "nonsense"])

    assert "Run 3" in text
    assert "Run 9" in text
    assert '<td class="is-best">0.86</td>' in text


def test_the_page_of_a_run_shows_its_words_and_not_its_markup(client: Client, batch: Batch) -> None:
    failed = Run.objects.get(batch=batch, number=11)
    keep_files(failed)

    text = text_of(client, reverse("runs:run", args=[failed.uuid]))

    assert "no &lt;b&gt;memory&lt;/b&gt;" in text
    assert "line 7" in text
    assert "Checkpoint of epoch 3" in text
    assert "report.html" in text
    assert "Epoch 3, val: f1" in text


def test_a_viewer_sees_the_error_but_no_traceback_and_no_file(batch: Batch) -> None:
    failed = Run.objects.get(batch=batch, number=11)
    checkpoint, artifact = keep_files(failed)
    viewer = visitor(batch.experiment, Role.VIEWER)

    text = text_of(viewer, reverse("runs:run", args=[failed.uuid]))

    assert "memory" in text
    assert "line 7" not in text
    for name, row in (("checkpoint", checkpoint), ("artifact", artifact)):
        assert viewer.get(reverse(f"runs:{name}", args=[failed.uuid, row.uuid])).status_code == 403


def test_what_a_run_keeps_is_sent_as_a_file_whatever_it_is(client: Client, batch: Batch) -> None:
    run = Run.objects.get(batch=batch, number=1)
    checkpoint, artifact = keep_files(run)

    for name, row, content in (("checkpoint", checkpoint, b"state"), ("artifact", artifact, b"<script>")):
        answer = client.get(reverse(f"runs:{name}", args=[run.uuid, row.uuid]))
        assert b"".join(answer.streaming_content).startswith(content)  # type: ignore[attr-defined]  # of a stream
        assert answer["Content-Type"] == "application/octet-stream"
        assert answer["Content-Disposition"].startswith("attachment")
        assert answer["X-Checksum-SHA256"] == row.sha256


def test_the_model_card_counts_and_describes_and_leaves_as_html_and_markdown(client: Client, batch: Batch) -> None:
    run = Run.objects.get(batch=batch, number=3)

    page = text_of(client, reverse("runs:card", args=[run.uuid]))
    alone = client.get(reverse("runs:card_html", args=[run.uuid]))
    words = text_of(client, reverse("runs:card_markdown", args=[run.uuid]))

    for fact in ("2,410", "1,050", "3.11.7", "sklearn_digits", "<svg"):
        assert fact in page
    assert "attachment" in alone["Content-Disposition"]
    assert "http" not in alone.content.decode().replace("http://www.w3.org/2000/svg", "")
    assert "| val | 450 |" in re.sub(r"\|  \|", "|", words)
    assert "1\\|x" in words


@pytest.mark.parametrize("name", OF_EXPERIMENT)
def test_pages_of_an_experiment_cost_what_was_reviewed_and_are_for_members(
    client: Client, batch: Batch, name: str
) -> None:
    url = at(name, batch)
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    assert len(queries) == reviewed(f"runs: {name}")
    assert visitor(batch.experiment, None).get(url).status_code == 404
    assert Client().get(url).status_code == 302


@pytest.mark.parametrize("name", OF_RUN)
def test_pages_of_a_run_cost_what_was_reviewed_and_are_for_members(client: Client, batch: Batch, name: str) -> None:
    url = reverse(f"runs:{name}", args=[Run.objects.get(batch=batch, number=1).uuid])
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    assert len(queries) == reviewed(f"runs: {name}")
    assert visitor(batch.experiment, None).get(url).status_code == 404
    assert client.get(reverse(f"runs:{name}", args=[uuid.UUID(int=1)])).status_code == 404


def test_the_list_of_batches_has_those_of_ones_studies_and_says_what_to_do_without_any(batch: Batch) -> None:
    url = reverse("runs:batches")
    member = visitor(batch.experiment, Role.VIEWER)
    member.get(url)
    with CaptureQueriesContext(connection) as queries:
        text = text_of(member, url)

    assert len(queries) == reviewed("runs: batches")
    assert batch.slug in text
    assert "11 of 12" in text
    assert "No batch yet" in text_of(visitor(batch.experiment, None), url)
    assert Client().get(url).status_code == 302


@pytest.mark.parametrize("name", OF_EXPERIMENT)
def test_an_experiment_without_runs_has_pages_that_say_so(name: str) -> None:
    from tests.analysis.runs.rows import make_batch

    batch = make_batch()
    Batch.objects.all().delete()

    assert visitor(batch.experiment, Role.VIEWER).get(at(name, batch)).status_code == 200


def test_the_badge_is_the_batchs_and_not_the_experiments(client: Client, batch: Batch) -> None:
    Batch.objects.filter(pk=batch.pk).update(status="paused")

    page = client.get(at("board", batch)).content.decode()
    fresh = client.get(at("board_live", batch)).content.decode()

    assert re.search(r'<span id="standing"><span class="r-status is-paused"[^>]*>Paused<', page)
    assert 'id="standing" hx-swap-oob="true"' in fresh
