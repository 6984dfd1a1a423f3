"""The rows that the documentation shows: one small study, the same in every example."""

from experiments.types import JsonObject

UNIT = "0b9f5c3e-3d0c-4c59-9a5e-1f6a8f0f5a11"
AT = "2026-11-02T09:30:00Z"

STUDY: JsonObject = {
    "slug": "lunch",
    "title": "Does a description make lunch more tempting?",
    "description": "",
    "contact": "lab@example.org",
    "languages": ["en"],
    "retention_days": 3650,
    "currency": "USD",
    "budget": "120.00",
    "created_at": AT,
}
DEFINITION: JsonObject = {
    "slug": "lunch-2026",
    "title": "Lunch with and without a description",
    "target": 40,
    "factors": [{"name": "description", "levels": ["plain", "vivid"]}],
    "measures": [{"name": "appetite", "kind": "number", "role": "primary", "low": 0, "high": 100}],
    "steps": [
        {
            "name": "offer",
            "title": "Today's offer",
            "components": [
                {"kind": "text", "props": {"body": "Soup, {{ arm.description }}."}},
                {"kind": "slider", "name": "appetite", "measure": "appetite", "props": {"label": "Your appetite?"}},
            ],
        }
    ],
}
DOCUMENT: JsonObject = {
    "machina": 1,
    "study": {
        "slug": "lunch",
        "title": "Does a description make lunch more tempting?",
        "contact": "lab@example.org",
        "consent": [{"version": "1", "title": "Before you start", "body": "You may stop at any time."}],
    },
    "experiments": [DEFINITION],
}
EXPERIMENT: JsonObject = {
    "slug": "lunch-2026",
    "study": "lunch",
    "title": "Lunch with and without a description",
    "unit_kind": "participant",
    "status": "running",
    "target": 40,
    "seed": 18,
    "lease_seconds": 600,
    "exclusion_group": "",
    "version": 1,
    "created_at": AT,
    "started_at": AT,
    "completed_at": None,
}
ARM: JsonObject = {
    "name": "vivid",
    "levels": {"description": "vivid"},
    "payload": {"offer": "Slow-roasted tomato soup"},
    "weight": 1.0,
    "quota": None,
    "is_control": False,
    "is_enabled": True,
}
MEASURE: JsonObject = {
    "name": "appetite",
    "title": "Wish to eat it",
    "kind": "number",
    "role": "primary",
    "direction": "up",
    "low": 0.0,
    "high": 100.0,
}
UNIT_ROW: JsonObject = {
    "id": UNIT,
    "key": "device-18",
    "kind": "visitor",
    "attributes": {"country": "PT"},
    "is_rehearsal": False,
    "created_at": AT,
}
VERSION: JsonObject = {
    "number": 2,
    "sha256": "9f2c…",
    "changes": ["arm “vivid”: weight 1 → 2"],
    "created_at": AT,
}
BUCKET: JsonObject = {"arm": "soup", "levels": {"offer": "soup"}, "payload": {}, "propensity": 0.5}
DECISION: JsonObject = {
    "id": "0d6c5a52-4f6b-4f3e-9a35-7b8f1f0c9a18",
    "key": "device-18",
    "arm": "vivid",
    "levels": {"description": "vivid"},
    "payload": {"offer": "Slow-roasted tomato soup"},
    "propensity": 0.82,
    "policy_version": 41,
    "among": 1,
    "excluded": "",
    "context": {"page": "menu"},
    "is_rehearsal": False,
    "decided_at": AT,
    "due": AT,
}
REWARD: JsonObject = {
    "decision": "0d6c5a52-4f6b-4f3e-9a35-7b8f1f0c9a18",
    "value": 1.0,
    "measures": {"bought": 1.0},
    "is_default": False,
    "folded_in": 42,
    "is_rehearsal": False,
    "at": AT,
}
MEASUREMENT: JsonObject = {
    "key": "device-18:appetite",
    "unit": UNIT,
    "measure": "appetite",
    "value": 64,
    "context": {"step": "offer"},
    "at": AT,
}
EVENT: JsonObject = {
    "id": 4182,
    "at": AT,
    "kind": "unit.assigned",
    "subject": f"unit:{UNIT}",
    "payload": {"arm": "vivid", "propensity": 0.5},
}
ASSIGNMENT: JsonObject = {
    "unit": UNIT,
    "key": "device-18",
    "arm": "vivid",
    "levels": {"description": "vivid"},
    "payload": {"offer": "Slow-roasted tomato soup"},
    "propensity": 0.5,
    "policy": "permuted_blocks",
    "policy_version": "",
    "version": 1,
    "stratum": "",
    "place": "leased",
    "leased_until": AT,
    "is_rehearsal": False,
    "at": AT,
}
SESSION: JsonObject = {
    "id": "5a1de0f3-92a8-4b53-8a3e-6c7f3b1c2d44",
    "participant": "c1f7a0de-0f0c-4f5b-8a64-7d0a2d1b9e10",
    "unit": UNIT,
    "platform": "link",
    "status": "completed",
    "version": 1,
    "arm": "vivid",
    "language": "en",
    "stage": "main",
    "position": 3,
    "checks_failed": 0,
    "ended_because": "",
    "is_rehearsal": False,
    "entered_at": AT,
    "seen_at": AT,
    "ended_at": AT,
}
