"""The database itself refuses to change a frozen plan, an amendment or a report, or to lose one of a living experiment."""

from django.db import migrations

REFUSE = """
CREATE FUNCTION registered_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF to_jsonb(NEW) - 'by_id' IS DISTINCT FROM to_jsonb(OLD) - 'by_id' THEN
        RAISE EXCEPTION '% on % is refused: it is frozen', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE FUNCTION registered_refuse_loss() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM experiments_experiment WHERE id = OLD.experiment_id) THEN
        RAISE EXCEPTION '% on % is refused: it is frozen', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION registered_refuse_loss_of_amendment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM registered_analysisplan WHERE id = OLD.plan_id) THEN
        RAISE EXCEPTION '% on % is refused: it is frozen', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER plan_is_frozen BEFORE UPDATE ON registered_analysisplan
    FOR EACH ROW WHEN (OLD.frozen_at IS NOT NULL) EXECUTE FUNCTION registered_refuse_change();
CREATE TRIGGER amendment_is_frozen BEFORE UPDATE ON registered_amendment
    FOR EACH ROW EXECUTE FUNCTION registered_refuse_change();
CREATE TRIGGER report_is_frozen BEFORE UPDATE ON registered_report
    FOR EACH ROW EXECUTE FUNCTION registered_refuse_change();
CREATE CONSTRAINT TRIGGER plan_is_kept AFTER DELETE ON registered_analysisplan DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (OLD.frozen_at IS NOT NULL) EXECUTE FUNCTION registered_refuse_loss();
CREATE CONSTRAINT TRIGGER report_is_kept AFTER DELETE ON registered_report DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION registered_refuse_loss();
CREATE CONSTRAINT TRIGGER amendment_is_kept AFTER DELETE ON registered_amendment DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION registered_refuse_loss_of_amendment();
"""
ALLOW = """
DROP TRIGGER amendment_is_kept ON registered_amendment;
DROP TRIGGER report_is_kept ON registered_report;
DROP TRIGGER plan_is_kept ON registered_analysisplan;
DROP TRIGGER report_is_frozen ON registered_report;
DROP TRIGGER amendment_is_frozen ON registered_amendment;
DROP TRIGGER plan_is_frozen ON registered_analysisplan;
DROP FUNCTION registered_refuse_loss_of_amendment();
DROP FUNCTION registered_refuse_loss();
DROP FUNCTION registered_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = (("registered", "0001_plans_and_reports"),)
    operations = (migrations.RunSQL(REFUSE, ALLOW),)
