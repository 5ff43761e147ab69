"""Repair: CloudFormation applies lifecycle rules and the time to live."""

from tests.local.emulator.conftest import Deployed


def test_the_bucket_has_its_lifecycle_rules(deployed: Deployed) -> None:
    found = deployed.client("s3").get_bucket_lifecycle_configuration(Bucket=deployed.outputs["Bucket"])

    assert found["Rules"] == [
        {
            "ID": "results",
            "Status": "Enabled",
            "Filter": {"Prefix": "results/"},
            "Expiration": {"Days": 2},
            "NoncurrentVersionExpiration": {"NoncurrentDays": 1},
        },
        {
            "ID": "all",
            "Status": "Enabled",
            "Filter": {"Prefix": ""},
            "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1},
        },
    ]


def test_the_table_has_its_time_to_live(deployed: Deployed) -> None:
    found = deployed.client("dynamodb").describe_time_to_live(TableName=deployed.outputs["Jobs"])

    assert found["TimeToLiveDescription"] == {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires"}
