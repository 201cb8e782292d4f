"""Sam leads, Jonas follows, Ken has nominated nobody: the figures, the places, and who is shown what."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from core.actions import people
from core.choices import Role
from core.models import AuditEvent, Programme
from core.quarters import Quarter
from customers.models import Customer, Referral
from references.actions import nomination_decisions as decisions
from references.actions import nominations, recognition_settings
from references.models import CustomerImpact, Dimension, Nomination, Nominator, RecognitionSettings
from references.reports import rankings, recognitions
from references.reports.deals_helped import DEALS, deals_helped
from references.reports.rankings import Wanted
from references.rules.quotas import period_named
from tests.factories import ContactFactory, customer, person
from tests.references.recognized import NOW, accept, enrol, nominate, withdraw

RUNNING, BEFORE = Quarter(2026, 4), Quarter(2026, 3)
IN_SUMMER = NOW - timedelta(days=80)


def in_team(who, team):
    return people.administer(who, name=who.name, roles=who.roles, team=team, by=None, at=NOW)


@pytest.fixture
def ken(db):
    """Ken Ito, a CSM who has not nominated anybody."""
    return in_team(person("Ken Ito", Role.CSM), "Pacific")


@pytest.fixture
def eva(db):
    return person("Eva Lindqvist", Role.EXECUTIVE)


@pytest.fixture
def leader(sam, priya):
    """Sam has three nominations of this quarter: one is enrolled, one accepted, one submitted."""
    in_team(sam, "North")
    enrol(nominate("Bluth Company", sam), priya)
    accept(nominate("Sitwell", sam), priya)
    nominate("Cancity", sam)
    return sam


@pytest.fixture
def follower(jonas, priya, leader):
    in_team(jonas, "North")
    accept(nominate("Initech", jonas), priya)
    return jonas


def lines(user, quarter=RUNNING, **wanted):
    ranking = rankings.seen_by(user, quarter, Wanted(**wanted))
    return [(row.place, row.name, *row.figures.standing) for row in ranking.rows]


def test_places_go_by_enrolled_then_accepted_then_submitted(leader, follower, ken, priya):
    assert lines(priya) == [(1, "Sam Ortiz", 1, 2, 3), (2, "Jonas Weber", 0, 1, 1), (3, "Ken Ito", 0, 0, 0)]


def test_equal_figures_share_a_place_and_the_next_one_is_left_out(leader, follower, maria, ken, priya):
    accept(nominate("Hooli", maria), priya)
    assert [(place, name) for place, name, *_rest in lines(priya)] == [
        (1, "Sam Ortiz"),
        (2, "Jonas Weber"),
        (2, "Maria Chen"),
        (4, "Ken Ito"),
    ]


def test_each_step_counts_in_the_quarter_in_which_it_happened(sam, priya):
    nomination = nominate("Bluth Company", sam, at=IN_SUMMER)
    accept(nomination, priya, at=IN_SUMMER + timedelta(days=1))
    assert lines(priya, BEFORE) == [(1, "Sam Ortiz", 0, 1, 1)]
    assert lines(priya, RUNNING) == [(1, "Sam Ortiz", 0, 0, 0)]


def test_the_last_instant_of_a_quarter_is_the_programmes_own(sam, priya):
    Programme.objects.update_or_create(pk=1, defaults={"time_zone": "America/New_York"})
    ends = Programme.current().calendar.ends_at(BEFORE)
    nominate("Bluth Company", sam, at=ends - timedelta(seconds=1))
    nominate("Sitwell", sam, at=ends)
    assert [standing[-1] for standing in (lines(priya, BEFORE)[0], lines(priya, RUNNING)[0])] == [1, 1]


def test_who_joined_has_credit_too_but_not_for_what_was_accepted_in_a_quarter_before(sam, jonas, priya):
    bluth = customer("Bluth Company", at=IN_SUMMER)
    accept(nominate(bluth, sam, at=IN_SUMMER), priya, at=IN_SUMMER)
    nominate(bluth, jonas)
    assert (1, "Jonas Weber", 0, 1, 1) in lines(priya, RUNNING)
    assert ("Jonas Weber", 0) in [(name, sum(figures)) for _place, name, *figures in lines(priya, BEFORE)]
    assert (1, "Sam Ortiz", 0, 1, 1) in lines(priya, BEFORE)


def test_what_was_withdrawn_counts_for_nothing(sam, priya):
    withdraw(accept(nominate("Bluth Company", sam), priya), sam)
    assert lines(priya) == [(1, "Sam Ortiz", 0, 0, 0)]


def test_what_was_accepted_and_then_refused_counts_as_nominated_only_as_in_the_quota(sam, priya):
    kept = accept(nominate("Bluth Company", sam), priya)
    decisions.refuse(accept(nominate("Sitwell", sam), priya), reason="They are leaving us.", by=priya, at=NOW)
    assert lines(priya) == [(1, "Sam Ortiz", 0, 1, 2)]
    letter = recognitions.facts(sam, nomination=kept, quarter=RUNNING)
    assert (letter.submitted, letter.accepted) == (2, 1)
    period = period_named(str(RUNNING), calendar=Programme.current().calendar)
    assert Nominator.objects.accepted_between(period.starts_at, period.ends_at).count() == 1


def test_the_share_of_high_impact_is_that_of_tier_a_among_what_was_submitted(leader, priya):
    points = dict.fromkeys(("brand", "vertical", "results", "articulate", "passionate", "variety"), 3)
    for name, tier in (("Bluth Company", "A"), ("Sitwell", "B")):
        who = leader.nominators.get(nomination__customer__name=name).nomination.customer
        CustomerImpact.objects.update_or_create(customer=who, defaults={**points, "score": 90, "tier": tier})
    row = rankings.seen_by(priya, RUNNING).rows[0]
    assert (row.figures.submitted, row.figures.high_impact, row.figures.share) == (3, 1, 33)


def test_who_has_left_is_not_ranked(leader, follower, priya):
    people.set_active(leader, active=False, by=None, at=NOW)
    assert lines(priya) == [(1, "Jonas Weber", 0, 1, 1)]


def test_who_joined_the_company_later_is_not_at_the_bottom_of_a_quarter_gone_by(leader, priya):
    lea = people.create("lea@example.com", name="Lea Marchand", roles=[Role.SALES_REP], by=None, at=NOW)
    assert lea.name in [name for _place, name, *_rest in lines(priya, RUNNING)]
    assert lea.name not in [name for _place, name, *_rest in lines(priya, BEFORE)]


def test_the_bottom_is_for_managers_and_whoever_is_in_it_sees_only_themselves(leader, follower, ken, maria, priya, eva):
    everybody = {"Sam Ortiz", "Jonas Weber", "Ken Ito", "Maria Chen"}
    for manager in (priya, eva, person("Lena Fischer", Role.SALES_MANAGER)):
        assert {name for _place, name, *_rest in lines(manager)} == everybody
    assert {name for _place, name, *_rest in lines(leader)} == {"Sam Ortiz", "Jonas Weber"}
    assert lines(leader, text="ken") == []
    assert rankings.seen_by(leader, RUNNING).teams == ["North"]
    hers = rankings.seen_by(ken, RUNNING)
    assert [row.name for row in hers.rows] == ["Sam Ortiz", "Jonas Weber", "Ken Ito"]
    assert (hers.own.place, hers.own.is_bottom) == (3, True)


@pytest.mark.parametrize(
    ("visibility", "sees"), [("nobody", []), ("managers", ["priya"]), ("everyone", ["priya", "sam"])]
)
def test_the_setting_says_who_sees_the_bottom(leader, follower, ken, priya, visibility, sees):
    recognition_settings.edit(changes={"bottom_visibility": visibility}, by=priya, at=NOW)
    seen = {
        first: "Ken Ito" in [name for _place, name, *_rest in lines(who)]
        for first, who in (("priya", priya), ("sam", leader))
    }
    assert [first for first, is_seen in seen.items() if is_seen] == sees


def test_teams_are_sums_and_tell_who_may_not_see_the_bottom_nothing_of_it(leader, follower, ken, priya):
    in_team(person("Lea Marchand", Role.SALES_REP), "North")
    teams = rankings.seen_by(priya, RUNNING, Wanted(by="team")).rows
    assert [(row.name, row.figures.standing, row.active, row.people) for row in teams] == [
        ("North", (1, 3, 4), 2, 3),
        ("Pacific", (0, 0, 0), 0, 1),
    ]
    assert teams[1].is_bottom
    seen = rankings.seen_by(leader, RUNNING, Wanted(by="team")).rows
    assert [(row.name, row.active, row.people) for row in seen] == [("North", 2, None)]
    header = rankings.export_header(by="team", uses_levels=False)
    assert [
        dict(zip(header, line, strict=True))["People"] for line in rankings.export_rows(seen, uses_levels=False)
    ] == [None]


def test_so_many_places_are_the_top_as_the_setting_says(leader, follower, maria, priya):
    nominate("Hooli", maria)
    assert [row.name for row in rankings.seen_by(maria, RUNNING).top] == ["Sam Ortiz", "Jonas Weber", "Maria Chen"]
    recognition_settings.edit(changes={"top_count": 1}, by=priya, at=NOW)
    assert [row.name for row in rankings.seen_by(maria, RUNNING).top] == ["Sam Ortiz"]


def test_other_roles_are_ranked_when_they_nominate_but_are_never_at_the_bottom(priya, eva):
    assert rankings.own_place(eva, RUNNING) is None
    nominate("Bluth Company", eva)
    assert rankings.own_place(eva, RUNNING).place == 1


def test_levels_are_off_by_default_and_count_the_fiscal_year_when_they_are_on(leader, priya):
    enrol(nominate("Globex", leader, at=IN_SUMMER), priya, at=IN_SUMMER)
    for name, needed in (("Bronze", 1), ("Silver", 2), ("Gold", 5)):
        recognition_settings.add_level(name=name, needed=needed, by=priya, at=NOW)
    assert rankings.own_place(leader, RUNNING).level is None
    recognition_settings.edit(changes={"uses_levels": True}, by=priya, at=NOW)
    assert rankings.own_place(leader, RUNNING).level.name == "Silver"
    assert rankings.own_place(leader, BEFORE).level.name == "Bronze"
    assert AuditEvent.objects.filter(event="reward_level.added", by=priya).count() == 3


def test_quarters_go_back_to_the_first_nomination(sam, priya):
    calendar = Programme.current().calendar
    assert [str(one) for one in rankings.quarters(calendar, at=NOW)] == ["2026-Q4"]
    nominate("Bluth Company", sam, at=IN_SUMMER)
    assert [str(one) for one in rankings.quarters(calendar, at=NOW)] == ["2026-Q4", "2026-Q3"]


def test_the_ranking_asks_the_same_however_many_people_there_are(leader, priya, django_assert_num_queries):
    settings = RecognitionSettings.current()
    for number in range(3):
        nominate(f"Customer {number}", person(f"Rep {number}", Role.SALES_REP))
    with django_assert_num_queries(3):
        assert len(rankings.standings(RUNNING, settings=settings)) == 4


def test_a_page_of_the_ranking_leads_to_the_next_and_back(leader):
    row = rankings.standings(RUNNING, settings=RecognitionSettings.current())[0]
    rows = [replace(row, place=number) for number in range(5)]
    first = rankings.page_of(rows, cursor="", size=2)
    assert ([one.place for one in first.rows], first.previous) == ([0, 1], None)
    second = rankings.page_of(rows, cursor=first.next, size=2)
    assert ([one.place for one in second.rows], second.previous, second.next) == ([2, 3], "0", "4")
    assert rankings.page_of(rows, cursor="4", size=2).next is None
    for wrong in ("x", "-1", "99", "9" * 40, "٣"):
        assert rankings.page_of(rows, cursor=wrong, size=2).rows == first.rows


def test_a_nomination_handed_over_to_another_counts_once(sam, jonas, priya):
    """Sam proposed by name what Jonas had nominated: both have credit for the one that goes on."""
    known = nominate("Bluth Company", jonas)
    will = {Dimension.objects.get(key="logo"): "willing"}
    said = {"contact_name": "Gob", "story": "Big.", "source": "sales"}
    new = nominations.submit(proposed_customer="The Bluths", values=said, willingness=will, by=sam, at=NOW)
    accepted = accept(known, priya)

    decisions.accept(new, customer=accepted.customer, by=priya, at=NOW)
    assert (1, "Sam Ortiz", 0, 1, 1) in lines(priya)


def test_a_deal_that_an_enrolled_reference_referred_counts_for_its_nominator(leader, priya):
    calendar = Programme.current().calendar
    begin, end = calendar.starts_at(RUNNING), calendar.ends_at(RUNNING)
    lucille = ContactFactory(customer=Customer.objects.get(name="Bluth Company"))
    days = {"won": NOW.date(), "lost": NOW.date()}
    told = {"contact": lucille, "referred_on": begin.date(), "told_name": "Stan Sitwell"}
    for outcome, day in [*days.items(), ("won", begin.date()), ("won", (end + timedelta(days=3)).date())]:
        when = {"decided_on": day, "created_at": NOW, "updated_at": NOW}
        Referral.objects.create(**told, outcome=outcome, **when)
    helped = deals_helped(RUNNING, calendar).values_list("user_id").annotate(DEALS)
    assert dict(helped) == {leader.pk: 1}, "not before the enrolment, not later than the quarter"
    assert rankings.own_place(leader, RUNNING).figures.deals == 1
    assert dict(rankings.own_place(leader, RUNNING).values)["Deals helped"] == 1


def test_a_deal_counts_by_the_programmes_day_wherever_its_reader_lives(leader):
    """In New York it is still the evening of the day on which Bluth was enrolled and the deal was won."""
    Programme.objects.update(time_zone="America/New_York")
    evening = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
    Nomination.objects.filter(nominators__user=leader, state="enrolled").update(closed_at=evening)
    lucille = ContactFactory(customer=Customer.objects.get(name="Bluth Company"))
    day = date(2026, 11, 19)
    told = {"contact": lucille, "referred_on": day, "told_name": "Stan", "decided_on": day, "outcome": "won"}
    Referral.objects.create(**told, created_at=NOW, updated_at=NOW)
    calendar = Programme.current().calendar
    for zone in ("America/New_York", "UTC", "Asia/Tokyo"):
        with timezone.override(zone):
            helped = deals_helped(RUNNING, calendar).values_list("user_id").annotate(DEALS)
            assert dict(helped) == {leader.pk: 1}, zone
