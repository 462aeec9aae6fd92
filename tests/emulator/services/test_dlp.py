"""Sensitive Data Protection through google-api-python-client."""

from __future__ import annotations

from typing import Any

import pytest
from google.auth.credentials import AnonymousCredentials
from googleapiclient.discovery import build

PLACE = "projects/demo-project/locations/europe-west4"


@pytest.fixture
def dlp(emulator: Any) -> Any:
    options = {"api_endpoint": f"{emulator.base}/dlp/"}
    client = build("dlp", "v2", credentials=AnonymousCredentials(), client_options=options, static_discovery=True)
    return client.projects().locations()


def _inspect(dlp: Any, pattern: str = r"(?i)\biban[=:] ?(\w+)") -> Any:
    custom = {"infoType": {"name": "IBAN"}, "regex": {"pattern": pattern, "groupIndexes": [1]}, "likelihood": "LIKELY"}
    config = {"customInfoTypes": [custom], "infoTypes": [{"name": "EMAIL_ADDRESS"}], "minLikelihood": "POSSIBLE"}
    # `locationId` comes first on purpose: the template's id is the other one
    body = {"locationId": "europe-west4", "templateId": "i", "inspectTemplate": {"inspectConfig": config}}
    return dlp.inspectTemplates().create(parent=PLACE, body=body).execute()


def test_a_template_lives_and_dies(dlp: Any) -> None:
    made = _inspect(dlp)
    assert made["name"] == f"{PLACE}/inspectTemplates/i"
    body = {"inspectTemplate": {"displayName": "n"}, "updateMask": "displayName"}
    assert dlp.inspectTemplates().patch(name=made["name"], body=body).execute()["inspectConfig"]
    assert len(dlp.inspectTemplates().list(parent=PLACE).execute()["inspectTemplates"]) == 1
    assert dlp.inspectTemplates().delete(name=made["name"]).execute() == {}


def test_a_pattern_that_is_none_is_refused(emulator: Any) -> None:
    custom = {"infoType": {"name": "X"}, "regex": {"pattern": "("}}
    body = {"inspectTemplate": {"inspectConfig": {"customInfoTypes": [custom]}}}
    emulator.refused(400, "POST", f"/dlp/v2/{PLACE}/inspectTemplates", body)


def test_a_text_without_what_was_found(dlp: Any) -> None:
    name = _inspect(dlp)["name"]
    transformations = [
        {"infoTypes": [{"name": "IBAN"}], "primitiveTransformation": {"replaceWithInfoTypeConfig": {}}},
        {"primitiveTransformation": {"characterMaskConfig": {"maskingCharacter": "#", "numberToMask": 2}}},
    ]
    config = {"infoTypeTransformations": {"transformations": transformations}}
    item = {"value": "IBAN: NL91ABNA and Jos\u00e9 at jo@example.org"}
    body = {"inspectTemplateName": name, "deidentifyConfig": config, "item": item}
    found = dlp.content().deidentify(parent=PLACE, body=body).execute()
    assert found["item"]["value"] == "IBAN: [IBAN] and Jos\u00e9 at ##@example.org"
    assert found["overview"]["transformedBytes"] == str(len("NL91ABNA") + len("jo@example.org"))


def test_places_are_in_bytes_and_in_characters(dlp: Any) -> None:
    config = {"infoTypes": [{"name": "EMAIL_ADDRESS"}], "includeQuote": True}
    body = {"inspectConfig": config, "item": {"value": "\u00e9 a@b.org"}}
    (found,) = dlp.content().inspect(parent=PLACE, body=body).execute()["result"]["findings"]
    assert found["quote"] == "a@b.org"
    assert found["location"]["byteRange"] == {"start": "3", "end": "10"}
    assert found["location"]["codepointRange"] == {"start": "2", "end": "9"}


def test_what_it_cannot_it_says(emulator: Any) -> None:
    item = {"table": {"headers": [{"name": "a"}]}}
    emulator.refused(501, "POST", f"/dlp/v2/{PLACE}/content:inspect", {"item": item})
