from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0005_ownership_mode"),
    ]

    operations = [
        migrations.AddField(
            model_name="programme",
            name="history_sealed_until",
            field=models.DateTimeField(editable=False, null=True),
        ),
    ]
