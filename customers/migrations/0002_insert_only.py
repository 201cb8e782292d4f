from django.db import migrations

from core.constraints import insert_only_triggers


class Migration(migrations.Migration):
    dependencies = [("customers", "0001_initial")]
    operations = [insert_only_triggers("customers_customerchange")]
