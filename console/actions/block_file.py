"""A building block as an NCCO file, for the `ncco_file` of a route: `python -m …block_file`."""

import json
import sys
from collections.abc import Sequence

from console.actions.blocks import BlockError, Chosen, choose, script, values_of
from console.voice.ncco import to_wire

USAGE = (
    "python -m console.actions.block_file OUR-NUMBER http://RECEIVER/webhooks BLOCK [WHAT IT TAKES]"
)


def block_file(chosen: Chosen, number: str, webhooks: str) -> str:
    """Return the block's script as a JSON document.

    Args:
        chosen: The block and its parties.
        number: Our own number.
        webhooks: Base of the receiver's webhooks, as the platform reaches it.

    Raises:
        BlockError: The block has no script of its own: it is the answer of a URL.
    """
    values = values_of(chosen, number, webhooks.rstrip("/"))
    if chosen.block.by_url:
        raise BlockError(
            f"{chosen.block.name} has no script of its own; set the application's answer URL to"
            f" {values['answer_url']}"
        )
    return json.dumps(to_wire(script(chosen, values)), indent=2) + "\n"


def main(arguments: Sequence[str]) -> int:
    """Write the file to stdout; return 0, or 2 with the reason on stderr."""
    if len(arguments) < 3:
        sys.stderr.write(f"usage: {USAGE}\n")
        return 2
    number, webhooks, *typed = arguments
    try:
        sys.stdout.write(block_file(choose(" ".join(typed)), number, webhooks))
    except BlockError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
