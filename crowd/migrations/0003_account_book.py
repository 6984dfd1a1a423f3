"""The account book tells out of which hold, and the database itself refuses to change what was booked, owed or paid."""

from django.db import migrations, models

REFUSE = """
CREATE TRIGGER budget_entry_is_append_only BEFORE DELETE OR UPDATE ON crowd_budgetentry
    FOR EACH ROW EXECUTE FUNCTION machina_refuse_change();
CREATE TRIGGER obligation_is_never_deleted BEFORE DELETE ON crowd_obligation
    FOR EACH ROW EXECUTE FUNCTION machina_refuse_change();
CREATE TRIGGER obligation_keeps_what_is_owed BEFORE UPDATE ON crowd_obligation
    FOR EACH ROW WHEN (
        (OLD.campaign_id, OLD.participant_id, OLD.kind, OLD.number, OLD.amount)
        IS DISTINCT FROM (NEW.campaign_id, NEW.participant_id, NEW.kind, NEW.number, NEW.amount)
    ) EXECUTE FUNCTION machina_refuse_change();
CREATE TRIGGER payment_is_never_deleted BEFORE DELETE ON crowd_payment
    FOR EACH ROW EXECUTE FUNCTION machina_refuse_change();
CREATE TRIGGER payment_keeps_its_token BEFORE UPDATE ON crowd_payment
    FOR EACH ROW WHEN (
        (OLD.obligation_id, OLD.token, OLD.reference) IS DISTINCT FROM (NEW.obligation_id, NEW.token, NEW.reference)
        OR (OLD.state = 'confirmed' AND NEW.state <> 'confirmed')
    ) EXECUTE FUNCTION machina_refuse_change();
"""
ALLOW = """
DROP TRIGGER budget_entry_is_append_only ON crowd_budgetentry;
DROP TRIGGER obligation_is_never_deleted ON crowd_obligation;
DROP TRIGGER obligation_keeps_what_is_owed ON crowd_obligation;
DROP TRIGGER payment_is_never_deleted ON crowd_payment;
DROP TRIGGER payment_keeps_its_token ON crowd_payment;
"""


class Migration(migrations.Migration):
    dependencies = (("crowd", "0002_pursuing_and_notices"), ("experiments", "0002_append_only"))
    operations = (
        migrations.AddField("budgetentry", "hold", models.CharField(blank=True, max_length=60)),
        migrations.AlterField("budgetentry", "key", models.CharField(max_length=160)),
        migrations.AddIndex("budgetentry", models.Index(fields=["budget", "hold"], name="budget_entry_of_hold")),
        migrations.RunSQL(REFUSE, ALLOW),
    )
