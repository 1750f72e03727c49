"""Texts with variables: shown, refused with what is wrong, and nothing executed."""

from __future__ import annotations

from pathlib import Path

import pytest

from adamline.errors import AdamlineError
from adamline.io.yaml_text import read_yaml
from adamline.spec.text_environment import ENVIRONMENT
from adamline.spec.text_template import filled_in, with_variables

KNOWN = {"drug": "Xanomeline", "dose": "54 mg", "nasty": "{{ drug }} {% x %} <b> & \\"}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Change from Baseline", "Change from Baseline"),
        ("{{ drug }} {{dose}}", "Xanomeline 54 mg"),
        ("{{ drug | upper }}", "XANOMELINE"),
        ("{{ drug ~ '!' }}", "Xanomeline!"),
        ("{% if dose == '54 mg' %}low{% else %}high{% endif %}", "low"),
        ("line\nfeed {{ drug }}\n", "line\nfeed Xanomeline\n"),
        # A value is text: nothing in it is filled in, or escaped.
        ("{{ nasty }}", KNOWN["nasty"]),
        # Braces that are to be shown.
        ("median {median} }} }", "median {median} }} }"),
        ("{{ '{{' }} drug {{ '}}' }}", "{{ drug }}"),
        ("{% raw %}{{ drug }}{% endraw %}", "{{ drug }}"),
    ],
)
def test_what_a_text_shows(text: str, shown: str) -> None:
    assert filled_in(text, KNOWN) == shown


@pytest.mark.parametrize(
    "text",
    [
        "{{ drug }}{{dose}} }} {{  nasty  }}\n",
        "{{ drug }}\r\n{{ dose }}",
        "{{- drug -}} x",
        "{{ true }} {{ None }} {{ self }}",
        "{{ drug }} {# not said #}",
        "{{\ndrug\n}}",
    ],
)
def test_a_text_without_jinja_is_that_of_jinja(text: str) -> None:
    known = {**KNOWN, "true": "yes", "None": "no", "self": "own"}
    assert filled_in(text, known) == ENVIRONMENT.from_string(text).render(known)


@pytest.mark.parametrize(
    ("text", "what", "said"),
    [
        ("Effect of {{ drgu }}", "a variable that there is not: drgu", "did you mean drug?"),
        ("Effect of {{ drug", "cannot be filled in", "{{ '{{' }}"),
        ("{{ drug }", "cannot be filled in", "{{ '{{' }}"),
        ("{{ }}", "cannot be filled in", "expression"),
        ("{% if drug %}", "cannot be filled in", "endif"),
        ("{# of", "cannot be filled in", "comment"),
    ],
)
def test_what_is_wrong_is_said(text: str, what: str, said: str) -> None:
    with pytest.raises(AdamlineError) as caught:
        filled_in(text, KNOWN)
    assert what in caught.value.what
    assert said in f"{caught.value.found} {caught.value.hint}"
    assert text in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ drug.__init__.__globals__ }}",
        "{{ cycler.__init__.__globals__.os.popen('touch x') }}",
        "{{ lipsum() }}",
        "{{ drug.ljust(10000000000) }}",
        "{{ drug * 10000000000 }}",
        "{{ '%9999999999d' % 1 }}",
        "{{ 10 ** 10 ** 10 }}",
        "{{ drug | center(10000000000) }}",
        "{{ drug | attr('__class__') }}",
        "{% for i in range(10000000000) %}{% endfor %}",
        "{% include 'x' %}",
        "{% import 'os' as x %}",
    ],
)
def test_nothing_is_executed(text: str) -> None:
    with pytest.raises(AdamlineError):
        filled_in(text, KNOWN)


def test_each_fault_of_a_file_has_its_line(tmp_path: Path) -> None:
    file = tmp_path / "t-1.yaml"
    file.write_text("title:\n  - Table of {{ drug }}\n  - Of {{ x }}\nrows:\n  - {by: A, label: '{{ drug'}\nempty:\n")
    filled, faults = with_variables(read_yaml(file), KNOWN)
    assert [(fault.place.file, fault.place.line) for fault in faults] == [("t-1.yaml", 3), ("t-1.yaml", 5)]
    assert filled.content["title"][0] == "Table of Xanomeline"
    assert filled.content["empty"] is None
