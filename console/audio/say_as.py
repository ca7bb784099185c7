"""What `say-as` makes of a text: the words that a voice is to read (9.6).

Digits, letters, numbers and times are read by the voice in its own language. What needs words of
ours (ordinals, months, units) has them in English; other languages read the bare numbers.
"""

import re
from collections.abc import Callable
from typing import Final

EXPLETIVE: Final = "expletive"
"""Is covered by a tone and not read at all."""

_MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_UNITS: Final = {
    "%": "percent",
    "c": "degrees Celsius",
    "cm": "centimeters",
    "f": "degrees Fahrenheit",
    "ft": "feet",
    "g": "grams",
    "gb": "gigabytes",
    "h": "hours",
    "in": "inches",
    "kb": "kilobytes",
    "kg": "kilograms",
    "km": "kilometers",
    "km/h": "kilometers per hour",
    "l": "liters",
    "lb": "pounds",
    "m": "meters",
    "mb": "megabytes",
    "mg": "milligrams",
    "mi": "miles",
    "min": "minutes",
    "ml": "milliliters",
    "mm": "millimeters",
    "mph": "miles per hour",
    "ms": "milliseconds",
    "oz": "ounces",
    "s": "seconds",
    "v": "volts",
    "w": "watts",
}
_ORDINAL_MARKS: Final = {"es": "º", "it": "º", "pt": "º"}
"""After a number these make an ordinal that voices read."""
_NUMBER: Final = re.compile(r"[0-9][0-9,.'\u00a0 ]*")
_FRACTION: Final = re.compile(r"(?:([0-9]{1,9})\s*\+\s*)?([0-9]{1,9})\s*/\s*([0-9]{1,9})")
_UNIT: Final = re.compile(r"(-?[0-9][0-9.,]{0,15})\s*°?\s*([A-Za-z%/]{1,4})")
_CLOCK: Final = re.compile(r"([0-9]{1,2})(?:[:.h]([0-9]{2}))?(?:[:.][0-9]{2})?\s*([ap])?\.?m?\.?")
_STOPWATCH: Final = re.compile(r"(?:([0-9]{1,4})')?(?:([0-9]{1,4})\")?")
_DATE_FORMATS: Final = frozenset(
    ("mdy", "dmy", "ymd", "md", "dm", "ym", "my", "d", "m", "y", "yyyymmdd")
)


def read_as(text: str, how: str, form: str, language: str) -> str | None:
    """Return the words for `text`, None where `how` is not known.

    What does not fit (letters as a date) is returned as it is.

    Args:
        text: Without tags.
        how: The value of `interpret-as`, except `expletive`.
        form: The value of `format`, for dates; empty where there is none.
        language: The tag of the voice that reads.
    """
    reader = _READERS.get(how.lower())
    return None if reader is None else reader(" ".join(text.split()), form.lower(), _root(language))


def _root(language: str) -> str:
    return language.partition("-")[0].lower()


def _characters(text: str, _form: str, _language: str) -> str:
    # A letter alone before a comma is read by its name; "A B" would begin with an article.
    return ", ".join(text.replace(" ", "").upper())


def _digits(text: str, _form: str, _language: str) -> str:
    return " ".join(text.replace(" ", ""))


def _cardinal(text: str, _form: str, language: str) -> str:
    comma = "," if language in ("en", "ja", "ko", "cmn", "yue", "th", "he") else "."
    return _NUMBER.sub(lambda found: _joined(found[0], comma), text)


def _joined(number: str, thousands: str) -> str:
    tail = number[len(number.rstrip(",.' \u00a0")) :]
    bare = number.rstrip(",.' \u00a0")
    return re.sub(rf"(?<=[0-9])[{re.escape(thousands)}'\u00a0 ](?=[0-9]{{3}})", "", bare) + tail


def _ordinal(text: str, _form: str, language: str) -> str:
    digits = re.match(r"[0-9]{1,12}", text)
    if digits is None:
        return text
    if language == "en":
        return _nth(int(digits[0]))
    return digits[0] + _ORDINAL_MARKS.get(language, "")


def _nth(number: int) -> str:
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{'th' if number % 100 in (11, 12, 13) else ending}"


def _fraction(text: str, _form: str, language: str) -> str:
    found = _FRACTION.fullmatch(text)
    if found is None or language != "en":
        return text
    whole, above, below = found[1], int(found[2]), int(found[3])
    part = {2: "half", 4: "quarter"}.get(below, _nth(below))
    if above != 1:
        part = "halves" if below == 2 else f"{part}s"
    return f"{whole} and {above} {part}" if whole else f"{above} {part}"


def _unit(text: str, _form: str, language: str) -> str:
    found = _UNIT.fullmatch(text)
    if found is None or language != "en":
        return text
    name = _UNITS.get(found[2].lower(), found[2])
    one = found[1] == "1" and name.endswith("s") and "degrees" not in name
    return f"{found[1]} {name.removesuffix('s') if one else name}"


def _date(text: str, form: str, language: str) -> str:
    form = "ymd" if form == "yyyymmdd" else form
    if form == "ymd" and re.fullmatch(r"[0-9?]{8}", text):
        text = f"{text[:4]}-{text[4:6]}-{text[6:]}"
    parts = re.findall(r"[0-9]+|\?+", text)
    if not form and len(parts) == 3:
        form = "ymd" if len(parts[0]) == 4 else "mdy" if language == "en" else "dmy"
    if form not in _DATE_FORMATS or len(parts) != len(form):
        return text
    # Unknown parts are question marks; they are left out.
    known = {mark: int(part) for mark, part in zip(form, parts, strict=True) if part.isdecimal()}
    if language != "en":
        return " ".join(str(known[mark]) for mark in "dmy" if mark in known)
    month, day, year = known.get("m", 0), known.get("d"), known.get("y")
    words = [_MONTHS[month - 1]] if 1 <= month <= 12 else [str(month)] if month else []
    words += [] if day is None else [_nth(day)]
    return ", ".join(
        [*([" ".join(words)] if words else []), *([] if year is None else [str(year)])]
    )


def _time(text: str, _form: str, language: str) -> str:
    watch = _STOPWATCH.fullmatch(text)
    if watch is not None and text:
        if language != "en":
            return " ".join(filter(None, watch.groups()))
        said = [(watch[1], "minute"), (watch[2], "second")]
        return " ".join(
            f"{int(count)} {name}{'' if int(count) == 1 else 's'}" for count, name in said if count
        )
    clock = _CLOCK.fullmatch(text.lower())
    if clock is None:
        return text
    hour, minute, half = int(clock[1]), int(clock[2] or 0), clock[3]
    words = [str(hour)]
    if minute:
        # "9 05" would be read as "nine five".
        words.append(f"oh {minute}" if minute < 10 and language == "en" else str(minute))
    elif language == "en" and not half:
        words.append("o'clock" if 1 <= hour <= 12 else "hours")
    return " ".join(words) + (f" {half.upper()}M" if half else "")


def _telephone(text: str, _form: str, _language: str) -> str:
    groups = re.findall(r"\+|[0-9*#]+|[^\W\d_]+", text)
    said = [group if group.isalpha() else " ".join(group) for group in groups]
    return ", ".join(said).replace("+,", "+")


def _as_it_is(text: str, _form: str, _language: str) -> str:
    return text


_READERS: Final[dict[str, Callable[[str, str, str], str]]] = {
    "address": _as_it_is,
    "cardinal": _cardinal,
    "character": _characters,
    "characters": _characters,
    "date": _date,
    "digits": _digits,
    "fraction": _fraction,
    "number": _cardinal,
    "ordinal": _ordinal,
    "spell-out": _characters,
    "telephone": _telephone,
    "time": _time,
    "unit": _unit,
}
