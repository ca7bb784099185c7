"""A field of one line that takes all of a text of several lines that is pasted into it."""

import re

from textual import events
from textual.widgets import Input

_BETWEEN_LINES = re.compile(r"\s*[\r\n\t\v\f\x85\u2028\u2029]\s*")


class LineField(Input):
    """An `Input` whose pasted lines are joined with blanks; Textual's own keeps the first alone.

    A text to speak or an NCCO that was cut at its first line would be sent as if it were whole.
    """

    def on_paste(self, event: events.Paste) -> None:
        """Put in what was pasted, in place of what is selected."""
        event.prevent_default()
        event.stop()
        self.replace(_BETWEEN_LINES.sub(" ", event.text.strip("\r\n")), *self.selection)
