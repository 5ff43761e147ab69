"""What the template must hold, whatever else it says."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from infra.stack import CONTRACTS, PICTURES
from local.openapi import contract_of
from quire.adapters.ocr_turns import rates
from quire.domain.delivery import WINDOW_MS
from quire.domain.ports import OcrCall
from quire.domain.rate import Passage
from quire.domain.tenant import DAY_MS, Tenant
from quire.service import deliver
from quire.service.fetch import SECONDS, TRY_MS
from tests.infra.conftest import ROOT, of_type
from tests.infra.reached import folders_of, variables_of

FOLDERS = sorted(path.parent.name for path in (ROOT / "functions").glob("*/handler.py"))


def test_every_folder_of_functions_is_a_lambda(functions: dict[str, Any]) -> None:
    assert sorted(functions) == FOLDERS


@pytest.mark.parametrize("name", FOLDERS)
def test_a_function_is_given_every_variable_that_it_can_read_and_no_other(functions: dict[str, Any], name: str) -> None:
    given = {variable for variable in functions[name]["Environment"]["Variables"] if "POWERTOOLS" not in variable}
    # What one contract may, all may: one engine stands behind them.
    alike = [folder for folder in FOLDERS if folder in CONTRACTS] if name in CONTRACTS else [name]
    assert given == set().union(*map(variables_of, alike))


def test_functions_run_python_3_13_on_arm64_with_both_layers(functions: dict[str, Any]) -> None:
    for properties in functions.values():
        assert (properties["Runtime"], properties["Architectures"]) == ("python3.13", ["arm64"])
        named = [layer["Ref"] for layer in properties["Layers"]]
        assert [name.rstrip("0123456789ABCDEF") for name in named[:2]] == ["DependenciesLayer", "QuireLayer"]


def test_only_the_functions_that_look_into_pictures_carry_the_decoder_of_heic(functions: dict[str, Any]) -> None:
    carry = {name for name, properties in functions.items() if "HeicLayer" in json.dumps(properties["Layers"])}
    assert carry == {"read", "extract", "api_pages"}


def test_no_two_functions_share_a_role(functions: dict[str, Any]) -> None:
    roles = [json.dumps(properties["Role"]) for properties in functions.values()]
    assert len(set(roles)) == len(roles)


def test_no_right_is_wild(template: dict[str, Any]) -> None:
    wild = []
    for name, policy in of_type(template, "AWS::IAM::Policy").items():
        for statement in policy["PolicyDocument"]["Statement"]:
            actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
            assert not any("*" in action for action in actions), (name, actions)
            if statement["Resource"] == "*":
                wild.append(sorted({action.split(":")[0] for action in actions}))
    # Textract's actions, and ListStreams, know no resources.
    assert sorted(wild) == [["dynamodb"], ["dynamodb"], ["dynamodb"], ["textract"]]


def test_no_network_is_called_that_is_not_public_unless_the_owner_says_so(
    template: dict[str, Any], functions: dict[str, Any]
) -> None:
    assert template["Parameters"]["AllowedNetworks"]["Default"] == ""
    callers = {
        name: variables["ALLOWED_NETWORKS"]
        for name, variables in ((name, f["Environment"]["Variables"]) for name, f in functions.items())
        if "ALLOWED_NETWORKS" in variables
    }
    assert callers == {name: {"Ref": "AllowedNetworks"} for name in callers}
    assert set(callers) == {"fetch", "deliver"}


def test_a_fetch_ends_before_its_function_does(functions: dict[str, Any]) -> None:
    assert SECONDS < functions["fetch"]["Timeout"] < TRY_MS / 1000


def test_a_try_of_a_delivery_ends_before_its_function_does(functions: dict[str, Any]) -> None:
    assert deliver.SECONDS < functions["deliver"]["Timeout"] < deliver.TRY_MS / 1000


def test_a_body_is_kept_until_its_last_try(template: dict[str, Any]) -> None:
    (bucket,) = of_type(template, "AWS::S3::Bucket").values()
    rules = {rule.get("Prefix"): rule for rule in bucket["LifecycleConfiguration"]["Rules"]}
    assert rules["results/"]["ExpirationInDays"] * DAY_MS > WINDOW_MS


def test_what_functions_count_in_their_logs_has_an_alarm(template: dict[str, Any]) -> None:
    """Each metric that the code names, where it is named."""
    named = [re.findall(r'metric="(\w+)"', path.read_text()) for path in (ROOT / "layers" / "quire").rglob("*.py")]
    named += [re.findall(r'metric="(\w+)"', path.read_text()) for path in (ROOT / "functions").rglob("*.py")]
    filters = of_type(template, "AWS::Logs::MetricFilter").values()
    counted = {each["MetricTransformations"][0]["MetricName"] for each in filters}
    alarms = {alarm.get("MetricName") for alarm in of_type(template, "AWS::CloudWatch::Alarm").values()}
    assert counted == set().union(*named)
    assert counted <= alarms


def test_no_managed_policy_is_attached(template: dict[str, Any]) -> None:
    for name, role in of_type(template, "AWS::IAM::Role").items():
        assert "ManagedPolicyArns" not in role, name


def test_there_is_no_custom_resource_and_no_function_of_others(template: dict[str, Any]) -> None:
    kinds = {resource["Type"] for resource in template["Resources"].values()}
    assert not {kind for kind in kinds if kind.startswith("Custom::") or kind == "AWS::CloudFormation::CustomResource"}


def test_the_bucket_is_versioned_private_and_cleans_up(template: dict[str, Any]) -> None:
    (bucket,) = of_type(template, "AWS::S3::Bucket").values()
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    assert all(bucket["PublicAccessBlockConfiguration"].values())
    rules = {rule.get("Prefix"): rule for rule in bucket["LifecycleConfiguration"]["Rules"]}
    assert set(rules) == {"uploads/", "inbox/", "working/", "results/", None}
    for prefix, rule in rules.items():
        if prefix:
            assert rule["ExpirationInDays"] >= 1
            assert rule["NoncurrentVersionExpiration"] == {"NoncurrentDays": 1}
            assert rule["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 1}
    assert rules[None]["ExpiredObjectDeleteMarker"] is True


def test_a_browser_may_put_and_get_what_is_signed_and_nothing_else(template: dict[str, Any]) -> None:
    (bucket,) = of_type(template, "AWS::S3::Bucket").values()
    (rule,) = bucket["CorsConfiguration"]["CorsRules"]
    assert (rule["AllowedMethods"], rule["AllowedOrigins"]) == (["GET", "PUT"], ["*"])
    # The key comes along where a browser follows a contract's redirect to a signed URL.
    assert rule["AllowedHeaders"] == ["content-type", "x-api-key"] and "ExposedHeaders" not in rule


def test_each_route_of_a_contract_leads_to_its_function(template: dict[str, Any]) -> None:
    """By the most specific path that it is, or is under; so does the same with a slash at its end."""
    keys = {route["RouteKey"] for route in of_type(template, "AWS::ApiGatewayV2::Route").values()}
    roots = {root: folder for folder, listed in CONTRACTS.items() for root in listed}
    assert keys == {
        "$default",
        *(f"ANY {path}{rest}" for path in (*roots, PICTURES) for rest in ("", "/{path+}")),
    }
    for folder in CONTRACTS:
        for route in contract_of(folder.removeprefix("api_")).routes:
            under = [root for root in roots if route.path == root or route.path.startswith(f"{root}/")]
            assert under and roots[max(under, key=len)] == folder, route.path


def test_what_is_under_no_contract_s_path_has_a_function_that_may_change_nothing(
    assembly: Path, template: dict[str, Any], functions: dict[str, Any]
) -> None:
    (target,) = [
        route["Target"]["Fn::Join"][1]
        for route in of_type(template, "AWS::ApiGatewayV2::Route").values()
        if route["RouteKey"] == "$default"
    ]
    (integration,) = [part["Ref"] for part in target if isinstance(part, dict)]
    uri = template["Resources"][integration]["Properties"]["IntegrationUri"]
    assert uri["Fn::GetAtt"][0].startswith("Elsewhere")
    (policy,) = [
        policy
        for policy in of_type(template, "AWS::IAM::Policy").values()
        if policy["PolicyName"].startswith("ElsewhereRole")
    ]
    actions = {action for one in policy["PolicyDocument"]["Statement"] for action in _listed(one["Action"])}
    assert actions == {"dynamodb:GetItem", "logs:CreateLogStream", "logs:PutLogEvents"}
    asset = assembly / f"asset.{functions['elsewhere']['Code']['S3Key'].removesuffix('.zip')}"
    definitions = {path.name: path.stat().st_size for path in (asset / "docs" / "openapi").iterdir()}
    assert definitions.keys() == {path.name for path in (ROOT / "docs" / "openapi").glob("*.json")}
    assert max(definitions.values()) < MOST_ANSWER_BYTES


MOST_ANSWER_BYTES = 6 * 2**20
"""Of a function (Lambda, Quotas)."""


def test_no_page_of_another_origin_may_call_unless_the_owner_says_so(template: dict[str, Any]) -> None:
    parameter = template["Parameters"]["AllowedOrigins"]
    assert (parameter["Type"], parameter["Default"]) == ("CommaDelimitedList", "")
    allowed = re.compile(parameter["AllowedPattern"])
    assert all(map(allowed.fullmatch, ("", "*", "https://app.example.com", "http://localhost:3000")))
    assert not any(map(allowed.fullmatch, ("app.example.com", "https://a.example/path", "https://a b")))
    (api,) = of_type(template, "AWS::ApiGatewayV2::Api").values()
    some, configuration, otherwise = api["CorsConfiguration"]["Fn::If"]
    assert otherwise == {"Ref": "AWS::NoValue"}
    joined = {"Fn::Join": ["", {"Ref": "AllowedOrigins"}]}
    assert template["Conditions"][some] == {"Fn::Not": [{"Fn::Equals": [joined, ""]}]}
    assert configuration["AllowOrigins"] == {"Ref": "AllowedOrigins"}
    assert "AllowCredentials" not in configuration, "a key is a header, never a cookie"


def test_a_page_that_may_call_can_send_and_read_what_the_contracts_say(template: dict[str, Any]) -> None:
    (api,) = of_type(template, "AWS::ApiGatewayV2::Api").values()
    configuration = api["CorsConfiguration"]["Fn::If"][1]
    contracts = [contract_of(folder.removeprefix("api_")) for folder in CONTRACTS]
    methods = {route.method for contract in contracts for route in contract.routes}
    assert methods < set(configuration["AllowMethods"])
    read = {
        name.lower()
        for contract in contracts
        for route in contract.routes
        if route.headers
        for name in route.headers.model_json_schema()["properties"]
    }
    assert read | {"authorization", "x-api-key", "content-type"} <= set(configuration["AllowHeaders"])
    passage = Passage(allowed=True, limit=1, remaining=0, retry_after_ms=0, reset_ms=0)
    limits = {name for contract in contracts for name in contract.limits(passage, 0)}
    assert limits | {"retry-after", "x-request-id"} <= set(configuration["ExposeHeaders"])


def test_pictures_of_pages_have_a_function_that_may_change_nothing_else(template: dict[str, Any]) -> None:
    (route,) = [
        route["Target"]["Fn::Join"][1]
        for route in of_type(template, "AWS::ApiGatewayV2::Route").values()
        if route["RouteKey"] == f"ANY {PICTURES}"
    ]
    (integration,) = [part["Ref"] for part in route if isinstance(part, dict)]
    uri = template["Resources"][integration]["Properties"]["IntegrationUri"]
    assert uri["Fn::GetAtt"][0].startswith("ApiPages")
    (policy,) = [
        policy
        for policy in of_type(template, "AWS::IAM::Policy").values()
        if policy["PolicyName"].startswith("ApiPagesRole")
    ]
    statements = policy["PolicyDocument"]["Statement"]
    actions = {action for one in statements for action in _listed(one["Action"])}
    changing = {action for action in actions if not action.split(":")[1].startswith(("Get", "List"))}
    assert changing == {"dynamodb:UpdateItem", "s3:PutObject", "logs:CreateLogStream", "logs:PutLogEvents"}
    (written,) = [one["Resource"] for one in statements if "s3:PutObject" in _listed(one["Action"])]
    assert "/results/*" in json.dumps(written) and "uploads" not in json.dumps(written)


def _listed(said: str | list[str]) -> list[str]:
    return [said] if isinstance(said, str) else said


def test_rows_and_bytes_survive_the_stack(template: dict[str, Any]) -> None:
    for resource in template["Resources"].values():
        if resource["Type"] in ("AWS::S3::Bucket", "AWS::DynamoDB::Table"):
            assert resource["DeletionPolicy"] == "Retain"


def test_tables_have_ttl_and_the_jobs_table_its_stream_and_indexes(template: dict[str, Any]) -> None:
    tables = of_type(template, "AWS::DynamoDB::Table").values()
    assert all(table["TimeToLiveSpecification"] == {"AttributeName": "TTL", "Enabled": True} for table in tables)
    (jobs,) = [table for table in tables if "StreamSpecification" in table]
    indexes = jobs["GlobalSecondaryIndexes"]
    keys = {index["IndexName"]: [key["AttributeName"] for key in index["KeySchema"]] for index in indexes}
    assert keys == {
        "changes": ["PK", "changed"],
        "owned": ["owner", "listed"],
        "by_extractor": ["extractor_owner", "listed"],
        "due": ["due_owner", "due"],
    }
    assert all(index["Projection"] == {"ProjectionType": "KEYS_ONLY"} for index in indexes)


def test_every_task_of_the_machine_has_a_timeout_retries_and_a_way_to_fail() -> None:
    definition = json.loads((ROOT / "infra" / "document.asl.json").read_text())
    assert definition["TimeoutSeconds"]
    assert "QueryLanguage" not in definition
    for name, state in definition["States"].items():
        if state["Type"] == "Task":
            assert state["TimeoutSeconds"] and state["Retry"], name
            assert name == "Fail" or state["Catch"][-1]["Next"] == "Fail", name


def test_waiting_for_a_turn_at_textract_eats_nothing_of_the_time_for_the_work() -> None:
    definition = json.loads((ROOT / "infra" / "document.asl.json").read_text())
    busy, *others = [
        retry for retry in definition["States"]["Read"]["Retry"] if retry["ErrorEquals"] != ["States.Timeout"]
    ]
    assert busy["ErrorEquals"] == ["OcrBusy"] and all("OcrBusy" not in retry["ErrorEquals"] for retry in others)
    assert (busy["BackoffRate"], busy["JitterStrategy"]) == (1, "FULL"), "old and new, all who wait try as often"
    waits = busy["IntervalSeconds"] * busy["MaxAttempts"]
    review = definition["States"].get("AwaitReview", {}).get("TimeoutSeconds", 0)
    assert waits >= 8 * 3600
    assert definition["TimeoutSeconds"] >= waits + review + 4 * 3600
    assert 4 * busy["MaxAttempts"] <= 20_000, "events of an execution: 25,000 (Step Functions, Quotas)"


def test_the_account_s_rates_are_aws_s_unless_the_owner_says_so(
    template: dict[str, Any], functions: dict[str, Any]
) -> None:
    parameter = template["Parameters"]["TextractRates"]
    assert parameter["Default"] == ""
    assert rates(parameter["Default"], "us-east-1")
    allowed = re.compile(parameter["AllowedPattern"])
    example = parameter["Description"].rsplit(": ", 1)[1]
    assert allowed.fullmatch(example) and set(rates(example, "us-east-1")) == set(OcrCall)
    assert not allowed.fullmatch("AnalyzeDocument=0")
    assert functions["read"]["Environment"]["Variables"]["TEXTRACT_RATES"] == {"Ref": "TextractRates"}


def test_a_function_may_take_less_long_than_its_task(functions: dict[str, Any]) -> None:
    definition = json.loads((ROOT / "infra" / "document.asl.json").read_text())
    for name in ("Inspect", "Read", "Extract", "Publish", "Fail"):
        assert functions[name.lower()]["Timeout"] <= definition["States"][name]["TimeoutSeconds"], name


def test_a_review_may_take_its_time_within_its_task_and_the_execution() -> None:
    definition = json.loads((ROOT / "infra" / "document.asl.json").read_text())
    review_s, task_s = Tenant("any").review_ms / 1000, definition["States"]["AwaitReview"]["TimeoutSeconds"]
    work_s = sum(definition["States"][name]["TimeoutSeconds"] for name in ("Inspect", "Read", "Extract", "Publish"))
    assert review_s < task_s
    assert task_s + work_s < definition["TimeoutSeconds"]


def test_a_poke_stays_hidden_for_six_times_as_long_as_admit_may_take(
    template: dict[str, Any], functions: dict[str, Any]
) -> None:
    queues = [queue for queue in of_type(template, "AWS::SQS::Queue").values() if "RedrivePolicy" in queue]
    assert [queue["VisibilityTimeout"] for queue in queues] == [6 * functions["admit"]["Timeout"]]


def test_the_layer_of_dependencies_is_small_and_without_boto3(assembly: Path, template: dict[str, Any]) -> None:
    layers = of_type(template, "AWS::Lambda::LayerVersion").values()
    folders = [assembly / f"asset.{layer['Content']['S3Key'].removesuffix('.zip')}" for layer in layers]
    (dependencies,) = [folder for folder in folders if (folder / "python" / "pydantic").is_dir()]
    assert not (dependencies / "python" / "boto3").exists()
    compiled = next(dependencies.glob("python/pydantic_core/*.so")).name
    assert "cpython-313" in compiled and "aarch64" in compiled
    assert sum(path.stat().st_size for path in dependencies.rglob("*") if path.suffix != ".pyc") < 64 * 2**20


@pytest.mark.parametrize("name", FOLDERS)
def test_a_function_holds_the_folders_that_it_imports_and_no_other(
    assembly: Path, functions: dict[str, Any], name: str
) -> None:
    asset = assembly / f"asset.{functions[name]['Code']['S3Key'].removesuffix('.zip')}"
    assert {path.name for path in (asset / "functions").iterdir() if path.is_dir()} == folders_of(name)


def test_only_what_speaks_in_the_words_of_others_imports_other_folders() -> None:
    assert [name for name in FOLDERS if folders_of(name) != {name}] == ["api_pages", "deliver", "elsewhere"]


def test_cdk_nag_would_say_so(tmp_path: Path) -> None:
    """The check can fail: without our reasons, the same stack has findings."""
    import os
    import subprocess
    import sys

    script = (
        "import infra.acknowledged as a, infra.stack as s; a.EVERYWHERE.clear()\n"
        "import runpy; runpy.run_path('app.py', run_name='__main__')\n"
    )
    environment = {**os.environ, "CDK_OUTDIR": str(tmp_path)}
    environment.pop("CDK_VALIDATION", None)
    run = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert run.returncode != 0
    assert "AwsSolutions-APIG4" in run.stdout + run.stderr


def test_only_extract_starts_with_the_engine() -> None:
    """It is a third of what any other function would import at its cold start."""
    others = [f"functions.{name}.handler" for name in FOLDERS if name != "extract"]
    check = f"import importlib, sys; [importlib.import_module(name) for name in {others}]; "
    check += "sys.exit('quire.extraction.engine' in sys.modules)"
    path = os.pathsep.join((str(ROOT), str(ROOT / "layers" / "quire" / "python")))
    environment = {**os.environ, "PYTHONPATH": path, "AWS_DEFAULT_REGION": "eu-central-1"}
    run = subprocess.run([sys.executable, "-c", check], env=environment, check=False, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr or "another function imports the engine"
