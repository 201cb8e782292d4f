"""The twelve dimensions, the first definition, and the triggers of the ledgers."""

from datetime import UTC, datetime

from django.db import migrations

from core.constraints import insert_only_triggers

PUBLIC = [
    (
        "press_release",
        "Press release",
        "The customer agrees to a press release about the purchase that names it. Green: the text is approved in writing and a release day is agreed or past.",
    ),
    (
        "quotation",
        "Quotation",
        "The customer may be quoted by name in boiler plate, a market report or a white paper. Green: the wording is approved in writing by a person who may speak for the company.",
    ),
    (
        "logo",
        "Logo",
        "The customer's logo stands on our web site. Green: permission in writing by the owner of the brand, and the logo file is the one they sent.",
    ),
    (
        "case_study",
        "Case study",
        "A case study about the customer stands on our web site. Green: the final text is approved in writing, with the results in numbers where there are any.",
    ),
    (
        "public_speech",
        "Public speech",
        "The customer speaks about the work with us at a public show. Green: a speaker has agreed to an event and a day, or has spoken in the last twelve months and would again.",
    ),
    (
        "social_media",
        "Social media",
        "The customer mentions us on social media, or agrees to be mentioned. Green: a post exists, or the form of the mention is agreed in writing.",
    ),
]
PRIVATE = [
    (
        "showcase_visit",
        "Showcase visit",
        "Our prospects may visit the customer and see the product at work. Green: a host has agreed to visits, with how many a year.",
    ),
    (
        "prospect_seminar",
        "Prospect seminar",
        "The customer speaks at our private seminars for prospects. Green: a speaker has agreed to a seminar and a day, or has spoken in the last twelve months and would again.",
    ),
    (
        "user_group",
        "User group",
        "The customer speaks at private user groups. Green: a speaker has agreed to a meeting and a day, or has spoken in the last twelve months and would again.",
    ),
    (
        "reference_call",
        "Reference call",
        "The customer takes a private call or answers an e-mail of a prospect. Green: a named contact has agreed, we know in what form and until when, and nothing speaks against asking today.",
    ),
    (
        "private_material",
        "Private material",
        "The customer may be named in private material given to prospects. Green: permission in writing, the confidentiality agreement allows it, and the document is filed.",
    ),
    (
        "investor_material",
        "Investor material",
        "The customer may be named in private investment material. Green: permission in writing by a person who may speak for the company.",
    ),
]


def seed(apps, schema_editor):
    Dimension = apps.get_model("references", "Dimension")
    Definition = apps.get_model("references", "Definition")
    for group, rows in (("public", PUBLIC), ("private", PRIVATE)):
        for position, (key, name, definition) in enumerate(rows, 1):
            pays = key == "reference_call"
            Dimension.objects.create(
                key=key,
                name=name,
                group=group,
                definition=definition,
                position=position,
                needs_evidence=pays,
                evidence_days=365 if pays else None,
            )
    Definition.objects.create(
        from_quarter="2000-Q1",
        dimension=Dimension.objects.get(key="reference_call"),
        evidence_needed=True,
        reason="The programme starts with the private reference call or e-mail as its pay trigger.",
        recorded_at=datetime(2000, 1, 1, tzinfo=UTC),
    )


LEDGERS = [
    "references_cellchange",
    "references_evidence",
    "references_evidencewithdrawal",
    "references_definition",
    "references_closing",
    "references_closingentry",
    "references_correction",
    "references_correctiondecision",
    "references_quartertarget",
    "references_paycurve",
    "references_bonusstatement",
    "references_bonusline",
    "references_forecastsnapshot",
]


class Migration(migrations.Migration):
    dependencies = [("references", "0001_initial")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop), insert_only_triggers(*LEDGERS)]
