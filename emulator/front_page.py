"""`GET /`: what exists in the emulated cloud, for a browser."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from emulator.cloud import Cloud

_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Lockgate: emulated Google Cloud</title>
<style>body{{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0
1rem;color:#222;background:#fff}}
table{{border-collapse:collapse;width:100%}}td,th{{text-align:left;padding:.25rem .6rem;border-bottom:1px solid
#ddd}}td.n{{text-align:right}}
@media(prefers-color-scheme:dark){{body{{color:#ddd;background:#181818}}td,th{{border-color:#444}}}}</style>
<h1>Emulated Google Cloud</h1><p>{projects} projects, {resources} resources, {calls} calls so far. State: <a
href="/_state">/_state</a>.</p>
<table><thead><tr><th>Service<th>Collection<th>Resources</thead><tbody>{rows}</tbody></table></html>"""


def render(cloud: Cloud) -> str:
    """The page."""
    counts = cloud.store.counts()
    rows = "".join(
        f"<tr><td>{escape(service)}<td>{escape(collection)}<td class=n>{number}"
        for service, collections in sorted(counts.items())
        for collection, number in sorted(collections.items())
    )
    rows += "".join(
        f"<tr><td>cloudresourcemanager<td>projects/{escape(p.id)} ({escape(p.number)})<td class=n>1"
        for p in cloud.projects.projects.values()
    )
    total = sum(n for collections in counts.values() for n in collections.values())
    return _PAGE.format(
        projects=len(cloud.projects.projects), resources=total, calls=sum(cloud.calls.values()), rows=rows
    )
