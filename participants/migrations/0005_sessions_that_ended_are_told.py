"""Units learn of the sessions that ended before anybody told them; what was counted of them is counted anew."""

from django.db import migrations

TELL = """
UPDATE experiments_unit u SET has_part = true, part_end = CASE WHEN s.ended_at IS NULL THEN NULL ELSE coalesce(
    (SELECT max(m.id) FROM experiments_measurement m WHERE m.unit_id = u.id AND m.at <= s.ended_at), 0) END
FROM participants_session s WHERE s.unit_id = u.id;
UPDATE results_tally SET measurements = 0, assignments = 0, digest = '', is_waiting = true
WHERE experiment_id IN (SELECT experiment_id FROM participants_session);
"""
FORGET = "UPDATE experiments_unit SET has_part = false, part_end = NULL WHERE has_part;"


class Migration(migrations.Migration):
    dependencies = (
        ("participants", "0004_choices"),
        ("experiments", "0005_parts_have_ends"),
        ("results", "0004_sums_are_made_anew"),
    )
    operations = (migrations.RunSQL(TELL, FORGET),)
