"""What the words stand for that the table of permissions calls its addresses `with`."""

from collections.abc import Callable
from decimal import Decimal
from functools import partial

from django.core.files.base import ContentFile
from django.utils import timezone

from core.actions import api_tokens, jobs, notices, saved_views
from core.models import Job, Notice, Programme, User
from core.quarters import Quarter
from customers.actions import attributes, external_ids, invoices, occasions, products, referrals, support_cases
from customers.models import Contact, ExternalId, Product
from references.actions import (
    cells,
    change_sets,
    cohort_members,
    corrections,
    drives,
    nominations,
    pay_curves,
    pay_members,
    recognition_settings,
    recognitions,
    recruiting_plans,
    statements,
)
from references.actions.cells import NewEvidence
from references.actions.change_sets import CellEdit
from references.choices import ChangeSource
from references.models import BonusStatement, Cell, Closing, CohortMember, Dimension, Drive, Evidence, Recognition
from references.rules.pay import Curve
from tests.cast import NOW
from tests.factories import ContactFactory, customer
from tests.references.paid import closing


def token_of_maria(people: dict[str, User]) -> int:
    return api_tokens.create(people["maria"], name="export", by=people["maria"], at=NOW)[0].pk


def notice_of_maria(people: dict[str, User]) -> int:
    notices.tell([people["maria"]], key="k", words=lambda: "Evidence expires", url="/notices/", at=NOW)
    return Notice.objects.get().pk


def customer_of_maria(people: dict[str, User]) -> int:
    return customer("Bluth Company", csm=people["maria"]).pk


def duplicate(people: dict[str, User]) -> int:
    return customer("The Bluth Company").pk


def contact(people: dict[str, User]) -> int:
    return ContactFactory(customer=customer("Cancity")).pk


def job_of_maria(people: dict[str, User]) -> int:
    return jobs.enqueue("test.kind", title="A job", parameters={}, by=people["maria"], at=NOW).pk


def draft_of_maria(people: dict[str, User]) -> int:
    parameters = {"kind": "customers", "headers": [], "samples": [], "columns": {}, "source": "", "day_order": "auto"}
    draft = Job(kind="customers.import", title="A file", state="draft", parameters=parameters, created_at=NOW)
    draft.created_by = people["maria"]
    draft.save()
    return draft.pk


def member_maria(people: dict[str, User]) -> int:
    bonus, quarter = Decimal(1000), Quarter(2019, 4)
    return pay_members.add(people["maria"], target_bonus=bonus, from_quarter=quarter, by=None, at=NOW).pk


def statement_of_maria(people: dict[str, User]) -> str:
    """The label of a paid quarter in which Maria was the team; `member_maria` comes before it in the table."""
    paid = BonusStatement.objects.select_related("closing").first()
    if paid is not None:
        return paid.closing.quarter
    pay_curves.set(Quarter(2019, 4), curve=Curve(), reason="The first plan.", by=None, at=NOW)
    return statements.issue(closing(Quarter(2019, 4), 45), by=None, at=NOW).closing.quarter


def view_of_maria(people: dict[str, User], *, is_shared: bool = False) -> int:
    maria, name = people["maria"], "Shared" if is_shared else "Mine"
    made = saved_views.save(maria, page="references:grid", name=name, query="", is_shared=is_shared, by=maria, at=NOW)
    return made.pk


def grid_draft_of_maria(people: dict[str, User]) -> int:
    draft = Job.objects.get(pk=draft_of_maria(people))
    draft.kind = "references.grid_import"
    draft.parameters |= {"kind": "grid", "create_unknown": False}
    draft.save()
    return draft.pk


def change_set_of_maria(people: dict[str, User]) -> int:
    edit = CellEdit(customer_of_maria(people), Dimension.objects.get(key="logo").pk, 0, {"note": "Hers"})
    return change_sets.apply([edit], source=ChangeSource.PASTE, by=people["maria"], at=NOW).pk


def evidence_of_maria(people: dict[str, User]) -> int:
    """Evidence with a file, behind a Green of Maria's customer."""
    hers = customer("Globex", csm=people["maria"])
    who = ContactFactory(customer=hers)
    file = ContentFile(b"They agreed.", name="proof.txt")
    new = NewEvidence(kind="email", agreed_on=NOW.date(), contact=who, file=file)
    cell = Cell.objects.of(hers, Dimension.objects.get(key="logo"))
    cells.edit(cell, seen_version=0, changes={"status": "green"}, evidence=new, by=people["maria"], at=NOW)
    return Evidence.objects.get(contact=who).pk


def correction_of_priya(people: dict[str, User]) -> int:
    """A correction of the paid quarter that waits for a second person."""
    closing_of = Closing.objects.get(quarter=statement_of_maria(people))
    wrong, why = customer("Left Out"), "They agreed in time; the mail was found later."
    return corrections.propose(
        closing_of, customer=wrong, is_referenceable=True, reason=why, by=people["priya"], at=NOW
    ).pk


def initech(people: dict[str, User]) -> int:
    """A customer that has an id in another system and uses a product."""
    made = customer("Initech")
    external_ids.add(made, source="crm", value="77", by=None, at=NOW)
    products.set_use(made, product=products.create(name="Radar", by=None, at=NOW), by=None, at=NOW)
    return made.pk


def id_of_initech(people: dict[str, User]) -> int:
    return ExternalId.objects.get(customer__name="Initech").pk


def product_of_initech(people: dict[str, User]) -> int:
    return Product.objects.get(uses__customer__name="Initech").pk


def deployment(people: dict[str, User]) -> int:
    return attributes.create(name="Deployment", by=None, at=NOW).pk


def unused_product(people: dict[str, User]) -> int:
    return products.create(name="Sonar", by=None, at=NOW).pk


def case(people: dict[str, User]) -> int:
    values = {"number": "4711", "opened_on": NOW.date()}
    return support_cases.record(customer("Hooli Cases", at=NOW), values=values, by=None, at=NOW).pk


def invoice(people: dict[str, User]) -> int:
    values = {"number": "R-4711", "amount": 12, "due_on": NOW.date()}
    return invoices.record(customer("Hooli Books", at=NOW), values=values, by=None, at=NOW).pk


def evangelist(people: dict[str, User]) -> int:
    at_hooli = customer("Hooli Fans", at=NOW)
    return ContactFactory(customer=at_hooli, name="Gavin", evangelist_level="unprompted").pk


def referral(people: dict[str, User]) -> int:
    """What Gavin said to somebody, as Sam noted it."""
    gavin, said = Contact.objects.get(pk=evangelist(people)), {"told_name": "Russ", "referred_on": NOW.date()}
    return referrals.record(gavin, values=said, by=people["sam"], at=NOW).pk


def occasion(people: dict[str, User]) -> int:
    return occasions.create(title="What is new", kind="webinar", held_on=NOW.date(), by=people["leo"], at=NOW).pk


def nomination_of_sam(people: dict[str, User]) -> int:
    """Sam nominates a customer of Maria's."""
    hers, will = customer("Sitwell", at=NOW, csm=people["maria"]), {Dimension.objects.get(key="logo"): "willing"}
    said = {"contact_name": "Stan", "story": "Big.", "source": "sales"}
    return nominations.submit(customer=hers, values=said, willingness=will, by=people["sam"], at=NOW).pk


def plan_of_maria(people: dict[str, User]) -> int:
    wanted = {"dimensions": [Dimension.objects.get(key="logo")]}
    return recruiting_plans.begin(customer("Sitwell", at=NOW), values=wanted, by=people["maria"], at=NOW).pk


def drive_with_maria(people: dict[str, User]) -> int:
    """A drive that asks every CSM this month; it has begun."""
    found = Drive.objects.first()
    if found is None:
        values = {"name": "CSMs first", "split": "team", "first_month": timezone.localdate(), "months": 1}
        values |= {"roles": ["csm"], "introduction": "Your turn."}
        found = drives.create(values=values, by=people["priya"], at=timezone.now())
        drives.begin(found, by=people["priya"], at=timezone.now())
    return found.pk


def turn_of_maria(people: dict[str, User]) -> int:
    turn = CohortMember.objects.get(drive=drive_with_maria(people), person=people["maria"])
    claimed = cohort_members.claim(turn.pk, month=timezone.localdate(), at=timezone.now())
    if claimed is not None:
        cohort_members.note_asked(claimed, at=timezone.now())
    return turn.pk


def letter_of_priya(people: dict[str, User], *, asks: bool = False) -> Recognition:
    """Priya drafts a letter to Sam, which Elena is to sign; each in words of its own."""
    words = f"Well done, for the {Recognition.objects.count()}th time."
    said = {"subject": "Thank you", "text": words, "signer": people["elena"]}
    return recognitions.draft(people["sam"], values=said, quarter="2026-Q4", asks=asks, by=people["priya"], at=NOW)


def drafted_letter(people: dict[str, User]) -> int:
    return letter_of_priya(people).pk


def letter_to_sign(people: dict[str, User]) -> int:
    return letter_of_priya(people, asks=True).pk


def published_letter(people: dict[str, User]) -> int:
    letter = letter_of_priya(people, asks=True)
    return recognitions.sign(letter, seen_version=letter.version, by=people["elena"], at=NOW).pk


def reward_level(people: dict[str, User]) -> int:
    return recognition_settings.add_level(name="Gold", needed=5, by=None, at=NOW).pk


def running_quarter(people: dict[str, User]) -> str:
    return str(Programme.current().calendar.quarter_at(timezone.now()))


SUBJECTS: dict[str, Callable[[dict[str, User]], int | str]] = {
    "token_of_maria": token_of_maria,
    "notice_of_maria": notice_of_maria,
    "customer": customer_of_maria,
    "duplicate": duplicate,
    "contact": contact,
    "job_of_maria": job_of_maria,
    "draft_of_maria": draft_of_maria,
    "member_maria": member_maria,
    "statement_of_maria": statement_of_maria,
    "view_of_maria": view_of_maria,
    "shared_view_of_maria": partial(view_of_maria, is_shared=True),
    "grid_draft_of_maria": grid_draft_of_maria,
    "change_set_of_maria": change_set_of_maria,
    "evidence_of_maria": evidence_of_maria,
    "correction_of_priya": correction_of_priya,
    "initech": initech,
    "id_of_initech": id_of_initech,
    "product_of_initech": product_of_initech,
    "unused_product": unused_product,
    "deployment": deployment,
    "case": case,
    "invoice": invoice,
    "evangelist": evangelist,
    "referral": referral,
    "occasion": occasion,
    "nomination_of_sam": nomination_of_sam,
    "plan_of_maria": plan_of_maria,
    "drive_with_maria": drive_with_maria,
    "turn_of_maria": turn_of_maria,
    "drafted_letter": drafted_letter,
    "letter_to_sign": letter_to_sign,
    "published_letter": published_letter,
    "reward_level": reward_level,
    "running_quarter": running_quarter,
}


def subject(word: object, people: dict[str, User]) -> object:
    """The argument that a word of the table stands for: a person, a row made for the purpose, or the word itself."""
    if not isinstance(word, str):
        return word
    if word in people:
        return people[word].pk
    return SUBJECTS[word](people) if word in SUBJECTS else word
