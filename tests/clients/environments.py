"""Environments of other people's SDKs, one each, made once under .local/clients; scripts run there as processes of
their own, and print what they found as JSON."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from local.stack import ROOT, Stack

FOLDER = ROOT / ".local" / "clients"
SCRIPTS = Path(__file__).parent / "scripts"
_SECONDS = 240
_TOOLS = Path(sys.executable).parent


def python_with(*packages: str) -> Path:
    """The Python of an environment of its own that has these packages, such as `extend-ai==1.20.0`."""
    folder = _folder("python", packages)
    python = folder / "bin" / "python"
    if not (folder / "ready").exists():
        shutil.rmtree(folder, ignore_errors=True)
        _run([_TOOLS / "uv", "venv", "--quiet", "--python", sys.executable, folder])
        _run([_TOOLS / "uv", "pip", "install", "--quiet", "--python", python, *packages])
        (folder / "ready").touch()
    return python


def modules_with(*packages: str) -> Path:
    """The folder of node modules that has these packages, such as `extend-ai@1.17.0`."""
    folder = _folder("node", packages)
    if not (folder / "ready").exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        (folder / "package.json").write_text('{"private": true}')
        _run([_TOOLS / "npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", folder, *packages])
        (folder / "ready").touch()
    return folder / "node_modules"


def run_python(python: Path, script: str, stack: Stack, **variables: object) -> Any:
    """What `scripts/{script}` prints."""
    return _printed([python, SCRIPTS / script], stack, variables)


def run_node(modules: Path, script: str, stack: Stack, **variables: object) -> Any:
    """What `scripts/{script}` prints; it finds its modules by MODULES, for it does not lie beside them."""
    return _printed([_TOOLS / "node", SCRIPTS / script], stack, {"MODULES": modules, **variables})


def _folder(kind: str, packages: tuple[str, ...]) -> Path:
    return FOLDER / re.sub(r"[^\w.-]+", "-", "_".join((kind, *packages)))


def _printed(command: list[Path], stack: Stack, variables: dict[str, object]) -> Any:
    said = {"BASE_URL": stack.base_url, "API_KEY": stack.api_key, **{name: str(one) for name, one in variables.items()}}
    return json.loads(_run(list(command), said))


def _run(command: list[Any], variables: dict[str, str] | None = None) -> str:
    environment = {**os.environ, **(variables or {})}
    environment.setdefault("NODE_OPTIONS", "--use-system-ca")  # a company's own authority, as uv has it
    environment["PATH"] = f"{_TOOLS}{os.pathsep}{environment['PATH']}"
    done = subprocess.run(
        [str(part) for part in command], env=environment, capture_output=True, text=True, timeout=_SECONDS, check=False
    )
    assert done.returncode == 0, f"{done.stdout[-3000:]}\n{done.stderr[-6000:]}"
    return done.stdout
