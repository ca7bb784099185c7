"""What an action on the account came to: its own read-back proves it, in whatever order."""

import copy
import itertools
from typing import Any
from urllib.parse import urlencode

import pytest

from console.floor.fold import fold
from console.floor.views import Attempt, Stage
from console.journal.record import Kind, Record
from tests.floor.build import Scribe, seen

APP = "78d335fa-323d-0114-9c3d-d6f0d48968cf"
URL = f"https://api.nexmo.com/v2/applications/{APP}"
UPDATE = "https://rest.nexmo.com/number/update"
NUMBERS = "https://rest.nexmo.com/account/numbers"
WANTED: dict[str, Any] = {
    "name": "Desk",
    "keys": {"public_key": "-----BEGIN PUBLIC KEY-----"},
    "capabilities": {
        "voice": {
            "webhooks": {"answer_url": {"address": "https://new.example/answer"}},
            "region": "eu-west",
        }
    },
}
SHOWN = {**WANTED, "id": APP, "_links": {}, "privacy": {"improve_ai": False}}


def with_status(record: Record, status: str) -> Record:
    """The record with its `status` column."""
    values = {name: getattr(record, name) for name in Record.__struct_fields__}
    return Record(**{**values, "status": status})


def application(*, status: int = 200, shown: Any = SHOWN, marked: bool = True) -> list[Record]:
    scribe = Scribe()
    scribe.asked("a", "application.webhooks", 0, application=APP)
    scribe.request("g", "GET", URL, 1, cause="a")
    scribe.response("g", "GET", URL, 20, body=SHOWN, cause="a", elapsed_ms=19)
    scribe.request("p", "PUT", URL, 21, body=WANTED, cause="a")
    refused = {"title": "Bad Request", "invalid_parameters": [{"name": "region", "reason": "no"}]}
    scribe.response(
        "p", "PUT", URL, 60, status=status, body=SHOWN if status == 200 else refused, cause="a"
    )
    if shown is not None:
        scribe.request("r", "GET", URL, 61, cause="a")
        answer = scribe.response("r", "GET", URL, 90, body=shown, cause="a", elapsed_ms=29)
        scribe.records[-1] = with_status(answer, "readback" if marked else "")
    return scribe.records


def only(records: list[Record]) -> Attempt:
    (attempt,) = fold(records).attempts()
    return attempt


def test_a_read_back_that_shows_it_proves_it() -> None:
    attempt = only(application())
    assert (attempt.stage, attempt.reason) == (Stage.PROVEN, "")
    assert attempt.accepted_ms is not None
    assert attempt.proven_ms is not None


@pytest.mark.parametrize("address", ["https://old.example/answer", ""])
def test_a_read_back_that_shows_something_else_proves_nothing(address: str) -> None:
    other = copy.deepcopy(SHOWN)
    other["capabilities"]["voice"]["webhooks"]["answer_url"]["address"] = address
    attempt = only(application(shown=other))
    assert attempt.stage is Stage.ACCEPTED
    assert "read-back of the account" in attempt.reason


def test_neither_the_answer_nor_what_was_read_before_is_a_proof() -> None:
    assert only(application(shown=None)).stage is Stage.ACCEPTED
    assert only(application(marked=False)).stage is Stage.ACCEPTED


def test_the_defaults_that_the_platform_fills_in_are_no_difference() -> None:
    told = copy.deepcopy(SHOWN)
    voice = told["capabilities"]["voice"]
    voice |= {"signed_callbacks": True, "conversations_ttl": 48, "leg_persistence_time": 2}
    voice["webhooks"]["answer_url"] |= {
        "http_method": "GET",
        "connect_timeout": 1000,
        "socket_timeout": 5000,
    }
    voice["webhooks"]["event_url"] = {"address": ""}
    assert only(application(shown=told)).stage is Stage.PROVEN


def test_a_refusal_fails_it_with_the_words_of_the_api() -> None:
    attempt = only(application(status=400, shown=None))
    assert (attempt.stage, attempt.reason) == (
        Stage.FAILED,
        "the API answered 400: Bad Request (region: no)",
    )


def test_no_order_of_the_records_matters() -> None:
    records = application()
    wanted = seen(fold(records))
    for order in itertools.permutations(records[3:]):
        assert seen(fold([*order, *records[:3]])) == wanted
    assert seen(fold([*records, *records])) == wanted


def number(app_id: str, shown: str) -> list[Record]:
    scribe = Scribe()
    scribe.asked("a", "number.link", 0, number="447700900001")
    form = urlencode({"country": "GB", "msisdn": "447700900001", "app_id": app_id})
    scribe.add(
        Kind.REST_REQUEST,
        5,
        exchange="p",
        raw=form.encode(),
        meta={"method": "POST", "url": UPDATE, "cause": "a"},
    )
    done = {"error-code": "200", "error-code-label": "success"}
    scribe.response("p", "POST", UPDATE, 30, body=done, cause="a")
    numbers = [
        {"country": "GB", "msisdn": "447700900001", "features": ["VOICE"], "app_id": shown},
        {"country": "GB", "msisdn": "4477009000012"},
    ]
    url = f"{NUMBERS}?pattern=447700900001"
    page = {"count": 2, "numbers": numbers}
    answer = scribe.response("r", "GET", url, 60, body=page, cause="a", elapsed_ms=20)
    scribe.records[-1] = with_status(answer, "readback")
    return scribe.records


@pytest.mark.parametrize("app_id", [APP, ""])
def test_a_link_is_proven_by_the_list_of_numbers(app_id: str) -> None:
    assert only(number(app_id, app_id)).stage is Stage.PROVEN
    assert only(number(app_id, "another")).stage is Stage.ACCEPTED


@pytest.mark.parametrize("raw", [b"", b"[", b"[]", b"{}", b'{"id":1}', b'{"numbers":[{}]}'])
def test_what_cannot_be_read_proves_nothing(raw: bytes) -> None:
    for records in (application(), number(APP, APP)):
        values = {name: getattr(records[-1], name) for name in Record.__struct_fields__}
        records[-1] = Record(**{**values, "raw": raw})
        assert only(records).stage is Stage.ACCEPTED
