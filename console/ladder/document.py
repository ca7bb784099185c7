"""A call as a file: text, JSON lines, HAR or SVG."""

import json
from collections.abc import Iterable
from typing import Final, Literal, assert_never, get_args

from console.journal.har import har
from console.ladder.lines import json_lines
from console.ladder.reading import Call
from console.ladder.svg import svg_document
from console.ladder.text import text_lines

Form = Literal["text", "jsonl", "har", "svg"]
FORMS: Final[tuple[Form, ...]] = get_args(Form)
SUFFIXES: Final[dict[Form, str]] = {"text": "txt", "jsonl": "jsonl", "har": "har", "svg": "svg"}


def document(call: Call, form: Form, *, title: str, version: str, ascii_only: bool = False) -> str:
    """Return a call in one of the forms.

    Args:
        call: Which one.
        form: Of the file.
        title: What a drawing is called.
        version: Of this program, which a HAR names.
        ascii_only: Draw text with ASCII only.
    """
    match form:
        case "har":
            return json.dumps(har(call.records, version), indent=1) + "\n"
        case "svg":
            return svg_document(call.ladder, title)
        case "jsonl":
            return _joined(json_lines(call.ladder))
        case "text":
            return _joined(text_lines(call.ladder, ascii_only=ascii_only))
        case _ as never:
            assert_never(never)


def _joined(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)
