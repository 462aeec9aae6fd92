"""Resources and lines as people name them."""

from __future__ import annotations

import pytest

from lockgate.report import place


@pytest.mark.parametrize(
    ("token", "written"),
    [
        ("gcp:billing/budget:Budget", "gcp.billing.Budget"),
        ("gcp:projects/iAMMember:IAMMember", "gcp.projects.IAMMember"),
        ("lockgate:components:Budget", "lockgate.components.Budget"),
        ("random:index/randomId:RandomId", "random.RandomId"),
        ("pulumi:providers:gcp", "pulumi.providers.gcp"),
        ("weird", "weird"),
    ],
)
def test_a_type_is_written_as_in_python(token: str, written: str) -> None:
    assert place.python_type(token) == written


def test_the_parents_are_left_out_and_the_name_kept_whole() -> None:
    urn = "urn:pulumi:s::p::a:b:C$gcp:kms/keyRing:KeyRing::ring::one"
    assert place.resource(urn) == ("ring::one", "gcp.kms.KeyRing")


def test_two_resources_of_one_name_and_type_are_told_apart_by_their_urns() -> None:
    one, other = "urn:pulumi:s::p::a:b:C$x:y:Z::n", "urn:pulumi:s::p::a:b:D$x:y:Z::n"
    third = "urn:pulumi:s::p::x:y:Z::m"
    assert place.labels([one, other, third, one]) == {one: one, other: other, third: "m (x.y.Z)"}


@pytest.mark.parametrize(
    ("source", "file", "number"),
    [
        ("infra/__main__.py:12", "infra/__main__.py", 12),
        ("C:/x.py", "C:/x.py", None),
        ("infra/a.py", "infra/a.py", None),
        (":7", ":7", None),
        ("a.py:²", "a.py:²", None),
    ],
)
def test_a_source_is_a_file_and_a_line(source: str, file: str, number: int | None) -> None:
    assert place.source_line(source) == (file, number)
