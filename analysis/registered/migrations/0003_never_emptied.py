"""What is frozen is not emptied either, and a test of a study's stream keeps what it was given and what came of it."""

from django.db import migrations

REFUSE = """
CREATE FUNCTION registered_refuse_emptying() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE has_rows boolean;
BEGIN
    EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I)', TG_TABLE_NAME) INTO has_rows;
    IF has_rows AND current_setting('machina.may_be_emptied', true) IS DISTINCT FROM 'on' THEN
        RAISE EXCEPTION 'TRUNCATE on % is refused: it is frozen', TG_TABLE_NAME USING ERRCODE = 'restrict_violation',
            HINT = 'A database that is made for tests says: ALTER DATABASE name SET machina.may_be_emptied = on.';
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION registered_refuse_another_test() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE answer text[] := '{}';
BEGIN
    IF OLD.decided_at IS NULL THEN
        answer := '{p_value,is_discovery,decided_at}';
    END IF;
    IF to_jsonb(NEW) - answer IS DISTINCT FROM to_jsonb(OLD) - answer THEN
        RAISE EXCEPTION '% on % is refused: it is frozen', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER plan_is_not_emptied BEFORE TRUNCATE ON registered_analysisplan
    FOR EACH STATEMENT EXECUTE FUNCTION registered_refuse_emptying();
CREATE TRIGGER amendment_is_not_emptied BEFORE TRUNCATE ON registered_amendment
    FOR EACH STATEMENT EXECUTE FUNCTION registered_refuse_emptying();
CREATE TRIGGER report_is_not_emptied BEFORE TRUNCATE ON registered_report
    FOR EACH STATEMENT EXECUTE FUNCTION registered_refuse_emptying();
CREATE TRIGGER stream_test_is_not_emptied BEFORE TRUNCATE ON registered_streamtest
    FOR EACH STATEMENT EXECUTE FUNCTION registered_refuse_emptying();
CREATE TRIGGER stream_test_is_frozen BEFORE UPDATE ON registered_streamtest
    FOR EACH ROW EXECUTE FUNCTION registered_refuse_another_test();
CREATE CONSTRAINT TRIGGER stream_test_is_kept AFTER DELETE ON registered_streamtest DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION registered_refuse_loss();
"""
ALLOW = """
DROP TRIGGER stream_test_is_kept ON registered_streamtest;
DROP TRIGGER stream_test_is_frozen ON registered_streamtest;
DROP TRIGGER stream_test_is_not_emptied ON registered_streamtest;
DROP TRIGGER report_is_not_emptied ON registered_report;
DROP TRIGGER amendment_is_not_emptied ON registered_amendment;
DROP TRIGGER plan_is_not_emptied ON registered_analysisplan;
DROP FUNCTION registered_refuse_another_test();
DROP FUNCTION registered_refuse_emptying();
"""


class Migration(migrations.Migration):
    dependencies = (("registered", "0002_frozen"),)
    operations = (migrations.RunSQL(REFUSE, ALLOW),)
