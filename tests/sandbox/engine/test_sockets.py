"""Legs that are WebSockets, and the end of all sound."""

import pytest

from console.sandbox.engine.effects import (
    CloseLine,
    CloseSocket,
    Hearing,
    OpenLine,
    OpenSocket,
    StopSound,
)
from console.sandbox.engine.inputs import (
    Reset,
    SocketClosed,
    SocketOpened,
    SocketRefused,
)
from console.voice.webhooks import name, parse_body
from console.voice.wire import encode_json
from tests.sandbox.engine.listening import BRIDGE, SOCKET, did, hearing, inbound, play


def test_a_socket_is_opened_with_what_the_first_frame_needs() -> None:
    start = inbound(f'{{"action":"connect","from":"442079460000","endpoint":[{SOCKET}]}}')
    play(">> 0.5 wait", start)
    (asked,) = did(start, OpenSocket)
    assert asked.leg == start.id("L2")
    assert (asked.endpoint.uri, asked.endpoint.headers) == ("wss://app.test/ws", {"k": "v"})
    assert (asked.caller_id, asked.language) == ("442079460000", "en-US")
    assert OpenLine(asked.leg) not in did(start, OpenLine)
    play(">> 1 opens L2", start)
    assert did(start, OpenLine)[-1] == OpenLine(asked.leg)
    assert hearing(start) == {"L1": {"L2"}, "L2": {"L1"}, "tape": {"L1", "L2"}}


@pytest.mark.conforms("7.4", "headers are in every event of a WebSocket leg")
def test_disconnected_to_the_field() -> None:
    start = inbound(f'{{"action":"connect","from":"442079460000","endpoint":[{SOCKET}]}}')
    play(">> 1 opens L2\n>> 5 closes L2", start)
    hook = next(one for one in start.sent("event") if one.payload["status"] == "disconnected")
    assert hook.payload == {
        "headers": {"k": "v"},
        "from": "442079460000",
        "to": "wss://app.test/ws",
        "uuid": start.id("L2"),
        "conversation_uuid": start.leg("L2")["conversation_uuid"],
        "status": "disconnected",
        "timestamp": "2025-03-01T09:00:05.000Z",
    }
    read = parse_body(encode_json(dict(hook.payload)))
    assert name(read) == "disconnected"
    play(">> 6 reply event:disconnected 200", start)
    told = [one.payload for one in start.sent("event") if one.payload["uuid"] == start.id("L2")]
    assert [one["status"] for one in told] == [
        "started",
        "ringing",
        "answered",
        "disconnected",
        "completed",
    ]
    assert all(one["headers"] == {"k": "v"} for one in told)


def test_news_of_a_socket_that_is_not_there_is_dropped() -> None:
    start = inbound(f'{{"action":"connect","endpoint":[{SOCKET}]}}')
    play(">> 1 opens L2", start)
    leg, engine, now = start.id("L2"), start.engine, start.now_ms
    for late in (SocketOpened(leg), SocketRefused(leg, "failed", "x"), SocketClosed("nobody")):
        assert engine.handle(now, late) == []
    play(">> 2 hangup L2", start)
    assert did(start, CloseSocket) == [CloseSocket(leg)]
    assert engine.handle(start.now_ms, SocketClosed(leg)) == []


def test_reset_ends_all_sound() -> None:
    start = play(BRIDGE)
    record = '{"action":"record","beepStart":true}'
    connect = f'{{"action":"connect","endpoint":[{SOCKET}]}}'
    play(
        f"""
        >> 2 talk-loop L1 Hello.
        >> 2 dtmf L2 123456
        >> 2 inbound 447700900124
        >> 2 reply answer 200 [{record},{connect}]
        >> 2.1 opens L4
        >> 2.2 stream L3 http://app.test/a.mp3
        """,
        start,
    )
    opened = {one.leg for one in did(start, OpenLine)}
    effects = start.give(Reset())
    assert {one.leg for one in effects if isinstance(one, CloseLine)} == opened
    assert [one.leg for one in effects if isinstance(one, CloseSocket)] == [start.id("L4")]
    stopped = [one.sound for one in effects if isinstance(one, StopSound)]
    assert len(stopped) == len(set(stopped)) == 4
    silent = [one.rows for one in effects if isinstance(one, Hearing)]
    assert silent
    assert all(rows == ((rows[0][0], frozenset()),) for rows in silent)
    assert not start.timers()
    assert start.engine.counts()["legs"] == start.engine.counts()["conversations"] == 0
