"""The template as CloudFormation's own schemas see it, in each region that has Textract."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import boto3

from tests.infra.conftest import ROOT

IGNORED = {"W3005": "CDK lets a function wait for its role's policies, beside the role, which is what the linter sees."}


def regions() -> list[str]:
    """Those of botocore's endpoint data, for it has none of a region where a service is not."""
    return sorted(boto3.session.Session().get_available_regions("textract"))


def lint(template: Path) -> subprocess.CompletedProcess[str]:
    cfn_lint = str(Path(sys.executable).with_name("cfn-lint"))
    command = [cfn_lint, str(template), "--ignore-checks", *IGNORED, "--regions", *regions()]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_linter_finds_nothing_but_what_we_mean(assembly: Path) -> None:
    run = lint(assembly / "Quire.template.json")
    assert (run.returncode, run.stdout) == (0, ""), run.stderr


def test_the_linter_can_find(assembly: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.template.json"
    broken.write_text((assembly / "Quire.template.json").read_text().replace('"python3.13"', '"python3.99"'))
    run = lint(broken)
    assert run.returncode != 0 and "python3.99" in run.stdout


def test_the_readme_names_the_regions_that_have_textract() -> None:
    readme = (ROOT / "README.md").read_text()
    assert [region for region in regions() if f"`{region}`" not in readme] == []
