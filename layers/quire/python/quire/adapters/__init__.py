"""The ports on AWS: boto3 lives here, and nowhere else.

Each module gives one port, or the rows and items that several share; no rule of the domain is decided here."""
