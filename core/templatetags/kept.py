"""Parts of pages that are written once per process for everybody who would read the same."""

from collections.abc import Hashable, Mapping
from typing import Any, Final

from django import template
from django.db.models import Model
from django.template.base import FilterExpression, NodeList, Parser, Token, token_kwargs
from django.template.context import Context
from django.template.exceptions import TemplateSyntaxError
from django.utils.functional import LazyObject, Promise
from django.utils.translation import get_language

register = template.Library()

# Characters, of each part.
MOST: Final = 500_000


@register.tag
def kept(parser: Parser, token: Token) -> "Kept":
    """`{% kept name=user.name may_edit=may_edit %}…{% endkept %}`: written once per language and set of values.

    What stands inside sees these values and nothing else, neither the request nor its token against forgery. So what
    is kept depends on nothing that is not looked at every time, and nobody can be shown what was made for another.
    """
    words = token.split_contents()[1:]
    values = token_kwargs(words, parser)
    if words:
        raise TemplateSyntaxError(f"kept takes values by name, not {' '.join(words)}")
    inside = parser.parse(("endkept",))
    parser.delete_first_token()
    return Kept(inside, values)


class Kept(template.Node):
    """Beyond MOST all is forgotten: to find what is needed least would cost more than it is worth."""

    def __init__(self, nodelist: NodeList, values: Mapping[str, FilterExpression]) -> None:
        self.nodelist, self.values = nodelist, values
        self.parts: dict[Hashable, str] = {}
        self.size = 0

    def render(self, context: Context) -> str:
        values = {name: one.resolve(context) for name, one in self.values.items()}
        key = (get_language(), *map(_as_key, values.values()))
        found = self.parts.get(key)
        if found is None:
            found = self.nodelist.render(context.new(values))
            self.size += len(found)
            if self.size > MOST:
                self.parts, self.size = {}, len(found)
            self.parts[key] = found
        return found


def _as_key(value: Any) -> Hashable:
    """Rows are refused: two are equal when their ids are, whatever they say. True and 1 are not the same words."""
    if isinstance(value, Model | LazyObject):
        raise TypeError(f"{value!r} may say something else tomorrow; name what of it is shown")
    if isinstance(value, list | tuple):
        return tuple(map(_as_key, value))
    return str(value) if isinstance(value, Promise) else (type(value), value)
