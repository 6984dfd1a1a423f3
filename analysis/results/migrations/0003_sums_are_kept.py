"""Sums beside blocks; every tally counted before waits for its own."""

import django.db.models.deletion
from django.db import migrations, models

WAIT = "UPDATE results_tally SET is_waiting = true;"


class Migration(migrations.Migration):
    dependencies = (("results", "0002_changes_are_noticed"),)
    operations = (
        migrations.AddField(model_name="tally", name="summed_at", field=models.DateTimeField(null=True)),
        migrations.AddField(
            model_name="tally", name="summed_for", field=models.CharField(blank=True, max_length=64, default=""),
            preserve_default=False,
        ),
        migrations.CreateModel(
            name="TallySum",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("level", models.PositiveSmallIntegerField()),
                ("number", models.BigIntegerField()),
                ("content", models.BinaryField()),
                (
                    "tally",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="sums", to="results.tally"
                    ),
                ),
            ],
            options={
                "ordering": ("tally", "level", "number"),
                "constraints": [
                    models.UniqueConstraint(fields=("tally", "level", "number"), name="one_sum_per_number")
                ],
            },
        ),
        migrations.RunSQL(
            [WAIT, "ALTER TABLE results_tallysum ALTER COLUMN content SET STORAGE EXTERNAL;"], migrations.RunSQL.noop
        ),
    )
