"""The CloudFormation stack, in CDK."""
