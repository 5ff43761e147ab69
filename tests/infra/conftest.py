"""The template, synthesized as `make synth` does, under the strictest umask."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def assembly(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cdk.out, with cdk-nag's findings checked on the way."""
    out = tmp_path_factory.mktemp("cdk.out")
    environment = {**os.environ, "CDK_OUTDIR": str(out)}
    environment.pop("CDK_VALIDATION", None)
    run = subprocess.run(
        [sys.executable, "app.py"], cwd=ROOT, env=environment, capture_output=True, text=True, check=False, umask=0o077
    )
    assert run.returncode == 0, run.stdout[-3000:] + run.stderr[-3000:]
    return out


@pytest.fixture(scope="session")
def template(assembly: Path) -> dict[str, Any]:
    return dict(json.loads((assembly / "Quire.template.json").read_text()))


@pytest.fixture(scope="session")
def functions(template: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The Lambda functions' properties, by the name of their folder."""
    found = of_type(template, "AWS::Lambda::Function")
    return {properties["Handler"].split(".")[1]: properties for properties in found.values()}


def of_type(template: dict[str, Any], kind: str) -> dict[str, dict[str, Any]]:
    return {
        name: resource.get("Properties", {})
        for name, resource in template["Resources"].items()
        if resource["Type"] == kind
    }
