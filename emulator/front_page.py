"""`GET /`: what exists in the emulated cloud, for a browser.

One document: no script, nothing loaded from elsewhere, and everything that a client has named is escaped. It stays
small however much there is: a collection shows its newest resources and links to a page of its own
(`/?service=pubsub&collection=projects/p/topics&from=200`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from itertools import islice
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

if TYPE_CHECKING:
    from emulator.cloud import Cloud
    from emulator.recent import Seen

HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Cache-Control": "no-store",
    # A name that got through the escaping would still find nothing that it may run or load.
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'self'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
NEWEST = 10
"""Resources that a collection shows on the front page."""
MOST = 400
"""Resources that the front page shows in all; and collections."""
PAGE = 100
"""Resources on the page of one collection."""
MAX_JSON = 4_000
"""Characters of a resource's JSON; on the page of its collection ten times as many."""
MAX_NAME = 300
CALLS = 15
"""Calls that are shown at once; the others are folded away."""
MAX_PROJECTS = 50

# Controls, and characters that reorder or hide text (Unicode Standard Annex 9): they are shown, not obeyed.
_INVISIBLE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")

_STYLE = """
:root{color-scheme:light dark;--ink:#1d2129;--dim:#5c6470;--line:#dfe2e7;--back:#fff;--soft:#f5f6f8;--link:#0b57d0;
--bad:#b3261e;--warn:#7a4b00;--warned:#fff4de}
@media(prefers-color-scheme:dark){:root{--ink:#e4e6ea;--dim:#9aa2ae;--line:#363b44;--back:#16181c;--soft:#1f2228;
--link:#8ab4f8;--bad:#ff8a80;--warn:#ffd58a;--warned:#352a12}}
*{box-sizing:border-box}
body{font:15px/1.5 system-ui,sans-serif;margin:0 auto;max-width:76rem;padding:1.5rem 1rem 4rem;color:var(--ink);
background:var(--back)}
a{color:var(--link)}
h1{font-size:1.5rem;margin:0}h2{font-size:1.1rem;margin:2rem 0 .5rem}
h3{font-size:1rem;margin:1.2rem 0 .2rem}
.dim,th{color:var(--dim)}.bad{color:var(--bad)}
.note{margin:.3rem 0 1rem;color:var(--dim)}
.facts{display:flex;flex-wrap:wrap;gap:.5rem;margin:1rem 0;padding:0;list-style:none}
.facts li{background:var(--soft);border:1px solid var(--line);border-radius:.5rem;padding:.4rem .9rem}
.facts b{display:block;font-size:1.25rem;font-variant-numeric:tabular-nums}
.warned{background:var(--warned);color:var(--warn);border-radius:.5rem;padding:.1rem .9rem .6rem;margin:1rem 0}
.warned h2{margin-top:.6rem}
.wide{overflow-x:auto}
table{border-collapse:collapse;width:100%}
td,th{text-align:left;vertical-align:top;padding:.25rem .7rem .25rem 0;border-bottom:1px solid var(--line)}
th{font-weight:500;font-size:.85rem}
td:has(.n),th:has(.n),.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
code,pre,.path{font:13px/1.5 ui-monospace,SFMono-Regular,Menlo,monospace;overflow-wrap:anywhere}
pre{background:var(--soft);border:1px solid var(--line);border-radius:.4rem;margin:.3rem 0 .6rem;padding:.6rem .8rem;
max-height:26rem;overflow:auto;white-space:pre-wrap}
details details{margin-left:1.2rem}
summary{cursor:pointer;padding:.12rem 0;overflow-wrap:anywhere}
summary:hover{background:var(--soft)}
summary .n{color:var(--dim);margin-left:.6rem}
nav{display:flex;flex-wrap:wrap;gap:.2rem 1rem;margin:.5rem 0}
"""


@dataclass(frozen=True)
class Group:
    """The collections of a service that differ only in what they lie in, such as the versions of every secret."""

    service: str
    pattern: str
    """`projects/p/secrets/-/versions`."""
    count: int


def render(cloud: Cloud, query: str = "") -> str:
    """The page; `query` chooses a project (`project=`), or one collection (`service=`, `collection=`, `from=`)."""
    asked = dict(parse_qsl(query[:4000], max_num_fields=50)) if query.count("&") < 50 else {}
    if "collection" in asked:
        body = _collection(cloud, asked.get("service", ""), asked["collection"], asked.get("from", ""))
    else:
        body = _overview(cloud, asked.get("project", ""))
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>Lockgate: emulated Google Cloud</title><style>{_STYLE}</style>{body}</html>"
    )


def _overview(cloud: Cloud, project: str) -> str:
    groups = [group for group in _groups(cloud) if not project or _of_project(cloud, project, group)]
    resources = sum(group.count for group in groups)
    recent = cloud.recent
    facts = [
        (len(cloud.projects.projects), "projects"),
        (len({group.service for group in groups}), "services in use"),
        (resources, "resources"),
        (recent.count, "calls"),
        (recent.refused, "refused"),
        (len(cloud.faults.planted), "faults planted"),
    ]
    parts = [
        "<h1>Emulated Google Cloud</h1>",
        '<p class="note">Lockgate\'s emulator, in memory on this machine. Nothing here is Google Cloud, and no '
        'credential is checked. As JSON: <a href="/_state">/_state</a>, <a href="/_calls">/_calls</a>, '
        '<a href="/_faults">/_faults</a>.</p>',
        f'<ul class="facts">{"".join(f"<li><b>{number:,}</b>{word}" for number, word in facts)}</ul>',
        _planted(cloud),
        _projects(cloud, project),
        _resources(cloud, groups, project),
        _calls("Refused lately", recent.refusals),
        _calls("Recent calls", recent.calls),
    ]
    return "".join(parts)


# ---- what is planted, and where things lie --------------------------------------------------------------------------
def _planted(cloud: Cloud) -> str:
    faults, answers = cloud.faults.planted, len(cloud.script.answers)
    if not faults and not answers:
        return ""
    rows = [
        [
            f"<b>{_text(fault.kind)}</b>",
            _code(fault.service or "any"),
            _code(fault.method or "any"),
            _code(fault.path or "any"),
            str(fault.count) if fault.count else "always",
        ]
        for fault in islice(faults, CALLS)
    ]
    table = _table(["Fault", "Service", "Method", "Path", "Times left"], rows) if rows else ""
    more = f"<p>and {len(faults) - CALLS:,} more</p>" if len(faults) > CALLS else ""
    scripted = f"<p>{answers:,} scripted model answers are waiting.</p>" if answers else ""
    return f'<div class="warned"><h2>Planted</h2>{table}{more}{scripted}</div>'


def _projects(cloud: Cloud, chosen: str) -> str:
    rows = []
    for project in islice(cloud.projects.projects.values(), MAX_PROJECTS):
        enabled = sorted(project.services)
        services = f"<details><summary>{len(enabled)}</summary>{_code(', '.join(enabled)[:MAX_JSON])}</details>"
        mark = "<b>" if project.id == chosen else ""
        rows.append(
            [
                f"{mark}{_link(project.id, project=project.id)}",
                _code(project.number),
                _code(project.parent),
                _code(project.billing_account),
                services,
            ]
        )
    if not rows:
        return '<h2>Projects</h2><p class="dim">None. <code>POST /_seed</code> makes them, or a client does.</p>'
    more = len(cloud.projects.projects) - MAX_PROJECTS
    rest = f'<p class="dim">and {more:,} more</p>' if more > 0 else ""
    every = f"<p>{_link('All projects')}</p>" if chosen else ""
    return f"<h2>Projects</h2>{_table(['Id', 'Number', 'Parent', 'Billing account', 'APIs'], rows)}{rest}{every}"


# ---- resources ------------------------------------------------------------------------------------------------------
def _resources(cloud: Cloud, groups: list[Group], project: str) -> str:
    title = f"Resources of {_text(project)}" if project else "Resources"
    if not groups:
        return f'<h2>{title}</h2><p class="dim">None yet.</p>'
    left = MOST
    by_service: dict[str, list[Group]] = {}
    for group in groups[:MOST]:
        by_service.setdefault(group.service, []).append(group)
    links = "".join(f'<a href="#{_text(service)}">{_text(service)}</a>' for service in by_service)
    parts = [f"<h2>{title}</h2><nav>{links}</nav>"]
    for service, held in by_service.items():
        count = sum(group.count for group in held)
        parts.append(f'<h3 id="{_text(service)}">{_text(service)} <span class="dim">{count:,}</span></h3>')
        for group in held:
            shown = _newest(cloud, group, min(NEWEST, left))
            left -= len(shown)
            rest = group.count - len(shown)
            more = f"<p>{_more(group, rest, bool(shown))}</p>" if rest else ""
            inside = "".join(_resource(cloud, group.service, name, MAX_JSON) for name in shown)
            parts.append(
                f'<details><summary><span class="path">{_text(group.pattern)}</span><span class="n">{group.count:,}'
                f"</span></summary>{inside}{more}</details>"
            )
    if len(groups) > MOST:
        parts.append(f'<p class="dim">and {len(groups) - MOST:,} more collections: see /_state</p>')
    return "".join(parts)


def _more(group: Group, rest: int, some: bool) -> str:
    words = f"{'and ' if some else ''}{rest:,} {'more' if some else 'resources'}"
    return _link(words, service=group.service, collection=group.pattern)


def _collection(cloud: Cloud, service: str, pattern: str, start: str) -> str:
    names = cloud.store.names(service, pattern)
    first = int(start) if start.isdecimal() and len(start) < 10 else 0
    shown = names[first : first + PAGE]
    inside = "".join(_resource(cloud, service, name, MAX_JSON * 10) for name in shown)
    steps = []
    if first:
        steps.append(_link("Earlier", service=service, collection=pattern, **{"from": str(max(0, first - PAGE))}))
    if first + PAGE < len(names):
        steps.append(_link("Later", service=service, collection=pattern, **{"from": str(first + PAGE)}))
    place = f"{first + 1:,} to {first + len(shown):,} of {len(names):,}, oldest first" if shown else "nothing here"
    return (
        f'<nav><a href="/">Emulated Google Cloud</a></nav><h1>{_text(service)}</h1>'
        f'<p class="path">{_text(pattern)}</p><p class="dim">{place}</p>{inside}<nav>{"".join(steps)}</nav>'
    )


def _newest(cloud: Cloud, group: Group, most: int) -> list[str]:
    # Looking for a pattern takes a scan: not where there is no room for what it finds.
    return cloud.store.names(group.service, group.pattern)[: -most - 1 : -1] if most > 0 else []


def _resource(cloud: Cloud, service: str, name: str, most: int) -> str:
    written = json.dumps(cloud.store.get(service, name), indent=2, ensure_ascii=False)
    cut = f"\n… {len(written) - most:,} more characters" if len(written) > most else ""
    shown = name if len(name) <= MAX_NAME else f"{name[:MAX_NAME]}…"
    return (
        f'<details><summary><span class="path"><bdi>{_text(shown)}</bdi></span></summary>'
        f"<pre><bdi>{_text(written[:most])}</bdi>{cut}</pre></details>"
    )


def _groups(cloud: Cloud) -> Iterator[Group]:
    """Collections of one service, depth, last word and first two words are one: `-` stands where they differ."""
    for service, collections in sorted(cloud.store.counts().items()):
        alike: dict[tuple[int, str, str], tuple[list[str], int]] = {}
        for path, count in collections.items():
            words = path.split("/")
            key = (len(words), "/".join(words[:2]), words[-1])
            if key in alike:
                merged, before = alike[key]
                alike[key] = (
                    [one if one == other else "-" for one, other in zip(merged, words, strict=True)],
                    before + count,
                )
            else:
                alike[key] = (words, count)
        for words, count in sorted(alike.values()):
            yield Group(service, "/".join(words), count)


def _of_project(cloud: Cloud, project: str, group: Group) -> bool:
    """Whether a collection is known to lie in a project; buckets and the like name none."""
    words = group.pattern.split("/")
    return len(words) > 1 and words[0] == "projects" and words[1] in {project, cloud.projects.number_of(project)}


# ---- calls ----------------------------------------------------------------------------------------------------------
def _calls(title: str, seen: Collection[Seen]) -> str:
    rows = []
    for call in reversed(list(seen)):
        time = datetime.fromtimestamp(call.at, UTC).strftime("%H:%M:%S")
        status = str(call.status) if call.status else "dropped"
        bad = call.status >= 400 or not call.status
        said = f'<br><span class="bad"><bdi>{_text(call.said)}</bdi></span>' if call.said else ""
        rows.append(
            [
                f'<span class="dim">{time}</span>',
                f'<span class="bad">{status}</span>' if bad else status,
                _text(call.method),
                f"{_code(call.path)}{said}",
                f'<span class="n">{call.seconds * 1000:.1f}</span>',
            ]
        )
    if not rows:
        return ""
    heads = ["UTC", "Status", "Method", "Path", '<span class="n">ms</span>']
    older = rows[CALLS:]
    rest = f"<details><summary>{len(older)} before that</summary>{_table(heads, older)}</details>" if older else ""
    return f"<h2>{title}</h2>{_table(heads, rows[:CALLS])}{rest}"


# ---- pieces ---------------------------------------------------------------------------------------------------------
def _text(value: str) -> str:
    """Text for a document or an attribute: nothing in it is markup, and nothing in it is invisible."""
    return _INVISIBLE.sub(lambda match: f"\\u{ord(match[0]):04x}", escape(value, quote=True))


def _code(value: str) -> str:
    return f"<code><bdi>{_text(value)}</bdi></code>" if value else '<span class="dim">none</span>'


def _link(words: str, **query: str) -> str:
    target = f"/?{urlencode(query, errors='replace')}" if query else "/"
    return f'<a href="{escape(target, quote=True)}">{_text(words)}</a>'


def _table(heads: list[str], rows: list[list[Any]]) -> str:
    head = "".join(f"<th>{name}" for name in heads)
    body = "".join(f"<tr>{''.join(f'<td>{cell}' for cell in row)}" for row in rows)
    return f'<div class="wide"><table><thead><tr>{head}</thead><tbody>{body}</tbody></table></div>'
