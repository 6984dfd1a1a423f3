"""The database itself refuses to change what a switch asked for and what was found."""

from django.db import migrations

REFUSE = """
CREATE TRIGGER switch_is_frozen BEFORE UPDATE ON bandits_switch FOR EACH ROW
    WHEN (OLD.allocation IS DISTINCT FROM NEW.allocation OR OLD.numbers IS DISTINCT FROM NEW.numbers
        OR OLD.plan IS DISTINCT FROM NEW.plan OR OLD.confidence IS DISTINCT FROM NEW.confidence
        OR OLD.because IS DISTINCT FROM NEW.because OR OLD.version_from_id IS DISTINCT FROM NEW.version_from_id
        OR OLD.number IS DISTINCT FROM NEW.number OR OLD.proposed_at IS DISTINCT FROM NEW.proposed_at
        OR OLD.status IN ('refused', 'live', 'rolled back', 'stopped'))
    EXECUTE FUNCTION machina_refuse_change();
"""
ALLOW = "DROP TRIGGER switch_is_frozen ON bandits_switch;"


class Migration(migrations.Migration):
    dependencies = (("bandits", "0004_switches"), ("experiments", "0002_append_only"))
    operations = (migrations.RunSQL(REFUSE, ALLOW),)
