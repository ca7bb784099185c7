"""The console in a browser: pages over HTTP and a socket, in a real Chromium where there is one."""

import asyncio
import base64
import json
import os
import shutil
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, CookieJar, WSServerHandshakeError
from click.testing import CliRunner
from websockets.asyncio.client import connect

from console.cli import cli
from tests.cli.given import line_of, running
from tests.real_sandbox import RealSandbox, real_sandbox

_NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM = next(filter(None, map(shutil.which, _NAMES)), None)


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealSandbox]:
    with real_sandbox(tmp_path_factory.mktemp("sandbox")) as sandbox:
        yield sandbox


@dataclass(frozen=True)
class Served:
    process: asyncio.subprocess.Process
    url: str
    """With the key."""

    @property
    def base(self) -> str:
        return self.url.partition("/?")[0]


@asynccontextmanager
async def served(there: RealSandbox, folder: Path, *options: str) -> AsyncIterator[Served]:
    env_file = folder / "sandbox.env"
    env_file.write_text("".join(f"{name}='{value}'\n" for name, value in there.env.items()))
    environ = {**os.environ, "VOICE_CONSOLE_SANDBOX_ENV": str(env_file)}
    async with running("--context", "sandbox", "serve", *options, environ=environ) as process:
        ready = await line_of(process)
        assert ready.startswith("ready url="), ready
        yield Served(process, ready.removeprefix("ready url="))
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 10) == 0


@asynccontextmanager
async def browser(served: Served) -> AsyncIterator[ClientSession]:
    """A client that keeps the cookie, also of an address without a name."""
    async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as session:
        async with session.get(served.url) as answer:
            assert answer.status == 200
            assert "key=" not in str(answer.url)
            assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
            page = await answer.text()
        assert "http://" not in page.replace(served.base, ""), "nothing comes from elsewhere"
        assert f'data-session-websocket-url="{served.base.replace("http", "ws")}/ws"' in page
        yield session


async def screen(session: ClientSession, served: Served, *until: str, keys: str = "") -> str:
    """What one page is sent until these texts are in it; keys are typed once it is drawn."""
    seen = b""
    origin = {"Origin": served.base}
    address = f"{served.base}/ws?width=120&height=30"
    async with session.ws_connect(address, headers=origin) as page, asyncio.timeout(20):
        async for message in page:
            if isinstance(message.data, bytes):
                seen += message.data
            if keys and b"SANDBOX" in seen:
                await page.send_str(json.dumps(["stdin", keys]))
                keys = ""
            if all(text.encode() in seen for text in until):
                break
    return seen.decode(errors="replace")


async def refused(session: ClientSession, served: Served, **headers: str) -> int:
    with pytest.raises(WSServerHandshakeError) as error:
        async with session.ws_connect(f"{served.base}/ws", headers=headers):
            pass
    return error.value.status


async def test_a_page_only_looks_and_only_ours_is_let_in(there: RealSandbox, home: Path) -> None:
    async with served(there, home) as console, browser(console) as session:
        text = await screen(session, console, "SANDBOX", "quit")
        assert "new call" not in text
        assert "read-only" in await screen(session, console, "read-only", keys="m")
        assert await refused(session, console, Origin="http://evil.example") == 403
        assert await refused(session, console) == 403
        host = {"Host": "evil.example"}
        async with session.get(f"{console.base}/", headers=host) as answer:
            assert answer.status == 403
        async with ClientSession() as stranger:
            for path in ("/", "/?key=x", "/ws", "/download/1"):
                async with stranger.get(console.base + path) as answer:
                    assert answer.status == 403, path
            async with stranger.get(f"{console.base}/static/js/textual.js") as answer:
                assert answer.status == 200


@pytest.mark.slow
async def test_a_page_that_steers_is_alone(there: RealSandbox, home: Path) -> None:
    async with served(there, home, "--control") as console, browser(console) as session:
        origin = {"Origin": console.base}
        address = f"{console.base}/ws?width=120&height=30"
        async with session.ws_connect(address, headers=origin) as page, asyncio.timeout(20):
            seen = b""
            async for message in page:
                seen += message.data if isinstance(message.data, bytes) else b""
                if b"new call" in seen:
                    break
            async with session.ws_connect(address, headers=origin) as second:
                assert (await second.receive()).data == 1013
        # The first page is gone, and with it the console that held the journal.
        async with asyncio.timeout(15):
            while True:
                with suppress(TypeError, TimeoutError):
                    text = await screen(session, console, "new call")
                    if "new call" in text:
                        break


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--host", "0.0.0.0"), "can be reached by others. Say --allow-remote"),
        (("--host", "console.example"), "can be reached by others"),
        (("--public-url", "console.example"), "--public-url is http://HOST"),
    ],
)
def test_beyond_this_machine_only_where_that_is_said(options: tuple[str, ...], says: str) -> None:
    result = CliRunner().invoke(cli, ["--context", "sandbox", "serve", *options])
    assert (result.exit_code, says in result.stderr) == (2, True), result.stderr


# --- a real browser ------------------------------------------------------------------------------


class Devtools:
    """Speaks to one page of Chromium."""

    def __init__(self, socket: Any) -> None:
        self._socket = socket
        self._number = 0
        self.frames = b""
        """What the page's WebSocket brought."""

    async def ask(self, method: str, **params: Any) -> dict[str, Any]:
        self._number += 1
        number = self._number
        await self._socket.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            told = json.loads(await self._socket.recv())
            if told.get("method") == "Network.webSocketFrameReceived":
                frame = told["params"]["response"]
                data = frame["payloadData"]
                self.frames += base64.b64decode(data) if frame["opcode"] == 2 else data.encode()
            if told.get("id") == number:
                assert "error" not in told, told
                found: dict[str, Any] = told["result"]
                return found

    async def value(self, expression: str) -> Any:
        found = await self.ask("Runtime.evaluate", expression=expression, returnByValue=True)
        return found["result"].get("value")


@asynccontextmanager
async def chromium(folder: Path) -> AsyncIterator[Devtools]:
    assert CHROMIUM is not None
    process = await asyncio.create_subprocess_exec(
        *(CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"),
        *("--no-first-run", "--remote-debugging-port=0", f"--user-data-dir={folder / 'profile'}"),
        "about:blank",
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    assert process.stderr is not None
    try:
        line = b""
        async with asyncio.timeout(30):
            while b"listening on ws://" not in line:
                line = await process.stderr.readline()
                assert line, "Chromium did not start"
        port = line.decode().partition("ws://127.0.0.1:")[2].partition("/")[0]
        async with (
            ClientSession() as session,
            session.get(f"http://127.0.0.1:{port}/json/list") as answer,
        ):
            pages = await answer.json(content_type=None)
        address = next(page for page in pages if page["type"] == "page")["webSocketDebuggerUrl"]
        async with connect(address, max_size=None) as socket:
            yield Devtools(socket)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        await process.communicate()


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine")
async def test_a_real_browser_shows_the_screen(there: RealSandbox, home: Path) -> None:
    async with served(there, home) as console, chromium(home) as page, asyncio.timeout(60):
        await page.ask("Network.enable")
        await page.ask("Page.enable")
        await page.ask("Page.navigate", url=console.url)
        while b"SANDBOX" not in page.frames or b"quit" not in page.frames:
            await page.value("document.readyState")
        assert b"new call" not in page.frames
        while "-first-byte" not in (await page.value("document.body.className") or ""):
            continue
        assert await page.value("document.title") == "SANDBOX · voice-console"
        assert await page.value("location.search") == ""
        size = "document.querySelector('.xterm-screen').getBoundingClientRect()"
        assert await page.value(f"{size}.width") > 300
        drawn = await page.ask("Page.captureScreenshot")
        assert len(drawn["data"]) > 5_000, "the terminal is drawn"
