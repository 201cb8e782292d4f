"""Leo invites, Maria briefs, Sam says thank you: pages of occasions and of thanks."""

import csv
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import strip_tags

from core.choices import Role
from core.errors import RuleBroken
from core.models import AuditEvent
from customers.actions import contacts, occasions, thanks
from customers.models import Contact, Customer, Occasion, OccasionInvitation, ThankYou
from tests.customers.speaking import csv_of, page_of, text, today
from tests.factories import ContactFactory, customer, person

HTMX = {"HX-Request": "true"}


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
    shown = text(client.get(page_of(lucille)))
    assert ("1 to come" in shown, "attended of" in shown) == (True, False), "nobody can have been there yet"
    done = client.post(f"{page}note/?show=comes", {"deed": "attended", "everyone": "true"}, follow=True)
    assert "Noted for 1 guest." in text(done)
    assert "1 attended of 1 invitation" in text(client.get(page_of(lucille)))
    lines = csv_of(client.get(f"{page}guests.csv")).splitlines()
    assert [line.split(",")[0] for line in lines] == ["Contact", "Buster", "Lucille"]
    assert csv_of(client.get("/occasions/export.csv")).count("What is new,Webinar") == 1


def test_who_was_there_is_noted_of_all_at_once_and_taken_back(maria, bluth, lucille, django_assert_max_num_queries):
    """Lucille was briefed later than the webinar, Buster earlier, Gob never; Tobias was at another one of that day."""
    at, long_ago, day = timezone.now(), today() - timedelta(days=30), today() - timedelta(days=9)
    buster, _gob, tobias = (ContactFactory(customer=bluth, name=name) for name in ("Buster", "Gob", "Tobias"))
    everybody = Contact.objects.filter(customer=bluth)
    occasions.brief(lucille, on=today(), by=maria, at=at)
    occasions.brief(buster, on=long_ago, by=maria, at=at)
    occasions.brief(tobias, on=day, by=maria, at=at)
    webinar = occasions.create(title="What is new", kind="webinar", held_on=day, by=maria, at=at)
    occasions.invite(webinar, contacts=everybody, by=maria, at=at)
    guests = OccasionInvitation.objects.filter(occasion=webinar)

    def days():
        return dict(everybody.values_list("name", "briefed_on"))

    with django_assert_max_num_queries(12):
        assert occasions.note(webinar, guests=guests, deed="attended", by=maria, at=at) == 4
    assert days() == {"Lucille": today(), "Buster": day, "Gob": day, "Tobias": day}
    assert occasions.note(webinar, guests=guests, deed="attended", by=maria, at=at) == 0
    with django_assert_max_num_queries(12):
        assert occasions.note(webinar, guests=guests, deed="absent", by=maria, at=at) == 4
    assert days() == {"Lucille": today(), "Buster": long_ago, "Gob": None, "Tobias": day}
    last = AuditEvent.objects.filter(event="occasion.noted").latest("pk")
    assert last.detail == {"kind": "absent", "count": 4, "contacts": "Buster, Gob, Lucille, Tobias"}
    assert AuditEvent.objects.filter(event="occasion.noted").count() == 2
    assert occasions.note(webinar, guests=guests, deed="unknown", by=maria, at=at) == 4
    assert occasions.note(webinar, guests=guests, deed="uninvited", by=maria, at=at) == 4


def test_who_had_left_by_then_was_not_there_whether_noted_alone_or_with_many(client, bluth, lucille):
    """Gob left the day before the webinar, Buster on the day itself; both had been invited."""
    leo, day = person("Leo Martin", Role.MARKETING), today() - timedelta(days=9)
    gob, buster = (ContactFactory(customer=bluth, name=name) for name in ("Gob", "Buster"))
    at = timezone.now() - timedelta(days=20)
    webinar = occasions.create(title="What is new", kind="webinar", held_on=day, by=leo, at=at)
    occasions.invite(webinar, contacts=Contact.objects.filter(customer=bluth), by=leo, at=at)
    contacts.mark_left(gob, on=day - timedelta(days=1), by=leo, at=timezone.now())
    contacts.mark_left(buster, on=day, by=leo, at=timezone.now())
    client.force_login(leo)
    page = f"/occasions/{webinar.pk}/"

    def told(**sent):
        return text(client.post(f"{page}note/", {"deed": "attended"} | sent, follow=True))

    alone = told(ticked=OccasionInvitation.objects.get(contact=gob).pk)
    assert "1 guest has left the customer before the day and is passed over: Gob" in alone
    assert "Noted for" not in alone
    many = told(everyone="true")
    assert "Noted for 2 guests." in many
    assert "is passed over: Gob" in many
    there = OccasionInvitation.objects.filter(attended=True).values_list("contact__name", flat=True)
    assert sorted(there) == ["Buster", "Lucille"]
    assert Contact.objects.get(pk=gob.pk).briefed_on is None
    with pytest.raises(RuleBroken, match="Gob left on"):
        occasions.brief(gob, on=day, by=leo, at=timezone.now())
    with pytest.raises(RuleBroken, match="Buster left on"):
        occasions.edit(webinar, changes={"held_on": day + timedelta(days=1)}, by=leo, at=timezone.now())
    earlier = occasions.edit(webinar, changes={"held_on": day - timedelta(days=1)}, by=leo, at=timezone.now())
    assert Contact.objects.get(pk=buster.pk).briefed_on == earlier.held_on
    assert "passed over" not in told(deed="absent", everyone="true")
    assert OccasionInvitation.objects.get(contact=gob).attended is False


def test_who_has_left_is_not_noted_as_coming_and_the_guests_say_so(client, bluth, lucille):
    """Amara was invited to a webinar of next month, and left today; Buster said before he left that he comes."""
    leo, at, day = person("Leo Martin", Role.MARKETING), timezone.now(), today() + timedelta(days=21)
    amara, buster = (ContactFactory(customer=bluth, name=name) for name in ("Amara", "Buster"))
    webinar = occasions.create(title="What is new", kind="webinar", held_on=day, by=leo, at=at)
    occasions.invite(webinar, contacts=Contact.objects.filter(customer=bluth), by=leo, at=at)
    occasions.note(webinar, guests=webinar.invitations.filter(contact=buster), deed="comes", by=leo, at=at)
    client.force_login(leo)
    page, left = f"/occasions/{webinar.pk}/", date_format(today())
    assert "left on" not in text(client.get(page))
    for one in (amara, buster):
        contacts.mark_left(one, on=today(), by=leo, at=at)
    assert text(client.get(page)).count(f"left on {left}") == 2
    noted = text(client.post(f"{page}note/", {"deed": "comes", "everyone": "true"}, follow=True))
    assert "Noted for 1 guest." in noted
    assert "1 guest has left the customer before the day and is passed over: Amara" in noted
    coming = webinar.invitations.filter(response="yes").values_list("contact__name", flat=True)
    assert sorted(coming) == ["Buster", "Lucille"]
    rows = csv.DictReader(csv_of(client.get(f"{page}guests.csv")).splitlines())
    gone = {row["Contact"]: row["Left the customer on"] for row in rows}
    assert gone == {"Amara": str(today()), "Buster": str(today()), "Lucille": ""}
    assert "passed over" not in text(client.post(f"{page}note/", {"deed": "declines", "everyone": "true"}, follow=True))


def test_leo_is_told_why_an_invitation_is_not_taken_back(client, bluth, lucille):
    """Lucille has answered, Buster has not; row 999999 is no guest, and abc is no row."""
    leo, buster = person("Leo Martin", Role.MARKETING), ContactFactory(customer=bluth, name="Buster")
    webinar = occasions.create(title="What is new", kind="webinar", held_on=today(), by=leo, at=timezone.now())
    occasions.invite(webinar, contacts=Contact.objects.filter(customer=bluth), by=leo, at=timezone.now())
    client.force_login(leo)

    def told(**sent):
        return text(client.post(f"/occasions/{webinar.pk}/note/", {"deed": "uninvited"} | sent, follow=True))

    first = OccasionInvitation.objects.get(occasion=webinar, contact=lucille)
    told(deed="comes", ticked=first.pk)
    assert "Tick somebody first" in told(ticked="abc")
    assert "none of those who were chosen is a guest that is shown here" in told(ticked="999999")
    assert "1 invitation is taken back." in told(everyone="true")
    assert not OccasionInvitation.objects.filter(contact=buster).exists()
    assert "who has answered, or of whom it is noted" in told(everyone="true")
    assert "that was noted of them already" in told(deed="comes", everyone="true")


def test_leo_is_told_who_of_the_ticked_is_not_invited_and_why(client, bluth, lucille):
    """Since Leo opened the page Gob has left, so has the customer Sitwell, and somebody else invited Buster; Ann does
    not refer us, so the list of evangelists does not show her; row 999999 is nobody."""
    leo, at = person("Leo Martin", Role.MARKETING), timezone.now()
    webinar = occasions.create(title="What is new", kind="webinar", held_on=today(), by=leo, at=at)
    prompted = {"evangelist_level": "prompted"}
    gob, buster = (ContactFactory(customer=bluth, name=name, **prompted) for name in ("Gob", "Buster"))
    ann, sitwell = ContactFactory(customer=bluth, name="Ann"), customer("Sitwell")
    sally = ContactFactory(customer=sitwell, name="Sally", **prompted)
    contacts.mark_left(gob, on=today(), by=leo, at=at)
    Customer.objects.filter(pk=sitwell.pk).update(lifecycle="churned", churned_on=today())
    occasions.invite(webinar, contacts=Contact.objects.filter(pk=buster.pk), by=leo, at=at)
    client.force_login(leo)
    address = f"/occasions/{webinar.pk}/invite/"

    def told(query="", **sent):
        return text(client.post(f"{address}{query}", sent, follow=True))

    nobody = told(ticked=[gob.pk, sally.pk, buster.pk, ann.pk, 999999])
    for words in (
        "Not invited, no longer at the customer: Gob",
        "Not invited, as the customer has left: Sally (Sitwell)",
        "Invited already: Buster",
        "Not invited, no longer shown by the filters: Ann",
        "1 of those who were ticked is no contact here and is passed over.",
    ):
        assert words in nobody
    assert ("message-warning" in nobody, "message-success" in nobody) == (True, False)
    some = told(ticked=[lucille.pk, gob.pk])
    assert "1 contact is invited. Not invited, no longer at the customer: Gob" in strip_tags(some)
    assert "Lucille" not in some.split('id="messages"')[1].split("</div>")[0]
    empty = told(everyone="true")
    assert "nobody who matches can be invited any more" in empty
    assert "message-success" not in empty
    assert "Sally" not in text(client.get(f"{address}?level=left"))
    assert webinar.invitations.count() == 2


def test_attendance_of_a_coming_occasion_is_refused_in_words(client, maria, lucille):
    ahead = today() + timedelta(days=9)
    coming = occasions.create(title="Forum", kind="event", held_on=ahead, by=maria, at=timezone.now())
    client.force_login(maria)
    invite = reverse("customers:evangelist_invite", args=[lucille.pk])
    assert "Noted: invited to Forum" in text(client.post(invite, {"occasion": coming.pk}, follow=True))
    assert "Lucille is invited to Forum already." in text(client.post(invite, {"occasion": coming.pk}, follow=True))
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
    link = f"/thanks/new/?colleague={maria.pk}"
    assert link in text(client.get(f"/customers/{lucille.customer_id}/"))
    assert f'<option value="{maria.pk}" selected' in text(client.get(link))
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


def test_who_said_yes_and_left_since_is_not_counted_as_coming_and_the_figures_add_up(client, bluth, lucille):
    """Lucille comes; Buster said yes and Amara nothing, and both leave before the day; Gob declined and leaves too."""
    leo, at, day = person("Leo Martin", Role.MARKETING), timezone.now(), today() + timedelta(days=21)
    amara, buster, gob = (ContactFactory(customer=bluth, name=name) for name in ("Amara", "Buster", "Gob"))
    webinar = occasions.create(title="What is new", kind="webinar", held_on=day, by=leo, at=at)
    occasions.invite(webinar, contacts=Contact.objects.filter(customer=bluth), by=leo, at=at)
    for deed, who in (("comes", [lucille, buster]), ("declines", [gob])):
        occasions.note(webinar, guests=webinar.invitations.filter(contact__in=who), deed=deed, by=leo, at=at)
    client.force_login(leo)
    page = f"/occasions/{webinar.pk}/"

    def told():
        (line,) = csv.DictReader(csv_of(client.get("/occasions/export.csv")).splitlines())
        names = ("Invited", "Comes", "Does not come", "No answer yet", "Left before the day")
        return [line[name] for name in names]

    def listed(show):
        shown = client.get(f"{page}?show={show}", headers=HTMX).context["page"].rows
        return sorted(row.contact.name for row in shown)

    assert told() == ["4", "2", "1", "1", "0"]
    assert "by the day" not in client.get(page).text
    for one in (amara, buster, gob):
        contacts.mark_left(one, on=today(), by=leo, at=at)
    assert told() == ["4", "1", "1", "0", "2"]
    assert 'data-label="Left before the day">2<' in text(client.get("/occasions/"))
    guests = csv.DictReader(csv_of(client.get(f"{page}guests.csv")).splitlines())
    answers = {line["Contact"]: line["Answer"] for line in guests}
    assert answers == {"Lucille": "Comes", "Buster": "Had said yes", "Amara": "No answer yet", "Gob": "Does not come"}
    assert (listed("comes"), listed("declines"), listed("unanswered")) == (["Lucille"], ["Gob"], [])
    assert listed("gone") == ["Amara", "Buster"]
    shown = text(client.get(page))
    assert "2 have left by the day" in shown
    assert ("had said yes" in shown, shown.count('tag-green">comes')) == (True, 1)
