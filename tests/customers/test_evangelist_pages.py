"""Sam, Maria, Leo and Tom at the pages of those who speak for us, each with what the role allows."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from core.choices import Role
from customers.actions import contacts, occasions, referrals, thanks
from customers.models import Contact, Occasion, OccasionInvitation, Referral, ThankYou
from tests.factories import ContactFactory, customer, person
from tests.query_counts import assert_query_count

HTMX = {"HX-Request": "true"}


def today():
    return timezone.localdate()


def text(answer):
    return answer.content.decode()


def csv_of(answer):
    return b"".join(answer).decode("utf-8-sig")


@pytest.fixture
def tom(db):
    return person("Tom Fox", Role.SUPPORT)


@pytest.fixture
def bluth(maria):
    return customer("Bluth Company", csm=maria, domain="bluth.com")


@pytest.fixture
def lucille(bluth):
    return ContactFactory(
        customer=bluth, name="Lucille", email="lucille@bluth.com", evangelist_level="unprompted",
        evangelist_scope="outside",
    )  # fmt: skip


def refer(contact, by, **more):
    values = {"told_name": "Stan", "told_company": "Sitwell", "referred_on": today() - timedelta(days=3), **more}
    return referrals.record(contact, values=values, by=by, at=timezone.now())


def won(contact, by):
    return refer(contact, by, outcome="won", decided_on=today(), revenue=Decimal(98765))


def page_of(contact):
    return reverse("customers:evangelist_detail", args=[contact.pk])


def test_the_list_narrows_sorts_and_exports_what_is_shown(client, sam, maria, bluth, lucille):
    buster = ContactFactory(customer=bluth, name="Buster", evangelist_level="prompted", evangelist_scope="inside")
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
    assert buster.name in text(client.get("/evangelists/?sort=customer"))


def test_maria_notes_why_lucille_does_not_refer_us(client, maria, lucille):
    client.force_login(maria)
    edit = reverse("customers:evangelist_edit", args=[lucille.pk])
    form = {"evangelist_level": "no", "refusal_reason": "Legal forbids it", "version": 1}
    refused = client.post(edit, form)
    assert refused.status_code == 422
    assert "Legal forbids it" in text(refused)
    assert "needs the day of the answer" in text(refused)
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
    assert "By quarter" in text(client.get("/referrals/?quarter=2001-Q1"))


def test_leo_invites_everyone_who_was_not_briefed_and_notes_who_came(client, maria, bluth, lucille):
    leo = person("Leo Martin", Role.MARKETING)
    ContactFactory(customer=bluth, name="Buster", evangelist_level="prompted")
    fresh = ContactFactory(customer=bluth, name="Gob", evangelist_level="prompted")
    occasions.brief(fresh, on=today(), by=maria, at=timezone.now())
    client.force_login(leo)
    made = client.post("/occasions/new/", {"title": "What is new", "kind": "webinar", "held_on": str(today())})
    webinar = Occasion.objects.get(title="What is new")
    assert made.url == f"/occasions/{webinar.pk}/invite/"
    assert client.post("/occasions/new/", {"title": "x", "kind": "personal", "held_on": "2026-1-1"}).status_code == 422
    shown = text(client.get(f"{made.url}?stale=true"))
    assert "Invite all 2 shown" in shown
    assert "Gob" not in shown
    assert client.post(f"{made.url}?stale=true", {}).status_code == 422
    assert "2 contacts are invited" in text(client.post(f"{made.url}?stale=true", {"everyone": "true"}, follow=True))
    page = f"/occasions/{webinar.pk}/"
    first = OccasionInvitation.objects.get(occasion=webinar, contact=lucille)
    client.post(f"{page}note/", {"deed": "comes", "ticked": [first.pk, "x"]})
    assert "Buster" not in text(client.get(f"{page}?show=comes", headers=HTMX))
    assert "Tick somebody first" in text(client.post(f"{page}note/", {"deed": "attended"}, follow=True))
    done = client.post(f"{page}note/?show=comes", {"deed": "attended", "everyone": "true"}, follow=True)
    assert "Noted of 1 guest." in text(done)
    assert "1 attended of 1 invitations" in text(client.get(page_of(lucille)))
    lines = csv_of(client.get(f"{page}guests.csv")).splitlines()
    assert [line.split(",")[0] for line in lines] == ["Contact", "Buster", "Lucille"]
    assert csv_of(client.get("/occasions/export.csv")).count("What is new,Webinar") == 1


def test_attendance_of_a_coming_occasion_is_refused_in_words(client, maria, lucille):
    ahead = today() + timedelta(days=9)
    coming = occasions.create(title="Forum", kind="event", held_on=ahead, by=maria, at=timezone.now())
    client.force_login(maria)
    assert "Noted: invited to Forum" in text(
        client.post(reverse("customers:evangelist_invite", args=[lucille.pk]), {"occasion": coming.pk}, follow=True)
    )
    page = f"/occasions/{coming.pk}/"
    assert 'value="attended"' not in text(client.get(page)).split("<select")[0]
    refused = client.post(f"{page}note/", {"deed": "attended", "everyone": "true"}, follow=True)
    assert "can be noted from that day on" in text(refused)
    assert "coming up" in text(client.get("/occasions/?show=upcoming"))


def test_briefed_today_is_one_press_and_the_other_day_is_asked_for(client, maria, lucille):
    client.force_login(maria)
    assert "not briefed for 90 days" in text(client.get(page_of(lucille)))
    brief = reverse("customers:evangelist_brief", args=[lucille.pk])
    assert "Lucille is up to date" in text(client.post(brief, {"on": str(today())}, follow=True))
    assert "not briefed for 90 days" not in text(client.get(page_of(lucille)))
    assert "lies ahead" in text(client.post(brief, {"on": str(today() + timedelta(days=2))}, follow=True))
    assert "Say on which day" in text(client.post(brief, {"on": "soon"}, follow=True))


def test_a_contact_is_thanked_in_two_steps_and_the_program_writes_to_nobody(client, sam, lucille, mailoutbox):
    client.force_login(sam)
    thank = reverse("customers:evangelist_thank", args=[lucille.pk])
    said = {"reason": "The call & more", "text": "Thank you.\nSam", "gift": "A pass"}
    ready = text(client.post(thank, said))
    assert "mailto:lucille@bluth.com?subject=The%20call%20%26%20more&amp;body=Thank%20you.%0A" in ready.replace(
        "%0D%0A", "%0A"
    )
    assert not ThankYou.objects.exists()
    assert "Lucille was thanked" in text(client.post(thank, said | {"is_sent": "true"}, follow=True))
    one = ThankYou.objects.get()
    assert (one.contact, one.given_by, one.gift) == (lucille, sam, "A pass")
    assert not mailoutbox
    missing = client.post(thank, {"reason": "Half"})
    assert (missing.status_code, "Half" in text(missing)) == (422, True)
    assert "A pass" in text(client.get(page_of(lucille)))


def test_a_contact_without_an_address_is_thanked_in_another_way(client, sam, bluth):
    silent = ContactFactory(customer=bluth, name="Buster")
    client.force_login(sam)
    thank = reverse("customers:evangelist_thank", args=[silent.pk])
    assert "has no e-mail address here" in text(client.post(thank, {"reason": "r", "text": "t"}))


def test_colleagues_thank_each_other_and_read_it(client, sam, maria, lucille):
    client.force_login(sam)
    assert client.post("/thanks/new/", {"colleague": sam.pk, "reason": "Me", "text": "!"}).status_code == 422
    client.post("/thanks/new/", {"colleague": maria.pk, "reason": "The reference", "text": "In two hours!"})
    thanks.give(contact=lucille, reason="The talk", text="Thank you.", by=sam, at=timezone.now())
    client.force_login(maria)
    page = text(client.get("/thanks/?show=received"))
    assert "Sam Ortiz thanks Maria Chen" in page
    assert "The talk" not in page
    assert "The reference" not in text(client.get("/thanks/?show=given"))
    assert "The talk" in text(client.get("/thanks/?show=customers", headers=HTMX))
    assert "In two hours!" in csv_of(client.get("/thanks/export.csv?q=two+hours"))
    assert "No thanks match" in text(client.get("/thanks/?q=nothing"))


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
        won(lucille, sam)
        thanks.give(contact=one, reason="r", text="t", by=sam, at=timezone.now())
        occasions.create(title=f"Old {number}", kind="event", held_on=today(), by=maria, at=timezone.now())
    occasions.invite(webinar, contacts=Contact.objects.all(), by=maria, at=timezone.now())
    client.force_login(maria)
    for name, args in (
        ("evangelist_index", []), ("evangelist_detail", [lucille.pk]), ("referral_index", []), ("occasion_index", []),
        ("occasion_detail", [webinar.pk]), ("occasion_invite", [webinar.pk]), ("thank_you_index", []),
    ):  # fmt: skip
        assert_query_count(client, reverse(f"customers:{name}", args=args), f"customers:{name}")
