"""From a verb and a path to a method: for every method of every service."""

from __future__ import annotations

import re

import pytest

from emulator import address
from emulator.discovery.document import LABELS, api, versions
from emulator.discovery.model import Api, Method, traits_of

_HEAVY = {"compute": ("v1",), "aiplatform": ("v1",)}


def example(found: Api, method: Method) -> str:
    """A path of that method, made from its template and its patterns."""

    def fill(match: re.Match[str]) -> str:
        pattern = method.parameters[match[2]].field.pattern
        if match[1] and pattern:
            if "|" in pattern:  # compute's patterns spell out what a name is made of; none has a slash within a group
                return "/".join("some-id" if "(" in part else part for part in pattern.split("/"))
            if re.search(r"\[[^^]", pattern):  # a class of characters, slashes among them
                return "some/longer/id"
            flat = (
                pattern.strip("^$")
                .replace("[^/]+", "some-id")
                .replace(".*", "some-id")
                .replace("(/some-id)", "/some-id")
            )
            return re.sub(r"[()?]", "", flat)
        return "some-id"

    return found.service_path.lstrip("/") + re.sub(r"\{(\+?)([A-Za-z0-9_.]+)\}", fill, method.path)


@pytest.mark.parametrize("label", LABELS)
def test_every_method_is_found_by_its_own_path(label: str) -> None:
    for version in _HEAVY.get(label, versions(label)):
        found, routes = api(label, version)
        assert found.methods
        for method in found.methods.values():
            match = routes.match(method.http, example(found, method))
            assert match is not None, method.id
            # several collections may share a template; the one found has the same verb on the wire
            assert match.method.http == method.http
            assert match.method.verb == method.verb or match.method.path.count("{") == method.path.count("{"), (
                method.id,
                match.method.id,
            )


@pytest.mark.parametrize(
    ("http", "path", "host", "method", "target"),
    [
        (
            "GET",
            "/secretmanager/v1/projects/p/secrets/s",
            "",
            "secretmanager.projects.secrets.get",
            "projects/p/secrets/s",
        ),
        (
            "POST",
            "/secretmanager/v1/projects/p/secrets/s:addVersion",
            "",
            "secretmanager.projects.secrets.addVersion",
            "projects/p/secrets/s",
        ),
        (
            "GET",
            "/v1/projects/p/secrets/s",
            "secretmanager.googleapis.com",
            "secretmanager.projects.secrets.get",
            "projects/p/secrets/s",
        ),
        (
            "GET",
            "/v1/projects/p/locations/europe-west4/endpoints",
            "europe-west4-aiplatform.googleapis.com",
            "aiplatform.projects.locations.endpoints.list",
            "projects/p/locations/europe-west4/endpoints",
        ),
        (
            "GET",
            "/v1/projects/p/locations/eu/templates",
            "modelarmor.eu.rep.googleapis.com",
            "modelarmor.projects.locations.templates.list",
            "projects/p/locations/eu/templates",
        ),
        (
            "GET",
            "/pubsub/v1/projects/p/topics",
            "secretmanager.googleapis.com",
            "pubsub.projects.topics.list",
            "projects/p/topics",
        ),
        ("GET", "/v1/projects/p", "", "cloudresourcemanager.projects.get", "projects/p"),
        ("POST", "/v1/projects/p:getIamPolicy", "", "cloudresourcemanager.projects.getIamPolicy", "projects/p"),
        ("GET", "/v1/projects/p/roles", "", "iam.projects.roles.list", "projects/p/roles"),
        (
            "GET",
            "/v1/projects/p/serviceAccounts",
            "",
            "iam.projects.serviceAccounts.list",
            "projects/p/serviceAccounts",
        ),
        ("GET", "/v1/projects/p/services", "", "serviceusage.services.list", "projects/p/services"),
        ("POST", "/v2/projects/p/sinks", "", "logging.projects.sinks.create", "projects/p/sinks"),
        ("GET", "/logging/v2/folders/1/sinks/s", "", "logging.folders.sinks.get", "folders/1/sinks/s"),
        ("GET", "/storage/v1/b/bkt/o/a%2Fb", "", "storage.objects.get", "b/bkt/o/a%2Fb"),
        ("GET", "/storage/storage/v1/b/bkt", "", "storage.buckets.get", "b/bkt"),
        ("POST", "/upload/storage/v1/b/bkt/o", "", "storage.objects.insert", "b/bkt/o"),
        ("POST", "/storage/upload/storage/v1/b/bkt/o", "", "storage.objects.insert", "b/bkt/o"),
        (
            "POST",
            "/compute/compute/v1/projects/p/global/networks",
            "",
            "compute.networks.insert",
            "projects/p/global/networks",
        ),
        ("POST", "/bigquery/v2/projects/p/datasets", "", "bigquery.datasets.insert", "projects/p/datasets"),
        ("GET", "/sql/sql/v1beta4/projects/p/instances", "", "sql.instances.list", "projects/p/instances"),
        (
            "PATCH",
            "/cloudquotas/v1/projects/p/locations/global/quotaPreferences/q",
            "",
            "cloudquotas.projects.locations.quotaPreferences.patch",
            "projects/p/locations/global/quotaPreferences/q",
        ),
        (
            "DELETE",
            "/cloudresourcemanager/v3/tagBindings/%2F%2Frun%2Fx/tagValues/1",
            "",
            "cloudresourcemanager.tagBindings.delete",
            "tagBindings/%2F%2Frun%2Fx/tagValues/1",
        ),
    ],
)
def test_addresses(http: str, path: str, host: str, method: str, target: str) -> None:
    found = address.find(http, path, host)
    assert found is not None
    assert found.match.method.id.split(".")[1:] == method.split(".")[1:]
    assert found.label == {"sql": "sqladmin"}.get(method.split(".", maxsplit=1)[0], method.split(".", maxsplit=1)[0])
    assert found.match.target == target


@pytest.mark.parametrize(
    "path", ["/", "/nothing", "/v1/", "/secretmanager", "/secretmanager/v9/projects/p/secrets", "/v1/a/b/c/d/e/f:g"]
)
def test_what_nobody_has_is_none(path: str) -> None:
    assert address.find("GET", path, "") is None


@pytest.mark.parametrize(
    ("text", "traits"),
    [
        ("Output only. The name.", {"output only"}),
        ("[Output Only] The id.", {"output only"}),
        ("Optional. Immutable. The key.", {"optional", "immutable"}),
        ("Required. The name.", {"required"}),
        ("Input only. Ttl.", {"input only"}),
        ("Requires that", set()),
        ("Immutable things are", set()),
        ("", set()),
    ],
)
def test_traits(text: str, traits: set[str]) -> None:
    assert traits_of(text) == traits
