"""Indexes from which the counts and the closings of a hundred thousand customers are read, and none that is never used.

Customer and dimension lead indexes of cells and of their history already, so that they need none of their own.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from core.indexes import WithoutOwnIndex


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0006_inactive_customers"),
        ("references", "0005_sealed_history"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="cell",
            name="cell_green",
        ),
        migrations.RemoveIndex(
            model_name="cellchange",
            name="cell_change_as_of",
        ),
        migrations.RemoveIndex(
            model_name="closingentry",
            name="closing_entry_counted",
        ),
        WithoutOwnIndex(
            model_name="cell",
            name="customer",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="%(class)ss",
                to="customers.customer",
            ),
        ),
        WithoutOwnIndex(
            model_name="cell",
            name="dimension",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="references.dimension"
            ),
        ),
        WithoutOwnIndex(
            model_name="cellchange",
            name="customer",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="%(class)ss",
                to="customers.customer",
            ),
        ),
        WithoutOwnIndex(
            model_name="cellchange",
            name="dimension",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="references.dimension"
            ),
        ),
        migrations.AddIndex(
            model_name="cell",
            index=models.Index(
                condition=models.Q(("status", "green")),
                fields=["dimension", "customer", "evidence_agreed_on", "evidence_valid_until", "evidence"],
                name="cell_green",
            ),
        ),
        migrations.AddIndex(
            model_name="cellchange",
            index=models.Index(
                fields=["customer", "dimension", "-recorded_at", "-id", "status"], name="cell_change_as_of"
            ),
        ),
        migrations.AddIndex(
            model_name="closingentry",
            index=models.Index(
                condition=models.Q(("is_referenceable", True)),
                fields=["closing", "customer"],
                name="closing_entry_counted",
            ),
        ),
    ]
