"""`voice-console snippet` and `--as`: what is printed is what would be sent, without a secret."""

import asyncio
import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from console.journal.record import Kind, NewRecord
from console.journal.sqlite import SqliteJournal
from tests.cli.given import run
from tests.cli.test_webhook import APP, BODY, SECRET, webhook
from tests.client.platform import Reply, platform
from tests.fake_clock import FakeClock

URL = "https://api.nexmo.com/v1/calls/63f61863-4a51-4f6b-86e1-46edebcf9001"
LEG = "63f61863-4a51-4f6b-86e1-46edebcf9001"


@pytest.fixture
async def environ(tmp_path: Path) -> Mapping[str, str]:
    """A journal: 2 a webhook, 3 a request, 4 its answer, 5 an action that was only asked."""
    clock = FakeClock()
    path = tmp_path / "x.journal"
    journal = SqliteJournal.open(path, clock=clock, context="desk", version="1")
    now = clock.now_ns()
    meta = {"method": "PUT", "url": URL, "cause": "a1"}
    await journal.append(
        webhook(clock, BODY, BODY),
        NewRecord(
            kind=Kind.REST_REQUEST,
            at=now,
            mono=1,
            exchange="r",
            raw=b'{"action":"mute"}',
            meta=meta,
        ),
        NewRecord(
            kind=Kind.REST_RESPONSE, at=now, mono=1, exchange="r", meta={**meta, "status": 204}
        ),
        NewRecord(
            kind=Kind.ACTION_ASKED,
            at=now,
            mono=1,
            exchange="a2",
            leg=LEG,
            meta={"action": "leg.say", "args": {"text": "it's me"}},
        ),
        NewRecord(
            kind=Kind.ACTION_ASKED,
            at=now,
            mono=1,
            exchange="a1",
            leg=LEG,
            meta={"action": "leg.mute", "args": {"want": "mute"}},
        ),
    )
    await journal.close()
    config = tmp_path / "config.toml"
    config.write_text(f'[contexts.desk]\napplication_id = "{APP}"\napi_key = "a1b2c3d4"\n')
    return {
        **os.environ,
        "HOME": str(tmp_path),
        "XDG_DATA_HOME": str(tmp_path / "data"),
        "XDG_STATE_HOME": str(tmp_path / "state"),
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "VOICE_CONSOLE_CONFIG": str(config),
        "JOURNAL": str(path),
    }


async def test_a_record_is_printed_as_what_repeats_it(environ: Mapping[str, str]) -> None:
    async def printed(seq: int, *options: str) -> str:
        code, out, err = await run(
            "snippet", str(seq), "--journal", environ["JOURNAL"], *options, environ=environ
        )
        assert code == 0, err
        return out

    async with platform(lambda seen: Reply(204)) as app:
        to = f"{app.url}/hooks/event"
        line = await printed(2, "--to", to)
        process = await asyncio.create_subprocess_exec(
            "sh", "-c", line, env={"PATH": os.environ["PATH"], "TOKEN": "t"}
        )
        assert await process.wait() == 0
        assert [(seen.path, seen.body) for seen in app.seen] == [("/hooks/event", BODY)]
    for seq in (3, 4, 6):
        line = await printed(seq)
        assert line.startswith("curl -X PUT ")
        assert line.endswith(f'\'{{"action":"mute"}}\' {URL}\n')
    assert "httpx.Request" in await printed(3, "--as", "python")
    assert await printed(2, "--as", "raw") == BODY.decode()
    assert '"seq":2' in await printed(2, "--as", "json")
    line = await printed(5)
    assert "/talk" in line, "it was only asked"
    assert "it'\"'\"'s me" in line
    assert SECRET not in line


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(("1",), "no exchange"), (("99",), "no record 99"), (("2", "--to", "ftp://x"), "no http")],
)
async def test_what_is_no_exchange_is_refused(
    arguments: tuple[str, ...], said: str, environ: Mapping[str, str]
) -> None:
    code, _, err = await run(
        "snippet", *arguments, "--journal", environ["JOURNAL"], environ=environ
    )
    assert code == 2
    assert said in err
