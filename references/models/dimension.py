"""The ways of being a reference: the columns of the grid."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.prepared import Question
from references.choices import DimensionGroup


class DimensionQuerySet(models.QuerySet["Dimension"]):
    def shown(self) -> "DimensionQuerySet":
        """Dimensions in use, in the order of the grid: public first, then private."""
        return self.filter(is_active=True).order_by("-group", "position", "pk")


class Dimension(models.Model):
    """One way of being a reference, with the written definition people score against.

    `key` is the name in the API and in files and never changes. Evidence given for a Green is valid for
    `evidence_days` days unless another day is entered; None means without end.
    """

    key = models.SlugField(max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=60)
    group = models.CharField(_("group"), max_length=7, choices=DimensionGroup.choices)
    definition = models.TextField(_("definition"))
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    needs_evidence = models.BooleanField(_("Green needs evidence"), default=False)
    evidence_days = models.PositiveIntegerField(_("evidence is valid for (days)"), null=True, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)

    objects = DimensionQuerySet.as_manager()

    class Meta:
        ordering = ["-group", "position", "pk"]
        constraints = [models.CheckConstraint(condition=~Q(name=""), name="dimension_has_a_name")]

    def __str__(self) -> str:
        return self.name


# What every page of the grid asks first.
SHOWN = Question(lambda: Dimension.objects.shown())
