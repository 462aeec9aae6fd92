"""The page of the emulator, ``docs/emulator.md``: what is emulated, and which witness drives it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import yaml

from docs.witness import CLIENTS, GCLOUD, PROVIDER, RECORDED, ROOT, WITNESSES
from emulator import faults
from emulator.coverage import Coverage
from emulator.services.dlp import content

COMMANDS = ROOT / "tests" / "emulator" / "gcloud.yaml"
_COLUMNS = (CLIENTS, GCLOUD, PROVIDER, RECORDED)

_HEAD = """\
# The emulated Google Cloud

<!-- Generated from emulator/, docs/witness.json and tests/emulator/gcloud.yaml by 'make generate'. Do not edit. -->

`lockgate emulator --port 8080` serves the REST APIs below on loopback, from Google's own discovery documents. It
needs no account, checks no caller's credential, keeps its state in memory, and is not Google Cloud: nothing here says
how a real project's quotas, organisation policies, permissions or delays behave.

- Each service is at `http://127.0.0.1:8080/SERVICE/`, followed by the path that the API's own documentation gives;
  also by `Host` header (`europe-west4-aiplatform.googleapis.com`).
- Google's client libraries: `client_options={{"api_endpoint": "http://127.0.0.1:8080/SERVICE"}}`,
  `AnonymousCredentials()`, `transport="rest"`.
- gcloud: `CLOUDSDK_AUTH_DISABLE_CREDENTIALS=true
  CLOUDSDK_API_ENDPOINT_OVERRIDES_SERVICE=http://127.0.0.1:8080/SERVICE/` ([how the tests do
  it](../tests/emulator/test_gcloud.py)). {commands} commands are tested, of {told} services. For billingbudgets, dlp
  and servicenetworking gcloud has commands and no such setting, so they cannot be pointed here.
- `POST /_seed` creates projects, folders, organizations and billing accounts; `POST /_reset` empties it; `GET` and
  `PUT /_state` save and restore; `POST /_faults` plants faults; `POST /_script` sets model answers; `GET /_calls`
  counts calls by method, `GET /_witnesses` counts the successful ones by client and method.

## Scripts and faults

No model is asked here: what one answers is scripted, and without a script it says so. The first entry whose `model`
(a pattern for the end of the model's or endpoint's name) and `match` (a regular expression searched in the request)
fit is taken, `count` times if it says so. It holds for `generateContent`, `streamGenerateContent`, `countTokens`,
`predict`, `rawPredict`, `streamRawPredict` (Anthropic's messages among them) and `chat/completions`.

```
POST /_script {{"answers": [{{"model": "gemini-*", "match": "refund", "text": "approve", "prompt_tokens": 20,
                            "answer_tokens": 3, "first_seconds": 0.8, "between_seconds": 0.05, "cut_after": 3}}]}}
```

Keys of an answer:

- `text`, `parts`, `predictions`, or `response`: what is said. `response` is the whole answer, for a stream a list of
  chunks; `raw`, a text or a list of texts, is sent instead of an answer, whatever it is.
- `prompt_tokens`, `answer_tokens`, `thought_tokens`, `cached_tokens`: the counts; else four characters are a token.
  `"usage": false` sends none.
- `finish_reason`. Where the request's limit ends the answer it is `MAX_TOKENS`; `"overrun": true` ignores the limit.
- `"candidates": []`: no candidate. `"parts": []`: one that says nothing. `block_reason`: a prompt that is refused.
- `error`, such as `{{"status": "RESOURCE_EXHAUSTED", "message": "later", "retry_after": 7}}`: refused at once, or with
  `error_after` in a stream after so many parts.
- `first_seconds`, `between_seconds`: waited for before the first part, and before each further one.
- `cut_after`: the connection is closed after so many parts. An answer that is no stream has two, its halves.
- `garble_after`: from this part on (the first is 0) half of each is sent, JSON that cannot be read.

Model Armor's `sanitizeUserPrompt` and `sanitizeModelResponse` find sensitive data by the template's own Sensitive Data
Protection templates, in text alone: word lists and regular expressions in full, of the built-in detectors only these,
by their form: {detectors}.
With a de-identification template the answer has the text without them. Every other filter matches where the script
says so: `{{"model": "modelarmor", "match": "ignore all", "filters": ["pi_and_jailbreak"]}}` (also `rai`,
`rai.hate_speech`, `malicious_uris`, `csam`, `sdp`); `skipped` names those that are not run.

```
POST /_faults {{"faults": [{{"kind": "rate_limited", "service": "aiplatform", "method": "*.generateContent",
                          "path": "europe-west4", "count": 2, "seconds": 5}}]}}
```

A fault is met by calls of that service, method (a pattern for its discovery id) and path (a regular expression),
`count` times, 0 for ever. Its kinds:

{kinds}

## Coverage

A method counts as emulated when something answers it: the rules of its own service (`own rules`), or what all of
Google's APIs have in common for its verb (create, get, list, update, delete, IAM policies, operations), with names,
types, enums, required, read-only and immutable fields from discovery. Every other method answers 501. A witness has
driven a method when it called it and the call succeeded.

{table}
| witness | what it is | last run |
|---|---|---|
{witnesses}

The column of Google's client libraries is renewed by every run of the tests; the others come from
[witness.json](witness.json), which `make witness` rewrites where the witness is there. Recorded traffic and the
provider are witnesses for what they happen to touch; a method without a witness is emulated by the API's
documentation alone.
"""


def render(services: Sequence[Coverage], witnesses: Mapping[str, Any], commands: Mapping[str, Sequence[Any]]) -> str:
    """The page as Markdown. ``witnesses`` is ``docs.witness.read()``, ``commands`` gcloud's by service."""
    driven = {name: frozenset(witnesses.get(name, {}).get("methods", ())) for name in _COLUMNS}
    table = _table(services, driven)
    count = sum("run" in command for told in commands.values() for command in told)
    rows = "\n".join(_witness(name, witnesses.get(name)) for name in _COLUMNS)
    head = _HEAD.format(
        table=table,
        witnesses=rows,
        commands=count,
        told=len(commands),
        detectors=", ".join(f"`{name}`" for name in content.DETECTORS),
        kinds="\n".join(f"- `{kind}`: {does}" for kind, does in faults.KINDS.items()),
    )
    return "\n".join([head, *(_section(service, driven, commands.get(service.label, ())) for service in services)])


def load_commands(file: Path = COMMANDS) -> dict[str, list[Any]]:
    """gcloud's commands by service."""
    return dict(yaml.safe_load(file.read_text(encoding="utf-8")))


def _table(services: Sequence[Coverage], driven: Mapping[str, frozenset[str]]) -> str:
    rows = [
        "| service | versions | methods | emulated | own rules | Google clients | gcloud | provider | recorded |",
        "|---|---|--:|--:|--:|--:|--:|--:|--:|",
    ]
    total = [0] * 7
    for service in services:
        counts = [len(service.methods), len(service.emulated), len(service.own)]
        counts += [len(service.methods & driven[name]) for name in _COLUMNS]
        total = [sum(pair) for pair in zip(total, counts, strict=True)]
        shown = " | ".join(map(str, counts))
        rows.append(f"| [{service.label}](#{service.label}) | {', '.join(service.versions)} | {shown} |")
    return "\n".join([*rows, f"| **all** | | {' | '.join(map(str, total))} |", ""])


def _witness(name: str, record: Mapping[str, Any] | None) -> str:
    last = f"{record['date']}: {record['what']}" if record else "never run"
    # Each test run drives it again, so that its date would only say when a test was last added.
    last = "every test run" if name == CLIENTS and record else last
    return f"| {name} | {WITNESSES[name]} | {last} |"


def _section(service: Coverage, driven: Mapping[str, frozenset[str]], commands: Sequence[Any]) -> str:
    lines = [f"## {service.label}", ""]
    lines += ["Emulated (in bold: by rules of its own):", "", *_collections(service.emulated, service.own), ""]
    absent = service.methods - service.emulated
    lines += ["Not emulated:", "", *_collections(absent, ()), ""] if absent else ["All of it is emulated.", ""]
    called = sorted(service.methods & driven[CLIENTS])
    lines += [f"Calls of Google's client libraries that are tested: {_code(called) or 'none'}.", ""]
    lines += ["gcloud commands that are tested:", ""] if commands else ["No gcloud command is tested.", ""]
    told = [f"- `gcloud {command['run']}`" for command in commands if "run" in command]
    return "\n".join([*lines, *told, *([""] if told else [])])


def _collections(methods: Iterable[str], bold: Collection[str]) -> list[str]:
    """A line a collection, with its verbs."""
    ordered = sorted((*method.split(".", 1)[1].rpartition("."), method) for method in methods)
    return [
        f"- {f'`{collection}`' if collection else 'the service'}: "
        + ", ".join(f"**{verb}**" if method in bold else verb for _, _, verb, method in members)
        for collection, members in groupby(ordered, key=lambda item: item[0])
    ]


def _code(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
