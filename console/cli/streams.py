"""Standard streams that were closed before the program began."""

import os
import sys
from io import FileIO, TextIOWrapper

_STREAMS = (("stdin", os.O_RDONLY, "r"), ("stdout", os.O_WRONLY, "w"), ("stderr", os.O_WRONLY, "w"))


def open_closed_streams() -> None:
    """Give every closed standard stream the null device, so that no file takes its number.

    Python has None in place of such a stream, and a journal that is opened then would get what
    is said on standard error.
    """
    for name, flags, mode in _STREAMS:
        if getattr(sys, name) is None:
            # The lowest number that is free is given: that of the stream.
            file = FileIO(os.open(os.devnull, flags), mode)
            setattr(sys, name, TextIOWrapper(file, encoding="utf-8", write_through=True))
