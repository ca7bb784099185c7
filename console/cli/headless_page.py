"""The page on working without a screen: `python -m console.cli.headless_page`."""

import click

from console.actions.registry import ACTIONS, Scope
from console.cli.commands_page import MEANINGS
from console.cli.exit_codes import ExitCode
from console.cli.twins import NONE_BECAUSE, SCREEN_ONLY, twin_of

_TEXT = """# Without a screen

Made by `python -m console.cli.headless_page > docs/headless.md`; a test fails when it is stale.
Options of each command: [commands](commands.md).

## Verbs

Each action that sends something is a command. It goes the way of a key: asked, accepted by the
API, proven by an event or a read-back.

```sh
voice-console call 447700900100 --say "Your order is ready." --wait answered
voice-console mute 4477*                  # the leg whose far end begins so
voice-console say 63f61863 Please hold    # the beginning of a leg's id
voice-console transfer 63f61863 support-7
voice-console hangup support-7 --yes      # a conversation by its name
voice-console calls --json --live | jq -r '.conversations[].legs[].uuid' \\
  | voice-console mute - --json
```

- **What it is done to.** A whole id, the beginning of one (4 characters at least; a conversation's
  with or without `CON-`), the number of the other end (`447700900100`, or `4477*`), or the name of
  a conversation. What is up goes before what is over. Where it may be several, they are listed and
  nothing is sent. Shell completion offers the ids that the context's journal has.
- **Many.** `-` reads one a line from standard input. The pace of the platform is kept; how long
  that takes is told first. Of new calls none is placed where one of the numbers cannot be called.
- **Output.** `STAGE ID` on standard output, such as `proven 63f61863-…`; with `--json` one object a
  line. What is said to people goes to standard error.
- **How far.** `--wait accepted` (the default) ends with code 0 once the API accepted it; proof has
  been looked for all the same. `--wait proven` wants proof; a new call can be waited for until it
  is `answered` or `completed`. After `--timeout` seconds the code is 4. On the platform nothing
  proves a mute, an earmuff, a talk, a stream or DTMF: there `--wait proven` times out.
- **Danger.** What hangs up asks first, unless `--yes` or the context's `confirm = "never"`. Where
  nobody can be asked (no terminal, or `-`) it is refused with code 2.
- **Beside a console.** A verb takes no webhooks and points none anywhere. It writes
  `CONTEXT.commands.journal`, since a console that is open on the context holds the context's own;
  while another verb writes that file, `CONTEXT.commands-2.journal` and so on. `--journal` names
  another. The console sees what was done by the events that come of it. The rates are kept by each
  process for itself.
- **Events of a new call** go where the application has them sent, or to `--event-url`.

| Field | Meaning |
| --- | --- |
| `command`, `action` | what was typed, and the id of the action |
| `on` | what it was done to, as typed |
| `stage` | `accepted`, `proven` or `failed` |
| `reason` | why it failed, or what it did not come to; else null |
| `leg`, `conversation_uuid` | ids; of a new call the new ones |
| `status` | of the leg, as last known |
| `attempt` | id in the journal: `cause` of every request that it made |
| `took_ms` | until this line |

## Exit codes

"""

_AFTER = """
Of many the code is that of the first that failed.

## Line by line

`voice-console --plain` (also `open --plain`, `demo --plain`) tells what happens as lines: for
screen readers, pipes and slow terminals. No cursor is moved; colour is used on a terminal only, and
not with `NO_COLOR`. Each line has the time, who, what, and how far it is to be believed:

```text
10:02:11 447700900001: calls 442079460000
10:02:11 447700900001: ringing
10:02:13 447700900001: answered
10:02:20 mute 447700900001: asked
10:02:20 mute 447700900001: accepted
10:02:20 mute 447700900001: proven
```

At most 10 lines are told in a second; of more there is one line: `and 12 more: 7 ringing, 5
answered`. Where standard input is a terminal, a pipe or a file, commands are read from it: those of
the `:` line, with the leg or conversation behind the word (`mute 4477*`, `say 4477* style=2 hi`),
and `calls`, `help`, `help WORD`, `quit`. What is dangerous asks; the next line says `yes`, or it is
not done. It ends at the end of what is typed, once that came to something, and on SIGINT, SIGTERM
and SIGHUP.

## Only looking

- `--readonly` (`open`, `demo`), or `readonly = true` in a context, takes away every action that
  sends: from keys, footer, palette, `:` line and verbs. Webhooks are still received and answered by
  the routes, and on a sandbox the webhooks are still pointed at the console.
- `open --watch` follows the journal that another console, or `listen`, writes; it holds nothing and
  sends nothing. So many may watch one floor, and one that comes back over SSH has lost nothing.

## In a browser

`voice-console serve` (extra `web`) prints `ready url=http://127.0.0.1:PORT/?key=…`. The address has
a key in it that lets in; the page keeps it in a cookie.

- It only looks: each page watches the journal of the console or `listen` that is open on the
  context; where none is, `serve` records itself.
- `--control` lets the page send. Each page is then a console of its own, so one at a time is open,
  and no other console may be open on the context.
- It listens on this machine only. An address that others reach needs `--allow-remote`, and warns:
  the key is all that protects it, and it goes unencrypted. Rather leave it local and use `ssh -L`,
  or a proxy with TLS and `--public-url https://…`.
- Requests need the key, a Host that is ours, and for the socket an Origin that is ours: a page of
  somebody else in the same browser can neither look nor steer.
- What is saved from a page is saved on the machine that serves.

## Every action

| Action | Key | In a shell | What it does |
| --- | --- | --- | --- |
"""

_MISSING = "**missing**"
"""What a test finds where an action has neither command nor reason."""


def headless_page() -> str:
    """Return the page as Markdown."""
    codes = "| Code | Meaning |\n| --- | --- |\n"
    codes += "".join(f"| {code:d} | {MEANINGS[code]} |\n" for code in ExitCode)
    rows: list[str] = []
    for action in ACTIONS:
        twin = twin_of(action)
        key = f"`{action.keys[0]}`" if action.keys else "palette"
        if twin is not None:
            shell = ", ".join(f"`{word}`" for word in twin.split(", "))
        elif action.scope is Scope.DESK:
            shell = f"none: {NONE_BECAUSE.get(action.id, _MISSING)}"
        else:
            shell = f"none: {SCREEN_ONLY}"
        rows.append(f"| `{action.id}` | {_cell(key)} | {shell} | {_cell(action.help)} |")
    return _TEXT + codes + _AFTER + "\n".join(rows)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    click.echo(headless_page())
