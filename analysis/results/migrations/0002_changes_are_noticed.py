"""The database notes whose record changed otherwise than by growing: nobody can forget to tell the tallies."""

from django.db import migrations

NOTICE = """
CREATE FUNCTION machina_note_gone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO results_touched (experiment_key, unit_key) SELECT DISTINCT experiment_id, unit_id FROM before_it;
    RETURN NULL;
END $$;
CREATE FUNCTION machina_note_attributes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM experiments_assignment WHERE unit_id = NEW.id) THEN
        INSERT INTO results_touched (experiment_key, unit_key) VALUES (NEW.experiment_id, NEW.id);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER measurement_gone_is_noted AFTER DELETE ON experiments_measurement
    REFERENCING OLD TABLE AS before_it FOR EACH STATEMENT EXECUTE FUNCTION machina_note_gone();
CREATE TRIGGER measurement_changed_is_noted AFTER UPDATE ON experiments_measurement
    REFERENCING OLD TABLE AS before_it FOR EACH STATEMENT EXECUTE FUNCTION machina_note_gone();
CREATE TRIGGER assignment_gone_is_noted AFTER DELETE ON experiments_assignment
    REFERENCING OLD TABLE AS before_it FOR EACH STATEMENT EXECUTE FUNCTION machina_note_gone();
CREATE TRIGGER attributes_changed_are_noted AFTER UPDATE OF attributes ON experiments_unit
    FOR EACH ROW WHEN (OLD.attributes IS DISTINCT FROM NEW.attributes) EXECUTE FUNCTION machina_note_attributes();
ALTER TABLE results_tallyblock ALTER COLUMN content SET STORAGE EXTERNAL;
"""
FORGET = """
DROP TRIGGER measurement_gone_is_noted ON experiments_measurement;
DROP TRIGGER measurement_changed_is_noted ON experiments_measurement;
DROP TRIGGER assignment_gone_is_noted ON experiments_assignment;
DROP TRIGGER attributes_changed_are_noted ON experiments_unit;
DROP FUNCTION machina_note_gone();
DROP FUNCTION machina_note_attributes();
ALTER TABLE results_tallyblock ALTER COLUMN content SET STORAGE EXTENDED;
"""


class Migration(migrations.Migration):
    dependencies = (("results", "0001_initial"), ("experiments", "0004_event_turned_away"))
    operations = (migrations.RunSQL(NOTICE, FORGET),)
