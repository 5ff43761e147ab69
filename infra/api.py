"""The HTTP API: paths by contract, and a `$default` route, so that unknown paths get a contract's own answer too."""

from __future__ import annotations

from collections.abc import Mapping

from aws_cdk import RemovalPolicy
from aws_cdk import aws_apigatewayv2 as apigateway
from aws_cdk import aws_apigatewayv2_integrations as integrations
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

_FIELDS = ("requestId", "httpMethod", "path", "status", "responseLength", "integrationLatency")


class Api(Construct):
    """Throttled as a whole, far above what the contracts' own limits let through; its log has no headers, no bodies."""

    def __init__(
        self, scope: Construct, construct_id: str, routes: Mapping[str, lambda_.Function], default: lambda_.Function
    ) -> None:
        super().__init__(scope, construct_id)
        log = logs.LogGroup(
            self, "AccessLog", retention=logs.RetentionDays.ONE_MONTH, removal_policy=RemovalPolicy.DESTROY
        )
        self.http = apigateway.HttpApi(
            self,
            "Http",
            create_default_stage=False,
            default_integration=integrations.HttpLambdaIntegration("Handler", default),
        )
        for path, function in routes.items():
            integration = integrations.HttpLambdaIntegration("Handler", function)
            self.http.add_routes(path=path, methods=[apigateway.HttpMethod.ANY], integration=integration)
        self.stage = apigateway.HttpStage(
            self,
            "Stage",
            http_api=self.http,
            stage_name="$default",
            auto_deploy=True,
            throttle=apigateway.ThrottleSettings(rate_limit=1000, burst_limit=2000),
        )
        stage = self.stage.node.default_child
        if not isinstance(stage, apigateway.CfnStage):
            raise TypeError(stage)
        stage.access_log_settings = apigateway.CfnStage.AccessLogSettingsProperty(
            destination_arn=log.log_group_arn,
            format="{" + ",".join(f'"{name}":"$context.{name}"' for name in _FIELDS) + "}",
        )
