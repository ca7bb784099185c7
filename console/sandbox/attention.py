"""What a far end makes of what it hears: words, silence, keys, beeps. Times are sandbox ms."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from console.audio.beep_detection import BeepDetector
from console.audio.dtmf_detection import DtmfDetector, KeyDown
from console.audio.frames import SAMPLE_RATE
from console.audio.voice_activity import VoiceActivity, VoiceBegan
from console.sandbox.media.recognisers import timed_words
from console.sandbox.media.score import Score, Spoken
from console.sandbox.step_values import Wanted

PROMPT_GAP_MS: Final = 1_000
"""Voices with less silence between them are one prompt."""
_ENOUGH: Final = 0.7
"""How much of a phrase must have been heard."""
_WORD: Final = re.compile(r"\w+")
_PER_MS: Final = SAMPLE_RATE // 1_000


@dataclass(frozen=True, slots=True)
class Noticed:
    """What was heard, in words, and when that was over."""

    what: str
    at_ms: int


class Attention:
    """One far end that listens; what it hears is followed as time goes on.

    Args:
        score: What everybody hears.
        leg: Who listens.
        since_ms: From when on.
        keys: Whether keys are listened for.
        beeps: The same of beeps.
        voices: The same of voices, and so of silence.
    """

    def __init__(
        self,
        score: Score,
        leg: str,
        since_ms: int,
        *,
        keys: bool = False,
        beeps: bool = False,
        voices: bool = False,
    ) -> None:
        self._score = score
        self._leg = leg
        self._began_ms = self._at_ms = since_ms
        self._key_finder = DtmfDetector() if keys else None
        self._beep_finder = BeepDetector() if beeps else None
        self._voice_finder = VoiceActivity() if voices else None
        self._keys = ""
        self._keys_ms = since_ms
        self._beep_ms: int | None = None
        self._voice_ms: int | None = None
        self.prompt_ms: int | None = None
        """Since when somebody speaks, or spoke last, without a pause that ends a prompt."""
        self.quiet_ms: int | None = since_ms
        """Since when nobody speaks; None while somebody does."""
        self.voices: list[tuple[int, int]] = []
        """From when to when somebody spoke, what is over only."""

    def hear(self, now_ms: int) -> None:
        """Hear what sounded up to now."""
        if now_ms <= self._at_ms:
            return
        samples = self._score.heard(self._leg, self._at_ms, now_ms)
        self._at_ms = now_ms
        if self._key_finder is not None:
            for key in self._key_finder.feed(samples):
                if isinstance(key, KeyDown):
                    self._keys += key.digit
                    self._keys_ms = self._when(key.known_at)
        if self._beep_finder is not None:
            for beep in self._beep_finder.feed(samples):
                self._beep_ms = self._when(beep.ends_sample)
        if self._voice_finder is not None:
            for voice in self._voice_finder.feed(samples):
                self._follow(self._when(voice.at_sample), began=isinstance(voice, VoiceBegan))

    def notices(self, wanted: Wanted) -> Noticed | None:
        """Return what was wanted, if it was heard by now; words are not looked for here."""
        if wanted.silence_ms is not None:
            if self.quiet_ms is not None and self._at_ms - self.quiet_ms >= wanted.silence_ms:
                return Noticed(str(wanted), self._at_ms)
        elif wanted.beep:
            if self._beep_ms is not None:
                return Noticed(str(wanted), self._beep_ms)
        elif wanted.tone and wanted.tone in self._keys:
            return Noticed(str(wanted), self._keys_ms)
        return None

    @property
    def keys(self) -> str:
        """The keys that were heard."""
        return self._keys

    def _when(self, sample: int) -> int:
        return self._began_ms + sample // _PER_MS

    def _follow(self, at_ms: int, *, began: bool) -> None:
        if not began:
            self.voices.append(
                (self._began_ms if self._voice_ms is None else self._voice_ms, at_ms)
            )
            self.quiet_ms = at_ms
            return
        self._voice_ms = at_ms
        if self.prompt_ms is None or at_ms - (self.quiet_ms or at_ms) >= PROMPT_GAP_MS:
            self.prompt_ms = at_ms
        self.quiet_ms = None


# --- words ---------------------------------------------------------------------------------------


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a text as they are compared: no case, no marks."""
    return tuple(_WORD.findall(text.casefold().replace("'", "").replace("\u2019", "")))


def phrase_in(text: str, phrases: Sequence[str]) -> str | None:
    """Return the first of `phrases` that is in a text, word by word."""
    words = words_of(text)
    for phrase in phrases:
        if _places(words, words_of(phrase)):
            return phrase
    return None


def phrase_heard(
    score: Score, leg: str, phrases: Sequence[str], from_ms: int, to_ms: int
) -> Noticed | None:
    """Return the phrase of a text that a leg has heard first between two times.

    A phrase counts when its words were heard, not when the text they stand in is over.
    """
    found: list[tuple[int, str]] = []
    for spoken in score.spoken(leg, from_ms, to_ms):
        words = [
            (word, one.begins_ms, one.ends_ms)
            for one in timed_words(spoken.text, spoken.from_ms, spoken.to_ms, 1.0)
            for word in words_of(one.text)
        ]
        bare = [word for word, _, _ in words]
        for phrase in phrases:
            sought = words_of(phrase)
            for place in _places(bare, sought):
                begins, ends = words[place][1], words[place + len(sought) - 1][2]
                for later in _rounds(spoken, begins, from_ms, to_ms):
                    if _was_heard(score, leg, spoken, begins + later, ends + later, to_ms):
                        found.append((ends + later, phrase))
    if not found:
        return None
    at_ms, phrase = min(found)
    return Noticed(f'"{phrase}"', at_ms)


def _rounds(spoken: Spoken, begins_ms: int, from_ms: int, to_ms: int) -> list[int]:
    """Return by how much later a place of a text may sound again, where its clip is looped.

    The first round that counts and the last ones: those between were the last ones before.
    """
    length_ms = max(spoken.to_ms - spoken.from_ms, 1)
    first = max(-((begins_ms - from_ms) // length_ms), 0)
    last = (to_ms - begins_ms) // length_ms
    return [count * length_ms for count in sorted({first, last - 1, last}) if count >= first]


def _was_heard(
    score: Score, leg: str, spoken: Spoken, begins_ms: int, ends_ms: int, now_ms: int
) -> bool:
    if ends_ms > now_ms:
        return False
    heard_ms = sum(
        one.heard_ms
        for one in score.spoken(leg, begins_ms, ends_ms)
        if (one.source, one.from_ms) == (spoken.source, spoken.from_ms)
    )
    return heard_ms >= (ends_ms - begins_ms) * _ENOUGH


def _places(words: Sequence[str], sought: Sequence[str]) -> list[int]:
    """Return where a row of words stands within others."""
    count = len(sought)
    return [
        place
        for place in range(len(words) - count + 1)
        if count and tuple(words[place : place + count]) == tuple(sought)
    ]
