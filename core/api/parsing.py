"""What a caller sends: JSON in which every field is known and every word can be kept, and the query string."""

import codecs
import json
import re
from collections import Counter
from collections.abc import Mapping
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ParseError, ValidationError
from rest_framework.parsers import JSONParser, get_encoding  # type: ignore[attr-defined]  # not in the stubs
from rest_framework.request import Request
from rest_framework.utils.encoders import JSONEncoder
from rest_framework.utils.json import strict_constant

from core.api.fields import Amount, Day, Moment
from core.texts import CONTROL, plain

# What the databases number their rows with.
LARGEST_ID = 2**63 - 1
# As a program writes a whole number. `int` also reads 1_0 as ten, digits of other scripts, and 1.5 as one.
WHOLE = re.compile(r"-?[0-9]+", re.ASCII)
COUNTED = (serializers.IntegerField, serializers.PrimaryKeyRelatedField)
TEXTS = (serializers.CharField, serializers.SlugRelatedField)


class BodyParser(JSONParser):
    """JSON. What is nested too deeply to be read, or holds half a character, is refused as not well-formed; so is an
    object that says a name twice, of which all but the last would be dropped without a word."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        try:
            text = codecs.getreader(get_encoding(parser_context or {}))(stream)
            parsed = json.load(text, parse_constant=strict_constant, object_pairs_hook=_each_once)
            # An escape may stand for half of a pair, which can neither be stored nor told in an answer.
            json.dumps(parsed, ensure_ascii=False).encode()
        except RecursionError as depth:
            raise ParseError(_("The JSON is nested too deeply.")) from depth
        except UnicodeDecodeError as unread:
            raise ParseError(_("The body is not UTF-8 text.")) from unread
        except UnicodeEncodeError as half:
            raise ParseError(_("The JSON contains half of a surrogate pair, which is no character.")) from half
        except ValueError as unread:
            raise ParseError(_("JSON parse error - %s") % unread) from unread
        return parsed


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The object that these names and values make."""
    made = dict(pairs)
    if len(made) < len(pairs):
        counted = Counter(name for name, _value in pairs)
        twice = next(name for name in counted if counted[name] > 1)
        # Half a character cannot be told in an answer; it is refused as that.
        twice.encode()
        raise ParseError(_("“%s” stands twice.") % twice)
    return made


class Body(serializers.Serializer[Any]):
    """What a caller sends. A field that nobody knows is refused: `statuss` would be dropped without a word.

    So is one that is only answered, unless it says what stands in the row (`instance`): a row can be sent back as it
    was read. Fields that are `fixed` are written with a new row and only answered from then on.
    """

    # The fields that a model's columns become, in bodies that are written after a model.
    serializer_field_mapping: ClassVar[dict[Any, Any]] = serializers.ModelSerializer.serializer_field_mapping | {
        models.DecimalField: Amount,
        models.DateField: Day,
        models.DateTimeField: Moment,
    }
    fixed: ClassVar[tuple[str, ...]] = ()
    default_error_messages: ClassVar[dict[str, Any]] = {
        "invalid": gettext_lazy("Send the names of fields with their values, as an object in JSON."),
    }

    def get_fields(self) -> dict[str, Any]:
        """The fields; one that names a row says in words that there is none."""
        fields = super().get_fields()
        for field in fields.values():
            relation = getattr(field, "child_relation", field)
            rows: Any = getattr(relation, "queryset", None)
            if rows is not None:
                relation.error_messages["does_not_exist"] = _none_such(relation, rows.model._meta.verbose_name)
            if isinstance(field, serializers.DictField):
                field.error_messages |= {
                    "not_a_dict": _("Send names with their values, as an object in JSON."),
                    "empty": _("Say at least one, with its value."),
                }
        return fields

    def to_internal_value(self, data: Any) -> Any:
        wrong = self._wrong(data) if isinstance(data, Mapping) else {}
        try:
            values = super().to_internal_value(
                {name: value for name, value in data.items() if name not in wrong} if wrong else data
            )
        except ValidationError as more:
            raise ValidationError({**more.detail, **wrong}) from more  # type: ignore[dict-item]
        if wrong:
            raise ValidationError(wrong)
        return values

    def _wrong(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """What the framework would drop, or read as something else, without a word."""
        wrong = {name: _("There is no such field.") for name in data if name not in self.fields}
        garbled = [name for name, value in data.items() if isinstance(value, str) and CONTROL.search(value)]
        known = {name: value for name, value in data.items() if name not in wrong}
        wrong |= {name: words for name, value in known.items() if (words := _coerced(self.fields[name], value))}
        wrong |= {name: _("This text contains control characters.") for name in garbled if name not in wrong}
        unseen = [name for name, value in data.items() if isinstance(value, str) and value.strip() and not plain(value)]
        wrong |= {name: _("Nothing of this text can be seen.") for name in unseen if name not in wrong}
        wrong |= {name: _("This field is only answered; it cannot be changed here.") for name in self._vain(data)}
        return wrong | self._left_out(data)

    def _left_out(self, data: Mapping[str, Any]) -> dict[str, str]:
        """What a part of a change lacks. A change may leave out what stays in the row, and the framework takes that for
        its parts too; but of an id or of evidence nothing stands that could stay."""
        if self.parent is None or not getattr(self.root, "partial", False):
            return {}
        fields = {name: field for name, field in self.fields.items() if field.required and name not in data}
        return {name: ErrorDetail(str(field.error_messages["required"]), "required") for name, field in fields.items()}

    def _vain(self, data: Mapping[str, Any]) -> list[str]:
        """Fields that are sent, cannot be written, and say something else than the row does."""
        held = self.fixed if self.instance is not None else ()
        sent = [name for name in data if name in self.fields and (self.fields[name].read_only or name in held)]
        is_late = self.instance is not None and data.get("version") not in (
            None,
            getattr(self.instance, "version", None),
        )
        # Who saw another version is told so by the action, with the row as it is now.
        if not sent or is_late:
            return []
        present = (
            {}
            if self.instance is None
            else json.loads(json.dumps(self.to_representation(self.instance), cls=JSONEncoder))
        )
        return [name for name in sent if name not in present or present[name] != data[name]]


def _coerced(field: Any, value: Any) -> Any:
    """In words, that the framework would read a value as something else without a word; of a list or a mapping the
    same by the place in it. Nothing where it would not, or where the value is only answered."""
    if field.read_only:
        return None
    if isinstance(field, (*TEXTS, serializers.ChoiceField)) and isinstance(value, Mapping | list):
        return _("This is a text.")
    if isinstance(field, TEXTS) and type(value) in (int, float):
        return _("This is a text, not a number.")
    if isinstance(field, serializers.SlugRelatedField) and isinstance(value, bool):
        return _("This is not a text.")
    if isinstance(field, COUNTED):
        return None if _is_whole(value) else _not_whole(field)
    if isinstance(field, serializers.ManyRelatedField) and isinstance(value, Mapping):
        return _("Send a list.")
    child = getattr(field, "child", None) or getattr(field, "child_relation", None)
    if child is None or not isinstance(value, Mapping | list):
        return None
    places = value.items() if isinstance(value, Mapping) else enumerate(value)
    return {place: words for place, one in places if (words := _coerced(child, one))}


def _none_such(relation: Any, what: str) -> str:
    """What is said of a row that is not there, by what it is looked for with."""
    if isinstance(relation, serializers.PrimaryKeyRelatedField):
        return _("There is no %s with the id {pk_value}.") % what
    if getattr(relation, "slug_field", "") == "email":
        return _("No colleague who can log in has the e-mail address {value}.")
    return _("There is no %s called {value}.") % what


def _is_whole(value: Any) -> bool:
    """Whether this is nothing or a whole number. Nothing is left to the field, which knows whether it may be."""
    if isinstance(value, str):
        return not value or WHOLE.fullmatch(value) is not None
    return value is None or type(value) is int


def _not_whole(field: Any) -> str:
    if isinstance(field, serializers.IntegerField):
        return _("This is not a whole number.")
    return _("Send the id as a whole number.")


class RowId(serializers.IntegerField):
    """The id of a row, as the query string names it: a number that the database can hold."""

    def __init__(self, **options: Any) -> None:
        super().__init__(min_value=1, max_value=LARGEST_ID, **options)


def asked(request: Request, query: type[serializers.Serializer[Any]]) -> dict[str, Any]:
    """What the query string asks with. As a plain dictionary, since of a form's fields the empty ones count as left
    out, and `since=` would be answered from the beginning."""
    data = query(data=request.query_params.dict())
    counted = [name for name, field in data.fields.items() if isinstance(field, COUNTED)]
    if odd := [name for name in counted if not _is_whole(request.query_params.get(name))]:
        raise ValidationError({name: _not_whole(data.fields[name]) for name in odd})
    data.is_valid(raise_exception=True)
    return dict(data.validated_data)
