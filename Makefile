# Only python3 (3.11 to 3.13), make and a package index are taken for granted.
SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export UV_SYSTEM_CERTS := 1
export PATH := $(CURDIR)/$(BIN):$(PATH)

.PHONY: help setup run up down test test-clients lint bench eval synth deploy openapi lock samples clean

help: ## this list
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-9s %s\n", $$1, $$2}' Makefile

setup: $(VENV)/.ready ## install everything into .venv, from the hashed lock

$(VENV)/.ready: requirements.lock pyproject.toml
	@PYTHON="$(PYTHON)" sh local/setup.sh $(VENV)
	@touch $@

run: setup ## send samples/ (or FILE=… SCHEMA=…) through the local stack and print the results
	@python -m local run $(if $(FILE),"$(FILE)") $(if $(SCHEMA),--schema "$(SCHEMA)")

up: setup ## start the local stack; writes .local/env
	@python -m local up

down: setup ## stop the local stack
	@python -m local down

lint: setup
	ruff format --check . && ruff check . && mypy && lint-imports

test: lint ## every test
	pytest -n 2 --dist loadgroup

test-clients: setup ## other people's SDKs and generated requests, against the local stack
	pytest tests/clients

eval: setup ## accuracy on labelled documents, a table per data set
	@python -m local.eval $(ARGS)

bench: setup ## many documents at once, with what they take
	@python -m local.bench $(ARGS)

faults: setup ## the fault sweep: every fault at every AWS call (ARGS="--seconds N" bounds it)
	@python -m tests.faults $(ARGS)

synth: setup ## synthesize the CloudFormation template into cdk.out/
	CDK_VALIDATION=false python app.py

deploy: setup ## deploy to the AWS account of the environment
	NODE_OPTIONS=--use-system-ca npx --yes aws-cdk@2.1148.1 deploy --app "python app.py" Quire

openapi: setup ## write docs/openapi anew from the routes
	@python -m local.openapi

lock: ## make both locks anew
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --no-emit-index-url \
	  pyproject.toml --group lambda --group infra --group local --group dev -o requirements.lock
	uv pip compile -q --python-platform aarch64-manylinux2014 --python-version 3.13 --only-binary :all: --generate-hashes --no-annotate --no-header --no-emit-index-url \
	  layers/dependencies/requirements.in -o layers/dependencies/requirements.lock

samples: setup ## draw the samples anew
	python -m samples.make

clean: ## remove what was installed, made and left by runs
	rm -rf $(VENV) .local cdk.out
