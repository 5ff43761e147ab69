"""The bucket and the two tables."""

from __future__ import annotations

from collections.abc import Sequence

from aws_cdk import Duration, RemovalPolicy, Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

CHANGES = "changes"
DUE = "due"
"""The index of deliveries that are pending, by the time of their next try; no other row has its keys."""
LISTS = {"owned": "owner", "by_extractor": "extractor_owner"}
"""Indexes of what never changes once it is written, so that they cost one write for each job and file."""
RETENTION = {"uploads/": 1, "inbox/": 1, "working/": 1, "results/": 2}
"""Days after which S3 removes objects, at the midnight after: it cleans up, the code decides to the second. What is
held for review lies among the results before its retention begins. A tenant with a longer retention needs a longer rule
here."""


class Storage(Construct):
    """The documents' bytes by retention class, and the rows that say what they are."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        self.bucket = s3.Bucket(
            self,
            "Bucket",
            versioned=True,
            enforce_ssl=True,
            encryption=s3.BucketEncryption.S3_MANAGED,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            # The console's page puts uploads here and shows pictures from here. The signature is the right to do so, to
            # which a browser adds nothing: there are no cookies.
            cors=[
                s3.CorsRule(
                    allowed_methods=[s3.HttpMethods.GET, s3.HttpMethods.PUT],
                    allowed_origins=["*"],
                    allowed_headers=["content-type", "x-api-key"],
                    max_age=3600,
                )
            ],
            removal_policy=RemovalPolicy.RETAIN,
            lifecycle_rules=[
                *(_expiry(prefix, days) for prefix, days in RETENTION.items()),
                s3.LifecycleRule(id="delete-markers", expired_object_delete_marker=True),
            ],
        )
        bucket = self.bucket.node.default_child
        if not isinstance(bucket, s3.CfnBucket):
            raise TypeError(bucket)
        self.bucket_id = Stack.of(self).get_logical_id(bucket)
        # The property itself: the L2 option adds a custom resource with a role of its own.
        bucket.notification_configuration = s3.CfnBucket.NotificationConfigurationProperty(
            event_bridge_configuration=s3.CfnBucket.EventBridgeConfigurationProperty(event_bridge_enabled=True)
        )
        self.jobs = dynamodb.Table(
            self,
            "Jobs",
            partition_key=dynamodb.Attribute(name="PK", type=dynamodb.AttributeType.STRING),
            sort_key=dynamodb.Attribute(name="SK", type=dynamodb.AttributeType.STRING),
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            time_to_live_attribute="TTL",
            stream=dynamodb.StreamViewType.KEYS_ONLY,
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
            removal_policy=RemovalPolicy.RETAIN,
        )
        self.jobs.add_global_secondary_index(
            index_name=CHANGES,
            partition_key=dynamodb.Attribute(name="PK", type=dynamodb.AttributeType.STRING),
            sort_key=dynamodb.Attribute(name="changed", type=dynamodb.AttributeType.STRING),
            projection_type=dynamodb.ProjectionType.KEYS_ONLY,
        )
        for index, partition in LISTS.items():
            self.jobs.add_global_secondary_index(
                index_name=index,
                partition_key=dynamodb.Attribute(name=partition, type=dynamodb.AttributeType.STRING),
                sort_key=dynamodb.Attribute(name="listed", type=dynamodb.AttributeType.STRING),
                projection_type=dynamodb.ProjectionType.KEYS_ONLY,
            )
        self.jobs.add_global_secondary_index(
            index_name=DUE,
            partition_key=dynamodb.Attribute(name="due_owner", type=dynamodb.AttributeType.STRING),
            sort_key=dynamodb.Attribute(name="due", type=dynamodb.AttributeType.STRING),
            projection_type=dynamodb.ProjectionType.KEYS_ONLY,
        )
        self.idempotency = dynamodb.Table(
            self,
            "Idempotency",
            partition_key=dynamodb.Attribute(name="PK", type=dynamodb.AttributeType.STRING),
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            time_to_live_attribute="TTL",
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
            removal_policy=RemovalPolicy.RETAIN,
        )

    def rows(self, *actions: str) -> iam.PolicyStatement:
        """Some of GetItem, BatchGetItem, Query, PutItem, UpdateItem, DeleteItem, ConditionCheckItem on `jobs`."""
        return iam.PolicyStatement(
            actions=[f"dynamodb:{action}" for action in actions], resources=[self.jobs.table_arn]
        )

    def indexes(self, *names: str) -> iam.PolicyStatement:
        """Query on these, or on all that are read in answer to a request."""
        names = names or (CHANGES, *LISTS)
        resources = [f"{self.jobs.table_arn}/index/{name}" for name in names]
        return iam.PolicyStatement(actions=["dynamodb:Query"], resources=resources)

    def idempotency_rows(self) -> iam.PolicyStatement:
        actions = ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:DeleteItem"]
        return iam.PolicyStatement(actions=actions, resources=[self.idempotency.table_arn])

    def objects(self, actions: Sequence[str], *classes: str) -> iam.PolicyStatement:
        """`actions` such as GetObjectVersion on retention classes such as `uploads`."""
        return iam.PolicyStatement(
            actions=[f"s3:{action}" for action in actions],
            resources=[self.bucket.arn_for_objects(f"{name}/*") for name in classes],
        )

    def listing(self) -> iam.PolicyStatement:
        """Also lets S3 say that an object is missing: to a caller who may not list, it says that it is forbidden."""
        return iam.PolicyStatement(actions=["s3:ListBucket"], resources=[self.bucket.bucket_arn])

    def listing_versions(self) -> iam.PolicyStatement:
        """To empty a folder, or to see what arrived in one."""
        return iam.PolicyStatement(actions=["s3:ListBucketVersions"], resources=[self.bucket.bucket_arn])

    def removing(self, *classes: str) -> iam.PolicyStatement:
        """Of many versions at once, for which S3 asks for the plain right, too (API reference, DeleteObjects)."""
        return self.objects(["DeleteObject", "DeleteObjectVersion"], *classes)


def _expiry(prefix: str, days: int) -> s3.LifecycleRule:
    return s3.LifecycleRule(
        id=prefix.strip("/"),
        prefix=prefix,
        expiration=Duration.days(days),
        noncurrent_version_expiration=Duration.days(1),
        abort_incomplete_multipart_upload_after=Duration.days(1),
    )
