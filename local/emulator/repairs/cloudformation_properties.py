"""CloudFormation: a bucket's LifecycleConfiguration and a table's TimeToLiveSpecification take effect.

Stock MiniStack drops both properties.
"""

from collections.abc import Callable
from typing import Any

from ministack.services import dynamodb, s3
from ministack.services.cloudformation import provisioners

from local.emulator.emulator import Emulator
from local.emulator.seams import seam


def install(_: Emulator) -> None:
    """Apply the properties after MiniStack made the resource."""
    _after("AWS::S3::Bucket", seam(provisioners, "_s3_create", "477b78a3cb15"), _lifecycle)
    _after("AWS::DynamoDB::Table", seam(provisioners, "_ddb_create", "277586e016c6"), _time_to_live)
    seam(dynamodb, "_update_ttl", "e8243a4fbbb8")
    seam(dynamodb, "_ttl_reaper", "66841bfd6027")
    seam(s3, "_put_bucket_lifecycle", "8babb1b38408")


def _after(resource: str, create: Any, apply: Callable[[str, dict[str, Any]], None]) -> None:
    def create_and_apply(logical_id: str, properties: dict[str, Any], stack: str) -> Any:
        made = create(logical_id, properties, stack)
        apply(made[0], properties)
        return made

    provisioners._RESOURCE_HANDLERS[resource]["create"] = create_and_apply


def _time_to_live(table: str, properties: dict[str, Any]) -> None:
    setting = properties.get("TimeToLiveSpecification")
    if setting:
        enabled = str(setting.get("Enabled", True)).lower() == "true"
        setting = {"AttributeName": setting["AttributeName"], "Enabled": enabled}
        dynamodb._update_ttl({"TableName": table, "TimeToLiveSpecification": setting})


def _lifecycle(bucket: str, properties: dict[str, Any]) -> None:
    rules = (properties.get("LifecycleConfiguration") or {}).get("Rules")
    if rules:
        s3._bucket_lifecycle[bucket] = [_rule(rule) for rule in rules]


def _rule(properties: dict[str, Any]) -> dict[str, Any]:
    """A rule as MiniStack keeps one that PutBucketLifecycleConfiguration brought."""
    rule: dict[str, Any] = {"Status": properties["Status"], "Filter": _filter(properties)}
    if "Id" in properties:
        rule["ID"] = properties["Id"]
    expiration: dict[str, Any] = {}
    if "ExpirationInDays" in properties:
        expiration["Days"] = int(properties["ExpirationInDays"])
    if str(properties.get("ExpiredObjectDeleteMarker", "")).lower() == "true":
        expiration["ExpiredObjectDeleteMarker"] = True
    if expiration:
        rule["Expiration"] = expiration
    noncurrent = properties.get("NoncurrentVersionExpiration") or {}
    if not noncurrent and "NoncurrentVersionExpirationInDays" in properties:
        noncurrent = {"NoncurrentDays": properties["NoncurrentVersionExpirationInDays"]}
    if noncurrent:
        rule["NoncurrentVersionExpiration"] = {name: int(value) for name, value in noncurrent.items()}
    unfinished = properties.get("AbortIncompleteMultipartUpload")
    if unfinished:
        rule["AbortIncompleteMultipartUpload"] = {"DaysAfterInitiation": int(unfinished["DaysAfterInitiation"])}
    return rule


def _filter(properties: dict[str, Any]) -> dict[str, Any]:
    tags = [{"Key": tag["Key"], "Value": tag["Value"]} for tag in properties.get("TagFilters") or []]
    prefix = properties.get("Prefix")
    if tags:
        return {"And": {"Tags": tags, **({"Prefix": prefix} if prefix else {})}}
    return {"Prefix": prefix or ""}
