"""What the forecast meeting counts in every dimension is read from indexes."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0007_lists_at_scale"),
        ("references", "0006_indexes_at_scale"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="cell",
            name="cell_by_due",
        ),
        migrations.AddIndex(
            model_name="cell",
            index=models.Index(
                condition=models.Q(("next_action_due__isnull", False), models.Q(("status", "green"), _negated=True)),
                fields=["next_action_due", "dimension", "customer", "owner"],
                name="cell_by_due",
            ),
        ),
        migrations.AddIndex(
            model_name="cell",
            index=models.Index(
                condition=models.Q(
                    models.Q(("next_action", ""), _negated=True), models.Q(("status", "green"), _negated=True)
                ),
                fields=["dimension", "customer"],
                name="cell_with_action",
            ),
        ),
        migrations.AddIndex(
            model_name="cell",
            index=models.Index(
                condition=models.Q(
                    models.Q(("blocker", ""), _negated=True), models.Q(("status", "green"), _negated=True)
                ),
                fields=["dimension", "customer"],
                name="cell_blocked",
            ),
        ),
    ]
