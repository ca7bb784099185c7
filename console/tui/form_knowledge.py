"""What forms suggest and say beside their fields: whom, where, which file, which voice."""

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from console.actions.blocks import blocks
from console.actions.forms import Args
from console.config.errors import ConfigError
from console.config.paths import config_dir
from console.config.phrases import load_phrases
from console.tasks import spawn
from console.tui.dialogs.form import Hint, Suggest
from console.tui.dialogs.matches import Match
from console.tui.ncco_files import NCCOS, listed
from console.tui.ports import DeskPort
from console.voice.voices import languages, style_numbers

_MOST_NUMBERS: Final = 500


class FormKnowledge:
    """Suggestions and hints of one desk's forms. Files are read in a thread, never at a key."""

    def __init__(self, desk: DeskPort) -> None:
        self._desk = desk
        self._files: Sequence[Match] = ()
        self.phrases: Sequence[Match] = ()
        """The phrase book."""
        self.trouble = ""
        """Why the phrase book cannot be used; empty: it can."""

    def refresh(self) -> None:
        """Look at the files again, in the background."""
        spawn(self._read(), name="read what forms suggest")

    async def _read(self) -> None:
        self._files = await asyncio.to_thread(ncco_matches, Path.cwd(), config_dir())
        try:
            phrases = await asyncio.to_thread(load_phrases, config_dir() / "phrases.toml")
        except ConfigError as error:
            self.phrases, self.trouble = (), str(error)
        else:
            self.trouble = ""
            self.phrases = [Match(text, name) for name, text in phrases.items()]

    def suggestions(self) -> Mapping[str, Suggest]:
        """Return what can be chosen from, by the name that a field gives to it."""
        return {
            "blocks": lambda _: [
                Match(each.name, f"{each.number} · {each.shows}") for each in blocks()
            ],
            "numbers": [Match(number, "ours") for number in self._desk.numbers],
            "callees": lambda _: self._callees(),
            "conversations": lambda _: self._conversations(),
            "nccos": lambda _: self._files,
            "phrases": lambda _: self.phrases,
            "languages": lambda _: [Match(each.code, each.name) for each in languages().values()],
            "styles": _styles,
        }

    def hints(self, form: str) -> Mapping[str, Hint]:
        """Return what is said below a field as a form is filled in, by field."""
        match form:
            case "say":
                return {"language": _language_hint, "style": _style_hint, "text": self._text_hint}
            case "dtmf":
                return {"digits": _digits_hint}
            case _:
                return {}

    def _text_hint(self, args: Args) -> str:
        if self.trouble:
            return self.trouble
        book = "; ↓ takes a phrase" if self.phrases else ""
        return f"SSML in <speak>…{book}"

    def _callees(self) -> Sequence[Match]:
        """Return who was called or has called, those who are up first."""
        ours, found = set(self._desk.numbers), dict[str, Match]()
        legs = self._desk.store.floor.legs(live=False)
        for leg in sorted(legs, key=lambda leg: (not leg.live, -(leg.since_ms or 0))):
            if leg.far_end and leg.far_end not in ours and len(found) < _MOST_NUMBERS:
                state = str(leg.status or "") if leg.live else "called before"
                if leg.direction == "inbound" and not leg.live:
                    state = "has called"
                found.setdefault(leg.far_end, Match(leg.far_end, state))
        return list(found.values())

    def _conversations(self) -> Sequence[Match]:
        live = [
            each.conversation for each in self._desk.store.floor.tree() if each.conversation.uuid
        ]
        return [
            Match(
                each.name or each.uuid,
                f"{each.uuid[:12] if each.name else 'no name'} · {each.live_legs} live",
            )
            for each in sorted(live, key=lambda each: (each.name is None, each.name or ""))
        ]


def ncco_matches(here: Path, config: Path) -> Sequence[Match]:
    """Return the JSON files of the working directory and of the folders of NCCOs; blocking."""
    found: list[Match] = []
    for folder, note in ((here, "here"), (here / NCCOS, NCCOS), (config / NCCOS, "configuration")):
        for path in listed(folder):
            value = path.relative_to(here) if path.is_relative_to(here) else path
            found.append(Match(str(value), note))
    return found


def _styles(args: Args) -> Sequence[Match]:
    language = languages().get(args.get("language", ""))
    if language is None:
        return ()
    return [Match(str(number), _voice(language.code, number)) for number in language.styles]


def _voice(code: str, number: int) -> str:
    style = languages()[code].styles[number]
    forms = [
        word for word, has in (("standard", style.standard), ("premium", style.premium)) if has
    ]
    return ", ".join([style.gender, *forms, *(["SSML"] if style.ssml else [])])


def _digits_hint(args: Args) -> str:
    """Say what the digits come to; the pause is that of the platform (3.8)."""
    digits = "".join(args["digits"].split())
    pauses = digits.count("p")
    if not digits:
        return "0-9 * # and p for a pause of half a second"
    tones = len(digits) - pauses
    count = "1 tone" if tones == 1 else f"{tones} tones"
    return f"{count}, {pauses / 2:g} s of pauses (p)" if pauses else f"{count}; p is a pause"


def _language_hint(args: Args) -> str:
    language = languages().get(args["language"])
    return language.name if language is not None else "a tag such as en-GB; ↓ chooses"


def _style_hint(args: Args) -> str:
    language = languages().get(args["language"])
    if language is None:
        return ""
    typed = args["style"]
    known = typed.isdecimal() and int(typed) in language.styles
    said = f"{typed} is {_voice(language.code, int(typed))}; " if known else ""
    return f"{said}there are {style_numbers(language)}"
