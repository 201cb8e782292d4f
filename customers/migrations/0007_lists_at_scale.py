"""Indexes for what lists narrow and sort by."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0006_inactive_customers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="contact",
            index=models.Index(
                condition=models.Q(("left_on__isnull", True), models.Q(("evangelist_level", "no"), _negated=True)),
                fields=["customer"],
                name="contact_evangelist",
            ),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(fields=["country", "name_key", "id"], name="customer_by_country"),
        ),
    ]
