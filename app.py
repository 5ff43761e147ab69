"""Synthesize Quire's CloudFormation template into cdk.out/ (or CDK_OUTDIR): no AWS call, no Docker. cdk-nag's findings
fail it, but for those that `infra/acknowledged.py` gives a reason for; CDK_VALIDATION=false leaves that check out.
QUIRE_STACK names the stack."""

from __future__ import annotations

import os

import aws_cdk as cdk
from cdk_nag import AwsSolutionsChecks

from infra.stack import QuireStack

app = cdk.App(outdir=os.environ.get("CDK_OUTDIR", "cdk.out"))  # CDK's command names a folder, and else there is none
QuireStack(app, "Quire", stack_name=os.environ.get("QUIRE_STACK") or None)
if os.environ.get("CDK_VALIDATION") != "false":
    cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app))
app.synth()
