"""GET/POST invoices/ and GET/PATCH invoices/{id}/: what customers owe."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.endpoints import Endpoint
from core.api.paging import PageQuery, paged
from core.api.parsing import Body, RowId, asked
from core.models import Programme
from customers.actions import invoices
from customers.forms import one_line
from customers.models import Customer, Invoice


class InvoiceSerializer(Body, serializers.ModelSerializer[Invoice]):
    """An invoice; a negative amount is a credit note, `paid_on` is null while it is unpaid."""

    fixed = ("customer",)

    customer = serializers.PrimaryKeyRelatedField(queryset=Customer.objects.unmerged())
    currency = serializers.RegexField(r"^[A-Z]{3}$", required=False, allow_blank=True)
    version = serializers.IntegerField(required=False, min_value=1)

    class Meta:
        model = Invoice
        fields = (
            "id", "customer", "number", "amount", "currency", "issued_on", "due_on", "paid_on", "is_disputed",
            "source", "updated_at", "version",
        )  # fmt: skip
        read_only_fields = ("id", "updated_at")
        validators: list[Any] = []

    def validate_number(self, number: str) -> str:
        return one_line(number)


class InvoicesSerializer(serializers.Serializer[Any]):
    results = InvoiceSerializer(many=True)
    next = serializers.CharField(allow_null=True)


class InvoiceQuery(serializers.Serializer[Any]):
    """`customer` is the id of the one whose invoices are answered."""

    customer = RowId(required=False)


FILTERS = [
    OpenApiParameter("q", str, description="Number or customer."),
    OpenApiParameter("unpaid", bool, description="Only unpaid ones."),
    OpenApiParameter("overdue", bool, description="Only unpaid ones whose day has passed."),
]


class InvoiceView(Endpoint):
    """What both addresses share."""

    def serialize_current(self, invoice: Invoice) -> Any:
        return InvoiceSerializer(invoice).data


class Invoices(InvoiceView):
    permissions = {"GET": "customers.view_invoices", "POST": "customers.edit_invoices"}
    query = [PageQuery, InvoiceQuery, *FILTERS]

    @extend_schema(operation_id="invoices_list", responses=InvoicesSerializer)
    def get(self, request: Request) -> Response:
        named, narrowed = request.query_params, asked(request, InvoiceQuery)
        rows = Invoice.objects.visible_to(self.person).search(named.get("q", ""))
        if "customer" in narrowed:
            rows = rows.filter(customer=narrowed["customer"])
        if named.get("unpaid") == "true":
            rows = rows.unpaid()
        if named.get("overdue") == "true":
            rows = rows.overdue(Programme.current().calendar.day_of(timezone.now()))
        return paged(request, rows, order=("pk",), serialize=_written)

    @extend_schema(operation_id="invoices_create", request=InvoiceSerializer, responses={201: InvoiceSerializer})
    def post(self, request: Request) -> Response:
        values = self.received(InvoiceSerializer)
        values.pop("version", None)
        invoice = invoices.record(values.pop("customer"), values=values, by=self.person, at=timezone.now())
        return Response(InvoiceSerializer(invoice).data, status=201)


class InvoiceDetail(InvoiceView):
    permissions = {"GET": "customers.view_invoices", "PATCH": "customers.edit_invoices"}

    def invoice(self, invoice_id: int) -> Invoice:
        return get_object_or_404(Invoice.objects.visible_to(self.person), pk=invoice_id)

    @extend_schema(operation_id="invoices_retrieve", responses=InvoiceSerializer)
    def get(self, request: Request, invoice_id: int) -> Response:
        return Response(InvoiceSerializer(self.invoice(invoice_id)).data)

    @extend_schema(operation_id="invoices_update", request=InvoiceSerializer(partial=True), responses=InvoiceSerializer)
    def patch(self, request: Request, invoice_id: int) -> Response:
        invoice = self.invoice(invoice_id)
        values = self.received(InvoiceSerializer, instance=invoice, partial=True)
        values.pop("customer", None)
        seen = values.pop("version", invoice.version)
        invoice = invoices.edit(invoice, changes=values, seen_version=seen, by=self.person, at=timezone.now())
        return Response(InvoiceSerializer(invoice).data)


def _written(rows: list[Invoice]) -> list[Any]:
    return list(InvoiceSerializer(rows, many=True).data)
