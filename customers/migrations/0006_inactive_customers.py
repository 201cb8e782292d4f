"""The few customers that cannot count, so that counts leave them out without reading all others."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0005_sealed_history"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(
                condition=models.Q(
                    ("merged_into__isnull", False),
                    ("lifecycle", "prospective"),
                    ("lifecycle", "churned"),
                    _connector="OR",
                ),
                fields=["id", "lifecycle", "churned_on", "merged_into"],
                name="customer_inactive",
            ),
        ),
    ]
