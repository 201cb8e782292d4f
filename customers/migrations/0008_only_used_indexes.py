"""A foreign key by which nobody looks rows up needs no index."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from core.indexes import WithoutOwnIndex


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0007_lists_at_scale"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        WithoutOwnIndex(
            model_name="customerchange",
            name="by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        WithoutOwnIndex(
            model_name="customerchange",
            name="customer",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="changes",
                to="customers.customer",
            ),
        ),
    ]
