"""The HTTP API: paths by contract, a `$default` route, so that unknown paths get a contract's own answer too, and who
may call it from a browser."""

from __future__ import annotations

from collections.abc import Mapping

from aws_cdk import CfnCondition, CfnParameter, Fn, RemovalPolicy
from aws_cdk import aws_apigatewayv2 as apigateway
from aws_cdk import aws_apigatewayv2_integrations as integrations
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_SENT = ("authorization", "x-api-key", "content-type", "idempotency-key", "x-extend-api-version", "*")
"""What pages may send: what the contracts read, and what their SDKs tell of themselves. `*` does not stand for
Authorization (Fetch, "Access-Control-Allow-Headers")."""
_READ = (
    "retry-after",
    "x-request-id",
    "apigw-requestid",
    "x-ratelimit-limit",
    "x-ratelimit-remaining",
    "x-ratelimit-reset",
    "idempotent-replayed",
    "content-disposition",
    "location",
    "allow",
)
"""What scripts may read of an answer's headers, beside those that every page may."""
_REMEMBERED_SECONDS = 3600
"""How long a browser need not ask again; browsers cap it at some hours."""
_FIELDS = ("requestId", "httpMethod", "path", "status", "responseLength", "integrationLatency")


class Api(Construct):
    """Throttled as a whole, far above what the contracts' own limits let through; its log has no headers, no bodies."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        routes: Mapping[str, lambda_.Function],
        default: lambda_.Function,
        origins: CfnParameter,
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
        self._allow(origins)
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

    def _allow(self, origins: CfnParameter) -> None:
        """Let the pages of these origins call the API; where none is named, it has no such configuration at all."""
        listed = origins.value_as_list
        some = CfnCondition(
            self, "SomeOrigins", expression=Fn.condition_not(Fn.condition_equals(Fn.join("", listed), ""))
        )
        allowed = {
            "AllowOrigins": listed,
            "AllowMethods": list(_METHODS),
            "AllowHeaders": list(_SENT),
            "ExposeHeaders": list(_READ),
            "MaxAge": _REMEMBERED_SECONDS,
        }
        api = self.http.node.default_child
        if not isinstance(api, apigateway.CfnApi):
            raise TypeError(api)
        api.add_property_override(
            "CorsConfiguration", Fn.condition_if(some.logical_id, allowed, {"Ref": "AWS::NoValue"})
        )
