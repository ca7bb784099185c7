"""Phone numbers: E.164 digits without `+`, 7 to 15 of them, the first one not 0 (10.1)."""

import re
from functools import lru_cache
from typing import Final

_E164: Final = re.compile(r"[1-9][0-9]{6,14}")


def digits_of(text: str) -> str | None:
    """Return the digits of a number as the API takes it (a leading `+` is dropped), else None."""
    digits = text.removeprefix("+")
    return digits if _E164.fullmatch(digits) else None


def typed_digits(text: str) -> str | None:
    """Return the digits of a number as a person types it: blanks, dots, dashes, brackets, `00`.

    None where it is no international number.
    """
    bare = re.sub(r"[\s().\-/\u00a0]", "", text)
    return digits_of(bare.removeprefix("00") if bare.startswith("00") else bare)


def number_problem(text: str) -> str:
    """Say what keeps a typed text from being a number in international form; empty: nothing."""
    if typed_digits(text) is not None:
        return ""
    bare = re.sub(r"[\s().\-/\u00a0]", "", text)
    digits = bare.removeprefix("+").removeprefix("00")
    if not digits.isascii() or not digits.isdecimal():
        other = next((each for each in digits if not (each.isascii() and each.isdecimal())), "")
        return f"“{other}” is no digit" if other else "there is no digit in it"
    if digits.startswith("0"):
        return "it begins with 0, and the country's code is needed in its place"
    few = len(digits) < 7
    return f"{len(digits)} digits, {'at least 7' if few else 'at most 15'} are needed"


def normalised(text: str) -> str:
    """Say how a typed number is sent, where that differs: `sent as 447…: no + and no blanks`."""
    digits = typed_digits(text)
    if digits is None or digits == text.strip():
        return ""
    return f"sent as {digits}: digits only, without +, 00, blanks and signs"


@lru_cache(maxsize=4096)
def display(number: str) -> str:
    """Return a number the way people read it (`+44 7700 900000`); what is none stays as it is.

    A caller id may be anything at all (10.2): pass the result through `clean`.
    """
    digits = digits_of(number)
    if digits is None:
        return number
    # Loaded here: its tables are large, and most commands show no number.
    import phonenumbers

    try:
        parsed = phonenumbers.parse(f"+{digits}")
    except phonenumbers.NumberParseException:
        return number
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


@lru_cache(maxsize=4096)
def country(number: str) -> str | None:
    """Return the ISO code of the country `number` belongs to, where it can be told."""
    digits = digits_of(number)
    if digits is None:
        return None
    import phonenumbers

    try:
        return phonenumbers.region_code_for_number(phonenumbers.parse(f"+{digits}"))
    except phonenumbers.NumberParseException:
        return None
