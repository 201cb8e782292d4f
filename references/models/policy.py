"""The numbers of the evidence rules that a company may change."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from references.rules.evidence import EvidencePolicy


class EvidenceSettings(models.Model):
    """The one row that overrides the defaults of `rules.evidence.EvidencePolicy`."""

    warn_days = models.PositiveSmallIntegerField(_("warn so many days before evidence expires"), default=30)
    default_days = models.PositiveSmallIntegerField(_("evidence of the pay trigger is valid for (days)"), default=365)
    import_until_quarter_end = models.BooleanField(
        _("Greens of an imported sheet are valid to the end of the running quarter"), default=True
    )

    class Meta:
        verbose_name_plural = "evidence settings"
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_row_of_evidence_settings")]

    def __str__(self) -> str:
        return "Evidence settings"

    @classmethod
    def current(cls) -> "EvidenceSettings":
        return cls.objects.get_or_create(pk=1)[0]

    def as_policy(self) -> EvidencePolicy:
        return EvidencePolicy(
            warn_days=self.warn_days,
            default_days=self.default_days,
            import_until_quarter_end=self.import_until_quarter_end,
        )
