"""Ids that a shell can complete: those that are up in the context's journal."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from console.actions.target import TargetKind
from console.cli.selection import Selection

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from console.floor.fold import Floor

Completer = Callable[[click.Context, click.Parameter, str], "list[CompletionItem]"]


def complete_id(kind: TargetKind) -> Completer:
    """Return what completes the ids of legs, and of conversations where these can be named."""

    def complete(
        ctx: click.Context, _parameter: click.Parameter, incomplete: str
    ) -> "list[CompletionItem]":
        from click.shell_completion import CompletionItem

        from console.text import clean

        outer = ctx.find_object(Selection) or Selection()
        floor = _floor(
            Selection(
                ctx.params.get("config_file") or outer.config_file,
                ctx.params.get("context_name") or outer.context,
            )
        )
        if floor is None:
            return []
        found = [
            (leg.uuid, f"{leg.far_end} {leg.status.value if leg.status is not None else ''}")
            for leg in floor.legs()
            if kind is not TargetKind.CONVERSATION
        ]
        if kind is not TargetKind.LEG:
            found += [
                (branch.conversation.uuid, branch.conversation.name or "conversation")
                for branch in floor.tree()
                if branch.conversation.uuid
            ]
        return [
            CompletionItem(clean(id_), help=clean(says, 60))
            for id_, says in found
            if id_.startswith(incomplete)
        ]

    return complete


def _floor(selection: Selection) -> "Floor | None":
    """Return the floor of the latest session; None: there is nothing to read."""
    import asyncio

    from console.config.errors import ConfigError
    from console.config.load import load_context
    from console.config.paths import journal_file
    from console.floor.fold import Floor
    from console.journal.record import JournalError
    from console.journal.sqlite import open_read_only

    async def fold() -> Floor:
        loaded = load_context(selection.context, config_file=selection.config_file)
        journal = open_read_only(journal_file(loaded.context.name))
        floor = Floor()
        try:
            async for record in journal.read(session=journal.session):
                floor.apply(record)
        finally:
            await journal.close()
        return floor

    try:
        return asyncio.run(fold())
    except (ConfigError, JournalError):
        return None
