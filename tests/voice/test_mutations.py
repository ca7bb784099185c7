"""100,000 changed webhooks and 20,000 changed NCCOs: nothing raises, each defect has its path."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlencode

import pytest

from console.journal.sqlite import SqliteJournal
from console.voice.defects import Defect
from console.voice.ncco import NccoError, decode_ncco, parse_ncco, to_wire
from console.voice.ncco_lint import RULES, Severity, lint_ncco
from console.voice.webhook_defects import webhook_defects
from console.voice.webhooks import (
    StatusEvent,
    Unreadable,
    Webhook,
    name,
    parse_body,
    parse_query,
)
from tests.fake_clock import FakeClock
from tests.journal.given import event
from tests.voice.mutation import at, changed, copy, encoded, places
from tests.voice.reference_nccos import NCCOS
from tests.voice.reference_webhooks import WEBHOOKS
from tests.voice.strategies import NCCO_FIELDS, WEBHOOK_FIELDS
from tests.voice.test_webhooks_fuzz import NAMES

SEED = 20250301
BODIES, SCRIPTS, BATCH = 100_000, 20_000, 2_000
REFERENCE = list(WEBHOOKS.values())
_STEP = re.compile(r"\[([0-9]+)\]|\.?([^.\[\]]+)")
STATUS_TEXTS = ("from", "to", "direction", "detail", "sub_state", "duration", "rate", "price")


def body(rng: Random) -> bytes:
    new = changed(rng.choice(REFERENCE), WEBHOOK_FIELDS, rng)
    return query(new) if rng.random() < 0.2 and isinstance(new, dict) else encoded(new, rng)


def query(payload: dict[str, Any]) -> bytes:
    """The form of a GET webhook; ours refuses what is no JSON, such as NaN."""
    texts = {k: v if isinstance(v, str) else json.dumps(v) for k, v in payload.items()}
    return urlencode(texts, errors="replace").encode()


def resolves(value: Any, path: str) -> bool:
    """Tell whether a path leads to something in a JSON value."""
    for index, member in _STEP.findall(path):
        try:
            value = value[int(index)] if index else value[member]
        except (KeyError, IndexError, TypeError):
            return False
    return True


def parent_of(path: str) -> str:
    last = list(_STEP.finditer(path))[-1]
    return path[: last.start()]


def check_webhook(raw: bytes, webhook: Webhook) -> None:
    assert name(webhook) in NAMES
    defects = webhook_defects(webhook)
    assert all(defect.reason for defect in defects)
    if isinstance(webhook, Unreadable):
        assert len(defects) == 1
        return
    for defect in defects:
        if defect.kind == "missing":
            assert defect.path
        else:
            assert resolves(dict(webhook.extra), defect.path)
    if isinstance(webhook, StatusEvent):
        named = {defect.path for defect in defects}
        for field in STATUS_TEXTS:
            if isinstance(webhook.extra.get(field), list | dict | bool):
                assert field in named, raw


def check_kept(raw: bytes, webhook: Webhook) -> None:
    """What is still in `extra` is as it came: nothing that could not be read is lost."""
    if isinstance(webhook, Unreadable) and not webhook.extra:
        return
    came = json.loads(raw)
    for field, value in webhook.extra.items():
        whole = came[field]
        if isinstance(value, dict) and isinstance(whole, dict):
            assert value.items() <= whole.items() or all(whole[k] == v for k, v in value.items())
        else:
            assert value == whole


@pytest.mark.slow
@pytest.mark.timeout(240)
async def test_changed_webhooks_are_read_named_and_kept(tmp_path: Path) -> None:
    rng = Random(SEED)
    journal = SqliteJournal.open(
        tmp_path / "x.journal", clock=FakeClock(), context="c", version="1"
    )
    unreadable = 0
    sent: list[bytes] = []
    for _ in range(BODIES // BATCH):
        batch = [body(rng) for _ in range(BATCH)]
        for raw in batch:
            webhook = parse_body(raw)
            check_webhook(raw, webhook)
            check_kept(raw, webhook)
            check_webhook(raw, parse_query(raw))
            unreadable += isinstance(webhook, Unreadable)
        sent += batch
        await journal.append(*(event(i, raw=raw, leg=None) for i, raw in enumerate(batch)))
    assert BODIES / 10 < unreadable < BODIES * 0.7, "both sorts were tried"
    kept = [record.raw async for record in journal.read() if record.kind == event().kind]
    await journal.close()
    assert kept == sent


def check_defects(value: Any, defects: tuple[Defect, ...]) -> None:
    assert defects
    for defect in defects:
        assert defect.reason
        assert resolves(value, defect.path) or resolves(value, parent_of(defect.path)), defect


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_changed_nccos_are_read_and_their_defects_named() -> None:
    rng = Random(SEED)
    good = 0
    for _ in range(SCRIPTS):
        raw = encoded(changed(rng.choice(NCCOS), NCCO_FIELDS, rng), rng)
        defects: tuple[Defect, ...] = ()
        try:
            ncco = decode_ncco(raw)
        except NccoError as error:
            defects = error.defects
        else:
            good += 1
            assert parse_ncco(to_wire(ncco)) == ncco
        if defects and defects[0].kind != "json":
            check_defects(json.loads(raw), defects)
        check_findings(raw, defects)
    assert SCRIPTS / 10 < good < SCRIPTS * 0.9, "both sorts were tried"


def check_findings(raw: bytes, defects: tuple[Defect, ...]) -> None:
    findings = lint_ncco(raw)
    errors = {one.path for one in findings if one.severity is Severity.ERROR}
    assert {defect.path for defect in defects} <= errors
    lines = raw.decode(errors="replace").splitlines() or [""]
    for one in findings:
        assert one.rule in RULES
        assert one.next_step
        assert 1 <= one.place.line <= len(lines) + 1


def scalars(value: Any) -> Iterator[tuple[Any, ...]]:
    """Every option of a script that holds no object and no array, and is not free."""
    free = {"payload", "headers", "providerOptions", "unknown"}
    for place in places(value):
        if not free & set(place) and not isinstance(at(value, place), list | dict):
            yield place


def path_of(place: tuple[Any, ...]) -> str:
    path = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in place)
    return path.removeprefix(".")


@pytest.mark.conforms(
    "6.1", "a value of the wrong type makes the whole NCCO invalid, at any option"
)
@pytest.mark.parametrize("ncco", NCCOS)
def test_an_object_in_the_place_of_any_option_is_named_by_its_path(ncco: Any) -> None:
    parse_ncco(ncco)
    for place in scalars(ncco):
        wrong = copy(ncco)
        at(wrong, place[:-1])[place[-1]] = {"x": 1}
        with pytest.raises(NccoError) as caught:
            parse_ncco(wrong)
        paths = [defect.path for defect in caught.value.defects]
        wanted = path_of(place)
        assert any(path == wanted or wanted.startswith(f"{path}[") for path in paths), wanted
