"""Synthesize the CDK application for the laptop, unless nothing that goes into it has changed."""

import contextlib
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from local.interpreter import environment

_INPUTS = ("app.py", "cdk.json", "infra", "functions", "layers", "requirements.lock")


class SynthesisFailed(RuntimeError):
    """CDK could not make a template; the message is what it printed."""


def synthesize(root: Path, folder: Path) -> Path:
    """Return an up-to-date assembly of ``root/app.py`` in ``folder``.

    Raises:
        SynthesisFailed: app.py did not run to its end.
    """
    with beginning(root, folder) as finish:
        return finish()


@contextlib.contextmanager
def beginning(root: Path, folder: Path) -> Iterator[Callable[[], Path]]:
    """Begin a synthesis; calling what this yields waits for its end, and leaving before that ends it.

    Raises (the call):
        SynthesisFailed: app.py did not run to its end.
    """
    stamp = folder.with_name(f"{folder.name}.sha256")
    wanted = fingerprint(root)
    if stamp.is_file() and stamp.read_text() == wanted and any(folder.glob("*.template.json")):
        yield lambda: folder
        return
    stamp.unlink(missing_ok=True)
    shutil.rmtree(folder, ignore_errors=True)
    binaries = str(Path(sys.executable).parent)  # node and uv, which CDK calls
    variables = {
        **environment(),
        "CDK_OUTDIR": str(folder),
        "CDK_VALIDATION": "false",
        "JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION": "1",
        "PATH": os.pathsep.join([binaries, os.environ.get("PATH", "")]),
    }
    with subprocess.Popen(
        [sys.executable, "app.py"],
        cwd=root,
        env=variables,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:

        def finish() -> Path:
            printed, _ = process.communicate()
            if process.returncode != 0:
                raise SynthesisFailed(f"app.py ended with {process.returncode}:\n{printed}")
            stamp.write_text(wanted)
            return folder

        try:
            yield finish
        finally:
            process.terminate()


def fingerprint(root: Path) -> str:
    """Return the SHA-256 over names and contents of all that the synthesis reads."""
    digest = hashlib.sha256(sys.version.encode())
    for name in _INPUTS:
        top = root / name
        for path in sorted(top.rglob("*")) if top.is_dir() else [top]:
            if path.is_file() and "__pycache__" not in path.parts:
                content = path.read_bytes()
                digest.update(f"{path.relative_to(root).as_posix()}\0{len(content)}\0".encode())
                digest.update(content)
    return digest.hexdigest()
