"""A record as it is shown: what does not fit in a webhook is named."""

import json
from typing import Any

import pytest
from rich.style import Style

from console.journal.record import Kind, Record
from console.tui.screens.record import record_text
from tests.journal.given import event
from tests.voice.reference_webhooks import WEBHOOKS


def shown(raw: bytes, **changes: Any) -> str:
    new = event(raw=raw, **changes)
    values = {name: getattr(new, name) for name in new.__slots__}
    return record_text(Record(seq=1, session="s", **values), Style()).plain


@pytest.mark.parametrize("kind", WEBHOOKS)
def test_a_webhook_as_documented_has_no_defect(kind: str) -> None:
    assert "defect" not in shown(json.dumps(WEBHOOKS[kind]).encode())


def test_defects_are_lines_with_path_and_reason() -> None:
    body = WEBHOOKS["failed"] | {"sip_code": "\x1b[2J", "timestamp": None}
    text = shown(json.dumps(body).encode())
    assert "defect  sip_code: must be a whole number\n" in text
    assert "defect  timestamp: is missing\n" in text
    assert "\x1b" not in text
    assert "defect  the body is not JSON" in shown(b"{")


def test_what_is_no_webhook_is_not_looked_at() -> None:
    assert "defect" not in shown(b"{", kind=Kind.REST_RESPONSE)
