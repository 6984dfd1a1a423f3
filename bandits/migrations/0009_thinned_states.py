"""Old states may be thinned: the database lets their statistics be replaced once, and nothing else be changed."""

from django.db import migrations, models

FREEZE = """
DROP TRIGGER policy_state_is_frozen ON bandits_policystate;
CREATE FUNCTION bandits_refuse_all_but_thinning() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.is_thinned AND NOT OLD.is_thinned AND NOT OLD.is_rebuilt AND OLD.beside IS NULL AND OLD.halted_to IS NULL
        AND to_jsonb(NEW) - 'statistics' - 'is_thinned' = to_jsonb(OLD) - 'statistics' - 'is_thinned'
    THEN RETURN NEW; END IF;
    RAISE EXCEPTION '% on % is refused: its rows are a record and never change', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER policy_state_is_frozen BEFORE UPDATE ON bandits_policystate
    FOR EACH ROW EXECUTE FUNCTION bandits_refuse_all_but_thinning();
"""
AS_BEFORE = """
DROP TRIGGER policy_state_is_frozen ON bandits_policystate;
DROP FUNCTION bandits_refuse_all_but_thinning();
CREATE TRIGGER policy_state_is_frozen BEFORE UPDATE ON bandits_policystate
    FOR EACH ROW EXECUTE FUNCTION machina_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = (("bandits", "0008_recalled"),)
    operations = (
        migrations.AddField("policystate", "is_thinned", models.BooleanField(db_default=False, default=False)),
        migrations.AddField("reward", "unlearnt_from", models.PositiveIntegerField(blank=True, null=True)),
        migrations.RunSQL(FREEZE, AS_BEFORE),
    )
