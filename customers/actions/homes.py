"""Whose a row of a file is: the customer that a contact, a case or an invoice belongs to."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from customers.actions.known_customers import CustomerRow, candidates_of, customer_rows, survivors
from customers.models import Customer, ExternalId
from customers.rules.import_outcomes import Complaint
from customers.rules.matching import Wanted, match

# What a row calls its customer by.
COMPANY = ("customer_name", "customer_external_id", "customer_domain")


@dataclass
class Homes:
    """What the database holds about the customers that the rows of a chunk may belong to."""

    by_id: dict[str, CustomerRow]
    by_name: dict[str, list[CustomerRow]]
    by_domain: dict[str, list[CustomerRow]]
    survivors: dict[int, CustomerRow]
    external_ids: dict[int, tuple[str, ...]]

    @classmethod
    def known(cls, wanted: Iterable[Wanted], *, source: str, locked: bool) -> "Homes":
        """Three statements for a chunk, however many rows and customers; `locked` ones are kept until the end."""
        asked = list(wanted)
        ids = {one.external_id for one in asked} - {""}
        keys, domains = {one.name_key for one in asked} - {""}, {one.domain for one in asked} - {""}
        owned = dict(ExternalId.objects.filter(source=source, value__in=ids).values_list("value", "customer_id"))
        rows = Customer.objects.order_by("pk")
        rows = rows.select_for_update() if locked else rows
        found = customer_rows(rows.filter(Q(pk__in=set(owned.values())) | Q(name_key__in=keys) | Q(domain__in=domains)))
        homes = cls({}, {}, {}, survivors(found, locked=locked), {})
        for pk, value in ExternalId.objects.filter(source=source, customer__in=homes.ids).values_list(
            "customer_id", "value"
        ):
            homes.external_ids[pk] = (*homes.external_ids.get(pk, ()), value)
        homes.by_id = {value: homes.survivors[pk] for value, pk in owned.items()}
        for row in found:
            homes.by_name.setdefault(row.name_key, []).append(row)
            homes.by_domain.setdefault(row.domain, []).append(row)
        return homes

    @property
    def ids(self) -> set[int]:
        """Those of all customers that may be meant."""
        return {row.pk for row in self.survivors.values()}

    def of(self, wanted: Wanted, *, named: str, complaint: str, own_domain: str | None = None) -> CustomerRow | str:
        """The customer that is meant, or why that cannot be told; `complaint` where the row says nothing about it.

        `own_domain` is the one that the row itself names, where `wanted` has it from an e-mail address; `named` is the
        customer as the file writes it.
        """
        if wanted.external_id in self.by_id:
            return self.by_id[wanted.external_id]
        rows = self.by_name.get(wanted.name_key, []) if wanted.name_key else []
        if not wanted.name_key and not wanted.external_id and wanted.domain:
            rows = self.by_domain.get(wanted.domain, [])
        domain = wanted.domain if own_domain is None else own_domain
        found = match(
            Wanted(wanted.external_id, wanted.name_key, domain),
            by_external_id=None,
            candidates=candidates_of(rows, self.survivors, self.external_ids),
        )
        if found.pk is not None:
            return next(end for row in rows if (end := self.survivors[row.pk]).pk == found.pk)
        if not (wanted.name_key or wanted.external_id):
            return str(found.problem or complaint)
        if found.problem:
            return str(found.problem)
        words = _("The customer “%s” is not here yet; import customers first.") % named[:80]
        return Complaint.of(words, kind=_("The customer is not here yet; import customers first."))
