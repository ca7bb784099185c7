"""`voice-console webhook`: a stored webhook is explained, and sent again to a real app."""

import json
import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from console.journal.record import Kind, NewRecord, Verdict
from console.journal.sqlite import SqliteJournal
from console.voice.tokens import check_webhook, sign_webhook
from console.voice.webhook_steps import kept_of
from tests.cli.given import run
from tests.client.platform import Reply, platform
from tests.fake_clock import FakeClock

SECRET = "a signature secret of forty characters.."
APP = "5b6f0d5e-7a1c-4f0c-9e3a-2d1f00112233"
BODY = b'{"status":"ringing","uuid":"9a7d"}'


def webhook(clock: FakeClock, body: bytes, signed: bytes) -> NewRecord:
    now = clock.now_ns() // 1_000_000_000
    token = "Bearer " + sign_webhook(
        SECRET, api_key="a1b2c3d4", application_id=APP, payload=signed, now=now, jti="j"
    )
    check = check_webhook(token, body, [SECRET], now, application_id=APP)
    failed = {} if check.ok else {"reason": f"{check.part}: {check.text}"}
    return NewRecord(
        kind=Kind.EVENT,
        at=clock.now_ns(),
        mono=1,
        exchange=str(len(body)),
        verdict=Verdict.SIGNED if check.ok else Verdict.REFUSED,
        raw=body,
        meta={
            "method": "POST",
            "path": "/webhooks/event",
            "query": "",
            "headers": {"content-type": "application/json"},
            "signature": kept_of(check, token, body),
            **failed,
        },
    )


@pytest.fixture
async def environ(tmp_path: Path) -> Mapping[str, str]:
    """A context with a signature secret, and its journal with two webhooks: 2 right, 3 wrong."""
    clock = FakeClock()
    path = tmp_path / "x.journal"
    journal = SqliteJournal.open(path, clock=clock, context="desk", version="1")
    spaced = json.dumps(json.loads(BODY), indent=2).encode()
    await journal.append(webhook(clock, BODY, BODY), webhook(clock, spaced, BODY))
    await journal.close()
    secret = tmp_path / "secret"
    secret.write_text(SECRET)
    secret.chmod(0o600)
    config = tmp_path / "config.toml"
    config.write_text(
        f'[contexts.desk]\napplication_id = "{APP}"\napi_key = "a1b2c3d4"\n'
        f'signature_secret_file = "{secret}"\n'
    )
    return {
        **os.environ,
        "HOME": str(tmp_path),
        "XDG_DATA_HOME": str(tmp_path / "data"),
        "XDG_STATE_HOME": str(tmp_path / "state"),
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "VOICE_CONSOLE_CONFIG": str(config),
        "JOURNAL": str(path),
    }


async def webhook_command(environ: Mapping[str, str], *arguments: str) -> tuple[int, str, str]:
    config, journal = environ["VOICE_CONSOLE_CONFIG"], environ["JOURNAL"]
    return await run(
        "--config", config, "--context", "desk", "webhook", *arguments, "--journal", journal,
        environ=environ,
    )  # fmt: skip


async def test_the_check_of_a_signature_is_explained(environ: Mapping[str, str]) -> None:
    code, out, err = await webhook_command(environ, "verify", "2")
    assert (code, err) == (0, "")
    assert [line.split()[-1] for line in out.splitlines()][2] == "HS256"
    code, out, _ = await webhook_command(environ, "verify", "3", "--json")
    assert code == 1
    (wrong,) = [step for step in json.loads(out)["steps"] if step["came"] == "wrong"]
    assert wrong["part"] == "payload_hash"
    assert "re-serialised" in wrong["says"]


async def test_a_webhook_is_sent_again(environ: Mapping[str, str], tmp_path: Path) -> None:
    answers = [Reply(200, [{"action": "talk", "text": "Hi"}]), Reply(204)]
    async with platform(lambda seen: answers[len(there.seen) - 1]) as there:
        to = ("--to", f"{there.url}/hooks/event")
        code, out, err = await webhook_command(environ, "replay", "2", *to)
        assert (code, json.loads(out)) == (0, [{"action": "talk", "text": "Hi"}])
        assert "answered 200" in err
        seen = there.seen[0]
        assert seen.body == BODY
        assert seen.headers["authorization"].startswith("Bearer ey")

        body = tmp_path / "body.json"
        body.write_text('{"status": "answered"}')
        edited = ("--sign", "none", "--body", str(body), "--json")
        code, out, _ = await webhook_command(environ, "replay", "2", *to, *edited)
        assert (code, json.loads(out)["status"]) == (0, 204)
        assert there.seen[1].body == b'{"status": "answered"}'
        assert "authorization" not in there.seen[1].headers

        away = ("--to", "https://app.example.com/hooks")
        code, _, err = await webhook_command(environ, "replay", "2", *away)
        assert (code, "give --yes" in err) == (2, True)
        closed = ("--to", "http://127.0.0.1:9/hooks")
        code, _, err = await webhook_command(environ, "replay", "2", *closed)
        assert code == 3
        assert SECRET not in out + err
