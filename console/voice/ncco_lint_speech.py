"""What is spoken and what is listened to: voices, SSML, languages (6.6, 6.7, 9.3 to 9.6)."""

import re
from collections.abc import Iterator
from typing import Final

from console.voice.ncco_actions import DEFAULT_LANGUAGE
from console.voice.ncco_lint_rules import Options, Remark, as_object, is_true, number_of
from console.voice.recognition import is_recognised
from console.voice.speech import is_ssml
from console.voice.voices import LEGACY_VOICES, check_voice, languages

SSML_TAGS: Final = frozenset(
    {"speak", "break", "emphasis", "lang", "p", "s", "phoneme", "prosody", "say-as", "sub"}
)
_SSML_CHARACTERS: Final = 32_000
"""A longer text is a defect by its length alone."""
_TAG: Final = re.compile(r"<(/?)([A-Za-z][\w:.-]*)((?:\"[^\"]*\"|'[^']*'|[^<>\"'])*?)(/?)>")
_LEAST_SENSITIVITY: Final = 10
_VOICE_RULES: Final = {
    "language": "unknown-language",
    "style": "unknown-style",
    "premium": "premium",
    "text": "ssml-unsupported",
}


def check_talk(talk: Options, path: str) -> Iterator[Remark]:
    """Find what is wrong with the voice and the text of a talk."""
    yield from _voice_name(talk, path)
    text = talk.get("text")
    if isinstance(text, str) and len(text) <= _SSML_CHARACTERS:
        yield from _ssml(text, f"{path}.text")
    if talk.get("provider") is None:  # another provider has voices of its own
        yield from _voice(talk, path, ssml=isinstance(text, str) and is_ssml(text))


def check_speech(settings: object, path: str) -> Iterator[Remark]:
    """Find what is wrong with the speech settings of an input."""
    speech = as_object(settings)
    language = speech.get("language")
    if isinstance(language, str) and language and not is_recognised(language):
        yield Remark(
            "speech-language",
            f"{path}.language",
            f"{language!r:.40} is no language that is recognised",
            "Take a tag such as en-US or de-DE.",
        )
    sensitivity = number_of(speech, "sensitivity")
    if sensitivity is not None and 0 <= sensitivity < _LEAST_SENSITIVITY:
        yield Remark(
            "sensitivity",
            f"{path}.sensitivity",
            "is under 10, the least that the platform takes",
            "Give 10 to 100.",
        )


def _voice_name(talk: Options, path: str) -> Iterator[Remark]:
    name = talk.get("voiceName")
    if not isinstance(name, str) or not name:
        return
    at = f"{path}.voiceName"
    if "language" in talk or "style" in talk:
        step = "Take it out: language and style win."
    elif name in LEGACY_VOICES:
        language, style = LEGACY_VOICES[name]
        step = f'Write "language": "{language}", "style": {style} instead.'
    else:
        step = "Write language and style instead."
    known = (
        "is deprecated" if name in LEGACY_VOICES else "is deprecated, and no such voice is known"
    )
    yield Remark("voice-name", at, known, step)


def _voice(talk: Options, path: str, *, ssml: bool) -> Iterator[Remark]:
    legacy = LEGACY_VOICES.get(str(talk.get("voiceName")), (DEFAULT_LANGUAGE, 0))
    language = talk.get("language")
    style = number_of(talk, "style")
    if language is None:
        language, style = legacy[0], legacy[1] if style is None else style
    style = style or 0.0
    if not isinstance(language, str) or not language or style < 0 or not style.is_integer():
        return  # a defect already
    problem = check_voice(language, int(style), premium=is_true(talk, "premium"), ssml=ssml)
    if problem is None:
        return
    rule = _VOICE_RULES[problem.option]
    if rule == "unknown-language" and language.lower() in {code.lower() for code in languages()}:
        rule = "language-case"
    yield Remark(rule, f"{path}.{problem.option}", problem.reason, problem.next_step)


def _ssml(text: str, path: str) -> Iterator[Remark]:
    tags = [(bool(t[1]), t[2], bool(t[4])) for t in _TAG.finditer(text)]
    if not is_ssml(text):
        if any(name in SSML_TAGS for _, name, _ in tags):
            yield Remark(
                "ssml",
                path,
                "has SSML tags and is not wrapped in <speak>…</speak>",
                "Wrap the whole text in one <speak>…</speak>.",
            )
        return
    unknown = next((name for _, name, _ in tags if name not in SSML_TAGS), None)
    if unknown is not None:
        yield Remark(
            "ssml",
            path,
            f"has the tag <{unknown:.40}>, which is not spoken",
            f"Take one of {', '.join(sorted(SSML_TAGS))}.",
        )
    wrong = _unbalanced(tags) if unknown is None else None
    if wrong is not None:
        yield Remark("ssml", path, wrong, "Close each tag in the order of opening.")


def _unbalanced(tags: list[tuple[bool, str, bool]]) -> str | None:
    """Say what is wrong with the nesting of tags (closing, name, empty); None where nothing."""
    opened: list[str] = []
    for closing, name, empty in tags:
        if name == "speak" and not closing and opened:
            return "has <speak> inside <speak>"
        if closing:
            if not opened or opened.pop() != name:
                return f"closes <{name:.40}>, which is not the one that is open"
        elif not empty:
            opened.append(name)
    return f"does not close <{opened[-1]:.40}>" if opened else None
