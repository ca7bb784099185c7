"""A record as it is shown: what does not fit in a webhook is named."""

import json
from collections.abc import Sequence
from typing import Any

import pytest
from rich.console import Console
from rich.style import Style

from console.journal.record import Kind, Record
from console.ladder.effects import Effect
from console.tui.screens.record import record_view
from tests.journal.given import event
from tests.voice.reference_webhooks import WEBHOOKS


def shown(raw: bytes, **changes: Any) -> str:
    new = event(raw=raw, **changes)
    values = {name: getattr(new, name) for name in new.__struct_fields__}
    return drawn(Record(seq=1, session="s", **values))


def drawn(record: Record, effects: Sequence[Effect] = (), width: int = 100) -> str:
    console = Console(width=width, color_system=None)
    with console.capture() as said:
        console.print(record_view(record, Style(), effects))
    return "\n".join(line.rstrip() for line in said.get().split("\n"))


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


def test_values_stay_in_their_column_and_moments_are_clock_times() -> None:
    new = event(raw=b"{}", meta={"url": "https://example.com/" + "x" * 60})
    values = {name: getattr(new, name) for name in new.__struct_fields__}
    effects = (
        Effect("leg", "63f61863", "ended_ms", "", "1740819538328"),
        Effect("leg", "63f61863", "duration_s", "", "75"),
        Effect("leg", "63f61863", "appeared", "", "1 → 2"),
    )
    text = drawn(Record(seq=1, session="s", **values), effects, width=50)
    assert f"          url  https://example.com/{'x' * 15}\n               {'x' * 35}\n" in text
    assert "      changed  leg 63f61863: ended — →\n               08:58:58.328\n" in text
    assert "               leg 63f61863: duration — → 01:15\n" in text
    assert "               leg 63f61863 appeared: 1 → 2\n" in text
