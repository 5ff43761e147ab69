"""Serve MiniStack and the deployed HTTP API from one process, on 127.0.0.1 only."""

import asyncio
import contextlib
import datetime as dt
import logging
import os
import signal
import tempfile
from typing import Any, cast

from local.emulator.emulator import CREDENTIALS, REGION, Emulator, Settings
from local.emulator.logs import rotating

EXPIRY_SECONDS = 60.0

logger = logging.getLogger("quire.local.server")


def run(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT; no worker is left behind.

    Raises:
        SeamChanged: MiniStack is not the one that the repairs are for.
        OSError: a port is taken.
    """
    _prepare(settings)
    asyncio.run(_serve(settings))


def _prepare(settings: Settings) -> None:
    """Set what MiniStack reads from its environment, once, at its import."""
    for name in [name for name in os.environ if name.startswith(("AWS_", "MINISTACK_", "LAMBDA_", "LOCALSTACK_"))]:
        del os.environ[name]
    temporary = settings.state / "tmp"
    temporary.mkdir(parents=True, exist_ok=True)
    tempfile.tempdir = str(temporary)
    os.environ.update(
        CREDENTIALS,
        AWS_DEFAULT_REGION=REGION,
        BIND_HOST="127.0.0.1",
        DOCKER_HOST="unix:///nonexistent",  # no emulation in containers, and no search for left-over ones
        GATEWAY_PORT=str(settings.aws_port),
        IOT_MTLS_ENABLED="0",
        LAMBDA_ACCOUNT_CONCURRENCY="0",
        MINISTACK_HOST="127.0.0.1",
        MINISTACK_REGION=REGION,
        PERSIST_STATE="0",
        S3_DATA_DIR=str(settings.state / "unused"),
        SFTP_ENABLED="0",
    )
    # MiniStack configures logging at its import unless it is configured.
    log = rotating(settings.state / "logs" / "emulator.log")
    log.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[log])


async def _serve(settings: Settings) -> None:
    from hypercorn.asyncio import serve
    from hypercorn.config import Config
    from ministack import app

    from local.emulator import repairs
    from local.emulator.front.docs import page
    from local.emulator.front.gateway import Gateway, send_response

    emulator = Emulator(settings)
    try:
        repairs.install(emulator)
        gateway = Gateway(emulator)

        async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
            if scope["type"] != "http" or scope["server"][1] != settings.api_port:
                await app.app(scope, receive, send)
            elif scope["method"] in ("GET", "HEAD") and (shown := page(scope["path"])):
                await send_response(send, shown, head=scope["method"] == "HEAD")
            else:
                await gateway(scope, receive, send)

        config = Config()
        config.bind = [f"127.0.0.1:{settings.api_port}", f"127.0.0.1:{settings.aws_port}"]
        config.keep_alive_timeout = 20  # hypercorn holds a closed connection for as long
        config.graceful_timeout = 0.5
        config.loglevel = "WARNING"
        config.errorlog = logging.getLogger("hypercorn.error")
        stopped = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stopped.set)
        housekeeping = asyncio.create_task(_keep_house(settings, stopped))
        await serve(cast(Any, application), config, shutdown_trigger=stopped.wait)
        housekeeping.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await housekeeping
    finally:
        emulator.stop()
    # MiniStack's threads are daemons, but an execution in a thread pool would keep the interpreter from ending.
    logging.shutdown()
    os._exit(0)


async def _keep_house(settings: Settings, stopped: asyncio.Event) -> None:
    from local.emulator.repairs import object_expiry, unread_records

    while True:
        await asyncio.sleep(EXPIRY_SECONDS)
        if not settings.state.is_dir():
            stopped.set()  # a throw-away stack that nobody stopped
        try:
            object_expiry.expire(dt.datetime.now(dt.UTC))
            unread_records.forget()
        except Exception:
            logger.exception("housekeeping failed")
