"""The options that several NCCO actions and REST bodies share (4.5, 6.2, 6.3)."""

from dataclasses import dataclass
from typing import Any

from console.voice.defects import Fields
from console.voice.limits import BEEP_TIMEOUT

MACHINE_ACTIONS = ("continue", "hangup")
DETECTION_MODES = ("default", "detect", "detect_beep")


@dataclass(frozen=True, slots=True)
class AdvancedMachineDetection:
    """Advanced machine detection (4.5): what to do, how to wait, seconds to wait for the beep."""

    behavior: str = "continue"
    mode: str = "detect"
    beep_timeout: int | None = None

    def to_wire(self) -> dict[str, Any]:
        """Return the JSON object."""
        wire: dict[str, Any] = {"behavior": self.behavior, "mode": self.mode}
        if self.beep_timeout is not None:
            wire["beep_timeout"] = self.beep_timeout
        return wire


@dataclass(frozen=True, slots=True)
class Transcription:
    """Transcription of a recording (6.3); its presence, even without a field, enables it."""

    language: str | None = None
    event_url: str | None = None
    event_method: str | None = None
    sentiment_analysis: bool = False

    def to_wire(self) -> dict[str, Any]:
        """Return the JSON object."""
        wire: dict[str, Any] = {}
        if self.language is not None:
            wire["language"] = self.language
        if self.event_url is not None:
            wire["eventUrl"] = [self.event_url]
        if self.event_method is not None:
            wire["eventMethod"] = self.event_method
        if self.sentiment_analysis:
            wire["sentimentAnalysis"] = True
        return wire


def read_detection(fields: Fields, *names: str) -> AdvancedMachineDetection | None:
    """Return the advanced machine detection under the first of `names` that is there."""
    for name in names:
        inner = fields.inner(name)
        if inner is not None:
            return AdvancedMachineDetection(
                inner.choice("behavior", MACHINE_ACTIONS) or "continue",
                inner.choice("mode", DETECTION_MODES) or "detect",
                inner.integer("beep_timeout", BEEP_TIMEOUT),
            )
    return None


def read_transcription(fields: Fields) -> Transcription | None:
    """Return the `transcription` option."""
    inner = fields.inner("transcription")
    if inner is None:
        return None
    return Transcription(
        inner.text("language"),
        inner.one_url("eventUrl"),
        inner.method("eventMethod"),
        inner.boolean("sentimentAnalysis") or False,
    )
