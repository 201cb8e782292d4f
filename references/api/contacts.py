"""GET/POST customers/{id}/contacts/."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.endpoints import Endpoint
from core.api.paging import PageQuery, paged
from core.api.parsing import Body
from customers.actions import contacts
from customers.choices import ContactRole
from customers.models import Contact, Customer


class ContactSerializer(Body, serializers.ModelSerializer[Contact]):
    """A person at the customer; `left_on` is written when somebody says that the contact left."""

    roles = serializers.ListField(child=serializers.ChoiceField(choices=ContactRole.choices), required=False)

    class Meta:
        model = Contact
        fields = (
            "id", "customer", "name", "title", "email", "phone", "roles", "evangelist_level", "evangelist_scope",
            "adoption", "refusal_reason", "asked_on", "left_on", "source", "source_id", "created_at",
        )  # fmt: skip
        read_only_fields = ("id", "customer", "left_on", "created_at")
        validators: list[Any] = []


class ContactsSerializer(serializers.Serializer[Any]):
    results = ContactSerializer(many=True)
    next = serializers.CharField(allow_null=True)


class Contacts(Endpoint):
    permissions = {"GET": "customers.view_customers", "POST": "customers.edit_contacts"}
    query = [PageQuery]

    def customer(self, customer_id: int) -> Customer:
        return get_object_or_404(Customer.objects.visible_to(self.person).unmerged(), pk=customer_id)

    @extend_schema(operation_id="contacts_list", responses=ContactsSerializer)
    def get(self, request: Request, customer_id: int) -> Response:
        rows = Contact.objects.visible_to(self.person).filter(customer=self.customer(customer_id))
        return paged(request, rows, order=("name", "pk"), serialize=_written)

    @extend_schema(operation_id="contacts_create", request=ContactSerializer, responses={201: ContactSerializer})
    def post(self, request: Request, customer_id: int) -> Response:
        customer = self.customer(customer_id)
        values = self.received(ContactSerializer)
        contact = contacts.create(customer, name=values.pop("name"), values=values, by=self.person, at=timezone.now())
        return Response(ContactSerializer(contact).data, status=201)


def _written(rows: list[Contact]) -> list[Any]:
    return list(ContactSerializer(rows, many=True).data)
