"""How the console shows states: chips."""

STATUS_LABELS = {
    "Draft": "info",
    "Rehearsal": "warning",
    "Running": "success",
    "Paused": "warning",
    "Completed": "primary",
    "Archived": "",
}
