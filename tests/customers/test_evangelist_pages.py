"""Sam, Maria and Tom at the pages of those who speak for us, each with what the role allows."""

from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from core.choices import Role
from customers.actions import contacts, occasions, referrals, thanks
from customers.models import Contact, Occasion, Referral, ThankYou
from tests.customers.speaking import csv_of, page_of, refer, text, today, won
from tests.factories import ContactFactory, customer, person
from tests.query_counts import assert_query_count

HTMX = {"HX-Request": "true"}


def test_the_list_narrows_sorts_and_exports_what_is_shown(client, sam, maria, bluth, lucille):
    buster = ContactFactory(
        customer=bluth, name="Buster", title="CFO", evangelist_level="prompted", evangelist_scope="inside"
    )
    said = {"refusal_reason": "Legal forbids it", "asked_on": today()}
    silent = ContactFactory(customer=customer("Sitwell"), name="Sally", **said)
    occasions.brief(lucille, on=today(), by=maria, at=timezone.now())
    client.force_login(sam)
    page = text(client.get("/evangelists/"))
    assert page.index("Buster") < page.index("Lucille"), "who was never briefed comes first"
    assert "Sally" not in page
    assert "1 not briefed for 90 days" in page
    for query, shown, gone in (
        ("stale=true", "Buster", "Lucille"),
        ("scope=outside", "Lucille", "Buster"),
        ("level=prompted", "Buster", "Lucille"),
        ("level=asked", "Legal forbids it", "Buster"),
        ("level=everyone&q=sit", "Sally", "Buster"),
        ("q=lucille@b", "Lucille", "Buster"),
        (f"customer={silent.customer_id}&level=everyone", "Sally", "Lucille"),
    ):
        found = text(client.get(f"/evangelists/?{query}", headers=HTMX))
        assert shown in found, query
        assert gone not in found, query
    assert "Nobody matches" in text(client.get("/evangelists/?mine=true"))
    client.force_login(maria)
    assert "Buster" in text(client.get("/evangelists/?mine=true&stale=true"))
    assert "1 evangelist not briefed for 90 days" in text(client.get("/"))
    lines = csv_of(client.get("/evangelists/export.csv?sort=-name")).splitlines()
    assert [line.split(",")[0] for line in lines] == ["Contact", "Lucille", "Buster"]
    assert lines[2].startswith("Buster,CFO,Bluth Company")
    assert buster.name in text(client.get("/evangelists/?sort=customer"))


def test_maria_notes_why_lucille_does_not_refer_us(client, maria, lucille):
    client.force_login(maria)
    edit = reverse("customers:evangelist_edit", args=[lucille.pk])
    form = {"evangelist_level": "no", "refusal_reason": "Legal forbids it", "version": 1}
    refused = client.post(edit, form)
    assert refused.status_code == 422
    assert "Legal forbids it" in text(refused)
    assert "Say on which day they answered." in text(refused)
    assert client.post(edit, form | {"asked_on": str(today())}).status_code == 302
    assert "Legal forbids it" in text(client.get(page_of(lucille)))
    stale = client.post(edit, form | {"asked_on": str(today()), "refusal_reason": "Mine"})
    assert (stale.status_code, "Mine" in text(stale)) == (409, True)
    back = {"evangelist_level": "prompted", "refusal_reason": "Legal forbids it", "asked_on": str(today())}
    assert client.post(edit, back | {"version": 2}).status_code == 302
    lucille.refresh_from_db()
    assert (lucille.evangelist_level, lucille.refusal_reason) == ("prompted", "")


def test_sam_notes_a_referral_and_what_it_became(client, sam, lucille):
    sitwell = customer("Sitwell Enterprises", domain="sitwell.com")
    client.force_login(sam)
    create = reverse("customers:referral_create", args=[lucille.pk])
    form = {"told_name": "Stan Sitwell", "referred_on": str(today()), "outcome": "open"}
    assert client.post(create, form | {"told_name": ""}).status_code == 422
    assert "Say thank you while it is fresh" in text(client.post(create, form, follow=True))
    referral = Referral.objects.get()
    edit = reverse("customers:referral_edit", args=[referral.pk])
    form |= {"outcome": "won", "decided_on": str(today()), "version": 1, "customer_name": "Sitwell Ent"}
    refused = text(client.post(edit, form))
    assert "an estimate will do" in refused
    assert "No customer of this name is here" in refused
    assert "Sitwell Enterprises" in text(client.get("/referrals/customer-names/?customer_name=sitw"))
    assert client.post(edit, form | {"customer_name": "sitwell.com", "revenue": "12000"}).status_code == 302
    referral.refresh_from_db()
    assert (referral.customer, referral.revenue) == (sitwell, Decimal(12000))
    stale = client.post(edit, form | {"customer_name": "sitwell.com", "revenue": "13000", "note": "Mine"})
    assert (stale.status_code, "Mine" in text(stale)) == (409, True)
    shown = text(client.get(page_of(lucille)))
    assert "12,000" in shown
    assert "Sitwell Enterprises" in shown
    client.post(reverse("customers:referral_withdraw", args=[referral.pk]), {"reason": "Entered twice"})
    assert "Withdrawn: Entered twice" in text(client.get(page_of(lucille)))
    assert "It counts again" in text(client.get(edit))
    client.post(reverse("customers:referral_reinstate", args=[referral.pk]))
    assert Referral.objects.counted().exists()


def test_maria_hears_that_sam_noted_the_referral_already(client, sam, maria, lucille):
    seen = refer(lucille, sam)
    client.force_login(maria)
    create = reverse("customers:referral_create", args=[lucille.pk])
    form = {"told_name": "stan ", "told_company": "SITWELL", "referred_on": str(seen.referred_on), "outcome": "open"}
    refused = client.post(create, form)
    assert (refused.status_code, "Sam Ortiz noted this referral already" in refused.text) == (422, True)
    assert reverse("customers:referral_edit", args=[seen.pk]) in refused.text
    client.post(reverse("customers:referral_withdraw", args=[seen.pk]), {"reason": "By mistake"})
    assert client.post(create, form | {"told_name": "Stan"}).status_code == 302
    back = client.post(reverse("customers:referral_reinstate", args=[seen.pk]), follow=True)
    assert "Maria Chen noted this referral already" in back.text
    assert Referral.objects.counted().count() == 1


def test_who_withdraws_what_a_colleague_corrected_meanwhile_reads_it_first(client, sam, lucille):
    seen = refer(lucille, sam)
    client.force_login(sam)
    edit, address = (reverse(f"customers:referral_{name}", args=[seen.pk]) for name in ("edit", "withdraw"))
    assert 'name="version" value="1"' in client.get(edit).text
    referrals.edit(seen, changes={"note": "They signed."}, by=sam, at=timezone.now())
    refused = client.post(address, {"reason": "It was nothing.", "version": 1})
    assert (refused.status_code, "Somebody else changed" in refused.text) == (422, True)
    assert ("They signed." in refused.text, 'value="It was nothing."' in refused.text) == (True, True)
    assert Referral.objects.counted().exists()
    assert client.post(address, {"reason": "It was nothing.", "version": 2}).status_code == 302
    again = client.post(address, {"reason": "A slip.", "version": 2})
    assert "This referral is withdrawn already. You had written: “A slip.”" in again.text
    unsaid = client.post(address, {"reason": " ", "version": 3})
    assert (unsaid.status_code, Referral.objects.get().withdrawn_reason) == (422, "It was nothing.")


def test_what_was_typed_into_a_referral_that_is_withdrawn_meanwhile_can_still_be_read(client, sam, lucille):
    seen = refer(lucille, sam)
    client.force_login(sam)
    referrals.withdraw(seen, reason="A slip.", by=sam, at=timezone.now())
    typed = {"told_name": "Stan", "referred_on": str(today()), "outcome": "open", "note": "They meet on Friday."}
    refused = client.post(reverse("customers:referral_edit", args=[seen.pk]), typed | {"version": 1})
    assert refused.status_code == 422
    assert "This referral was withdrawn; nothing of yours is saved." in refused.text
    assert "They meet on Friday." in refused.text


@pytest.mark.parametrize("name", ["thank_you_create", "evangelist_thank", "occasion_create"])
def test_what_is_sent_twice_is_entered_once(client, sam, maria, lucille, name):
    client.force_login(sam)
    thanks_said = {"reason": "The fair", "text": "You were great.", "colleague": maria.pk, "is_sent": "on"}
    occasion = {"title": "What is new", "kind": "webinar", "held_on": str(today())}
    said = occasion if name == "occasion_create" else thanks_said
    address = reverse(f"customers:{name}", args=[lucille.pk] if name == "evangelist_thank" else [])
    assert client.post(address, said).status_code == 302
    again = client.post(address, said)
    words = "here already" if name == "occasion_create" else "with these words today already"
    assert (again.status_code, words in again.text) == (422, True)
    assert ThankYou.objects.count() + Occasion.objects.count() == 1


def test_two_customers_of_one_name_are_told_apart_by_their_domain(client, sam, lucille):
    customer("Sitwell", domain="sitwell.com")
    second = customer("Sitwell", domain="sitwell.de")
    client.force_login(sam)
    form = {"told_name": "Stan", "referred_on": str(today()), "outcome": "open", "customer_name": "Sitwell"}
    create = reverse("customers:referral_create", args=[lucille.pk])
    assert "write the web domain" in text(client.post(create, form))
    client.post(create, form | {"customer_name": "sitwell.de"})
    assert Referral.objects.get().customer == second


def test_tom_reads_that_it_was_won_and_not_what_it_brought(client, tom, sam, lucille):
    referral = won(lucille, sam)
    edit = reverse("customers:referral_edit", args=[referral.pk])
    pages = [page_of(lucille), "/referrals/", edit, "/evangelists/"]
    client.force_login(tom)
    for page in pages:
        shown = text(client.get(page))
        assert "98,765" not in shown, page
        assert "98765" not in shown, page
    assert "won" in text(client.get("/referrals/"))
    for export in ("/referrals/export.csv", "/referrals/quarters.csv"):
        assert "98765" not in csv_of(client.get(export))
        assert "Revenue" not in csv_of(client.get(export))
    form = {"told_name": "Stan", "referred_on": str(referral.referred_on), "outcome": "won"}
    form |= {"decided_on": str(today()), "version": 1, "revenue": "1", "note": "Toms note"}
    assert client.post(edit, form).status_code == 302
    referral.refresh_from_db()
    assert (referral.note, referral.revenue) == ("Toms note", Decimal(98765)), "he changes no revenue either"
    assert "98,765" not in text(client.post(edit, form)), "nor is it told where two edits cross"
    client.force_login(sam)
    assert "98,765" in text(client.get("/referrals/"))
    assert "98765" in csv_of(client.get("/referrals/export.csv"))
    assert "98765" in csv_of(client.get("/referrals/quarters.csv"))


def test_the_list_of_referrals_narrows_and_its_quarters_stay(client, sam, lucille):
    refer(lucille, sam, is_prompted=True, told_company="Prompted Inc")
    won(lucille, sam)
    gone = refer(lucille, sam, told_company="Doubled Inc")
    referrals.withdraw(gone, reason="Twice", by=sam, at=timezone.now())
    client.force_login(sam)
    for query, shown, missing in (
        ("", "Prompted Inc", "Doubled Inc"),
        ("outcome=withdrawn", "Doubled Inc", "Prompted Inc"),
        ("outcome=won", "Sitwell", "Prompted Inc"),
        ("prompted=true", "Prompted Inc", ">Sitwell<"),
        ("q=prompted+inc", "Prompted Inc", ">Sitwell<"),
        ("quarter=2001-Q1", "No referral matches", "Prompted Inc"),
        (f"contact={lucille.pk}", "Prompted Inc", "Doubled Inc"),
    ):
        found = text(client.get(f"/referrals/?{query}", headers=HTMX))
        assert shown in found, query
        assert missing not in found, query
    page = text(client.get("/referrals/?quarter=2001-Q1"))
    assert "By quarter" in page
    assert '<option value="">Every outcome but withdrawn</option>' in page, "as the list does without a choice"


def test_a_contact_that_left_keeps_its_page(client, maria, sam, lucille):
    won(lucille, sam)
    contacts.mark_left(Contact.objects.get(pk=lucille.pk), on=today(), by=maria, at=timezone.now())
    client.force_login(maria)
    page = text(client.get(page_of(lucille)))
    assert "Sitwell" in page
    assert "Briefed today" not in page
    assert "Lucille" in text(client.get("/evangelists/?level=left"))
    assert "Lucille" not in text(client.get("/evangelists/"))


def test_who_only_reads_sees_no_deeds(client, sam, lucille):
    eva = person("Eva Lind", Role.EXECUTIVE)
    won(lucille, sam)
    client.force_login(eva)
    page = text(client.get(page_of(lucille)))
    assert "What next" not in page
    assert "98,765" in page
    assert client.get(reverse("customers:evangelist_edit", args=[lucille.pk])).status_code == 403


def test_pages_cost_the_same_however_many_there_are(client, sam, maria, bluth, lucille):
    webinar = occasions.create(title="New", kind="webinar", held_on=today(), by=maria, at=timezone.now())
    for number in range(4):
        one = ContactFactory(customer=customer(f"Many {number}"), name=f"M{number}", evangelist_level="prompted")
        refer(one, sam)
        won(lucille, sam, told_name=f"Stan {one}")
        thanks.give(contact=one, reason="r", text="t", by=sam, at=timezone.now())
        occasions.create(title=f"Old {number}", kind="event", held_on=today(), by=maria, at=timezone.now())
    occasions.invite(webinar, contacts=Contact.objects.all(), by=maria, at=timezone.now())
    client.force_login(maria)
    for name, args in (
        ("evangelist_index", []), ("evangelist_detail", [lucille.pk]), ("referral_index", []), ("occasion_index", []),
        ("occasion_detail", [webinar.pk]), ("occasion_invite", [webinar.pk]), ("thank_you_index", []),
    ):  # fmt: skip
        assert_query_count(client, reverse(f"customers:{name}", args=args), f"customers:{name}")


def test_the_revenue_of_a_quarter_is_told_to_the_cent(client, sam, lucille):
    for told, revenue in (("Stan", "0.10"), ("Stew", "0.20"), ("Steve", "1234.56")):
        refer(lucille, sam, outcome="won", decided_on=today(), revenue=Decimal(revenue), told_name=told)
    client.force_login(sam)
    assert csv_of(client.get("/referrals/quarters.csv")).splitlines()[1].split(",")[4:] == ["1234.86", "0"]
