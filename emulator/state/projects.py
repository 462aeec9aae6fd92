"""Projects, folders, organizations and billing accounts: what must exist before anything else, and which APIs a project
has enabled.

A project goes by its id in canonical names; its number is taken wherever the id is.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import asdict, dataclass, field
from typing import Any

from emulator.wire.errors import GoogleError, error_info

JSON = dict[str, Any]

ALWAYS_ON = frozenset({"serviceusage", "cloudresourcemanager", "cloudbilling", "iamcredentials"})
"""APIs that answer without being enabled in the project they are asked about: the first is how others are enabled; the
next two act on projects from outside, on the caller's own quota project; the last goes with iam."""


@dataclass
class Project:
    """One project. `services` holds the names of enabled APIs; `*` enables every one but those written `-name`."""

    id: str
    number: str
    parent: str = ""
    billing_account: str = ""
    services: set[str] = field(default_factory=set)
    body: JSON = field(default_factory=dict)
    """What Resource Manager keeps beside these: name, labels, state, createTime, etag (v3 spelling)."""


@dataclass
class Container:
    """A folder or an organization (`name` is `folders/1` or `organizations/1`), or a billing account."""

    name: str
    parent: str = ""
    body: JSON = field(default_factory=dict)


class Projects:
    """Everything that resources hang from."""

    def __init__(self) -> None:
        self.projects: dict[str, Project] = {}
        self.containers: dict[str, Container] = {}
        self._by_number: dict[str, str] = {}

    def clear(self) -> None:
        """Empties it."""
        self.projects.clear()
        self.containers.clear()
        self._by_number.clear()

    def add(self, project: Project) -> None:
        """Makes or replaces a project."""
        self.projects[project.id] = project
        self._by_number[project.number] = project.id

    def remove(self, project_id: str) -> None:
        """Forgets a project."""
        gone = self.projects.pop(project_id, None)
        if gone:
            self._by_number.pop(gone.number, None)

    def find(self, id_or_number: str) -> Project | None:
        """A project by its id or its number."""
        return self.projects.get(self._by_number.get(id_or_number, id_or_number))

    def id_of(self, id_or_number: str) -> str:
        """The id of a project; what was asked, if there is none."""
        return self._by_number.get(id_or_number, id_or_number)

    def number_of(self, id_or_number: str) -> str:
        """The number of a project; what was asked, if there is none."""
        found = self.find(id_or_number)
        return found.number if found else id_or_number

    def canonical(self, name: str) -> str:
        """A resource name with the project spelled by its id."""
        return self._spelled(name, numbers=False)

    def by_number(self, name: str) -> str:
        """A resource name with the project spelled by its number."""
        return self._spelled(name, numbers=True)

    def _spelled(self, name: str, *, numbers: bool) -> str:
        if not name.startswith("projects/"):
            return name
        head, _, rest = name[len("projects/") :].partition("/")
        spelled = self.number_of(head) if numbers else self.id_of(head)
        return f"projects/{spelled}/{rest}" if rest else f"projects/{spelled}"

    def enabled(self, project: Project, label: str) -> bool:
        """Whether a project has the API of that label enabled."""
        host = f"{label}.googleapis.com"
        everything = "*" in project.services and f"-{host}" not in project.services
        return label in ALWAYS_ON or everything or host in project.services

    def require(self, id_or_number: str, label: str) -> Project:
        """The project, or 403 as Google refuses: it does not exist, or it has not enabled the API."""
        project = self.find(id_or_number)
        if project is None or project.body.get("state") == "DELETE_REQUESTED":
            raise GoogleError(
                "PERMISSION_DENIED",
                f"Permission denied on resource project {id_or_number}.",
                details=(
                    error_info(
                        "CONSUMER_INVALID",
                        "googleapis.com",
                        {"service": f"{label}.googleapis.com", "consumer": f"projects/{id_or_number}"},
                    ),
                ),
            )
        if not self.enabled(project, label):
            raise service_disabled(project, label)
        return project

    def seed(self, wanted: JSON) -> None:
        """Creates what must exist before: idempotent, additive. The shape is `POST /_seed`'s."""
        for kind, prefix in (
            ("organizations", "organizations/"),
            ("folders", "folders/"),
            ("billingAccounts", "billingAccounts/"),
        ):
            for raw in wanted.get(kind) or []:
                name = prefix + str(raw["id"]).removeprefix(prefix)
                container = self.containers.setdefault(name, Container(name))
                container.parent = str(raw.get("parent") or container.parent)
                container.body.update({k: v for k, v in raw.items() if k not in ("id", "parent")})
        for raw in wanted.get("projects") or []:
            ident = str(raw["id"])
            held = self.projects.get(ident)
            number = str(raw.get("number") or (held.number if held else number_from(ident)))
            services = {s if s == "*" or "." in s else f"{s}.googleapis.com" for s in raw.get("services") or ()}
            if held and held.number != number:
                self._by_number.pop(held.number, None)
            self.add(
                Project(
                    ident,
                    number,
                    parent=str(raw.get("parent") or (held.parent if held else "")),
                    billing_account=str(raw.get("billingAccount") or (held.billing_account if held else "")),
                    services=services | (held.services if held else set()),
                    body={**(held.body if held else {}), **{k: raw[k] for k in ("displayName", "labels") if k in raw}},
                )
            )

    def snapshot(self) -> JSON:
        """The whole as JSON."""
        return {
            "projects": [{**asdict(p), "services": sorted(p.services)} for p in self.projects.values()],
            "containers": [asdict(c) for c in self.containers.values()],
        }

    def restore(self, saved: JSON) -> None:
        """Becomes what was saved."""
        self.clear()
        for raw in saved["projects"]:
            self.add(Project(**{**raw, "services": set(raw["services"])}))
        for raw in saved["containers"]:
            self.containers[raw["name"]] = Container(**raw)


def number_from(project_id: str) -> str:
    """A project number for a project seeded without one: always the same for the same id."""
    return str(10**11 + int(hashlib.sha256(project_id.encode()).hexdigest()[:12], 16) % (9 * 10**11))


_PROJECT = re.compile(r"(?:^|/)projects/([^/:]+(?::[^/]+)?)")


def project_in(name: str) -> str:
    """The project that a resource name starts with, as it is spelled there, or the empty string."""
    found = _PROJECT.match(name)
    return found[1] if found and found[1] not in ("-", "_") else ""


def service_disabled(project: Project, label: str) -> GoogleError:
    """403 SERVICE_DISABLED: https://cloud.google.com/apis/design/errors#error_info."""
    host = f"{label}.googleapis.com"
    url = f"https://console.developers.google.com/apis/api/{host}/overview?project={project.number}"
    title = label[:1].upper() + label[1:]
    return GoogleError(
        "PERMISSION_DENIED",
        f"{title} API has not been used in project {project.number} before or it is disabled. Enable it by "
        f"visiting {url} then retry. "
        "If you enabled this API recently, wait a few minutes for the action to propagate to our systems and retry.",
        reason="accessNotConfigured",
        details=(
            error_info(
                "SERVICE_DISABLED",
                "googleapis.com",
                {
                    "service": host,
                    "consumer": f"projects/{project.number}",
                    "containerInfo": project.number,
                    "serviceTitle": f"{title} API",
                    "activationUrl": url,
                },
            ),
            {
                "@type": "type.googleapis.com/google.rpc.Help",
                "links": [{"description": "Google developers console API activation", "url": url}],
            },
        ),
    )
