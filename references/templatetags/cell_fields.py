"""Fields of the panel in the look of the program."""

from django import forms, template
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def styled(field: forms.BoundField) -> SafeString:
    """The field's input with the program's class and, if it is wrong, the link to its error."""
    is_list = isinstance(field.field.widget, forms.Select)
    attrs: dict[str, str | bool] = {"class": "form-select" if is_list else "form-control"}
    if field.errors:
        attrs |= {"aria-invalid": "true", "aria-describedby": f"{field.id_for_label}-error"}
        attrs["class"] = f"{attrs['class']} is-invalid"
    return field.as_widget(attrs=attrs)
