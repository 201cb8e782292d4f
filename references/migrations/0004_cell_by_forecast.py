"""The forecast reads the few cells that carry an expected day."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0003_contact_version"),
        ("references", "0003_bonus_carry_overs"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="cell",
            index=models.Index(
                condition=models.Q(("forecast_on__isnull", False), models.Q(("status", "green"), _negated=True)),
                fields=["dimension", "forecast_on"],
                name="cell_by_forecast",
            ),
        ),
    ]
