"""Rewards that are corrected and decisions that are excluded or deleted are noted for the tallies of results."""

from django.db import migrations

NOTICE = """
CREATE FUNCTION machina_note_decision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF to_regclass('results_touched') IS NOT NULL THEN
        INSERT INTO results_touched (experiment_key, unit_key) VALUES (OLD.experiment_id, OLD.id);
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION machina_note_reward() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF to_regclass('results_touched') IS NOT NULL THEN
        INSERT INTO results_touched (experiment_key, unit_key) VALUES (OLD.experiment_id, OLD.decision_id);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER excluded_is_noted AFTER UPDATE OF excluded, context ON bandits_decision FOR EACH ROW
    WHEN (OLD.excluded IS DISTINCT FROM NEW.excluded OR OLD.context IS DISTINCT FROM NEW.context)
    EXECUTE FUNCTION machina_note_decision();
CREATE TRIGGER decision_gone_is_noted AFTER DELETE ON bandits_decision FOR EACH ROW
    EXECUTE FUNCTION machina_note_decision();
CREATE TRIGGER corrected_reward_is_noted AFTER UPDATE OF value, measures ON bandits_reward FOR EACH ROW
    WHEN (OLD.value IS DISTINCT FROM NEW.value OR OLD.measures IS DISTINCT FROM NEW.measures)
    EXECUTE FUNCTION machina_note_reward();
CREATE TRIGGER reward_gone_is_noted AFTER DELETE ON bandits_reward FOR EACH ROW
    EXECUTE FUNCTION machina_note_reward();
"""
FORGET = """
DROP TRIGGER excluded_is_noted ON bandits_decision;
DROP TRIGGER decision_gone_is_noted ON bandits_decision;
DROP TRIGGER corrected_reward_is_noted ON bandits_reward;
DROP TRIGGER reward_gone_is_noted ON bandits_reward;
DROP FUNCTION machina_note_decision();
DROP FUNCTION machina_note_reward();
"""


class Migration(migrations.Migration):
    dependencies = (("bandits", "0010_purses"),)
    operations = (migrations.RunSQL(NOTICE, FORGET),)
