"""The address that clients use: an HTTP API of API Gateway at http://127.0.0.1:PORT."""
