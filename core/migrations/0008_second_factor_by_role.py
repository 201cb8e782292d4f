from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0007_job_trials_and_passing_results"),
    ]

    operations = [
        migrations.AddField(
            model_name="programme",
            name="second_factor_roles",
            field=models.JSONField(blank=True, default=list, verbose_name="a second factor is required of"),
        ),
        migrations.AddField(
            model_name="user",
            name="needs_second_factor",
            field=models.BooleanField(db_default=False, default=False, editable=False),
        ),
    ]
