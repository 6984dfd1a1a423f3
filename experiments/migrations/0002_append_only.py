"""The database itself refuses to change the diary and the frozen versions."""

from django.db import migrations

REFUSE = """
CREATE FUNCTION machina_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on % is refused: its rows are a record and never change', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER event_is_append_only BEFORE UPDATE OR DELETE ON experiments_event
    FOR EACH ROW EXECUTE FUNCTION machina_refuse_change();
CREATE TRIGGER version_is_frozen BEFORE UPDATE ON experiments_version
    FOR EACH ROW EXECUTE FUNCTION machina_refuse_change();
CREATE TRIGGER consent_text_is_frozen BEFORE UPDATE ON experiments_consentdocument
    FOR EACH ROW EXECUTE FUNCTION machina_refuse_change();
"""
ALLOW = """
DROP TRIGGER event_is_append_only ON experiments_event;
DROP TRIGGER version_is_frozen ON experiments_version;
DROP TRIGGER consent_text_is_frozen ON experiments_consentdocument;
DROP FUNCTION machina_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = (("experiments", "0001_initial"),)
    operations = (migrations.RunSQL(REFUSE, ALLOW),)
