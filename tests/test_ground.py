"""What tests stand on: pages can be asked for on either database, and one test leaves the next no cache."""

import pytest
from django.core.cache import cache

from tests.query_counts import assert_query_count


def test_maria_is_shown_the_home_page(client, maria):
    client.force_login(maria)
    assert_query_count(client, "/", "home")


def test_a_page_whose_number_of_queries_changed_is_noticed(client, maria, monkeypatch):
    monkeypatch.delenv("UPDATE_QUERY_COUNTS", raising=False)
    client.force_login(maria)
    with pytest.raises(AssertionError, match="kept is None"):
        assert_query_count(client, "/", "a page nobody counted")


def test_the_cache_is_empty_at_first(db):
    assert cache.get("left-over") is None
    cache.set("left-over", "yes")
    assert cache.get("left-over") == "yes"


def test_the_cache_is_empty_again(db):
    assert cache.get("left-over") is None
