"""Real rows for tests: studies, experiments, sessions, and people who answer pages through the services."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.utils import timezone

from experiments.chance import Stream
from experiments.definition import normalise
from experiments.models import Experiment, Membership, Status, Study, Unit
from experiments.services.editing import apply_definition
from experiments.services.lifecycle import (
    archive_experiment,
    complete_experiment,
    pause_experiment,
    rehearse_experiment,
    start_experiment,
)
from experiments.services.study_file import add_consent_document
from experiments.types import Json, JsonObject
from participants.capability import token_of
from participants.models import Session
from participants.reads import current_page
from participants.services.answering import Sent, answer_page
from participants.services.entering import Entry, enter

_numbers = itertools.count(1)

STEPS: list[Json] = [
    {
        "name": "welcome",
        "title": "Welcome",
        "components": [{"kind": "text", "props": {"body": "You are in **{{ arm.name }}**."}}],
    },
    {
        "name": "rating",
        "title": "Your rating",
        "components": [
            {
                "kind": "slider",
                "name": "score",
                "measure": "score",
                "props": {"label": "How good is it?", "min_label": "bad", "max_label": "good"},
            }
        ],
    },
    {
        "name": "remark",
        "title": "Last page",
        "components": [
            {"kind": "free_text", "name": "remark", "required": False, "props": {"label": "Anything else?"}}
        ],
    },
]


def make_user(name: str = "", *, is_staff: bool = True, is_superuser: bool = False) -> User:
    """A user who may log in to the console, with no Django permission of any kind. Password: `password`."""
    user = get_user_model()(
        username=name or f"user-{next(_numbers)}", is_staff=is_staff, is_superuser=is_superuser, email="u@example.org"
    )
    user.set_password("password")
    user.save()
    return user


def make_study(slug: str = "", *, members: Mapping[User, str] | None = None, **columns: object) -> Study:
    """A study with a consent text. members: {user: role}."""
    slug = slug or f"study-{next(_numbers)}"
    study = Study.objects.create(slug=slug, title=str(columns.pop("title", f"Study {slug}")), **columns)
    add_consent_document(study, {"version": "1", "title": "Consent", "body": "You may stop at any time."})
    for user, role in (members or {}).items():
        Membership.objects.create(study=study, user=user, role=role)
    return study


def make_definition(slug: str = "", **entries: Json) -> dict[str, Json]:
    """A definition with two arms, one measure and three pages, normalised. entries replace its own."""
    slug = slug or f"experiment-{next(_numbers)}"
    document: dict[str, Json] = {
        "slug": slug,
        "title": f"Experiment {slug}",
        "target": 100,
        "factors": [{"name": "frame", "levels": ["plain", "vivid"]}],
        "measures": [{"name": "score", "kind": "number", "role": "primary", "low": 0, "high": 100}],
        "steps": STEPS,
    }
    return normalise({**document, **entries})


def make_experiment(
    study: Study | None = None, *, slug: str = "", status: str = Status.RUNNING, **entries: Json
) -> Experiment:
    """An experiment brought to that status by the services. entries: of its definition, as in the study file."""
    definition = make_definition(slug, **entries)
    experiment = Experiment.objects.create(
        study=study or make_study(), slug=str(definition["slug"]), title=str(definition["title"])
    )
    experiment = apply_definition(experiment, definition)
    for service in SERVICES[Status(status)]:
        experiment = service(experiment)
    return Experiment.objects.select_related("study", "version").get(pk=experiment.pk)


SERVICES = {
    Status.DRAFT: [],
    Status.REHEARSAL: [rehearse_experiment],
    Status.RUNNING: [start_experiment],
    Status.PAUSED: [start_experiment, pause_experiment],
    Status.COMPLETED: [start_experiment, complete_experiment],
    Status.ARCHIVED: [start_experiment, complete_experiment, archive_experiment],
}


def make_session(
    experiment: Experiment | None = None, *, pages: int | None = 0, now: datetime | None = None, **entry: object
) -> Session:
    """Somebody who agreed and answered that many pages (None: all). entry: columns of `Entry`."""
    experiment = experiment or make_experiment()
    now = now or timezone.now()
    wanted = Entry(key=f"key-{next(_numbers)}", consent="1", **entry)  # type: ignore[arg-type]  # named by the caller
    session = enter(experiment, wanted, now=now)
    for number in itertools.count() if pages is None else range(pages):
        if not session.is_under_way:
            break
        session = answer(session, now=now + timedelta(seconds=10 * (number + 1)))
    return session


def answer(session: Session, *, now: datetime | None = None, **given: Json) -> Session:
    """Answer the current page, each question as in `given` or at random from the session's seed."""
    page = current_page(session)
    fields: dict[str, list[str]] = {}
    for component, question in page.questions():
        draw = Stream(session.seed, "scripted", component.name)
        fields.update(question.scripted(draw, preference=given.get(component.name)))
    sent = Sent(nonce=session.nonce, fields=fields, client={"shown": 0, "answered": 2000})
    return answer_page(token_of(session.uuid), sent, now=now or timezone.now()).session


def make_unit(experiment: Experiment, *, attributes: JsonObject | None = None, key: str = "") -> Unit:
    """A unit that nobody assigned yet."""
    return Unit.objects.create(experiment=experiment, kind=experiment.unit_kind, key=key, attributes=attributes or {})


@transaction.atomic
def fill_with_sessions(experiment: Experiment, n: int, *, trials: int = 0) -> None:
    """So many sessions (and units, places, assignments, events) at once, for tests of size. A few seconds per 100,000.

    Of five, three have completed, one is active, one timed out on its second page.
    """
    version = experiment.version_id
    arms = list(experiment.arms.values_list("pk", flat=True))
    with connection.cursor() as cursor:
        for statement in _bulk_statements(trials):
            cursor.execute(
                statement,
                {"experiment": experiment.pk, "study": experiment.study_id, "version": version, "arms": arms, "n": n},
            )
        cursor.execute("ANALYZE")


def _bulk_statements(trials: int) -> Iterable[str]:
    """Ids are taken from the sequences, so the rows stand beside those that the services made."""
    yield """CREATE TEMP TABLE many ON COMMIT DROP AS SELECT i, gen_random_uuid() AS uuid,
        nextval('participants_participant_id_seq') AS participant, nextval('experiments_unit_id_seq') AS unit,
        nextval('experiments_slot_id_seq') AS slot, nextval('experiments_assignment_id_seq') AS assignment,
        nextval('participants_session_id_seq') AS session,
        (%(arms)s::bigint[])[1 + i %% array_length(%(arms)s::bigint[], 1)] AS arm,
        (ARRAY['completed','completed','completed','active','timed_out'])[1 + i %% 5] AS status,
        now() - interval '7 days' + i * (interval '7 days' / %(n)s) AS at
        FROM generate_series(1, %(n)s) AS i"""
    yield """INSERT INTO participants_participant (id, uuid, study_id, platform, external_digest, created_at)
        SELECT participant, gen_random_uuid(), %(study)s, 'link', '', at FROM many"""
    yield """INSERT INTO experiments_unit (id, uuid, experiment_id, kind, key, attributes, is_rehearsal, created_at)
        SELECT unit, gen_random_uuid(), %(experiment)s, 'participant', '', '{}', false, at FROM many"""
    yield """INSERT INTO experiments_slot
        (id, experiment_id, stratum, position, block, arm_id, propensity, status, unit_id, leased_until, is_rehearsal)
        SELECT slot, %(experiment)s, '', 1000000 + i, 0, arm, 0.5,
        CASE status WHEN 'completed' THEN 'completed' WHEN 'active' THEN 'leased' ELSE 'void' END,
        unit, CASE status WHEN 'active' THEN now() + interval '1 day' END, false FROM many"""
    yield """INSERT INTO experiments_assignment
        (id, experiment_id, unit_id, version_id, arm_id, propensity, policy, policy_version, slot_id, stratum, row, at)
        SELECT assignment, %(experiment)s, unit, %(version)s, arm, 0.5, 'permuted_blocks', '', slot, '', 0, at
        FROM many"""
    yield """INSERT INTO participants_session
        (id, uuid, participant_id, experiment_id, version_id, unit_id, assignment_id, entry_key, status, stage,
        position, attempt, rounds, nonce, seed, language, answers, checks_failed, ended_because, came_by,
        is_rehearsal, entered_at, shown_at, seen_at, ended_at)
        SELECT session, uuid, participant, %(experiment)s, %(version)s, unit, assignment, 'many-' || unit, status,
        'main', CASE status WHEN 'completed' THEN 3 ELSE 1 END, 0, 0, 'nonce', i, 'en', '{}', i %% 7 / 6, '', '', false,
        at, at + interval '1 minute', at + interval '1 minute',
        CASE WHEN status <> 'active' THEN at + (60 + i %% 240) * interval '1 second' END FROM many"""
    yield """INSERT INTO experiments_event (at, kind, experiment_id, subject, payload)
        SELECT at, 'session.entered', %(experiment)s, 'session:' || uuid, '{}'::jsonb FROM many
        UNION ALL SELECT at + interval '2 minutes', 'session.completed', %(experiment)s, 'session:' || uuid,
        '{"seconds": 120}' FROM many WHERE status = 'completed'
        UNION ALL SELECT at + interval '2 minutes', 'session.timed_out', %(experiment)s, 'session:' || uuid,
        '{"step": "rating", "position": 1}' FROM many WHERE status = 'timed_out'"""
    if trials:
        yield f"""INSERT INTO participants_trial (session_id, index, step, attempt, stimulus, nonce, shown_at,
            answered_at, answer, checks, client, duration_ms, outcome)
            SELECT session, k, (ARRAY['welcome','rating','remark'])[1 + k %% 3], 0, '{{}}', 'nonce-' || k, at, at,
            '{{}}', '{{}}', '{{}}', 1000 + (i * 37 + k) %% 9000, 'answered'
            FROM many, generate_series(0, {int(trials) - 1}) AS k"""
