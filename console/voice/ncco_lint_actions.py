"""What is wrong with one action of an NCCO though the platform takes it (6.3 to 6.10, 11.2)."""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Final
from urllib.parse import urlsplit

from console.voice.limits import SIP_URI_CHARACTERS, WAIT_TIMEOUT
from console.voice.ncco_lint_rules import Options, Remark, as_object, is_true, number_of
from console.voice.ncco_lint_speech import check_speech, check_talk
from console.voice.shaken import parse_identity

_TOLD: Final = frozenset({"eventUrl", "url"})
_FETCHED: Final = frozenset({"streamUrl", "musicOnHoldUrl", "ringbackTone", "ringback", "uri"})
_FREE: Final = frozenset({"payload", "headers", "providerOptions"})
_HERE: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_FLAT: Final = ("timeOut", "maxDigits", "submitOnHash")
_SHORT_TIMEOUT: Final = 3
_MP3_CHANNELS: Final = 2


def check_action(action: Options, path: str) -> Iterator[Remark]:
    """Find what an action does not do as it is written."""
    check = _CHECKS.get(str(action.get("action")))
    if check is not None:
        yield from check(action, path)
        yield from _urls(action, path)


def _connect(action: Options, path: str) -> Iterator[Remark]:
    if isinstance(action.get("ringbackTone"), list):
        yield Remark(
            "ringback-tone-array",
            f"{path}.ringbackTone",
            "is an array; the platform wants a string",
            "Write the URL without brackets.",
        )
    if action.get("advancedMachineDetection") and action.get("machineDetection"):
        yield Remark(
            "detection-twice",
            f"{path}.machineDetection",
            "is overridden by advancedMachineDetection",
            "Keep one of the two.",
        )
    timeout = number_of(action, "timeout")
    if timeout is not None and 1 <= timeout < _SHORT_TIMEOUT:
        yield Remark(
            "short-timeout", f"{path}.timeout", "is short: SDKs send 3 to 7200", "Give 3 or more."
        )
    endpoints = action.get("endpoint")
    if isinstance(endpoints, list) and len(endpoints) == 1:
        yield from _endpoint(action, as_object(endpoints[0]), path)


def _endpoint(action: Options, endpoint: Options, path: str) -> Iterator[Remark]:
    at = f"{path}.endpoint[0]"
    kind = endpoint.get("type")
    if kind == "phone":
        if action.get("from") is None and not is_true(action, "randomFromNumber"):
            yield Remark(
                "caller-id",
                path,
                "calls a phone without from or randomFromNumber",
                "Give one of the account's numbers as from.",
            )
        shaken = endpoint.get("shaken")
        if isinstance(shaken, str) and parse_identity(shaken) is None:
            yield Remark(
                "shaken-form",
                f"{at}.shaken",
                'is not <JWT>;info=<url>;alg=ES256;ppt="shaken"',
                "Take the identity as whoever signs your calls gives it.",
            )
        if action.get("ringbackTone") is not None:
            yield Remark(
                "ringback-on-phone",
                f"{path}.ringbackTone",
                "is not advised for a phone, whose carrier plays its own",
                "Take it out, or keep it where the tone matters.",
            )
    uri = endpoint.get("uri")
    if kind == "sip" and isinstance(uri, str) and len(uri) > SIP_URI_CHARACTERS:
        yield Remark(
            "sip-uri-long",
            f"{at}.uri",
            f"has more than {SIP_URI_CHARACTERS} characters",
            "Take a shorter URI, or a trunk by domain and user.",
        )
    if "ringback" in as_object(endpoint.get("onAnswer")):
        yield Remark(
            "old-name",
            f"{at}.onAnswer.ringback",
            "is the old name of ringbackTone",
            "Rename it to ringbackTone.",
            at_name=True,
        )


def _conversation(action: Options, path: str) -> Iterator[Remark]:
    if action.get("musicOnHoldUrl") is not None and action.get("startOnEnter") in (
        None,
        True,
        "true",
    ):
        yield Remark(
            "music-unheard",
            f"{path}.musicOnHoldUrl",
            "is not heard: this leg starts the conversation as it enters",
            'Add "startOnEnter": false, or take it out.',
        )
    if action.get("eventUrl") is not None and not is_true(action, "record"):
        yield Remark(
            "conversation-event-url",
            f"{path}.eventUrl",
            "gets recording events only, and nothing is recorded",
            "Take it out, or set record to true.",
        )
    yield from _audience(action, path)


def _audience(action: Options, path: str) -> Iterator[Remark]:
    for name, says in (("canHear", "hears nobody"), ("canSpeak", "is heard by nobody")):
        if action.get(name) == []:
            yield Remark(
                "nobody",
                f"{path}.{name}",
                f"is empty: the leg {says}",
                "Take it out where everybody is meant.",
            )


def _record(action: Options, path: str) -> Iterator[Remark]:
    channels = number_of(action, "channels")
    if channels is not None and channels > _MP3_CHANNELS and action.get("format") == "mp3":
        yield Remark(
            "record-format",
            f"{path}.format",
            "is not kept: more than two channels are recorded as wav",
            'Write "format": "wav".',
        )


def _input(action: Options, path: str) -> Iterator[Remark]:
    kinds = action.get("type")
    if kinds is None and action.get("speech") is None:
        yield Remark(
            "legacy-input",
            path,
            "has no type: that is the form of old, for keys only",
            'Add "type": ["dtmf"] and put the settings into dtmf.',
        )
    if isinstance(kinds, list):
        for name in ("dtmf", "speech"):
            if action.get(name) and name not in kinds:
                yield Remark(
                    "unused-settings",
                    f"{path}.{name}",
                    f"is not used: type does not ask for {name}",
                    f"Add {name} to type, or take the settings out.",
                )
    yield from check_speech(action.get("speech"), f"{path}.speech")


def _wait(action: Options, path: str) -> Iterator[Remark]:
    timeout = number_of(action, "timeout")
    if timeout is not None and timeout not in WAIT_TIMEOUT:
        nearest = WAIT_TIMEOUT.low if timeout < WAIT_TIMEOUT.low else WAIT_TIMEOUT.high
        yield Remark(
            "clamped",
            f"{path}.timeout",
            f"is taken as {nearest:g}",
            f"Give {WAIT_TIMEOUT.low:g} to {WAIT_TIMEOUT.high:g} seconds.",
        )


def _nothing(_action: Options, _path: str) -> Iterator[Remark]:
    return iter(())


def _urls(value: object, path: str, name: str = "") -> Iterator[Remark]:
    """Find the URLs of an action that are not encrypted; those of this machine may be so."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _urls(item, f"{path}[{index}]", name)
    elif isinstance(value, Mapping):
        for member, item in value.items():
            if member not in _FREE:
                yield from _urls(item, f"{path}.{member}", member)
    elif isinstance(value, str) and _is_open(value):
        if name in _TOLD:
            yield Remark(
                "http-event-url",
                path,
                "is not encrypted: everybody on the way can read what it is told",
                "Write https://.",
            )
        elif name in _FETCHED:
            secure = "wss://" if value.startswith("ws") else "https://"
            yield Remark("http-media-url", path, "is not encrypted", f"Write {secure}.")


def _is_open(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "ws") and parts.hostname not in _HERE
    except ValueError:
        return False


_CHECKS: Final[Mapping[str, Callable[[Options, str], Iterator[Remark]]]] = MappingProxyType(
    {
        "talk": check_talk,
        "stream": _nothing,
        "connect": _connect,
        "conversation": _conversation,
        "input": _input,
        "record": _record,
        "notify": _nothing,
        "wait": _wait,
        "transfer": _audience,
    }
)
