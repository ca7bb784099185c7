"""The file behind a `transcription_url`: who said what, and when (8.4)."""

from dataclasses import dataclass

from console.voice.wire import UnreadableJson, decode_json


class UnreadableTranscription(ValueError):
    """The file is no transcription; the text says why."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of one recorded channel."""

    channel: int
    """1, 2 … as the file has them."""
    at_ms: int
    """From the beginning of the recording."""
    text: str


def parse_transcription(raw: bytes) -> tuple[Sentence, ...]:
    """Return the sentences of all channels in the order of their times.

    Raises:
        UnreadableTranscription: It is no JSON, or has no channels.
    """
    try:
        value = decode_json(raw)
    except UnreadableJson as error:
        raise UnreadableTranscription(f"it is not JSON: {error}") from error
    channels = value.get("channels") if isinstance(value, dict) else None
    if not isinstance(channels, list):
        raise UnreadableTranscription("it has no channels")
    found = [
        sentence
        for number, channel in enumerate(channels, 1)
        for part in _items(channel, "transcript")
        if (sentence := _sentence(number, part)) is not None
    ]
    return tuple(sorted(found, key=lambda each: (each.at_ms, each.channel)))


def _items(value: object, name: str) -> list[object]:
    items = value.get(name) if isinstance(value, dict) else None
    return items if isinstance(items, list) else []


def _sentence(channel: int, value: object) -> Sentence | None:
    if not isinstance(value, dict):
        return None
    text = value.get("sentence") or value.get("raw_sentence")
    at_ms = value.get("timestamp")
    known = isinstance(at_ms, int | float) and not isinstance(at_ms, bool) and abs(at_ms) < 10**10
    if not isinstance(text, str):
        return None
    return Sentence(channel, int(at_ms) if known and at_ms is not None else 0, text)
