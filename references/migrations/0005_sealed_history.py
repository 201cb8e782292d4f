"""History before the end of the last closed quarter is sealed, for installations that have closed one already."""

from typing import Any

from django.db import migrations

from core.constraints import sealed_history_triggers


def seal(apps: Any, schema_editor: Any) -> None:
    last = apps.get_model("references", "Closing").objects.order_by("-quarter").first()
    if last is not None:
        apps.get_model("core", "Programme").objects.update(history_sealed_until=last.ends_at)


class Migration(migrations.Migration):
    dependencies = [
        ("references", "0004_cell_by_forecast"),
        ("customers", "0005_sealed_history"),
        ("core", "0006_history_sealed_until"),
    ]
    operations = [
        migrations.RunPython(seal, migrations.RunPython.noop),
        sealed_history_triggers(
            "references_cellchange",
            "references_evidencewithdrawal",
            "references_definition",
            "references_quartertarget",
        ),
    ]
