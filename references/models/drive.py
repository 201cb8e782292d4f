"""Drives: months in which one cohort of colleagues after the other is asked to nominate."""

from datetime import date, datetime, timedelta

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from core.constraints import both_or_neither
from core.models import User
from references.choices import DriveAnswer, DriveSplit, DriveState, NominationState
from references.models.nominator import Nominator

ABANDONED_AFTER = timedelta(minutes=10)
MOST_MONTHS = 24


class DriveQuerySet(models.QuerySet["Drive"]):
    def visible_to(self, user: User) -> "DriveQuerySet":
        """Those who run or oversee drives read all of them."""
        return self if user.has_perm("references.view_drives") else self.none()

    def open(self, at: datetime) -> "DriveQuerySet":
        """Begun, and neither ended nor over."""
        return self.filter(begun_at__isnull=False, closes_at__gt=at)


class Drive(models.Model):
    """Some months in each of which a part of the colleagues is asked for nominations.

    Before it is begun it is a preview of who would be asked when. `closes_at` is the end of its last month in the
    programme's time zone, or the moment at which it was ended early; what people nominate after it answers no drive.
    """

    name = models.CharField(_("name"), max_length=120)
    split = models.CharField(_("split by"), max_length=9, choices=DriveSplit.choices)
    first_month = models.DateField(_("first month"))
    months = models.PositiveSmallIntegerField(
        _("number of months"), validators=[MinValueValidator(1), MaxValueValidator(MOST_MONTHS)]
    )
    roles = models.JSONField(_("who is asked"), default=list)
    introduction = models.TextField(_("how the mail begins"))
    closes_at = models.DateTimeField()
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    begun_at = models.DateTimeField(null=True)
    begun_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    end_reason = models.CharField(_("reason"), max_length=500, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = DriveQuerySet.as_manager()

    class Meta:
        ordering = ["-first_month", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(months__gte=1, months__lte=MOST_MONTHS), name="drive_has_some_months"),
            models.CheckConstraint(condition=Q(split__in=DriveSplit.values), name="drive_split_known"),
            both_or_neither("begun_at", "begun_by", name="drive_begun_by_somebody"),
            both_or_neither("ended_at", "ended_by", name="drive_ended_by_somebody"),
        ]
        indexes = [models.Index(fields=["-first_month", "-id"], name="drive_by_month")]

    def __str__(self) -> str:
        return self.name

    def state(self, at: datetime) -> DriveState:
        if self.ended_at is not None:
            return DriveState.ENDED if self.begun_at else DriveState.CANCELLED
        if self.begun_at is None:
            return DriveState.PREPARED
        return DriveState.RUNNING if at < self.closes_at else DriveState.OVER

    @property
    def is_prepared(self) -> bool:
        """Whether it is still a preview."""
        return self.begun_at is None and self.ended_at is None


class Cohort(models.Model):
    """The people of one month of a drive; `label` says which letters, teams or regions they were split into."""

    drive = models.ForeignKey(Drive, on_delete=models.CASCADE, related_name="cohorts")
    month = models.DateField()
    label = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["month"]
        constraints = [models.UniqueConstraint(fields=["drive", "month"], name="one_cohort_per_month")]

    def __str__(self) -> str:
        return self.label or str(self.drive)


class CohortMemberQuerySet(models.QuerySet["CohortMember"]):
    def visible_to(self, user: User) -> "CohortMemberQuerySet":
        """Who oversees drives reads everybody's part in them, everybody else the own turns."""
        if user.has_perm("references.view_drives"):
            return self
        return self.turns_of(user)

    def turns_of(self, user: User) -> "CohortMemberQuerySet":
        """Those in which the person was asked."""
        return self.filter(person=user, asked_at__isnull=False) if user.is_active and user.roles else self.none()

    def waiting(self, at: datetime, *, month: date) -> "CohortMemberQuerySet":
        """Active people of open drives whose month has come, whom nobody has asked and no worker has in hand."""
        rows = self.unclaimed(at).filter(person__is_active=True, cohort__month__lte=month)
        return rows.filter(drive__begun_at__isnull=False, drive__closes_at__gt=at)

    def closing_by(self, moment: datetime) -> "CohortMemberQuerySet":
        """Those of drives that are over then."""
        return self.filter(drive__closes_at__lte=moment)

    def to_ask(self) -> "CohortMemberQuerySet":
        """Active people in a month who were not asked yet, whether or not the drive goes on."""
        return self.filter(cohort__isnull=False, asked_at__isnull=True, person__is_active=True)

    def unclaimed(self, at: datetime) -> "CohortMemberQuerySet":
        """Not asked and in nobody's hand; a claim is void after ten minutes. It speaks of its own row alone."""
        free = Q(claimed_at__isnull=True) | Q(claimed_at__lt=at - ABANDONED_AFTER)
        return self.filter(free, asked_at__isnull=True)

    def with_answers(self) -> "CohortMemberQuerySet":
        """Each with `nominated`: of how many customers the person got credit between being asked and the close.

        What was taken back by the close counts for nothing, later it changes nothing any more. Of two nominations of
        one customer that were joined the credit stands twice, and is counted once.
        """
        customer = Coalesce("nomination__customer_id", -F("nomination_id"))
        count = _answering().values("user").annotate(count=Count(customer, distinct=True)).values("count")
        return self.annotate(nominated=Coalesce(Subquery(count), 0))

    def with_answer_times(self) -> "CohortMemberQuerySet":
        """`with_answers`, and with `nominated_first`: when the person got the first of those credits."""
        first = _answering().order_by("nominated_at").values("nominated_at")[:1]
        return self.with_answers().annotate(nominated_first=Subquery(first))


def _answering() -> models.QuerySet[Nominator]:
    """The credits by which the person of the outer row has answered."""
    closes_at = OuterRef("drive__closes_at")
    theirs = Nominator.objects.filter(
        user=OuterRef("person"), nominated_at__gte=OuterRef("asked_at"), nominated_at__lt=closes_at
    )
    taken_back = Q(nomination__state=NominationState.WITHDRAWN, nomination__closed_at__lt=closes_at)
    return theirs.exclude(taken_back).order_by()


class CohortMember(models.Model):
    """One person in a drive. Without a cohort the person was left out, and is not taken for somebody new.

    `answered_at` is when the person said that there is nothing this time; whoever nominated has answered by that.
    """

    drive = models.ForeignKey(Drive, on_delete=models.CASCADE, related_name="members")
    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, null=True, related_name="members")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    claimed_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    note = models.CharField(_("note"), max_length=500, blank=True)

    objects = CohortMemberQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["drive", "person"], name="one_month_per_person"),
            models.CheckConstraint(
                condition=Q(asked_at__isnull=True) | Q(cohort__isnull=False), name="nobody_asked_who_was_left_out"
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True) | Q(asked_at__isnull=False), name="only_who_was_asked_answers"
            ),
        ]
        indexes = [models.Index(fields=["cohort"], condition=Q(asked_at__isnull=True), name="member_to_be_asked")]

    def __str__(self) -> str:
        return str(self.person)

    @property
    def answer(self) -> DriveAnswer:
        """What came of asking; of rows that were read `with_answers`."""
        if self.cohort_id is None:
            return DriveAnswer.LEFT_OUT
        if self.asked_at is None:
            return DriveAnswer.NOT_ASKED
        if getattr(self, "nominated", 0):
            return DriveAnswer.NOMINATED
        return DriveAnswer.NOTHING if self.answered_at else DriveAnswer.SILENT

    @property
    def told_at(self) -> datetime | None:
        """When the person answered, by a nomination or by saying that there is nothing; of rows `with_answer_times`."""
        first: datetime | None = getattr(self, "nominated_first", None)
        return first or self.answered_at

    @property
    def is_answered(self) -> bool:
        return self.answer in (DriveAnswer.NOMINATED, DriveAnswer.NOTHING)
