"""The screen where no colour is wanted: bold, reverse and lines, and not one colour, nor a grey."""

from typing import Final

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter

_BAD: Final = (
    *(
        f"{pane}:nocolor > .{part}--{meaning}"
        for pane, part in (
            ("VirtualList", "list"),
            ("DetailsPane", "facts"),
            ("TextPane", "text"),
            ("SeveralDialog", "several"),
        )
        for meaning in ("refused", "leg-failed")
    ),
    "Dialog .wrong:nocolor",
    "FormDialog #problems.tried:nocolor",
    "WebhookEditor #problems.tried:nocolor",
    "Prompt #prompt-wrong:nocolor",
    "Prompt #prompt-note.wrong:nocolor",
)
"""What tells that something went wrong."""

WITHOUT_COLOR_CSS: Final = (
    f"""
    {", ".join(_BAD)} {{ text-style: bold; }}
"""
    + """
    Dialog > .box:nocolor { border: heavy $rule-focus; }
    Dialog Input:nocolor { text-style: underline; }
    Input:nocolor > .input--cursor { text-style: reverse; }
    Input:nocolor > .input--selection { text-style: underline; }
    TextArea:nocolor .text-area--cursor { text-style: reverse; }
    TextArea:nocolor .text-area--selection { text-style: underline; }
    TextArea:nocolor .text-area--matching-bracket { text-style: underline; }
    OptionList:nocolor > .option-list--option-highlighted { text-style: bold underline; }
    ScrollingLines:nocolor > .lines--found { text-style: reverse; }
"""
)
"""What is told elsewhere by a colour of the text, or behind it, alone."""


class WithoutColor(LineFilter):
    """Takes the colours off all that is drawn; what can be pressed stays so."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the segments of a line without a colour."""
        return [
            Segment(text, None if style is None else _bare(style), control)
            for text, style, control in segments
        ]


def _bare(style: Style) -> Style:
    if style.color is None and style.bgcolor is None:
        return style
    bare = style.without_color
    return bare + Style.from_meta(style.meta) if style.meta else bare
