"""From an HTTP verb and a path to a method and its path variables.

A path's last segment may carry a custom verb (`…/secrets/s:addVersion`). `{+name}` spans segments as its pattern says;
`{name}` is one segment, in which `%2F` is part of the value. Where several routes fit, the most literal wins
(`projects/*/sinks/*` before `*/*/sinks/*`).
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from urllib.parse import unquote

from emulator.discovery.model import Api, Method

_VARIABLE = re.compile(r"\{(\+?)([A-Za-z0-9_.$]+)\*?\}")
_SPANNING = re.compile(r"\[[^\]]*/[^\]]*\]")  # a class of characters with a slash among them
_GROUP = re.compile(r"\((?!\?)")
_VERSION = re.compile(r"(?:v\d+[a-z0-9]*|alpha|beta|preview)")


@dataclass(frozen=True, slots=True)
class Route:
    """A path template compiled for matching. `upload` and `download` mark the media forms of a method."""

    method: Method
    pattern: re.Pattern[str]
    groups: tuple[tuple[str, str, bool], ...]
    literals: int
    upload: bool = False
    download: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """A method, its decoded path variables, and the resource path: what follows the version, without a custom verb."""

    method: Method
    variables: dict[str, str]
    target: str
    upload: bool = False
    download: bool = False


def decode(raw: str, *, spans: bool) -> str:
    """A path variable as the service sees it. In a variable that spans segments `%2F` stays as it is
    (RFC 6570, 3.2.3)."""
    if not spans:
        return unquote(raw)
    return "".join(part if part.upper() == "%2F" else unquote(part) for part in re.split(r"(%2[Ff])", raw))


def _compile(path: str, method: Method) -> tuple[re.Pattern[str], tuple[tuple[str, str, bool], ...], int, int]:
    """The regular expression of a template, its groups, its number of literal segments and of segments (0: any)."""
    out: list[str] = []
    skeleton: list[str] = []
    groups: list[tuple[str, str, bool]] = []
    at = 0
    for number, found in enumerate(_VARIABLE.finditer(path)):
        literal = path[at : found.start()]
        out.append(re.escape(literal))
        skeleton.append(literal)
        spans, name = bool(found[1]), found[2]
        parameter = method.parameters.get(name)
        pattern = parameter.field.pattern if parameter else ""
        pattern = pattern.removeprefix("^").removesuffix("$")
        if not pattern or not spans:
            pattern = "[^/]+" if not spans or method.path.count("{") > 1 else ".+"
        out.append(f"(?P<g{number}>{_GROUP.sub('(?:', pattern)})")
        skeleton.append(pattern)
        groups.append((f"g{number}", name, spans))
        at = found.end()
    out.append(re.escape(path[at:]))
    skeleton.append(path[at:])
    # `[^/]+` holds a slash of its own, which must not count as the end of a segment
    flat = "".join(skeleton).replace("[^/]", "*")
    segments = flat.split("/")
    literals = sum(1 for s in segments if "*" not in s and ".+" not in s)
    length = 0 if ".*" in flat or ".+" in flat or _SPANNING.search(flat) else len(segments)
    return re.compile("".join(out)), tuple(groups), literals, length


class Routes:
    """The routes of one version of one service."""

    def __init__(self, api: Api) -> None:
        self.api = api
        table: dict[tuple[str, str, int], list[Route]] = defaultdict(list)
        for method in api.methods.values():
            full = api.service_path.lstrip("/") + method.path
            forms = [(full, False, False)]
            forms += [(upload.lstrip("/"), True, False) for upload in method.uploads]
            if method.downloads:
                forms.append(("download/" + full, False, True))
            for path, upload, download in forms:
                pattern, groups, literals, length = _compile(path, method)
                route = Route(method, pattern, groups, literals, upload, download)
                table[(method.http, custom_verb(path), length)].append(route)
                if upload and method.http != "PUT":  # the parts of a resumable upload
                    table[("PUT", custom_verb(path), length)].append(route)
        for routes in table.values():
            routes.sort(key=lambda route: -route.literals)
        self._table = dict(table)
        self._skip = len([s for s in api.service_path.split("/") if s])

    def match(self, http: str, path: str) -> Match | None:
        """The method that a verb and a raw (still encoded) path without leading slash mean."""
        last = path.rsplit("/", 1)[-1]
        length = path.count("/") + 1
        custom = custom_verb(last)
        for verb in dict.fromkeys((custom, "")):
            best: tuple[Route, re.Match[str]] | None = None
            for size in (length, 0):
                for route in self._table.get((http, verb, size), ()):
                    found = route.pattern.fullmatch(path)
                    if found:
                        if best is None or route.literals > best[0].literals:
                            best = (route, found)
                        break
            if best:
                return self._answer(best[0], best[1], path, verb)
        # The provider "gcp" ends some collections in a slash, and Google answers.
        return self.match(http, path.rstrip("/")) if path.endswith("/") else None

    def _answer(self, route: Route, found: re.Match[str], path: str, verb: str) -> Match:
        variables = {name: decode(found[group], spans=spans) for group, name, spans in route.groups}
        return Match(
            route.method, variables, resource_path(path, verb, self.api.service_path), route.upload, route.download
        )

    def verbs(self, path: str) -> tuple[str, ...]:
        """Which HTTP verbs a path has: none means that nothing is there."""
        return tuple(v for v in ("GET", "POST", "PUT", "PATCH", "DELETE") if self.match(v, path))


def custom_verb(path: str) -> str:
    """The custom verb at the end of a path or template, or the empty string."""
    last = path.rsplit("/", 1)[-1]
    tail = last[last.rfind("}") + 1 :]
    return tail.rsplit(":", 1)[1] if ":" in tail else ""


def resource_path(path: str, verb: str, service_path: str) -> str:
    """What follows the version in a path, decoded segment by segment (`%2F` stays), without the custom verb."""
    for prefix in ("upload/", "resumable/upload/", "download/"):
        path = path.removeprefix(prefix)
    base = service_path.strip("/")
    if base and path.startswith(base + "/"):
        path = path[len(base) + 1 :]
    else:
        segments = path.split("/")
        for index, segment in enumerate(segments[:3]):
            if _VERSION.fullmatch(segment):
                path = "/".join(segments[index + 1 :])
                break
    if verb:
        path = path[: -len(verb) - 1]
    return decode(path, spans=True)
