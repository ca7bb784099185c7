"""Words found by pocketsphinx (extra `asr`), in English, out of a small grammar.

It knows the hints of the `context` and the ten digits, and nothing else: with its own language
model it reads free speech wrongly. What is said beside them is read as what is nearest. A hint
with a word that is not in its dictionary is left out.
"""

import asyncio
import re
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from console.audio.frames import SAMPLE_RATE, Samples, samples_of, to_bytes
from console.sandbox.media.recognisers import (
    NotAnalysedError,
    Reading,
    RecogniserError,
    Utterance,
    Word,
)

if TYPE_CHECKING:
    from pocketsphinx import Decoder

DIGITS: Final = (
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
)
MOST_RESULTS: Final = 5
_MODULE: Final = "pocketsphinx"
_MOST_TRIED: Final = 50
"""The same reading comes many times."""
_FRAME_MS: Final = 10
_PADDING_MS: Final = 300
_DITHER: Final = 10.0
"""Noise put under the sound: it takes digital silence for a voice it does not know."""
_GRAMMARS: Final = 20
_WORD: Final = re.compile(r"[a-z]+(?:'[a-z]+)*")


class SphinxWords:
    """Asks pocketsphinx, in a thread of its own; its model is loaded with the first sound.

    Raises:
        RecogniserError: It is not installed.
    """

    def __init__(self) -> None:
        if find_spec(_MODULE) is None:
            raise RecogniserError(
                "The recogniser sphinx needs the extra `asr`: pip install 'voice-console[asr]'."
            )
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="sphinx")
        self._decoder: Decoder | None = None
        self._grammars: dict[str, str] = {}
        self._made = 0

    async def find(self, heard: Utterance) -> tuple[Reading, ...]:
        """Return what fits the grammar best; nothing where nothing fits.

        Raises:
            NotAnalysedError: The language is not English.
        """
        if heard.language.partition("-")[0].lower() != "en":
            raise NotAnalysedError(f"pocketsphinx knows English only, not {heard.language}")
        if not heard.samples.any():
            return ()
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, self._decode, heard)

    async def close(self) -> None:
        """Let the thread end with what it does now."""
        await asyncio.to_thread(self._thread.shutdown, cancel_futures=True)

    def _decode(self, heard: Utterance) -> tuple[Reading, ...]:
        decoder = self._loaded()
        known = [hint for hint in map(_spoken, heard.context) if _is_known(decoder, hint)]
        decoder.activate_search(self._searched(decoder, grammar_of(known)))
        decoder.start_utt()
        decoder.process_raw(to_bytes(_padded(heard.samples)), no_search=False, full_utt=True)
        decoder.end_utt()
        best = decoder.hyp()
        if best is None or not best.hypstr:
            return ()
        words = tuple(
            Word(
                segment.word.partition("(")[0],
                segment.start_frame * _FRAME_MS - _PADDING_MS,
                (segment.end_frame + 1) * _FRAME_MS - _PADDING_MS,
                round(float(segment.prob), 2),
            )
            for segment in decoder.seg()
            if segment.word[0] not in "<["
        )
        confidence = round(sum(word.confidence for word in words) / max(len(words), 1), 2)
        return (Reading(best.hypstr, confidence, words), *_others(decoder, best, confidence))

    def _loaded(self) -> "Decoder":
        if self._decoder is None:
            from pocketsphinx import Decoder

            self._decoder = Decoder(
                samprate=SAMPLE_RATE, lm=None, loglevel="FATAL", beam=1e-60, wbeam=1e-40
            )
        return self._decoder

    def _searched(self, decoder: "Decoder", grammar: str) -> str:
        """Return the name of the search that has this grammar; the oldest ones are forgotten."""
        name = self._grammars.pop(grammar, None)
        if name is None:
            self._made += 1
            name = f"hints{self._made}"
            decoder.add_jsgf_string(name, grammar)
        self._grammars[grammar] = name
        if len(self._grammars) > _GRAMMARS:
            decoder.remove_search(self._grammars.pop(next(iter(self._grammars))))
        return name


def grammar_of(hints: list[str]) -> str:
    """Return a grammar in JSGF: one of the hints, or digits."""
    digits = f"( {' | '.join(DIGITS)} )+"
    said = " | ".join([*dict.fromkeys(hints), digits])
    return f"#JSGF V1.0;\ngrammar hints;\npublic <said> = {said} ;\n"


def _spoken(hint: str) -> str:
    """Return the words of a hint; nothing else of it may get into the grammar."""
    return " ".join(_WORD.findall(hint.lower()))


def _is_known(decoder: "Decoder", hint: str) -> bool:
    return bool(hint) and all(decoder.lookup_word(word) is not None for word in hint.split())


def _padded(samples: Samples) -> Samples:
    """Return the sound with quiet around it and faint noise under it, always the same."""
    wave = np.pad(samples.astype(np.float64), samples_of(_PADDING_MS))
    noise = np.random.default_rng(0).standard_normal(len(wave)) * _DITHER
    return np.clip(np.round(wave + noise), -32_768, 32_767).astype(np.int16)


def _others(decoder: "Decoder", best: Any, confidence: float) -> list[Reading]:
    """Return other readings; each is less sure than the best by how much worse it scored."""
    found: dict[str, float] = {}
    for other in islice(decoder.nbest() or (), _MOST_TRIED):
        if len(found) < MOST_RESULTS - 1 and other.hypstr and other.hypstr != best.hypstr:
            found.setdefault(other.hypstr, float(other.score))
    top = max([float(best.best_score), *found.values()])
    return [
        Reading(text, round(min(confidence * score / top, confidence) * 0.9, 2))
        for text, score in found.items()
        if top > 0
    ]
