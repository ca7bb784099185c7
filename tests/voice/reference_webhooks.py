"""One webhook of each kind, with every field that it can have (5.3)."""

from typing import Any

LEG, TALK = "5b6f0d5e7a1c4f0c9e3a2d1f00112233", "CON-3e0c6a3e-1111-4a5b-8c2d-0a1b2c3d4e5f"
T = "2025-03-01T09:00:00.120Z"
ENDS = {"from": "447700900001", "to": "447700900000"}
IDS = {"uuid": LEG, "conversation_uuid": TALK, "timestamp": T}
BASE = {"headers": {}, **ENDS, **IDS, "direction": "outbound"}
FILE = "https://api-eu.vonage.com/v1/files/0c1d2e3f-0000-4000-8000-aabbccddeeff"

WEBHOOKS: dict[str, dict[str, Any]] = {
    "answer": {
        "to": "442079460000",
        "from": "447700900000",
        "uuid": LEG,
        "conversation_uuid": TALK,
        "endpoint_type": "sip",
        "region_url": "https://api-eu.vonage.com",
        "custom_data": {"order": 7},
        "SipHeader_X-Id": "42",
        "SipHeader_User-to-User": "1234567890abcdef;encoding=hex",
    },
    "answer of a user": {
        "to": "442079460000",
        "from_user": "alice",
        "uuid": LEG,
        "conversation_uuid": TALK,
    },
    "started": BASE | {"status": "started"},
    "ringing": BASE | {"status": "ringing", "headers": {"X-Id": "7"}},
    "answered": BASE | {"status": "answered", "start_time": None, "rate": None, "network": None},
    "busy": BASE | {"status": "busy", "sip_code": 486},
    "cancelled": BASE | {"status": "cancelled"},
    "timeout": BASE | {"status": "timeout"},
    "unanswered": BASE | {"status": "unanswered", "detail": "no_answer", "sip_code": 480},
    "rejected": BASE | {"status": "rejected", "detail": "restricted", "sip_code": 603},
    "failed": BASE | {"status": "failed", "detail": "number_out_of_service", "sip_code": 404},
    "human": ENDS
    | {"call_uuid": LEG, "conversation_uuid": TALK, "status": "human", "timestamp": T},
    "machine": ENDS
    | {
        "call_uuid": LEG,
        "conversation_uuid": TALK,
        "status": "machine",
        "sub_state": "beep_start",
        "timestamp": T,
    },
    "completed": BASE
    | {
        "status": "completed",
        "start_time": "2025-03-01T09:01:00.000Z",
        "end_time": "2025-03-01T09:02:07.000Z",
        "duration": "67",
        "rate": "0.00450000",
        "price": "0.00502500",
        "network": "GB-FIXED",
        "disconnected_by": "user",
        "sip_code": 200,
    },
    "disconnected": ENDS | IDS | {"status": "disconnected", "headers": {"caller": "a"}},
    "record": {
        "start_time": "2025-03-01T09:01:02Z",
        "end_time": "2025-03-01T09:01:14Z",
        "recording_url": FILE,
        "size": 48211,
        "recording_uuid": "77aa0001-0000-4000-8000-000000000001",
        "conversation_uuid": TALK,
        "timestamp": T,
    },
    "input": ENDS
    | IDS
    | {
        "dtmf": {"digits": None, "timed_out": False},
        "speech": {
            "timeout_reason": "end_on_silence_timeout",
            "results": [{"confidence": "0.91", "text": "billing"}, {"text": "building"}],
            "recording_url": FILE,
        },
    },
    "input of keys": ENDS
    | IDS
    | {
        "dtmf": {"digits": "12", "timed_out": True},
        "speech": {"error": "Speech was not enabled"},
    },
    "input of old": IDS | {"dtmf": "1234", "timed_out": True},
    "notify": {"payload": {"step": [1, 2]}, "conversation_uuid": TALK, "timestamp": T},
    "transfer": {
        "conversation_uuid_from": "CON-a",
        "conversation_uuid_to": "CON-b",
        "type": "transfer",
        "uuid": LEG,
        "timestamp": T,
    },
    "transcription": {
        "conversation_uuid": TALK,
        "type": "record",
        "recording_uuid": "77aa",
        "status": "transcribed",
        "transcription_url": FILE,
    },
    "error": {
        "reason": "Syntax error in NCCO. Invalid value type or action.",
        "conversation_uuid": TALK,
        "timestamp": T,
    },
    "fallback": {
        "reason": "Connection closed.",
        "original_request": {"url": "https://app.example.com/answer", "type": "answer"},
        **ENDS,
        "uuid": LEG,
        "conversation_uuid": TALK,
    },
}
