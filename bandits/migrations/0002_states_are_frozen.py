"""The database itself refuses to change a policy's state."""

from django.db import migrations

REFUSE = """
CREATE TRIGGER policy_state_is_frozen BEFORE UPDATE ON bandits_policystate
    FOR EACH ROW EXECUTE FUNCTION machina_refuse_change();
"""
ALLOW = "DROP TRIGGER policy_state_is_frozen ON bandits_policystate;"


class Migration(migrations.Migration):
    dependencies = (("bandits", "0001_initial"), ("experiments", "0002_append_only"))
    operations = (migrations.RunSQL(REFUSE, ALLOW),)
