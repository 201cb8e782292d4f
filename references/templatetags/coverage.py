"""Links of the coverage pages, and the mail to the colleague who is to be asked."""

from urllib.parse import quote

from django import template
from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.models import Programme
from references.reports.coverage_gaps import Asked, Candidate, Gap
from references.reports.coverage_matrix import Axis, AxisValue
from references.rules.coverage import Place

register = template.Library()
# More would make an address that mail programs cut off.
MOST_NAMED, LONGEST_ADDRESS, LONGEST_REASON = 6, 2_000, 80


@register.simple_tag
def gap_url(rows_axis: Axis, columns_axis: Axis, place: Place) -> str:
    """The page of one place of the matrix."""
    asked = {"rows": rows_axis.key, "columns": columns_axis.key, "row": place.row, "column": place.column}
    return f"{reverse('references:coverage_gap')}?{urlencode(asked)}"


@register.simple_tag(takes_context=True)
def weight_refused(context: template.Context, axis: Axis, entry: AxisValue) -> str:
    """The weight that was chosen for this value and refused; empty for every other value."""
    is_here = context.get("refused_at") == (axis.key, entry.key)
    return str(context["refused_weight"]) if is_here and context["refused_weight"] in tuple("0123") else ""


@register.simple_tag
def nominate_url(gap: Gap, candidate: Candidate, dimension_key: str) -> str:
    """The form of a nomination with all that is known already: customer, contact, kind of reference, and why."""
    asked = {"customer": str(candidate.customer.pk), "dimension": dimension_key}
    asked |= {"contact": str(candidate.contact.pk)} if candidate.contact else {}
    return f"{reverse('references:nomination_create')}?{urlencode(asked)}&{gap.spot.query}"


@register.simple_tag(takes_context=True)
def ask_mail(context: template.Context, gap: Gap, asked: Asked) -> str:
    """A mail to the colleague that is ready to be sent: what is missing, which customers, and where to nominate."""
    subject = _("Who of your customers would speak for us? %(gap)s") % {"gap": gap.name}
    address = f"mailto:{quote(asked.colleague.email, safe='@+')}"
    head = f"{address}?subject={quote(subject)}&body="
    bodies = (quote(_body(gap, asked, context, most)) for most in range(MOST_NAMED, 1, -1))
    fitting = (head + body for body in bodies if len(head + body) <= LONGEST_ADDRESS)
    return next(fitting, head + quote(_body(gap, asked, context, 1)))


def _body(gap: Gap, asked: Asked, context: template.Context, most: int) -> str:
    place = gap.place
    have = ngettext(
        "we have %(number)d reference-able customer", "we have %(number)d reference-able customers", place.referenceable
    ) % {"number": place.referenceable}
    wanted = _(", and need %(target)d") % {"target": place.target} if place.target else ""
    lines = [_("Hello %(name)s,") % {"name": asked.colleague.get_short_name()}, ""]
    told = {"gap": gap.name, "have": have, "wanted": wanted}
    lines.append(_("for %(gap)s %(have)s%(wanted)s. You know these customers:") % told)
    for one in asked.candidates[:most]:
        lines.append(
            f"- {one.customer}{_said_no(one)}: {settings.SITE_URL}{nominate_url(gap, one, context['pay_trigger'].key)}"
        )
    lines += ["", _("Whom of them may we ask? Nominating one takes less than a minute.")]
    lines += ["", context["user"].get_full_name()]
    return "\r\n".join(lines)


def _said_no(candidate: Candidate) -> str:
    """When a nomination of the customer came to nothing the last time, and why."""
    last = candidate.said_no
    if last is None or last.closed_at is None:
        return ""
    told = {"state": last.get_state_display(), "day": date_format(Programme.current().calendar.day_of(last.closed_at))}
    reason = Truncator(" ".join(str(getattr(last, "reason", "") or "").split())).chars(LONGEST_REASON)
    return f" ({_('%(state)s on %(day)s') % told}{f': {reason}' if reason else ''})"
