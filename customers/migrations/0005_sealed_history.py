from django.db import migrations

from core.constraints import sealed_history_triggers


class Migration(migrations.Migration):
    dependencies = [("customers", "0004_search_indexes"), ("core", "0006_history_sealed_until")]
    operations = [sealed_history_triggers("customers_customerchange")]
