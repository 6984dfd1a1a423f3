from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("assurance", "0002_regime_of_requirements")]

    operations = [
        migrations.RemoveField(model_name="delivery", name="path"),
        migrations.RemoveField(model_name="delivery", name="size"),
        migrations.AddField(
            model_name="delivery", name="content", field=models.BinaryField(default=b""), preserve_default=False
        ),
    ]
