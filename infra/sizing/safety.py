"""What is screened and masked, from the charter's data and masked fields."""

from __future__ import annotations

import re
from dataclasses import dataclass

from infra.sizing.names import service_agent
from lockgate.charter.model import Charter

# Sensitive Data Protection, "InfoType detector reference", 2026. A field that no detector fits is still found where
# its name stands before its value.
DETECTORS = (
    ("iban", "IBAN_CODE"),
    ("phone", "PHONE_NUMBER"),
    ("email", "EMAIL_ADDRESS"),
    ("birth", "DATE_OF_BIRTH"),
    ("address", "STREET_ADDRESS"),
    ("passport", "PASSPORT"),
    ("credit_card", "CREDIT_CARD_NUMBER"),
    ("name", "PERSON_NAME"),
)


@dataclass(frozen=True)
class Labelled:
    """A detector of our own: the value that stands after the field's name."""

    info_type: str
    pattern: str


@dataclass(frozen=True)
class SafetyArgs:
    """Arguments of the safety component. Without detectors nothing is masked."""

    project: str
    location: str
    template: str
    detectors: tuple[str, ...]
    labelled: tuple[Labelled, ...]
    vertex_agent: str


def size(charter: Charter) -> SafetyArgs:
    """Screening for every stack; masking of each field that the charter masks."""
    fields = charter.data.masked_fields
    return SafetyArgs(
        project=charter.cloud.project,
        location=charter.cloud.region,
        template=f"{charter.use_case.name}-screen",
        detectors=tuple(sorted({info_type for field in fields for info_type in detectors(field)})),
        labelled=tuple(Labelled(own_info_type(field), labelled_pattern(field)) for field in fields),
        vertex_agent=service_agent(charter, "gcp-sa-aiplatform"),
    )


def detectors(field: str) -> list[str]:
    """Google's own detectors of what a field of this name holds."""
    spelt = own_info_type(field).lower()
    return [info_type for word, info_type in DETECTORS if word in spelt]


def own_info_type(field: str) -> str:
    """The field's name as a custom infoType spells it: capitals, digits and underscores."""
    return re.sub(r"[^A-Z0-9]+", "_", field.upper()).strip("_")


def labelled_pattern(field: str) -> str:
    """RE2 for the field's name, in any spelling, and the value after it, which is the first group."""
    words = [re.escape(word) for word in re.findall(r"[A-Za-z0-9]+", field)]
    return rf"(?i)\b{'[ _-]?'.join(words)}\b[\"']?\s*[:=]\s*[\"']?([^\s\"',;}}][^\"',;}}\n]*)"
