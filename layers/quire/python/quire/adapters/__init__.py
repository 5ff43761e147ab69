"""The ports on AWS: boto3 lives here, and nowhere else."""
