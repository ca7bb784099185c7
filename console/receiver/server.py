"""The receiver: uvicorn inside the console's own loop, signals left to the console."""

from typing import Final

from starlette.types import ASGIApp

from console.clock import Clock
from console.config.context import Context, SignaturePolicy
from console.gate import Gate, GateConfig, Patience
from console.journal.record import Journal, Kind
from console.receiver.answers import Replies
from console.receiver.app import PATHS, WebhookApp
from console.receiver.forwarding import Forwarder
from console.receiver.limits import Counters, Limits
from console.serving import CannotListen, Serving, bind

MEDIA_BYTES: Final = 64 * 1024
"""A longer message of a WebSocket ends it; a frame has 960 bytes at most (7.2)."""


class ReceiverError(Exception):
    """The receiver cannot start; the text says what to do."""


class Receiver:
    """Takes the webhooks of one context into its journal.

    Args:
        context: Says where to listen, what to believe, how calls are answered.
        journal: Where each webhook is kept before it is answered.
        clock: Times of records, and of the signatures' window.
        limits: What a stranger may cost us.
        replies: Answers webhooks whose URL says how.
        media: Takes the WebSockets of calls (7); without it none is let in.
    """

    def __init__(
        self,
        context: Context,
        journal: Journal,
        clock: Clock,
        *,
        limits: Limits | None = None,
        replies: Replies | None = None,
        media: ASGIApp | None = None,
    ) -> None:
        self._context = context
        self._clock = clock
        self._limits = limits or Limits()
        self.counters = Counters()
        """What has happened since the start; `per_second` below is made of it."""
        patience = Patience(
            request_seconds=self._limits.request_seconds,
            answer_seconds=self._limits.answer_seconds,
            connections=self._limits.connections,
        )
        self._gate = Gate(patience, self._count_cut)
        self.forwarder = Forwarder(self._limits, context.ca_file)
        """Hands webhooks on to the user's app; its switch is that of the session."""
        self._app = WebhookApp(
            context,
            journal,
            clock,
            limits=self._limits,
            counters=self.counters,
            forwarder=self.forwarder,
            replies=replies,
            media=media,
        )
        self._takes_media = media is not None
        self._serving: Serving | None = None
        self._port = 0

    async def start(self) -> None:
        """Bind and serve; on return webhooks are taken.

        Raises:
            ReceiverError: The address is taken or not ours, or nothing could be verified.
        """
        settings = self._context.receiver
        if settings.policy is SignaturePolicy.REJECT and not self._context.signature_secret:
            start = "start one with voice-console sandbox, " if self._context.is_sandbox else ""
            raise ReceiverError(
                f"The context {self._context.name!r} refuses unsigned webhooks but has no"
                f" signature secret; {start}set signature_secret (listen has"
                ' --signature-secret-file), or receiver.policy = "off" (--policy off).'
            )
        try:
            bound = bind(settings.host, settings.port)
        except CannotListen as error:
            raise ReceiverError(
                f"Webhooks cannot be received on {settings.host} port {settings.port} ({error});"
                " end what listens there, or choose another with --host and --port (0 takes a"
                " free one)."
            ) from error
        config = GateConfig(
            self._app,
            self._gate,
            lifespan="off",
            ws="websockets-sansio" if self._takes_media else "none",
            ws_max_size=MEDIA_BYTES,
            ws_per_message_deflate=False,
            log_config=None,
            # What strangers send wrong is counted here; uvicorn's words about it would reach
            # stderr, and so a screen.
            log_level="critical",
            access_log=False,
            server_header=False,
            # `remote` is who connected; what a header says of it stays a header.
            proxy_headers=False,
            h11_max_incomplete_event_size=self._limits.header_bytes,
            timeout_keep_alive=int(self._limits.request_seconds) + 1,
            timeout_graceful_shutdown=self._limits.stop_seconds,
        )
        serving = Serving(config, bound, name="receiver")
        self._port = serving.port
        try:
            await serving.start()
        except CannotListen as error:
            raise ReceiverError(f"Webhooks cannot be received: {error}.") from error
        self._serving = serving

    def _count_cut(self) -> None:
        self.counters.cut += 1

    async def stop(self) -> None:
        """Finish what is being answered (within `limits.stop_seconds`) and let go of the port."""
        if self._serving is not None:
            await self._serving.stop()
            self._serving = None
        self._gate.close()
        await self.forwarder.close()

    @property
    def port(self) -> int:
        """The port it listens on; 0 before `start`."""
        return self._port

    @property
    def local_url(self) -> str:
        """Base URL on this machine, without a trailing slash."""
        host = self._context.receiver.host
        host = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
        return f"http://[{host}]:{self._port}" if ":" in host else f"http://{host}:{self._port}"

    @property
    def url(self) -> str:
        """Base URL as the platform reaches it: the public one where there is one."""
        public = self._context.receiver.public_url
        return public.rstrip("/") if public else self.local_url

    @property
    def answer_url(self) -> str:
        """Where the platform asks how to answer a call."""
        return self.url + PATHS[Kind.ANSWER]

    @property
    def event_url(self) -> str:
        """Where events arrive."""
        return self.url + PATHS[Kind.EVENT]

    @property
    def fallback_url(self) -> str:
        """Where the platform asks when the answer URL failed."""
        return self.url + PATHS[Kind.FALLBACK]

    @property
    def recording_url(self) -> str:
        """Where finished recordings are told."""
        return self.url + PATHS[Kind.RECORDING]

    @property
    def input_url(self) -> str:
        """Where the results of `input` arrive."""
        return self.url + PATHS[Kind.INPUT]

    @property
    def notify_url(self) -> str:
        """Where the payloads of `notify` arrive."""
        return self.url + PATHS[Kind.NOTIFY]

    @property
    def connections(self) -> int:
        """How many connections are open."""
        return len(self._gate)

    def per_second(self) -> float:
        """Return webhooks per second, averaged over the last seconds."""
        return self.counters.per_second(self._clock)
