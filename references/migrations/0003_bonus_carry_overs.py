"""What a bonus statement settles of earlier ones."""

import django.db.models.deletion
from django.db import migrations, models

from core.constraints import insert_only_triggers


class Migration(migrations.Migration):
    dependencies = [
        ("references", "0002_catalogue"),
    ]

    operations = [
        migrations.CreateModel(
            name="BonusCarryOver",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("count_before", models.PositiveIntegerField()),
                ("count_after", models.PositiveIntegerField()),
                ("percent_before", models.DecimalField(decimal_places=2, max_digits=6)),
                ("percent_after", models.DecimalField(decimal_places=2, max_digits=6)),
                (
                    "settles",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="settlements",
                        to="references.bonusstatement",
                    ),
                ),
                (
                    "statement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="carry_overs",
                        to="references.bonusstatement",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(fields=("statement", "settles"), name="one_carry_over_per_statement"),
                    models.CheckConstraint(
                        condition=models.Q(("statement", models.F("settles")), _negated=True),
                        name="carry_over_of_another_statement",
                    ),
                ],
            },
        ),
        insert_only_triggers("references_bonuscarryover"),
    ]
