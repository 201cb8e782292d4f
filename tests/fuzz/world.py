"""One person who may do everything, and a row behind every address, so that made-up calls get past "there is none"."""

import io
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from core.actions import api_tokens, jobs, notices, saved_views
from core.choices import Role
from core.models import Notice, Programme, User
from customers.actions import (
    attributes,
    contacts,
    external_ids,
    import_jobs,
    invoices,
    occasions,
    products,
    referrals,
    support_cases,
    thanks,
)
from customers.actions.customer_files import CUSTOMER_FILES
from customers.models import Contact
from references.actions import (
    cells,
    change_sets,
    closings,
    corrections,
    drives,
    nomination_decisions,
    nominations,
    pay_curves,
    pay_members,
    recognition_settings,
    recognitions,
    recruiting_plans,
    recruiting_targets,
    statements,
    targets,
)
from references.actions.cells import NewEvidence
from references.actions.change_sets import CellEdit
from references.actions.rag_files import RAG_FILES
from references.choices import ChangeSource
from references.models import Cell, CohortMember, Dimension, Evidence
from references.rules.pay import Curve
from tests.factories import ContactFactory, customer, person

NOW = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)
IN_TIME = NOW - timedelta(days=90)
PDF = b"%PDF-1.7\nWe agree."


@dataclass(frozen=True)
class World:
    """Who calls, with which token, and the arguments of the addresses by the beginning of their names."""

    hero: User
    token: str
    arguments: dict[str, dict[str, object]]

    def of(self, name: str) -> dict[str, object] | None:
        """The arguments of an address; None if nothing here belongs to it."""
        fitting = [start for start in self.arguments if name.startswith(start)]
        return self.arguments[max(fitting, key=len)] if fitting else None


def world() -> World:
    """The rows, made through the program's actions."""
    hero = person("Hedda Hero", Role.PROGRAMME_MANAGER, Role.CSM, Role.SALES_MANAGER, Role.ADMINISTRATOR)
    jonas = person("Jonas Weber", Role.CSM)
    bluth, twin = customer("Bluth Company", csm=hero), customer("The Bluth Company", csm=jonas)
    lucille = ContactFactory(customer=bluth, name="Lucille")
    product = products.create(name="Banana stand", by=hero, at=IN_TIME)
    products.set_use(bluth, product=product, since=None, until=None, by=hero, at=IN_TIME)
    green(bluth, lucille, by=hero)
    token, secret = api_tokens.create(hero, name="fuzz", by=hero, at=NOW)
    notices.tell([hero], key="k", words=lambda: "Evidence expires", url="/notices/", at=NOW)
    deployment = attributes.create(name="Deployment", by=hero, at=IN_TIME)
    of_customer = {"pk": bluth.pk, "customer_id": bluth.pk, "dimension_key": "reference_call", "key": "logo"}
    arguments = {
        "core:saved_view": {"pk": a_view(hero)},
        "core:job": {"pk": a_job(hero)},
        "people:token": {"pk": token.pk},
        "people:person": {"pk": jonas.pk},
        "people:invitation": {"pk": jonas.pk},
        "people:notice": {"pk": Notice.objects.get(to=hero).pk},
        "customers:": {**of_customer, "role": "csm", "product": product.pk},
        "customers:external_id": {"pk": bluth.pk, "external_id": an_id(bluth, hero)},
        "customers:contact_create": {"pk": bluth.pk},
        "customers:contact": {"pk": lucille.pk},
        "customers:import": {"pk": a_draft(hero)},
        "customers:attribute": {"pk": deployment.pk},
        "customers:product": {"pk": product.pk},
        "customers:product_use": {"pk": bluth.pk, "product": product.pk},
        "references:": of_customer,
        "references:attribute": {"pk": deployment.pk},
        "references:product": {"pk": product.pk},
        "references:impact_rate": {**of_customer, "characteristic": "brand"},
        "references:merge": {"customer_id": bluth.pk, "duplicate_id": twin.pk},
        "references:grid_import": {"pk": a_sheet(hero)},
        "references:change_set": {"pk": a_change_set(bluth, hero)},
        "references:evidence_withdraw": {"pk": Evidence.objects.get().pk},
        "references:evidence_file": {"pk": Evidence.objects.get().pk},
        "references:dimension": {"key": "logo"},
        "references:contact": {"pk": lucille.pk},
        **quarters(hero, jonas, bluth),
        **recruiting(hero, bluth),
        **evangelists(hero, lucille),
        **recognition(hero, jonas),
    }
    arguments["api:"] = arguments["references:closing"] | of_customer
    arguments["api:evangelist_detail"] = {"contact_id": lucille.pk}
    for name in ("case", "invoice", "nomination", "referral", "recognition", "drive"):
        key = next(pk for start, found in arguments.items() if start.endswith(f":{name}") for pk in found.values())
        arguments[f"api:{name}_"] = {f"{name}_id": key}
    arguments["api:recruiting_plan_detail"] = {"plan_id": arguments["references:recruiting_plan"]["pk"]}
    return World(hero, secret, arguments)


def recruiting(hero: User, bluth) -> dict[str, dict[str, object]]:
    """A nomination that was accepted, with a case and an invoice of its customer."""
    day = NOW.date()
    case = support_cases.record(bluth, values={"number": "4711", "opened_on": day}, by=hero, at=NOW)
    invoice = invoices.record(bluth, values={"number": "R-1", "amount": 12, "due_on": day}, by=hero, at=NOW)
    said = {"contact": bluth.contacts.first(), "story": "Big.", "source": "sales"}
    will = {Dimension.objects.get(key="logo"): "willing"}
    nomination = nominations.submit(customer=bluth, values=said, willingness=will, by=hero, at=NOW)
    nomination_decisions.accept(nomination, by=hero, at=NOW)
    plan = {"dimensions": [*will], "next_step": "Call her", "due_on": day}
    return {
        "customers:case": {"pk": case.pk},
        "customers:case_create": {"pk": bluth.pk},
        "customers:invoice": {"pk": invoice.pk},
        "customers:invoice_create": {"pk": bluth.pk},
        "references:nomination": {"pk": nomination.pk},
        "references:recruiting_plan": {"pk": recruiting_plans.begin(bluth, values=plan, by=hero, at=NOW).pk},
        **a_drive(hero),
    }


def a_drive(hero: User) -> dict[str, dict[str, object]]:
    """A drive in which it is the hero's turn."""
    values = {"name": "New year", "split": "team", "first_month": NOW.date(), "months": 3, "roles": [Role.CSM]}
    drive = drives.create(values=values | {"introduction": "Your turn."}, by=hero, at=NOW)
    drives.begin(drive, by=hero, at=NOW)
    turn = drive.members.get(person=hero)
    CohortMember.objects.filter(pk=turn.pk).update(asked_at=NOW)
    return {
        "references:drive": {"pk": drive.pk},
        "references:cohort_member": {"pk": turn.pk},
        "references:cohort_member_add": {"pk": drive.pk},
        "references:turn": {"pk": turn.pk},
        "references:quota_override": {"pk": hero.pk},
    }


def evangelists(hero: User, lucille) -> dict[str, dict[str, object]]:
    """A contact who speaks for us, with a referral, a webinar that was, and thanks."""
    day = NOW.date()
    contacts.edit(lucille, changes={"evangelist_level": "unprompted"}, by=hero, at=NOW)
    told = {"told_name": "Stan Sitwell", "referred_on": day}
    referral = referrals.record(lucille, values=told, by=hero, at=NOW)
    occasion = occasions.create(title="What is new", kind="webinar", held_on=day, by=hero, at=NOW)
    occasions.invite(occasion, contacts=Contact.objects.filter(pk=lucille.pk), by=hero, at=NOW)
    thanks.give(contact=lucille, reason="The call", text="Thank you.", by=hero, at=NOW)
    return {
        "customers:evangelist": {"pk": lucille.pk},
        "customers:referral_create": {"pk": lucille.pk},
        "customers:referral": {"pk": referral.pk},
        "customers:occasion": {"pk": occasion.pk},
    }


def recognition(hero: User, jonas: User) -> dict[str, dict[str, object]]:
    """A letter that the hero drafts, and a level."""
    said = {"subject": "Thank you", "text": "Well done.", "signer": person("Eva Lindqvist", Role.EXECUTIVE)}
    letter = recognitions.draft(jonas, values=said, quarter="2026-Q4", by=hero, at=NOW)
    level = recognition_settings.add_level(name="Gold", needed=5, by=hero, at=NOW)
    return {"references:recognition": {"pk": letter.pk}, "references:reward_level": {"pk": level.pk}}


def green(bluth, lucille, *, by: User) -> None:
    """The pay trigger's cell stands on a consent with a file."""
    proof = SimpleUploadedFile("consent.pdf", PDF)
    evidence = NewEvidence("email", date(2026, 1, 15), contact=lucille, file=proof)
    cell = Cell.objects.of(bluth, Dimension.objects.get(key="reference_call"))
    cells.edit(cell, seen_version=0, changes={"status": "green"}, evidence=evidence, by=by, at=IN_TIME)


def a_view(hero: User) -> int:
    page, query = "references:grid", "region=EMEA"
    return saved_views.save(hero, page=page, name="Mine", query=query, by=hero, at=NOW).pk


def a_job(hero: User) -> int:
    waiting = jobs.enqueue("test.kind", title="A job", parameters={}, by=hero, at=NOW)
    job = jobs.claim(waiting.pk, at=NOW)
    return jobs.finish(job, report={}, result=ContentFile(b"a,b\n"), result_name="result.csv", at=NOW).pk


def an_id(bluth, hero: User) -> int:
    return external_ids.add(bluth, source="salesforce", value="001A", by=hero, at=IN_TIME).pk


def a_draft(hero: User) -> int:
    file = SimpleUploadedFile("customers.csv", b"Name,Website,ARR,CSM\nAcme,acme.com,1200,Jonas Weber\nCancity,,,\n")
    return import_jobs.start(CUSTOMER_FILES, file=file, name="customers.csv", by=hero, at=NOW).pk


def a_sheet(hero: User) -> int:
    book, content = Workbook(), io.BytesIO()
    for row in (["Client", "Logo", "Reference call"], ["Bluth Company", "G", "A"], ["Nobody", "R", ""]):
        book.active.append(row)
    book.save(content)
    file = SimpleUploadedFile("old.xlsx", content.getvalue())
    return import_jobs.start(RAG_FILES, file=file, name="old.xlsx", by=hero, at=NOW).pk


def a_change_set(bluth, hero: User) -> int:
    edits = [CellEdit(bluth.pk, Dimension.objects.get(key="logo").pk, 0, {"status": "amber"}, None)]
    return change_sets.apply(edits, source=ChangeSource.PASTE, title="Block", by=hero, at=NOW).pk


def quarters(hero: User, jonas: User, bluth) -> dict[str, dict[str, object]]:
    """A closed quarter, a correction that waits, and what was paid."""
    running = Programme.current().calendar.quarter_at(NOW)
    pay_curves.set(running.previous, curve=Curve(), reason="The first plan.", by=None, at=IN_TIME)
    bonus = Decimal(1000)
    member = pay_members.add(hero, target_bonus=bonus, from_quarter=running.previous, by=None, at=IN_TIME)
    targets.set_target(running.previous, count=1, reason="None was set.", by=None, at=IN_TIME)
    recruiting_targets.set_target(running, count=3, reason="", by=hero, at=NOW)
    closing = closings.close_due(at=NOW)[-1]
    counts = closing.entries.get(customer=bluth).is_referenceable
    wrong = corrections.propose(
        closing, customer=bluth, is_referenceable=not counts, reason="Learned late.", by=jonas, at=NOW
    )
    closed = {"label": closing.quarter, "kind": "gained", "customer_id": bluth.pk}
    statements.issue(closing, by=None, at=NOW)
    return {
        "references:closing": closed,
        "references:closing_create": {"label": running.label},
        "references:movement": closed,
        "references:correction": closed,
        "references:correction_decide": {"pk": wrong.pk},
        "references:statement": closed,
        "references:pay_member": {"pk": member.pk},
    }
