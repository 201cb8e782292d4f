"""The settings of the whole programme that a manager may change."""

from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.choices import OwnershipMode
from core.prepared import Question
from core.quarters import FiscalCalendar


def validate_time_zone(name: str) -> None:
    if name not in available_timezones():
        raise ValidationError(_("“%(name)s” is not a time zone; write it like Europe/Berlin."), params={"name": name})


class Programme(models.Model):
    """The one row of programme-wide settings; `current()` makes it with the defaults on first use.

    `history_sealed_until` is no setting: a closing moves it to the end of its quarter before it counts, and from then
    on the database refuses history that is said to have been recorded earlier.
    """

    company = models.CharField(_("company"), max_length=120, default="Our company")
    first_month = models.PositiveSmallIntegerField(
        _("first month of the fiscal year"), default=1, validators=[MinValueValidator(1), MaxValueValidator(12)]
    )
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC", validators=[validate_time_zone])
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    colleagues_may_edit = models.BooleanField(_("CSMs may edit the cells of their colleagues' customers"), default=True)
    ownership_mode = models.CharField(
        _("who leads follow-up business"),
        max_length=15,
        choices=OwnershipMode.choices,
        default=OwnershipMode.OPENER,
    )
    upload_limit_mb = models.PositiveIntegerField(_("largest upload, in MB"), default=25)
    second_factor_roles = models.JSONField(_("a second factor is required of"), default=list, blank=True)
    history_sealed_until = models.DateTimeField(null=True, editable=False)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_programme")]

    def __str__(self) -> str:
        return self.company

    @classmethod
    def current(cls) -> "Programme":
        return THE_ONE.first(1) or cls.objects.get_or_create(pk=1)[0]

    @classmethod
    def locked(cls) -> "Programme":
        """The programme, locked until the end of the transaction: two who enter at the same moment what may be there
        once would not see each other's row."""
        return cls.objects.select_for_update().get(pk=cls.current().pk)

    @property
    def calendar(self) -> FiscalCalendar:
        return FiscalCalendar(self.first_month, self.time_zone)


THE_ONE: Question[Programme] = Question(lambda pk: Programme.objects.filter(pk=pk))
