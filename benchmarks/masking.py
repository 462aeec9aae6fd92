"""``python -m benchmarks.masking FILE``: how much of a labelled data set the masker finds.

The file is in the form of presidio-research's ``synth_dataset_v2.json``: texts with spans, each with its label.
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "functions"))

from mask.masker import Masker
from route.table import Masking

LABELS = {"CREDIT_CARD", "IBAN_CODE", "EMAIL_ADDRESS", "US_SSN", "IP_ADDRESS", "PHONE_NUMBER"}
LABELS |= {"PERSON", "STREET_ADDRESS", "GPE", "ORGANIZATION"}


def main(file: str) -> None:
    """Print of each label how many identifiers were found as a whole, and the processor's time a text."""
    texts = json.loads(Path(file).read_text(encoding="utf-8"))
    masker = Masker(
        Masking([], ["card", "iban", "email", "phone", "national-id", "ip"], ["US", "GB", "DE", "FR", "NL"])
    )
    for text in texts[:50]:
        masker.text(text["full_text"])
    there: Counter[str] = Counter()
    found: Counter[str] = Counter()
    started = time.process_time()
    places = [masker.places(text["full_text"]) for text in texts]
    spent = time.process_time() - started
    for text, masked in zip(texts, places, strict=True):
        for span in text["spans"]:
            label = span["entity_type"]
            there[label] += 1
            whole = any(first <= span["start_position"] and last >= span["end_position"] for first, last, _ in masked)
            found[label] += whole
    for label in sorted(LABELS & there.keys()):
        print(f"{label:15} {found[label]:4} of {there[label]:4}  {found[label] / there[label]:.3f}")
    length = sum(len(text["full_text"]) for text in texts) // len(texts)
    print(f"{spent / len(texts) * 1e6:.0f} us a text of {length} characters")


if __name__ == "__main__":
    main(sys.argv[1])
