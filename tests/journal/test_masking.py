import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.journal.masking import mask_query, masked, protect
from console.journal.record import Kind, NewRecord
from console.journal.sqlite import SqliteJournal
from tests.fake_clock import FakeClock
from tests.journal.given import event

PIN = "90210473"


def body(value: Any) -> bytes:
    return json.dumps(value).encode()


def webhook(kind: Kind = Kind.INPUT, **changes: Any) -> NewRecord:
    return event(kind=kind, **changes)


CASES = {
    "input": webhook(raw=body({"dtmf": {"digits": PIN, "timed_out": False}, "uuid": "u"})),
    "input on the event URL": webhook(Kind.EVENT, raw=body({"dtmf": {"digits": PIN}})),
    "input of old": webhook(raw=body({"dtmf": PIN, "timed_out": True})),
    "number": webhook(raw=body({"dtmf": {"digits": int(PIN)}})),
    "list": webhook(raw=body({"dtmf": {"digits": [PIN]}})),
    "repeated key": webhook(raw=b'{"dtmf":{"digits":"%s"},"dtmf":{"digits":""}}' % PIN.encode()),
    "escaped key": webhook(raw=b'{"\\u0064tmf":{"\\u0064igits":"%s"}}' % PIN.encode()),
    "unreadable": webhook(raw=b'{"dtmf":{"digits":"%s"' % PIN.encode()),
    "no UTF-8": webhook(raw=b'\xff{"dtmf":{"digits":"%s"}}' % PIN.encode()),
    "bomb": webhook(raw=b'{"dtmf":"%s","x":' % PIN.encode() + b"[" * 20_000),
    "get": webhook(
        raw=b"dtmf=%7B%22digits%22:%22" + PIN.encode() + b"%22%7D&uuid=u",
        meta={"method": "GET", "query": f"dtmf=%7B%22digits%22:%22{PIN}%22%7D&uuid=u"},
    ),
    "get of old": webhook(raw=b"dtmf=%s" % PIN.encode(), meta={"method": "GET"}),
    "get, broken": webhook(raw=b"dtmf=%%7B%s" % PIN.encode(), meta={"method": "GET"}),
    "post with a query": webhook(raw=b"{}", meta={"method": "POST", "query": f"dtmf={PIN}"}),
    "dtmf sent": event(kind=Kind.REST_REQUEST, raw=body({"digits": PIN})),
    "create": event(
        kind=Kind.REST_REQUEST, raw=body({"to": [{"type": "phone", "dtmfAnswer": PIN}]})
    ),
    "asked": event(
        kind=Kind.ACTION_ASKED, raw=b"", meta={"action": "leg.dtmf", "args": {"digits": PIN}}
    ),
    "read-back": event(
        kind=Kind.REST_RESPONSE,
        raw=body({"pressed": PIN, "heard": [{"kind": "dtmf", "digits": PIN, "at": "x"}]}),
    ),
    "forwarded": event(
        kind=Kind.FORWARD_REQUEST, raw=b"", meta={"url": f"http://app/answer?a=1&dtmf={PIN}"}
    ),
    "answered": event(
        kind=Kind.REPLY,
        raw=body([{"action": "connect", "endpoint": [{"type": "phone", "dtmfAnswer": PIN}]}]),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_digits_are_replaced_before_storing(case: str) -> None:
    kept = protect(CASES[case], mask_digits=True)
    assert PIN.encode() not in kept.raw
    assert PIN not in json.dumps(dict(kept.meta))
    assert kept.raw == CASES[case].raw or kept.meta["masked"] is True


@pytest.mark.parametrize("case", CASES)
def test_without_the_switch_everything_is_kept_byte_for_byte(case: str) -> None:
    kept = protect(CASES[case], mask_digits=False)
    assert kept is CASES[case]


def test_the_rest_of_a_masked_webhook_stays() -> None:
    kept = protect(CASES["input"], mask_digits=True)
    assert json.loads(kept.raw) == {
        "dtmf": {"digits": "[8 digits]", "timed_out": False},
        "uuid": "u",
    }
    assert kept.meta["masked"] is True


def test_what_has_no_digits_is_not_touched() -> None:
    plain = event(raw=b'{ "status":"ringing",  "to":"447700900001" }')
    assert protect(plain, mask_digits=True) is plain
    assert mask_query("to=447700900001&x=%7b%7d") == "to=447700900001&x=%7b%7d"


@pytest.mark.parametrize(
    ("digits", "shown"), [("", ""), ("7", "[1 digit]"), ("12#", "[3 digits]"), ("[3 digits]",) * 2]
)
def test_the_count_stands_for_the_digits(digits: str, shown: str) -> None:
    assert masked(digits) == shown


@given(st.text("0123456789*#", min_size=4, max_size=12), st.booleans())
def test_no_shape_of_an_input_lets_digits_through(digits: str, legacy: bool) -> None:
    value = {"dtmf": digits if legacy else {"digits": digits, "timed_out": True}}
    kept = protect(webhook(raw=body(value), meta={"method": "POST"}), mask_digits=True)
    assert digits.encode() not in kept.raw


@pytest.mark.parametrize("mask_digits", [True, False])
def test_credentials_never_enter(mask_digits: bool) -> None:
    headers = {
        "authorization": "Bearer topsecret",
        "Cookie": "a=topsecret",
        "x-api-key": "topsecret",
        "X-My-Token": "topsecret",
        "content-type": "application/json",
    }
    kept = protect(event(meta={"headers": headers}), mask_digits=mask_digits)
    assert kept.meta["headers"] == {"content-type": "application/json"}


def contents(folder: Path) -> list[bytes]:
    return [file.read_bytes() for file in folder.iterdir()]


async def test_digits_and_tokens_are_not_in_the_bytes_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "masked.journal"
    journal = SqliteJournal.open(
        path, clock=FakeClock(), context="c", version="1", mask_digits=True
    )
    await journal.append(*CASES.values())
    await journal.append(event(meta={"headers": {"authorization": "Bearer eyJtopsecret"}}))
    written = contents(tmp_path)
    await journal.close()
    written += contents(tmp_path)
    for content in written:
        assert PIN.encode() not in content
        assert b"topsecret" not in content
    assert any(b"[8 digits]" in content for content in written)


@pytest.mark.parametrize("end", ["-----END RSA PRIVATE KEY-----", ""])
def test_a_private_key_never_enters_the_journal(end: str) -> None:
    pem = f"-----BEGIN RSA PRIVATE KEY-----\nMIIEverysecret\n{end}"
    made = body({"keys": {"public_key": "-----BEGIN PUBLIC KEY-----", "private_key": pem}})
    kept = protect(event(kind=Kind.REST_RESPONSE, raw=made), mask_digits=False)
    assert b"secret" not in kept.raw
    assert b'"private_key": "***' in kept.raw
    assert b"BEGIN PUBLIC KEY" in kept.raw
