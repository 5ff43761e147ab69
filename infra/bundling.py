"""Lambda code without Docker: our folders copied, third-party wheels fetched for arm64, all of it compiled.

CDK's zips have fixed times, so ordinary .pyc files would look stale: they are compiled with unchecked hashes, by
CPython 3.13, whose bytecode Lambda runs. Where there is no 3.13 the asset has none and says so."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

import jsii
from aws_cdk import AssetHashType, BundlingOptions, DockerImage, ILocalBundling
from aws_cdk import aws_lambda as lambda_

ROOT = Path(__file__).parent.parent
PLATFORM = "aarch64-manylinux2014"
PYTHON = "3.13"
FOLDER_MODE, FILE_MODE = 0o755, 0o644
"""What Lambda's own user needs to read its code (Lambda guide, "Deployment package permissions"): a zip keeps the modes
that its files have here, and those of a checkout under umask 077 are nobody else's to read."""
_IGNORED = shutil.ignore_patterns("__pycache__", "*.pyc")


@jsii.implements(ILocalBundling)
class _Local:
    """Fills the asset's folder; `True` tells CDK that Docker is not needed."""

    def __init__(self, fill: Callable[[Path], None]) -> None:
        self._fill = fill

    def try_bundle(self, output_dir: str, options: BundlingOptions | None = None, **_: object) -> bool:  # noqa: ARG002
        self._fill(Path(output_dir))
        _compile(Path(output_dir))
        make_readable(Path(output_dir))
        return True


def function_code(*names: str, data: Sequence[str] = ()) -> lambda_.Code:
    """The folders `functions/{name}` alone, importable as `functions.{name}`; and folders of `data`, at the same place
    in the asset as in the repository."""
    folders = [ROOT / "functions" / name for name in names]

    def fill(output: Path) -> None:
        package = output / "functions"
        package.mkdir()
        shutil.copy(ROOT / "functions" / "__init__.py", package)
        for folder in folders:
            shutil.copytree(folder, package / folder.name, ignore=_IGNORED)
        for name in data:
            shutil.copytree(ROOT / name, output / name)

    return _code([ROOT / "functions" / "__init__.py", *folders, *(ROOT / name for name in data)], fill)


def quire_layer() -> lambda_.Code:
    """Our own packages, as they lie."""
    source = ROOT / "layers" / "quire"
    return _code([source], lambda output: _copy(source, output))


def wheels_layer(name: str) -> lambda_.Code:
    """The wheels for Lambda of the hashed lock `layers/{name}`; boto3 is in none, for the runtime has one."""
    lock = ROOT / "layers" / name / "requirements.lock"

    def fill(output: Path) -> None:
        install = ["uv", "pip", "install", "--quiet", "--require-hashes", "--only-binary", ":all:", "--no-deps"]
        where = ["--python-platform", PLATFORM, "--python-version", PYTHON, "--target", str(output / "python")]
        subprocess.run([*install, *where, "--link-mode", "copy", "-r", str(lock)], check=True, stdout=sys.stderr)
        for varying in (*output.rglob("__pycache__"), output / "python" / "bin", output / "python" / ".lock"):
            _remove(varying)

    return _code([lock], fill, PLATFORM, PYTHON)


def _code(sources: Sequence[Path], fill: Callable[[Path], None], *facts: str) -> lambda_.Code:
    return lambda_.Code.from_asset(
        str(ROOT / "layers"),
        asset_hash_type=AssetHashType.CUSTOM,
        asset_hash=_hash(sources, *facts, _compiler() or "no bytecode"),
        bundling=BundlingOptions(image=DockerImage.from_registry("never-used"), local=_Local(fill)),
    )


def _hash(sources: Sequence[Path], *facts: str) -> str:
    modes = f"{FOLDER_MODE:o} {FILE_MODE:o}"
    digest = hashlib.sha256("\x00".join((*facts, modes)).encode())
    for source in sources:
        files = [source] if source.is_file() else sorted(path for path in source.rglob("*") if _counts(path))
        for path in files:
            digest.update(f"{path.relative_to(ROOT)}\x00".encode() + path.read_bytes())
    return digest.hexdigest()


def _counts(path: Path) -> bool:
    return path.is_file() and path.suffix != ".pyc"


def _copy(source: Path, output: Path) -> None:
    shutil.copytree(source, output, ignore=_IGNORED, dirs_exist_ok=True)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def make_readable(folder: Path) -> None:
    """Readable for everyone, whatever the umask was; nothing in it is run as a program."""
    for path in (folder, *folder.rglob("*")):
        path.chmod(FOLDER_MODE if path.is_dir() else FILE_MODE)


@cache
def _compiler() -> str | None:
    """A CPython of Lambda's version: this one, or one on the PATH that runs."""
    candidates = [sys.executable] if sys.version_info[:2] == (3, 13) else []
    on_path = shutil.which(f"python{PYTHON}")
    for candidate in [*candidates, *([on_path] if on_path else [])]:
        version = subprocess.run([candidate, "--version"], capture_output=True, text=True, check=False)
        if version.stdout.startswith(f"Python {PYTHON}."):
            return candidate
    print(f"No Python {PYTHON} here: the Lambda code goes without bytecode, and starts more slowly.", file=sys.stderr)  # noqa: T201
    return None


def _compile(folder: Path) -> None:
    compiler = _compiler()
    if compiler:
        command = [compiler, "-m", "compileall", "-q", "-j", "0", "--invalidation-mode", "unchecked-hash", "-s"]
        subprocess.run([*command, str(folder), str(folder)], check=True, stdout=sys.stderr)
