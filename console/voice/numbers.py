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
