"""Deploy a synthesized CDK assembly into an emulator, with boto3 alone."""

import io
import json
import time
import zipfile
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

REGION = "us-east-1"
ACCOUNT = "000000000000"
STACK = "Quire"
_POLL_SECONDS = 0.05
_FIXED_TIME = (1980, 1, 1, 0, 0, 0)


class DeployFailed(RuntimeError):
    """CloudFormation could not create the stack; the message lists the resources that failed."""


def client(service: str, endpoint: str) -> Any:
    """Return a boto3 client of the emulator at ``endpoint``."""
    return boto3.client(
        service,
        endpoint_url=endpoint,
        region_name=REGION,
        aws_access_key_id="test",
        aws_secret_access_key="test",  # noqa: S106 - no secret
        config=Config(signature_version="s3v4" if service == "s3" else None, proxies={}),
    )


def deploy(assembly: Path, endpoint: str, stack: str = STACK, timeout: float = 120.0) -> dict[str, str]:
    """Upload the assets of ``stack``, create it, and return its outputs.

    Args:
        assembly: a cdk.out folder.
        endpoint: the emulator's URL of the AWS services.
        timeout: seconds that CloudFormation may take.

    Raises:
        DeployFailed: the stack was not created.
    """
    template_body = (assembly / f"{stack}.template.json").read_text()
    template = json.loads(template_body)
    bucket, key = _upload_assets(assembly, endpoint, stack, template)
    cloudformation = client("cloudformation", endpoint)
    # The laptop's own services are reached by webhooks and by documents that are fetched; any page of it may call.
    local = {"AllowedNetworks": "127.0.0.1/32", "AllowedOrigins": "*"}
    client("ssm", endpoint).put_parameter(
        Name="/cdk-bootstrap/hnb659fds/version", Value="29", Type="String", Overwrite=True
    )
    try:
        cloudformation.create_stack(
            StackName=stack,
            TemplateURL=f"{endpoint}/{bucket}/{key}",
            Capabilities=["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
            OnFailure="DO_NOTHING",
            Parameters=[
                {"ParameterKey": name, "ParameterValue": value}
                for name, value in local.items()
                if name in template.get("Parameters", {})
            ],
        )
    except ClientError as refused:
        raise DeployFailed(str(refused)) from refused
    return _wait(cloudformation, stack, timeout)


def _wait(cloudformation: Any, stack: str, timeout: float) -> dict[str, str]:
    deadline = time.monotonic() + timeout
    while True:
        found = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]
        if not found["StackStatus"].endswith("IN_PROGRESS"):
            break
        if time.monotonic() > deadline:
            raise DeployFailed(f"{stack} is still {found['StackStatus']} after {timeout:.0f} s")
        time.sleep(_POLL_SECONDS)
    if found["StackStatus"] != "CREATE_COMPLETE":
        events = cloudformation.describe_stack_events(StackName=stack)["StackEvents"]
        failed = [
            f"{event['LogicalResourceId']} ({event['ResourceType']}): {event.get('ResourceStatusReason', '')}"
            for event in reversed(events)
            if "FAILED" in event["ResourceStatus"]
        ]
        raise DeployFailed("\n  ".join([f"{stack} is {found['StackStatus']}", *failed]))
    return {output["OutputKey"]: output["OutputValue"] for output in found.get("Outputs", [])}


def _upload_assets(assembly: Path, endpoint: str, stack: str, template: dict[str, Any]) -> tuple[str, str]:
    """Upload every asset and return bucket and key of the template."""
    s3 = client("s3", endpoint)
    manifest = json.loads((assembly / f"{stack}.assets.json").read_text())
    unread = _layer_keys(template)
    uploaded: tuple[str, str] | None = None
    buckets: set[str] = set()
    for asset in manifest["files"].values():
        source = assembly / asset["source"]["path"]
        for destination in asset["destinations"].values():
            bucket, key = _resolve(destination["bucketName"]), _resolve(destination["objectKey"])
            if bucket not in buckets:
                s3.create_bucket(Bucket=bucket)
                buckets.add(bucket)
            if key in unread:
                body = zip_folder(None)
            elif asset["source"].get("packaging") == "zip":
                body = zip_folder(source)
            else:
                body = source.read_bytes()
            s3.put_object(Bucket=bucket, Key=key, Body=body)
            if source.name == f"{stack}.template.json":
                uploaded = bucket, key
    if uploaded is None:
        raise DeployFailed(f"{assembly} has no template asset for {stack}")
    return uploaded


def _layer_keys(template: dict[str, Any]) -> set[str]:
    """The assets of layers: handlers run with the laptop's own packages, so the layers stay empty."""
    return {
        str(resource["Properties"]["Content"]["S3Key"])
        for resource in template["Resources"].values()
        if resource["Type"] == "AWS::Lambda::LayerVersion"
    }


def _resolve(name: str) -> str:
    for variable, value in (("AccountId", ACCOUNT), ("Region", REGION), ("Partition", "aws")):
        name = name.replace(f"${{AWS::{variable}}}", value)
    return name


def zip_folder(folder: Path | None) -> bytes:
    """Return a zip of a folder's files, the same bytes for the same files; an empty zip for None."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for path in sorted(folder.rglob("*")) if folder else ():
            if path.is_file():
                entry = zipfile.ZipInfo(path.relative_to(folder).as_posix() if folder else "", _FIXED_TIME)
                entry.external_attr = 0o644 << 16
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, path.read_bytes())
    return content.getvalue()
