"""Parts of pages that are written once: for everybody who would read the same, and for nobody else."""

import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.urls import reverse
from django.utils import translation

from core.templatetags import kept
from references.models import Dimension
from tests.factories import customer


def rendered(text: str):
    """A template that stays, as pages do, and is shown with other values each time."""
    template = Template("{% load kept %}" + text)
    return lambda **values: template.render(Context(values))


def test_a_part_follows_what_it_names_and_sees_nothing_else():
    shown = rendered("{% kept name=name %}{{ name }}{{ email }}{% csrf_token %}{% endkept %}")
    assert shown(name="Maria", email="maria@acme.example", csrf_token="k3" * 32) == "Maria"
    assert shown(name="Priya") == "Priya"
    assert shown(name="Maria <b>") == "Maria &lt;b&gt;"


def test_a_part_is_written_once_for_the_same_values():
    looked = []
    shown = rendered("{% kept name=name %}{{ name.upper }}{% endkept %}")

    class Name(str):
        def upper(self):
            looked.append(self)
            return "MARIA"

    assert [shown(name=Name("maria")), shown(name=Name("maria"))] == ["MARIA", "MARIA"]
    assert len(looked) == 1


def test_values_that_are_equal_and_read_otherwise_are_told_apart():
    shown = rendered("{% kept value=value %}{{ value }}{% endkept %}")
    assert [shown(value=one) for one in (1, True, "1", [1], [True])] == ["1", "True", "1", "[1]", "[True]"]


def test_each_language_reads_its_own():
    shown = rendered("{% kept number=number %}{{ number }}{% endkept %}")
    assert shown(number=1.5) == "1.5"
    with translation.override("en-de"):
        assert shown(number=1.5) == "1,5"


def test_a_row_is_refused_because_its_id_does_not_say_what_it_shows(maria):
    with pytest.raises(TypeError, match="name what of it is shown"):
        rendered("{% kept user=user %}{{ user }}{% endkept %}")(user=maria)
    with pytest.raises(TemplateSyntaxError):
        rendered("{% kept user %}{% endkept %}")


def test_no_part_grows_without_end(monkeypatch):
    monkeypatch.setattr(kept, "MOST", 50)
    template = Template("{% load kept %}{% kept text=text %}{{ text }}{% endkept %}")
    node = template.nodelist[-1]
    for number in range(100):
        assert template.render(Context({"text": f"{number:010}"})) == f"{number:010}"
        assert sum(map(len, node.parts.values())) <= 50


def test_what_is_renamed_is_renamed_on_the_next_page(client, maria):
    logo = Dimension.objects.get(key="logo")
    customer("Acme", csm=maria)
    client.force_login(maria)
    assert "Maria Chen" in client.get(reverse("references:grid")).content.decode()
    maria.name, logo.name, logo.definition = "Maria Weber", "Name on our wall", "Their logo hangs on our wall."
    maria.save()
    logo.save()
    page = client.get(reverse("references:grid")).content.decode()
    assert "Menu of Maria Weber" in page
    assert "Maria Chen" not in page
    assert all(text in page for text in (logo.name, logo.definition))
