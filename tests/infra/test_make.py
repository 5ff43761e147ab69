"""The commands of a deployment, with CDK's own left out."""

from __future__ import annotations

import subprocess

import pytest

from tests.infra.conftest import ROOT


def made(*arguments: str) -> subprocess.CompletedProcess[str]:
    """`make`, without a terminal; what would be CDK's command prints itself."""
    command = ["make", "--no-print-directory", "-o", ".venv/.ready", "CDK=echo cdk", *arguments]
    return subprocess.run(
        command, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=60
    )


def test_without_a_terminal_it_says_at_once_how_to_approve() -> None:
    run = made("deploy")
    assert run.returncode != 0 and "APPROVE=never" in run.stderr
    assert "cdk deploy" not in run.stdout


@pytest.mark.parametrize("arguments", [("APPROVE=never",), ("ARGS=--require-approval never",)])
def test_a_script_can_approve(arguments: tuple[str, ...]) -> None:
    run = made("deploy", *arguments)
    assert run.returncode == 0, run.stderr
    assert "--require-approval never" in run.stdout.splitlines()[-1]


def test_a_deployment_takes_parameters_and_a_name() -> None:
    run = made("deploy", "APPROVE=never", "STACK=Blue", "ARGS=--parameters AllowedNetworks=10.20.0.0/16")
    assert 'QUIRE_STACK="Blue"' in run.stdout
    assert "--parameters AllowedNetworks=10.20.0.0/16" in run.stdout.splitlines()[-1]


def test_an_account_is_prepared_with_the_same_cdk() -> None:
    run = made("bootstrap", "ARGS=--tags team=docs")
    assert run.returncode == 0, run.stderr
    assert run.stdout.splitlines()[-1] == "cdk bootstrap --app python app.py --tags team=docs"
