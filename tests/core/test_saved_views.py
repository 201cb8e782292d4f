"""Maria keeps her filters under a name and may let others use them."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from core.actions import saved_views
from core.models import AuditEvent, SavedView

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.fixture
def mine(maria):
    return saved_views.save(maria, page="home", name="Retail", query="industry=Retail", by=maria, at=NOON)


def test_a_view_is_kept_under_a_name_and_overwritten_under_the_same(client, maria):
    client.force_login(maria)
    for query in ("industry=Retail", "industry=Finance"):
        answer = client.post(reverse("core:saved_view_save"), {"page": "home", "name": "Retail", "query": query})
        assert answer.url == f"/?{query}"
    assert SavedView.objects.get().query == "industry=Finance"
    assert AuditEvent.objects.filter(event="saved_view.saved", by=maria).count() == 2


def test_others_see_a_view_only_while_it_is_shared(client, mine, maria, jonas):
    client.force_login(maria)
    assert not SavedView.objects.visible_to(jonas).exists()
    client.post(reverse("core:saved_view_share", args=[mine.pk]), {"query": ""})
    assert SavedView.objects.visible_to(jonas).exists()
    client.post(reverse("core:saved_view_share", args=[mine.pk]), {"query": ""})
    assert not SavedView.objects.visible_to(jonas).exists()


def test_nobody_touches_the_view_of_another_even_if_it_is_shared(client, mine, maria, jonas):
    saved_views.share(mine, is_shared=True, by=maria, at=NOON)
    client.force_login(jonas)
    assert client.post(reverse("core:saved_view_delete", args=[mine.pk])).status_code == 404
    assert client.post(reverse("core:saved_view_share", args=[mine.pk])).status_code == 404


def test_a_view_is_deleted_and_the_deed_stands_in_the_audit_trail(client, mine, maria):
    client.force_login(maria)
    assert client.post(reverse("core:saved_view_delete", args=[mine.pk]), {"query": "a=1"}).url == "/?a=1"
    assert not SavedView.objects.exists()
    assert AuditEvent.objects.filter(event="saved_view.deleted").exists()


def test_a_view_without_name_or_of_an_unknown_page_is_refused(client, maria):
    client.force_login(maria)
    client.post(reverse("core:saved_view_save"), {"page": "home", "name": " ", "query": ""})
    answer = client.post(reverse("core:saved_view_save"), {"page": "//evil.example", "name": "x", "query": ""})
    assert answer.status_code == 404
    assert not SavedView.objects.exists()
