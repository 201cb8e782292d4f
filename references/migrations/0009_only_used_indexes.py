"""Indexes that answer a question, and none that is only written."""

import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

from core.indexes import WithoutOwnIndex


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0008_only_used_indexes"),
        ("references", "0008_names_of_many"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="cellchange",
            name="cell_change_by_time",
        ),
        migrations.RemoveIndex(
            model_name="cell",
            name="cell_with_action",
        ),
        WithoutOwnIndex(
            model_name="cell",
            name="owner",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="owner",
            ),
        ),
        WithoutOwnIndex(
            model_name="cell",
            name="updated_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        WithoutOwnIndex(
            model_name="cellchange",
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
            model_name="cellchange",
            name="merged_from",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="customers.customer",
            ),
        ),
        WithoutOwnIndex(
            model_name="cellchange",
            name="owner",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="owner",
            ),
        ),
        WithoutOwnIndex(
            model_name="closingentry",
            name="change",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="references.cellchange",
            ),
        ),
        WithoutOwnIndex(
            model_name="closingentry",
            name="closing",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="entries",
                to="references.closing",
            ),
        ),
        WithoutOwnIndex(
            model_name="closingentry",
            name="csm",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        WithoutOwnIndex(
            model_name="closingentry",
            name="customer",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="closing_entries",
                to="customers.customer",
            ),
        ),
        migrations.AddIndex(
            model_name="cell",
            index=models.Index(
                condition=models.Q(
                    models.Q(
                        models.Q(("forecast_confidence", ""), _negated=True),
                        models.Q(("next_action", ""), _negated=True),
                        models.Q(("blocker", ""), _negated=True),
                        ("forecast_on__isnull", False),
                        _connector="OR",
                    ),
                    models.Q(("status", "green"), _negated=True),
                ),
                fields=["dimension", "customer"],
                name="cell_in_play",
            ),
        ),
        migrations.AddIndex(
            model_name="cell",
            index=models.Index(
                condition=models.Q(
                    models.Q(("next_action", ""), _negated=True), models.Q(("status", "green"), _negated=True)
                ),
                fields=["dimension", "customer", "next_action_due"],
                name="cell_with_action",
            ),
        ),
        migrations.AddIndex(
            model_name="closingentry",
            index=models.Index(
                models.F("closing"),
                django.db.models.functions.text.Lower("name"),
                models.F("customer"),
                name="closing_entry_by_name",
            ),
        ),
    ]
