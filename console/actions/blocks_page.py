"""`docs/building-blocks.md`, made from the blocks."""

import sys

from console.actions.block_file import USAGE
from console.actions.blocks import Block, blocks
from console.actions.registry import BY_ID

_HEAD = """# Building blocks

Made from `console/actions/blocks/` by `python -m console.actions.blocks_page >
docs/building-blocks.md`; a test fails when it is stale. Each block is run against the sandbox by
`tests/building_blocks/`.
"""

_START = """## Start one

`{key}` (new call), *When answered*: `block`, then its name or number, then what it takes:
`connect-caller 447700900101`. Names are completed. On the command line of the screen a block that
takes nothing is started by `:{command} kind=block value=conference 447700900100`. Nothing is sent
before everything is there: our own number comes from *From*, webhook URLs are our receiver's, and
the form says what is missing.

Requests on the running call (mute, transfer, …) follow by themselves when it is answered, each as
an action of its own with its proof. A step that fails ends them. Recordings are saved in
`recordings/` beside the journal. Where a webhook may be answered with a script, our receiver
answers it: the block's URLs name the block in their query.
"""

_ROUTE = """## Answer callers with one

A block can be the `ncco_file` of a route. Give the receiver a port that stays, and write the file:

```console
$ {usage}
$ python -m console.actions.block_file 442079460000 http://127.0.0.1:8822/webhooks \\
    input-dtmf > menu.json
```

```toml
[contexts.sandbox.receiver]
port = 8822

[[contexts.sandbox.routes]]
number = "442079460000"
ncco_file = "menu.json"
```

Then dial in: `:{dialin} 442079460000` in the console, or `POST /sandbox/calls` with
`{{"to": "442079460000", "from": "447700900456"}}` at the sandbox. Steps do not follow on a call
that came in; use the keys.

`receive-call` and `outbound-url` are answers of a URL and no files. To answer callers with
`receive-call`, set the application's answer URL to
`http://RECEIVER/webhooks/answer?block=receive-call`.
"""


def blocks_page() -> str:
    """Return the whole page."""
    create, dialin = BY_ID["call.create"], BY_ID["call.dialin"]
    return "\n".join(
        (
            _HEAD,
            _START.format(key=create.keys[0], command=create.command),
            _ROUTE.format(usage=USAGE, dialin=dialin.command),
            "## All of them\n",
            _table(),
            "",
        )
    )


def _table() -> str:
    rows = [
        "| # | Block | Type | What it shows | Start from | Steps |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    rows += [_row(block) for block in blocks()]
    return "\n".join(rows)


def _row(block: Block) -> str:
    if block.inbound_only:
        begins = "a caller"
    elif block.by_url or block.to:
        begins = "`n`"
    else:
        begins = "`n`, or a caller"
    steps = ", ".join(f"`{step.do}`" for step in block.steps)
    if block.steps:
        begins = "`n`"
    cells = (str(block.number), block.title, f"`{block.form}`", block.shows, begins, steps)
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    sys.stdout.write(blocks_page())
