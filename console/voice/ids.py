"""Forms of the platform's identifiers (section 1). All are opaque: compare, never parse."""

import re
from typing import Final

CONVERSATION_PREFIX: Final = "CON-"
_FILE_ID: Final = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")


def conversation_id(dashed: str) -> str:
    """Return the conversation id made of a dashed UUID: `CON-` before it."""
    return CONVERSATION_PREFIX + dashed


def undashed(dashed: str) -> str:
    """Return the 32 hexadecimal digits that inbound and `connect` legs carry as their uuid."""
    return dashed.replace("-", "")


def is_file_id(text: str) -> bool:
    """Tell whether `text` may name a file of `/v1/files/{id}` (and so may name one of ours)."""
    return _FILE_ID.fullmatch(text) is not None
