"""What goes into an asset, and how it lies there."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

from infra.bundling import make_readable
from tests.infra.conftest import ROOT


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_code_from_a_checkout_that_only_its_owner_may_read_is_readable(tmp_path: Path) -> None:
    asset = tmp_path / "asset"
    (asset / "functions").mkdir(parents=True)
    module = asset / "functions" / "handler.py"
    module.write_text("")
    for path, bits in ((module, 0o600), (asset / "functions", 0o700), (asset, 0o700)):
        path.chmod(bits)
    make_readable(asset)
    assert [mode(path) for path in (module, asset / "functions", asset)] == [0o644, 0o755, 0o755]


def test_every_asset_of_a_synthesis_under_a_strict_umask_is_readable(assembly: Path) -> None:
    """The fixture's synthesis runs under umask 077: layers, functions and their bytecode."""
    assets = [path for path in assembly.glob("asset.*") if path.is_dir()]
    assert len(assets) > 20
    strict = [path for asset in assets for path in (asset, *asset.rglob("*")) if mode(path) not in (0o644, 0o755)]
    assert strict == []
    assert {mode(path) for asset in assets for path in asset.rglob("*") if path.is_file()} == {0o644}


def test_a_synthesis_without_cdk_s_command_leaves_its_template(tmp_path: Path) -> None:
    """As `make synth` has it: in `cdk.out/` of the folder that it runs in; and a stack can have another name."""
    environment = {**os.environ, "CDK_VALIDATION": "false", "PYTHONPATH": str(ROOT), "QUIRE_STACK": "Blue"}
    environment.pop("CDK_OUTDIR", None)
    command = [sys.executable, str(ROOT / "app.py")]
    subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, check=True, timeout=300)
    manifest = json.loads((tmp_path / "cdk.out" / "manifest.json").read_text())
    stack = manifest["artifacts"]["Quire"]["properties"]
    assert (stack["templateFile"], stack["stackName"]) == ("Quire.template.json", "Blue")
    assert (tmp_path / "cdk.out" / stack["templateFile"]).is_file()
