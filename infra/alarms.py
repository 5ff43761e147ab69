"""What an operator must hear of: each a metric that is 0 while all is well."""

from __future__ import annotations

from collections.abc import Mapping

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

NAMESPACE = "Quire"
_SAID = {
    "SlotLeaks": ("sweep",),
    "SweepFailed": ("sweep",),
    "ReconcileFailed": ("reconcile",),
    "ExpandFailed": ("expand",),
    "AdmitFailed": ("admit",),
    "OcrNoObject": ("read",),
    "FetchBrokeOff": ("fetch",),
    "DeliveryBrokeOff": ("deliver",),
    "DropsIgnored": ("accept", "reconcile"),
}
"""The metrics that functions name in their logs, beside the faults of the APIs."""


class Alarms(Construct):
    """Functions that fail or are throttled, executions that fail, parked pokes, and what our own logs name a metric."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        functions: Mapping[str, lambda_.Function],
        machine: sfn.StateMachine,
        parked: sqs.Queue,
    ) -> None:
        super().__init__(scope, construct_id)
        for name, function in functions.items():
            self._when_any(f"{name}Errors", function.metric_errors(period=Duration.minutes(5)))
        self._when_any("ExecutionsFailed", machine.metric_failed(period=Duration.minutes(5)))
        self._when_any("ExecutionsTimedOut", machine.metric_timed_out(period=Duration.minutes(5)))
        self._when_any("ParkedPokes", parked.metric_approximate_number_of_messages_visible(period=Duration.minutes(5)))
        for metric, names in _SAID.items():
            self._said(metric, {name: functions[name] for name in names})
        self._said("Faults", {name: function for name, function in functions.items() if name.startswith("api_")})

    def _said(self, metric: str, by: Mapping[str, lambda_.Function]) -> None:
        """A log line with the fact `metric` counts as one."""
        for name, function in by.items():
            logs.MetricFilter(
                self,
                f"{metric}Filter-{name}",
                log_group=function.log_group,
                filter_pattern=logs.FilterPattern.string_value("$.metric", "=", metric),
                metric_namespace=NAMESPACE,
                metric_name=metric,
                metric_value="1",
            )
        counted = cloudwatch.Metric(
            namespace=NAMESPACE, metric_name=metric, statistic="Sum", period=Duration.minutes(5)
        )
        self._when_any(metric, counted)

    def _when_any(self, name: str, metric: cloudwatch.Metric) -> None:
        cloudwatch.Alarm(
            self,
            name,
            metric=metric,
            threshold=1,
            evaluation_periods=1,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )
