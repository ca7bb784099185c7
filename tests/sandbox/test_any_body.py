import asyncio
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.sandbox.given import VIRTUAL, connected

NAMES = st.sampled_from(
    [
        *("to", "from", "ncco", "action", "type", "number", "uri", "text", "digits", "loop"),
        *("level", "stream_url", "event_url", "destination", "url", "endpoint", "capabilities"),
        *("name", "keys", "behaviour", "after", "steps", "drop", "seed", "advance", "headers"),
        *("voice", "webhooks", "answer_url", "address", "talk", "transfer", "ringing_timer"),
    ]
)
WORDS = st.sampled_from(
    ["phone", "sip", "talk", "connect", "transfer", "mute", "dtmf", "say", "447700900000", "", "x"]
)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | WORDS
    | st.text()
)
BODIES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)


@settings(
    max_examples=4,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.large_base_example, HealthCheck.data_too_large],
)
@given(st.lists(BODIES, min_size=12, max_size=12))
def test_no_body_is_answered_with_a_fault_of_ours(bodies: list[Any]) -> None:
    asyncio.run(send_all(bodies))


async def send_all(bodies: list[Any]) -> None:
    async with connected(VIRTUAL) as (caller, _app):
        leg = await caller.create()
        await caller.advance(1)
        for body in bodies:
            for method, path in (
                ("POST", "/v1/calls"),
                ("PUT", f"/v1/calls/{leg}"),
                ("PUT", f"/v1/calls/{leg}/talk"),
                ("PUT", f"/v1/calls/{leg}/stream"),
                ("PUT", f"/v1/calls/{leg}/dtmf"),
                ("PUT", f"/v1/calls/{leg}/input/dtmf"),
            ):
                answer = await caller.api(method, path, body)
                assert answer.status_code < 500, (method, path, body, answer.text)
            answer = await caller.account("POST", "/v2/applications", body)
            assert answer.status_code < 500, (body, answer.text)
            for method, path in (
                ("POST", "/calls"),
                ("POST", f"/calls/{leg}/far-end"),
                ("PUT", "/numbers/447700900000"),
                ("POST", "/faults"),
            ):
                answer = await caller.control(method, path, body)
                assert answer.status_code < 500, (method, path, body, answer.text)
        await caller.advance(60)
