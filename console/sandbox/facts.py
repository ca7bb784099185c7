"""What is known of a call when a scenario is over: its leg, its webhooks, what was heard."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import numpy as np

from console.audio.frames import FRAME_MS, FRAME_SAMPLES, FULL_SCALE
from console.sandbox.attention import Noticed, phrase_heard
from console.sandbox.engine.state import Leg
from console.sandbox.outbox import Attempt
from console.sandbox.runtime import Owner, Runtime
from console.voice.wire import UnreadableJson, decode_json

_SILENT: Final = FULL_SCALE**2 * 10 ** (-60 / 10)
"""A frame with less mean power is silence: -60 dB of full scale."""
_LEAST_BAD: Final = 300
_ROOMS: Final = ("conversation_uuid", "conversation_uuid_from", "conversation_uuid_to")


@dataclass(frozen=True)
class Webhook:
    """One attempt at a webhook with its fields, wherever they were."""

    attempt: Attempt

    @cached_property
    def fields(self) -> Mapping[str, Any]:
        """The fields of its body, or of its query."""
        if self.attempt.method == "GET":
            query = parse_qs(urlsplit(self.attempt.url).query)
            return {name: values[0] for name, values in query.items()}
        try:
            found = decode_json(self.attempt.body.encode())
        except UnreadableJson:
            return {}
        return found if isinstance(found, Mapping) else {}

    def value(self, name: str) -> str | None:
        """Return a field as text; `kind` and `method` are the webhook's own."""
        if name == "kind":
            return self.attempt.purpose
        if name == "method":
            return self.attempt.method
        found = self.fields.get(name)
        return None if found is None else str(found)


class CallFacts:
    """What is known of one leg.

    Args:
        runtime: Has it.
        owner: Whose it is.
        leg: It.
        webhooks: All of them.
    """

    def __init__(
        self, runtime: Runtime, owner: Owner, leg: Leg, webhooks: Sequence[Webhook]
    ) -> None:
        self._runtime = runtime
        self._owner = owner
        self._all = webhooks
        self.leg = leg
        self.webhooks = [one for one in webhooks if one.attempt.leg == leg.uuid]

    @property
    def duration_s(self) -> float | None:
        """How long it was answered; None where it was not."""
        leg = self.leg
        if leg.answered_ms is None:
            return None
        return ((leg.ended_ms or self._now()) - leg.answered_ms) / 1_000

    @cached_property
    def conversations(self) -> frozenset[str]:
        """All it was in."""
        named = [one.fields.get(name) for one in self.webhooks for name in _ROOMS]
        return frozenset([self.leg.conversation, *(one for one in named if isinstance(one, str))])

    def legs(self) -> int:
        """Return how many legs were in its conversations, with itself."""
        engine = self._runtime.engine(self._owner)
        every = [*engine.live(), *engine.ended().values()]
        together = {leg.uuid for leg in every if leg.conversation in self.conversations}
        for one in self._all:
            leg = one.fields.get("uuid")
            if one.fields.get("conversation_uuid") in self.conversations and leg:
                together.add(str(leg))
        return len(together)

    def recordings(self) -> list[str]:
        """Return the names of the files of its recordings that can be downloaded."""
        found = []
        recordings = self._runtime.parts.recordings[self._owner.region]
        for one in self._all:
            url = one.fields.get("recording_url")
            if isinstance(url, str) and one.fields.get("conversation_uuid") in self.conversations:
                file = recordings.find(self._owner.application, url.rsplit("/", 1)[-1])
                if file is not None and file.path.stat().st_size:
                    found.append(file.path.name)
        return list(dict.fromkeys(found))

    def digits(self) -> str:
        """Return the keys that `input` webhooks told, one webhook after the other."""
        return "".join(_digits(one.fields) for one in self._inputs())

    def speech(self) -> str:
        """Return the best texts that `input` webhooks told, one after the other."""
        return "; ".join(text for one in self._inputs() for text in _texts(one.fields))

    def trouble(self) -> str:
        """Return what went wrong with its webhooks first; empty where nothing did."""
        for one in self.webhooks:
            attempt, reason = one.attempt, one.value("reason")
            if attempt.status is not None and attempt.status >= _LEAST_BAD:
                return f"the {attempt.purpose} webhook was answered {attempt.status}"
            if attempt.status is None and attempt.reason:
                return f"the {attempt.purpose} webhook: {attempt.reason}"
            if reason and one.value("status") is None:
                return reason
        return ""

    def ended_by(self) -> str | None:
        """Return who ended it, as its last event tells."""
        told = [one.value("disconnected_by") for one in self.webhooks]
        return next((one for one in reversed(told) if one), None)

    def heard(self, phrases: Sequence[str]) -> Noticed | None:
        """Return the first of `phrases` that the person heard."""
        begins, ends = self._span()
        score = self._runtime.plane(self._owner).score
        return phrase_heard(score, self.leg.uuid, phrases, begins, ends)

    def texts(self) -> list[str]:
        """Return what the person heard of words."""
        score = self._runtime.plane(self._owner).score
        return [one.text for one in score.spoken(self.leg.uuid, *self._span())]

    def silence(self) -> tuple[int, int]:
        """Return the longest silence the person heard: when it began, and how long it was (ms)."""
        begins, ends = self._span()
        score = self._runtime.plane(self._owner).score
        longest = (begins, 0)
        since = begins
        at = begins
        for block in score.listening(self.leg.uuid, begins, ends).blocks():
            for loud in _loud(block):
                if loud:
                    since = at + FRAME_MS
                elif at + FRAME_MS - since > longest[1]:
                    longest = (since, at + FRAME_MS - since)
                at += FRAME_MS
        return longest

    def _span(self) -> tuple[int, int]:
        leg = self.leg
        begins = leg.answered_ms if leg.answered_ms is not None else leg.created_ms
        return begins, leg.ended_ms or self._now()

    def _now(self) -> int:
        return self._runtime.parts.timeline.now_ms()

    def _inputs(self) -> list[Webhook]:
        """Return each `input` webhook once, however often it was sent."""
        told = [one for one in self.webhooks if one.attempt.purpose == "input"]
        return [one for one in told if one.attempt.attempt == 1 and one is _first(told, one)]


def _first(told: Sequence[Webhook], one: Webhook) -> Webhook:
    return next(other for other in told if other.attempt.delivery == one.attempt.delivery)


def _digits(fields: Mapping[str, Any]) -> str:
    dtmf = fields.get("dtmf")
    found = dtmf.get("digits") if isinstance(dtmf, Mapping) else fields.get("digit", dtmf)
    return found if isinstance(found, str) else ""


def _texts(fields: Mapping[str, Any]) -> Iterator[str]:
    speech = fields.get("speech")
    results = speech.get("results") if isinstance(speech, Mapping) else None
    if isinstance(results, list) and results and isinstance(results[0], Mapping):
        yield str(results[0].get("text", ""))


def _loud(block: "np.ndarray[tuple[int], np.dtype[np.int16]]") -> list[bool]:
    """Tell of each frame whether anything is heard in it."""
    count = -(-len(block) // FRAME_SAMPLES)
    filled = np.zeros(count * FRAME_SAMPLES, dtype=np.float64)
    filled[: len(block)] = block
    powers = np.mean(filled.reshape(count, FRAME_SAMPLES) ** 2, axis=1)
    return [bool(power >= _SILENT) for power in powers]
