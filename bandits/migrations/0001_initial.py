
import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('experiments', '0004_event_turned_away'),
    ]

    operations = [
        migrations.CreateModel(
            name='Decision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('is_rehearsal', models.BooleanField(default=False)),
                ('propensity', models.FloatField()),
                ('context', models.JSONField(blank=True, default=dict)),
                ('policy_version', models.PositiveIntegerField()),
                ('key', models.CharField(blank=True, max_length=200)),
                ('decided_at', models.DateTimeField()),
                ('due', models.DateTimeField()),
                ('arm', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='experiments.arm')),
                ('experiment', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='decisions', to='experiments.experiment')),
                ('unit', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='decisions', to='experiments.unit')),
            ],
            options={
                'ordering': ('pk',),
            },
        ),
        migrations.CreateModel(
            name='PolicyState',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('is_rehearsal', models.BooleanField(default=False)),
                ('number', models.PositiveIntegerField()),
                ('statistics', models.JSONField()),
                ('folded', models.PositiveIntegerField(default=0, help_text='How many rewards it added to the state before.')),
                ('settled_until', models.DateTimeField()),
                ('created_at', models.DateTimeField()),
                ('experiment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='policy_states', to='experiments.experiment')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='experiments.version')),
            ],
            options={
                'ordering': ('experiment', 'is_rehearsal', '-number'),
            },
        ),
        migrations.CreateModel(
            name='Reward',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('is_rehearsal', models.BooleanField(default=False)),
                ('value', models.FloatField()),
                ('is_default', models.BooleanField(default=False)),
                ('at', models.DateTimeField()),
                ('folded_in', models.PositiveIntegerField(blank=True, null=True)),
                ('decision', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='reward', to='bandits.decision')),
                ('experiment', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='experiments.experiment')),
            ],
            options={
                'ordering': ('pk',),
            },
        ),
        migrations.AddIndex(
            model_name='decision',
            index=models.Index(fields=['experiment', 'is_rehearsal', 'due'], name='decision_due'),
        ),
        migrations.AddIndex(
            model_name='decision',
            index=models.Index(fields=['experiment', 'id'], name='decision_cursor'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.UniqueConstraint(condition=models.Q(('key', ''), _negated=True), fields=('experiment', 'is_rehearsal', 'key'), name='decision_key_unique_in_experiment'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(('propensity__gt', 0), ('propensity__lte', 1)), name='decision_propensity_is_a_probability'),
        ),
        migrations.AddConstraint(
            model_name='policystate',
            constraint=models.UniqueConstraint(fields=('experiment', 'is_rehearsal', 'number'), name='one_state_per_number'),
        ),
        migrations.AddIndex(
            model_name='reward',
            index=models.Index(condition=models.Q(('folded_in__isnull', True)), fields=['experiment', 'is_rehearsal', 'id'], name='reward_unfolded'),
        ),
        migrations.AddIndex(
            model_name='reward',
            index=models.Index(fields=['experiment', 'id'], name='reward_cursor'),
        ),
    ]
