"""Which replies count, which are asked for again, and which may steer the call (5.1, 5.4)."""

from dataclasses import replace

import pytest

from console.sandbox.engine.inputs import WebhookAnswered
from console.sandbox.engine.settings import WebhookTarget
from tests.sandbox.engine.playbook import APP, OURS, SETTINGS, Play, run

REPEATED = (429, 502, 503, 504)


def play(*lines: str, start: Play | None = None) -> Play:
    start = start or Play()
    run(list(lines), start)
    return start


@pytest.mark.conforms("5.4", "429, 502, 503 and 504 are tried again, for questions and events")
@pytest.mark.conforms("11.2", "a webhook is repeated once for 429, 502, 503, 504 (31)")
@pytest.mark.conforms("B", "502 is among the codes that are tried again")
@pytest.mark.parametrize("status", REPEATED)
def test_what_is_asked_for_again(status: int) -> None:
    found = play(
        ">> 0 inbound 447700900123",
        f">> 1 reply event:started {status}",
        f">> 1 reply answer {status}",
    )
    assert [hook.attempt for hook in found.sent("answer")] == [1, 2]
    started = [hook for hook in found.sent("event") if hook.payload["status"] == "started"]
    assert [hook.attempt for hook in started] == [1, 2]
    assert started[0].payload == started[1].payload
    run([f">> 2 reply answer {status}"], found)
    assert len(found.sent("answer")) == 2


@pytest.mark.conforms("5.4", "no other status is tried again")
@pytest.mark.parametrize("status", [206, 301, 302, 400, 401, 403, 404, 408, 410, 500, 501, 505])
def test_what_is_not_asked_for_again(status: int) -> None:
    found = play(
        ">> 0 inbound 447700900123",
        f">> 1 reply event:started {status}",
        f">> 1 reply answer {status}",
    )
    assert {hook.attempt for hook in found.sent()} == {1}
    assert found.statuses(found.id("L1"))[-1] == "completed"


@pytest.mark.conforms("5.4", "200 to 205 are successes")
@pytest.mark.parametrize("status", range(200, 206))
def test_what_is_a_success(status: int) -> None:
    found = play(
        ">> 0 inbound 447700900123",
        f">> 1 reply event:started {status}",
        f'>> 1 reply answer {status} [{{"action":"wait","timeout":9}}]',
    )
    assert {hook.attempt for hook in found.sent()} == {1}
    assert found.leg("L1")["status"] == "answered"


@pytest.mark.conforms(
    "5.1", "timeout, failed, rejected, unanswered and busy of a synchronous connect take an NCCO"
)
@pytest.mark.parametrize(
    ("number", "status"),
    [
        ("99900060000", "timeout"),
        ("99900070000", "failed"),
        ("99900030000", "rejected"),
        ("99900040000", "unanswered"),
        ("99900020000", "busy"),
    ],
)
def test_failures_that_may_be_replied_to(number: str, status: str) -> None:
    connect = (
        f'{{"action":"connect","from":"{OURS}","timeout":5,"eventType":"synchronous",'
        f'"endpoint":[{{"type":"phone","number":"{number}"}}]}}'
    )
    found = play(
        ">> 0 inbound 447700900123",
        f'>> 0 reply answer 200 [{connect},{{"action":"talk","text":"never"}}]',
        f'>> 9 reply event:{status} 200 [{{"action":"talk","text":"Sorry"}}]',
        ">> 20 wait",
    )
    assert [item["text"] for item in found.leg("L1")["heard"]] == ["Sorry"]


@pytest.mark.conforms("5.1", "a reply to an event of a connect without eventType is ignored")
def test_a_reply_to_a_plain_event_is_ignored() -> None:
    connect = (
        f'{{"action":"connect","from":"{OURS}",'
        f'"endpoint":[{{"type":"phone","number":"99900020000"}}]}}'
    )
    found = play(
        ">> 0 inbound 447700900123",
        f'>> 0 reply answer 200 [{connect},{{"action":"wait","timeout":9}}]',
        '>> 2 reply event:busy 200 [{"action":"talk","text":"never"}]',
        ">> 5 wait",
    )
    assert found.leg("L1")["heard"] == []


@pytest.mark.conforms("5.4", "each webhook has its own connect and socket timeout")
@pytest.mark.conforms("5.5", "the fallback has the method and the timeouts of its own webhook")
def test_timeouts_and_method_of_each_webhook() -> None:
    answer = WebhookTarget(f"{APP}/answer", "POST", 300, 1000)
    fallback = WebhookTarget(f"{APP}/fallback", "POST", 500, 2000)
    found = Play(replace(SETTINGS, answer=answer, fallback=fallback))
    play(">> 0 inbound 447700900123", ">> 1 reply answer 500", start=found)
    sent = {
        hook.purpose: (hook.method, hook.connect_timeout_ms, hook.read_timeout_ms)
        for hook in found.sent()
    }
    assert sent["answer"] == ("POST", 300, 1000)
    assert sent["fallback"] == ("POST", 500, 2000)


@pytest.mark.conforms("5.3", "a content type of JSON with a charset is taken")
def test_json_with_a_charset_is_json() -> None:
    found = play(">> 0 inbound 447700900123")
    (asked,) = found.sent("answer")
    body = b'[{"action":"wait","timeout":9}]'
    found.give(WebhookAnswered(asked.delivery, 200, "application/json; charset=utf-8", body))
    assert found.leg("L1")["status"] == "answered"


@pytest.mark.conforms("5.3", "XML and a missing content type are refused")
@pytest.mark.parametrize("content_type", ["application/xml", "text/xml", "text/plain", ""])
def test_an_ncco_of_another_type_is_refused(content_type: str) -> None:
    found = play(">> 0 inbound 447700900123")
    (asked,) = found.sent("answer")
    found.give(WebhookAnswered(asked.delivery, 200, content_type, b"[]"))
    assert "content type" in found.sent("error")[0].payload["reason"]
    assert found.leg("L1")["status"] == "completed"
