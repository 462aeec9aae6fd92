"""`GET /` in a browser: what exists, what was called, what is planted; bounded, and harmless whatever it shows."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from urllib.parse import quote, urlencode

import pytest

from emulator import front_page

from .conftest import PROJECT, Emulator

SECRETS = f"/secretmanager/v1/projects/{PROJECT}/secrets"
AUTOMATIC: dict[str, object] = {"replication": {"automatic": {}}}
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'&\u202e\x07 </pre>"
HARMLESS = {
    "html", "meta", "title", "style", "h1", "h2", "h3", "p", "ul", "li", "b", "a", "nav", "div", "table", "thead",
    "tbody", "tr", "th", "td", "details", "summary", "code", "pre", "bdi", "span", "br",
}  # fmt: skip


class Page(HTMLParser):
    """What a browser would make of the page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.attributes: set[str] = set()
        self.text = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [value or "" for name, value in attrs if name in {"href", "src"}]

    def handle_data(self, data: str) -> None:
        self.text += data


def page(emulator: Emulator, **query: str) -> Page:
    status, headers, body = emulator.raw("GET", f"/?{urlencode(query)}" if query else "/")
    assert status == 200
    assert headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in headers["content-security-policy"]
    shown = Page(body.decode("utf-8"))
    assert shown.tags <= HARMLESS, shown.tags - HARMLESS
    assert not {name for name in shown.attributes if name.startswith("on")}
    assert all(link.startswith(("/", "#")) and not link.startswith("//") for link in shown.links), shown.links
    assert not re.search(r"url\(|@import", body.decode())
    return shown


def put_many(emulator: Emulator, count: int) -> None:
    for number in range(count):
        name = f"projects/{PROJECT}/secrets/s{number}"
        emulator.cloud.store.put("secretmanager", name, {"name": name, "labels": {"number": str(number)}})
        emulator.cloud.store.put("secretmanager", f"{name}/versions/1", {"name": f"{name}/versions/1"})


class TestShows:
    def test_resources_with_their_json(self, emulator: Emulator) -> None:
        emulator.ok("POST", f"{SECRETS}?secretId=shown", {**AUTOMATIC, "labels": {"tier": "high"}})
        shown = page(emulator)
        assert f"projects/{PROJECT}/secrets/shown" in shown.text
        assert '"tier": "high"' in shown.text

    def test_collections_alike_are_one(self, emulator: Emulator) -> None:
        put_many(emulator, 3)
        assert f"projects/{PROJECT}/secrets/-/versions3" in page(emulator).text

    def test_calls_and_refusals_with_what_was_said(self, emulator: Emulator) -> None:
        emulator.refused(404, "GET", f"{SECRETS}/absent?key=do-not-show")
        for _ in range(300):
            emulator.ok("GET", SECRETS)
        shown = page(emulator)
        assert f"{SECRETS}/absentNOT_FOUND: Secret" in shown.text
        assert "do-not-show" not in shown.text
        assert "301calls" in shown.text
        assert "1refused" in shown.text
        assert len(emulator.cloud.recent.calls) < 300

    def test_a_look_at_the_page_is_no_call(self, emulator: Emulator) -> None:
        page(emulator)
        assert "0calls" in page(emulator).text

    def test_planted_faults_and_answers(self, emulator: Emulator) -> None:
        assert "Planted" not in page(emulator).text
        emulator.ok("POST", "/_faults", {"kind": "rate_limited", "service": "aiplatform", "path": "<b>", "count": 0})
        shown = page(emulator)
        assert "Planted" in shown.text
        assert "rate_limitedaiplatformany<b>always" in shown.text

    def test_one_project(self, emulator: Emulator) -> None:
        emulator.ok("POST", "/_seed", {"projects": [{"id": "second-project", "services": ["*"]}]})
        emulator.ok("POST", f"{SECRETS}?secretId=first", AUTOMATIC)
        emulator.ok("POST", "/secretmanager/v1/projects/second-project/secrets?secretId=second", AUTOMATIC)
        both, one = page(emulator), page(emulator, project="second-project")
        assert f"projects/{PROJECT}/secrets/first" in both.text
        assert "projects/second-project/secrets/second" in one.text
        assert "/secrets/first" not in one.text.partition("Recent calls")[0]

    def test_every_link_leads_somewhere(self, emulator: Emulator) -> None:
        put_many(emulator, 30)
        for link in page(emulator).links:
            if link.startswith("/"):
                assert emulator.raw("GET", link)[0] == 200, link


class TestBounded:
    def test_ten_thousand_resources(self, emulator: Emulator) -> None:
        put_many(emulator, 10_000)
        status, _, body = emulator.raw("GET", "/")
        assert status == 200
        assert len(body) < 200_000
        assert b"20,000" in body
        assert b"9,990 more" in body

    def test_a_collection_is_read_page_by_page(self, emulator: Emulator) -> None:
        put_many(emulator, 10_000)
        seen, step = set(), f"/?{urlencode({'service': 'secretmanager', 'collection': f'projects/{PROJECT}/secrets'})}"
        while step:
            body = emulator.raw("GET", step)[2].decode()
            seen |= set(re.findall(r'"number": "(\d+)"', Page(body).text))
            later = re.search(r'<a href="([^"]+)">Later</a>', body)
            step = later[1].replace("&amp;", "&") if later else ""
        assert len(seen) == 10_000

    def test_many_collections(self, emulator: Emulator) -> None:
        for number in range(3000):
            emulator.cloud.store.put("storage", f"b/bucket-{number}/o/x", {"name": "x" * 50})
        assert len(emulator.raw("GET", "/")[2]) < 1_000_000

    def test_a_large_resource_is_cut(self, emulator: Emulator) -> None:
        emulator.cloud.store.put("storage", "b/large", {"labels": {str(n): "x" * 1000 for n in range(1000)}})
        emulator.cloud.store.put("storage", "b/" + "n" * 100_000, {})
        assert "more characters" in page(emulator).text
        assert len(emulator.raw("GET", "/")[2]) < 100_000


class TestHostile:
    @pytest.mark.parametrize("name", [HOSTILE, "\ud800 lone", "a\nb\tc", "\u2028\u200b", "{0}{x}%s"])
    def test_names_and_values_stay_text(self, emulator: Emulator, name: str) -> None:
        emulator.ok("POST", f"{SECRETS}?secretId=odd", {**AUTOMATIC, "annotations": {"a": name}})
        emulator.cloud.store.put("storage", f"b/{name}/o/{name}", {"name": name})
        emulator.cloud.store.put(name, f"{name}/{name}", {name: name})
        emulator.raw("GET", quote(f"/{name}", errors="replace"))
        shown = page(emulator)
        assert "\u202e" not in shown.text
        assert "\x07" not in shown.text
        for link in shown.links:
            if link.startswith("/?"):
                assert emulator.raw("GET", link)[0] == 200

    def test_a_path_that_is_markup(self, emulator: Emulator) -> None:
        emulator.cloud.recent.saw(
            0, HOSTILE, HOSTILE, status=500, seconds=0, body=json.dumps({"error": HOSTILE}).encode()
        )
        assert "alert(1)" in page(emulator).text

    @pytest.mark.parametrize(
        "query",
        [
            {"project": HOSTILE},
            {"service": HOSTILE, "collection": HOSTILE, "from": HOSTILE},
            {"service": "secretmanager", "collection": "(", "from": "-1"},
            {"service": "secretmanager", "collection": "-/-/-", "from": "9" * 400},
            {"collection": "/".join(["-"] * 500)},
            {"from": "٣"},
        ],
    )
    def test_queries(self, emulator: Emulator, query: dict[str, str]) -> None:
        page(emulator, **query)

    @pytest.mark.parametrize("query", ["&" * 5000, "a=%ff%fe&collection=%00", "=" * 100, "collection"])
    def test_a_query_that_is_none(self, emulator: Emulator, query: str) -> None:
        assert emulator.raw("GET", f"/?{query}")[0] == 200

    def test_answers_that_are_no_errors_are_read_as_such(self, emulator: Emulator) -> None:
        for body in (b"", b"{", b"[]", b'{"error": 3}', b'{"error": {"message": {}}}', b'{"error": "invalid_grant"}'):
            emulator.cloud.recent.saw(0, "GET", "/x", status=400, seconds=0, body=body)
        assert "invalid_grant" in page(emulator).text


def test_the_style_asks_nobody() -> None:
    assert "http" not in front_page._STYLE
