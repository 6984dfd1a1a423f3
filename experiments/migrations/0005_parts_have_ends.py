from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('experiments', '0004_event_turned_away'),
    ]

    operations = [
        migrations.AddField(
            model_name='unit',
            name='has_part',
            field=models.BooleanField(db_default=False, default=False, editable=False),
        ),
        migrations.AddField(
            model_name='unit',
            name='part_end',
            field=models.BigIntegerField(blank=True, editable=False, null=True),
        ),
        migrations.AddIndex(
            model_name='unit',
            index=models.Index(condition=models.Q(('part_end__isnull', False)), fields=['part_end'], name='unit_part_end'),
        ),
        migrations.AddConstraint(
            model_name='unit',
            constraint=models.CheckConstraint(condition=models.Q(('part_end__isnull', True), ('has_part', True), _connector='OR'), name='only_a_part_has_an_end'),
        ),
    ]
