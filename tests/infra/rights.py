"""IAM as AWS reads it: a template's intrinsic functions worked out in AWS's own forms of names and ARNs, and a role's
statements held against what a call needs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import translate
from typing import Any

PARTITION, REGION, ACCOUNT, STACK = "aws", "eu-central-1", "123456789012", "quire"
_PSEUDO = {
    "AWS::Partition": PARTITION,
    "AWS::Region": REGION,
    "AWS::AccountId": ACCOUNT,
    "AWS::StackName": STACK,
    "AWS::URLSuffix": "amazonaws.com",
}
_HERE = f"{REGION}:{ACCOUNT}"
_ARNS = {
    # It ends in `:*` (CloudFormation reference, AWS::Logs::LogGroup, "Fn::GetAtt"); no other does.
    ("AWS::Logs::LogGroup", "Arn"): f"arn:aws:logs:{_HERE}:log-group:{{name}}:*",
    ("AWS::DynamoDB::Table", "Arn"): f"arn:aws:dynamodb:{_HERE}:table/{{name}}",
    ("AWS::DynamoDB::Table", "StreamArn"): f"arn:aws:dynamodb:{_HERE}:table/{{name}}/stream/2026-01-01T00:00:00.000",
    ("AWS::S3::Bucket", "Arn"): "arn:aws:s3:::{name}",
    ("AWS::SQS::Queue", "Arn"): f"arn:aws:sqs:{_HERE}:{{name}}",
    ("AWS::SNS::Topic", "TopicArn"): f"arn:aws:sns:{_HERE}:{{name}}",
    ("AWS::Lambda::Function", "Arn"): f"arn:aws:lambda:{_HERE}:function:{{name}}",
    ("AWS::StepFunctions::StateMachine", "Arn"): f"arn:aws:states:{_HERE}:stateMachine:{{name}}",
    ("AWS::IAM::Role", "Arn"): f"arn:aws:iam::{ACCOUNT}:role/{{name}}",
    ("AWS::Events::Rule", "Arn"): f"arn:aws:events:{_HERE}:rule/{{name}}",
}
"""What Fn::GetAtt gives, by the type and attribute: the sections "Return values" of the CloudFormation reference."""
_REFS = {
    "AWS::SQS::Queue": f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/{{name}}",
    "AWS::SNS::Topic": _ARNS["AWS::SNS::Topic", "TopicArn"],
    "AWS::StepFunctions::StateMachine": _ARNS["AWS::StepFunctions::StateMachine", "Arn"],
}
"""What Ref gives where it is not the name."""


@dataclass(frozen=True, slots=True)
class Need:
    """What one call asks of its caller's role: an action on a resource; `context` are the request's condition keys."""

    action: str
    resource: str
    context: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.action} on {self.resource}"


class Template:
    """A synthesized template, as CloudFormation makes it real."""

    def __init__(self, template: Mapping[str, Any]) -> None:
        self.resources: Mapping[str, Any] = template["Resources"]
        self._parameters: Mapping[str, Any] = template.get("Parameters", {})

    def resolve(self, value: Any) -> Any:
        """`value` with its intrinsic functions worked out; KeyError where AWS's form of one is not known here."""
        if isinstance(value, list):
            return [self.resolve(part) for part in value]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            ((name, argument),) = value.items()
            if name == "Ref":
                return self._ref(argument)
            if name == "Fn::GetAtt":
                return self._attribute(*argument)
            if name == "Fn::Join":
                return argument[0].join(self.resolve(argument[1]))
            if name == "Fn::Sub":
                return re.sub(r"\$\{([^}]+)\}", lambda found: self._ref(found[1]), argument)
        return {name: self.resolve(part) for name, part in value.items()}

    def _ref(self, name: str) -> str:
        if name in _PSEUDO:
            return _PSEUDO[name]
        if name in self._parameters:
            return str(self._parameters[name].get("Default", ""))
        form = _REFS.get(self.resources[name]["Type"], "{name}")
        return form.format(name=self._name(name))

    def _attribute(self, logical: str, attribute: str) -> str:
        return _ARNS[self.resources[logical]["Type"], attribute].format(name=self._name(logical))

    def _name(self, logical: str) -> str:
        """Its own, or one that AWS makes up."""
        resource = self.resources[logical]
        properties = resource.get("Properties", {})
        given = properties.get(f"{resource['Type'].split('::')[-1]}Name")
        return self.resolve(given) if given else f"{STACK}-{logical}" + (".fifo" if properties.get("FifoQueue") else "")

    def of_type(self, kind: str) -> dict[str, dict[str, Any]]:
        """The resolved properties of all resources of a type, by their logical ids."""
        return {
            name: self.resolve(resource.get("Properties", {}))
            for name, resource in self.resources.items()
            if resource["Type"] == kind
        }

    def statements(self, role_arn: str) -> list[dict[str, Any]]:
        """All that the role's policies say."""
        role = role_arn.rsplit("/", 1)[1]
        policies = [policy for policy in self.of_type("AWS::IAM::Policy").values() if role in policy["Roles"]]
        return [statement for policy in policies for statement in policy["PolicyDocument"]["Statement"]]


def lacking(statements: Sequence[Mapping[str, Any]], needs: Iterator[Need] | Sequence[Need]) -> list[str]:
    """The needs that no statement allows, or that one denies."""
    return sorted({str(need) for need in needs if not allowed(statements, need)})


def allowed(statements: Sequence[Mapping[str, Any]], need: Need) -> bool:
    """IAM's own rule: something allows it and nothing denies it."""
    effects = {statement["Effect"] for statement in statements if _concerns(statement, need)}
    return effects == {"Allow"}


def _concerns(statement: Mapping[str, Any], need: Need) -> bool:
    unknown = statement.keys() - {"Sid", "Effect", "Principal", "Action", "Resource", "Condition"}
    if unknown:
        raise NotImplementedError(unknown)
    return (
        any(_matches(pattern.lower(), need.action.lower()) for pattern in _listed(statement["Action"]))
        and any(_matches(pattern, need.resource) for pattern in _listed(statement["Resource"]))
        and all(_holds(how, asked, need.context) for how, asked in statement.get("Condition", {}).items())
    )


def _holds(operator: str, asked: Mapping[str, Any], context: Mapping[str, str]) -> bool:
    if operator not in ("StringEquals", "Bool"):
        raise NotImplementedError(operator)
    return all(context.get(key) in _listed(values) for key, values in asked.items())


def _matches(pattern: str, text: str) -> bool:
    """`*` and `?` alone are special, and `*` also goes over slashes and colons (IAM guide, "Resource")."""
    return re.fullmatch(translate(pattern.replace("[", "[[]")), text) is not None


def _listed(said: Any) -> list[str]:
    return said if isinstance(said, list) else [said]
