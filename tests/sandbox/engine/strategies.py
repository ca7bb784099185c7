"""What apps, callers and far ends may do to an engine, drawn at random."""

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from console.sandbox.engine.inputs import (
    FarEndAnswer,
    FarEndDtmf,
    FarEndHangup,
    FarEndPlay,
    FarEndReject,
    FarEndSay,
    Input,
    ModifyCall,
    SendDtmf,
    StartStream,
    StartTalk,
    StopStream,
    StopTalk,
    SubscribeDtmf,
    TransferCall,
)
from console.voice.calls import LEG_ACTIONS, StreamRequest, TalkRequest
from tests.sandbox.engine.playbook import APP, OURS

URL = f"{APP}/action"
FAR_ENDS = st.sampled_from(
    ["447700900001", "14155550123", "447700900002", "447700900003"]
    + [f"99900{kind:02d}0000" for kind in (2, 6, 7, 10, 12, 14, 15)]
)
SOCKET = {"type": "websocket", "uri": "wss://app.test/ws", "content-type": "audio/l16;rate=16000"}
ANSWERING = st.sampled_from(["447700900001", "447700900002", "99900120000", "99900130000"])
ROOMS = st.sampled_from(["red", "blue"])


def _with(action: str, **options: Any) -> st.SearchStrategy[dict[str, Any]]:
    given_options = {
        name: value if isinstance(value, st.SearchStrategy) else st.just(value)
        for name, value in options.items()
    }
    return st.fixed_dictionaries({"action": st.just(action)} | given_options)


BOOLEAN = st.booleans()
LOOP = st.integers(0, 2)
ACTIONS = st.one_of(
    _with("talk", text="hello", loop=LOOP),
    _with("stream", streamUrl=[f"{APP}/a.mp3"], loop=LOOP),
    _with("wait", timeout=st.sampled_from([0.1, 5])),
    _with("notify", payload={"a": 1}, eventUrl=[URL]),
    _with("record", beepStart=BOOLEAN, transcription={}),
    _with("record", endOnKey="#", endOnSilence=3, timeOut=9),
    _with("input", type=["dtmf"], dtmf=st.fixed_dictionaries({"maxDigits": st.integers(1, 3)})),
    _with("input", type=st.sampled_from([["speech"], ["dtmf", "speech"]])),
    _with("input", type=["dtmf"], mode="asynchronous", eventUrl=[URL]),
    _with("conversation", name=ROOMS, startOnEnter=BOOLEAN, endOnExit=BOOLEAN, record=BOOLEAN),
    _with("conversation", name=ROOMS, musicOnHoldUrl=[f"{APP}/moh.mp3"], startOnEnter=False),
    st.builds(
        lambda number, synchronous, whisper: (
            {
                "action": "connect",
                "from": OURS,
                "timeout": 9,
                "limit": 30,
                "endpoint": [
                    SOCKET
                    if number == "socket"
                    else {"type": "phone", "number": number, "dtmfAnswer": "1p2"}
                    | ({"onAnswer": {"url": f"{APP}/whisper"}} if whisper else {})
                ],
            }
            | ({"eventType": "synchronous"} if synchronous else {})
        ),
        st.one_of(FAR_ENDS, st.just("socket")),
        BOOLEAN,
        BOOLEAN,
    ),
)
BARGE_IN = st.just(
    [
        {"action": "talk", "text": "press a key", "bargeIn": True},
        {"action": "input", "type": ["dtmf", "speech"], "dtmf": {"maxDigits": 2}},
    ]
)
NCCOS = st.one_of(st.lists(ACTIONS, min_size=1, max_size=4), BARGE_IN, st.just([]))


DETECTIONS: st.SearchStrategy[dict[str, Any]] = st.one_of(
    st.just({}),
    st.just({"machine_detection": "hangup"}),
    st.fixed_dictionaries(
        {
            "advanced_machine_detection": st.fixed_dictionaries(
                {
                    "mode": st.sampled_from(["default", "detect", "detect_beep"]),
                    "behavior": st.sampled_from(["continue", "hangup"]),
                }
            )
        }
    ),
)
REQUESTS: dict[str, Callable[[str], Input]] = {
    action: lambda leg, action=action: ModifyCall(leg, action) for action in LEG_ACTIONS
} | {
    "transfer": lambda leg: TransferCall(leg, url=f"{APP}/next"),
    "talk": lambda leg: StartTalk(leg, TalkRequest(text="hello", loop=0)),
    "stop talk": StopTalk,
    "stream": lambda leg: StartStream(leg, StreamRequest(url=f"{APP}/b.mp3")),
    "stop stream": StopStream,
    "dtmf": lambda leg: SendDtmf(leg, "1p2"),
    "subscribe": lambda leg: SubscribeDtmf(leg, URL),
    "picks up": FarEndAnswer,
    "declines": FarEndReject,
    "leaves": FarEndHangup,
    "says": lambda leg: FarEndSay(leg, "hello there"),
    "plays": lambda leg: FarEndPlay(leg, "/2000.wav"),
    "presses 1#": lambda leg: FarEndDtmf(leg, "1#"),
    "presses 23": lambda leg: FarEndDtmf(leg, "23"),
}
