"""Scripts with every action and every option, and those of the building blocks (6, 12)."""

from typing import Any

from tests.voice.test_ncco import GOOD

URL = "https://app.example.com/x"
D, N = "447700900000", "442079460000"
PHONE = {"type": "phone", "number": D}

BLOCKS: list[list[dict[str, Any]]] = [
    [{"action": "talk", "text": "You called from 4 4 7", "language": "en-GB", "style": 3}],
    [{"action": "connect", "from": N, "endpoint": [PHONE]}],
    [{"action": "talk", "text": "Welcome"}, {"action": "conversation", "name": "room"}],
    [
        {"action": "talk", "text": "Press a key", "bargeIn": True},
        {
            "action": "input",
            "type": ["dtmf"],
            "dtmf": {"timeOut": 5, "maxDigits": 1, "submitOnHash": True},
            "eventUrl": [URL],
        },
    ],
    [
        {"action": "talk", "text": "Say a name"},
        {
            "action": "input",
            "type": ["dtmf", "speech"],
            "dtmf": {},
            "speech": {
                "uuid": ["leg"],
                "endOnSilence": 1,
                "language": "en-US",
                "context": ["billing", "sales"],
                "startTimeout": 5,
                "maxDuration": 30,
                "saveAudio": True,
                "sensitivity": 80,
                "provider": "google",
                "providerOptions": {"x": 1},
            },
            "eventUrl": [URL],
            "eventMethod": "POST",
        },
    ],
    [
        {"action": "record", "eventUrl": [URL], "transcription": {"sentimentAnalysis": True}},
        {"action": "connect", "from": N, "endpoint": [PHONE]},
    ],
    [
        {"action": "talk", "text": "Leave a message"},
        {
            "action": "record",
            "format": "wav",
            "split": "conversation",
            "channels": 2,
            "endOnSilence": 3,
            "endOnKey": "#",
            "timeOut": 60,
            "beepStart": True,
            "eventUrl": [URL],
            "eventMethod": "GET",
            "transcription": {
                "language": "en-US",
                "eventUrl": [URL],
                "eventMethod": "POST",
                "sentimentAnalysis": False,
            },
        },
        {"action": "talk", "text": "Thank you"},
    ],
    [
        {"action": "talk", "text": "One"},
        {"action": "notify", "payload": {"foo": "bar"}, "eventUrl": [URL], "eventMethod": "POST"},
        {"action": "talk", "text": "Never"},
    ],
    [
        {
            "action": "connect",
            "timeout": 5,
            "limit": 600,
            "eventType": "synchronous",
            "eventUrl": [URL],
            "eventMethod": "GET",
            "randomFromNumber": True,
            "advancedMachineDetection": {
                "behavior": "continue",
                "mode": "detect_beep",
                "beep_timeout": 60,
            },
            "machineDetection": "continue",
            "ringbackTone": URL,
            "endpoint": [
                PHONE
                | {
                    "dtmfAnswer": "1p2#",
                    "shaken": "token;info=x",
                    "onAnswer": {"url": URL, "ringbackTone": URL, "ringback": URL},
                }
            ],
        }
    ],
    [
        {"action": "input", "type": ["dtmf"], "mode": "asynchronous", "eventUrl": [URL]},
        {
            "action": "conversation",
            "name": "room",
            "musicOnHoldUrl": [URL],
            "startOnEnter": False,
            "endOnExit": True,
            "record": True,
            "canSpeak": ["a"],
            "canHear": ["a", "b"],
            "mute": False,
            "transcription": {},
            "eventUrl": [URL],
            "eventMethod": "POST",
        },
    ],
    [
        {
            "action": "connect",
            "endpoint": [
                {
                    "type": "websocket",
                    "uri": "wss://app.example.com/ws",
                    "content-type": "audio/l16;rate=16000",
                    "headers": {"caller": D},
                    "authorization": {"type": "custom", "value": "Bearer x"},
                }
            ],
        }
    ],
    [
        {
            "action": "connect",
            "endpoint": [
                {
                    "type": "sip",
                    "uri": "sip:a@example.com",
                    "headers": {"id": "7"},
                    "standardHeaders": {"User-to-User": "12;encoding=hex"},
                }
            ],
        },
        {
            "action": "connect",
            "endpoint": [{"type": "sip", "domain": "trunk", "user": "alice"}],
        },
        {"action": "connect", "endpoint": [{"type": "app", "user": "alice"}]},
        {"action": "connect", "endpoint": [{"type": "vbc", "extension": "123"}]},
    ],
    [
        {
            "action": "talk",
            "text": "<speak>Hi <break time='1s'/></speak>",
            "bargeIn": False,
            "loop": 2,
            "level": -0.5,
            "language": "en-US",
            "style": 2,
            "premium": True,
            "voiceName": "Amy",
            "provider": "Polly",
            "providerOptions": {"voice": "X"},
        },
        {"action": "stream", "streamUrl": [URL], "level": 0.5, "bargeIn": False, "loop": 0},
        {"action": "wait", "timeout": 2.5},
        {
            "action": "transfer",
            "conversationId": "CON-1",
            "canHear": ["a"],
            "canSpeak": ["b"],
            "mute": False,
        },
    ],
]
NCCOS: list[list[dict[str, Any]]] = [*BLOCKS, *([value] for value, _ in GOOD)]
