# Every command of the project, in the order in which a person needs them.

# What they take: make run EXTRACTS=folder DATA=folder, make run RESIDENTS=100000 DAYS=5
DATA ?= data
EXTRACTS ?=
ENVIRONMENT ?= $(WANGGE_ENVIRONMENT)
DAY ?= $(WANGGE_DAY)
TO ?=
DISTRICT ?=
FILE ?=
FROM ?=
DEPARTMENT ?=
EXTRACT ?=
PERIOD ?=
DELIVERY ?=
REASON ?=
KEEP_DAYS ?=
RESIDENTS ?= 20000
DAYS ?= 3
SEED ?= 1
SEEDS ?= 1 2
SIZES ?= 20000 100000
TESTS ?= tests/pipeline tests/dbt tests/unit
AREA ?=
MONTH ?=
RETURNED ?=
DATE ?=
GROUP ?=
ACCOUNT ?=
FROM ?=
PYTHON ?= python3

BIN := .venv/bin
READY := .venv/installed
PIP := $(BIN)/python -m pip install -qq --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help run test dev service rollback readers deliveries withdraw restore retention erase orders forms typed-cells backup restore-backup district contract contracts parse-addresses evaluate refit bench drill lock clean

help: ## Say what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(READY) ## Take every new delivery, build, publish (EXTRACTS=folder or ENVIRONMENT=live, DATA=folder; else a simulated district)
	@$(BIN)/python -m orchestration.run --data "$(DATA)" --extracts "$(EXTRACTS)" --environment "$(ENVIRONMENT)" --day "$(DAY)" --residents $(RESIDENTS) --days $(DAYS) --seed $(SEED)

test: $(READY) ## Everything that CI runs (TESTS=files for some of them)
	@echo 'ruff'; $(BIN)/ruff check --quiet && $(BIN)/ruff format --check --quiet
	@echo 'contracts and derived files'; $(BIN)/python -m orchestration.contracts.derive --check
	@echo 'dbt parse'; cd dbt_project && ../$(BIN)/dbt --quiet --warn-error --log-level-file none parse
	@echo 'mypy, and sqlfluff beside it'; $(BIN)/mypy --no-error-summary & typed=$$!; \
		(cd dbt_project && PYTHONWARNINGS=ignore ../$(BIN)/sqlfluff lint --processes 2 --disable-progress-bar --nocolor models tests); \
		linted=$$?; wait $$typed && exit $$linted
# A file's tests stay together, for what they share is made once; the long files come first, so that no worker waits.
	@echo 'pytest'; $(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder $(TESTS)

dev: $(READY) ## Open Dagster's UI on the same data (DATA=folder)
	@$(BIN)/python -m orchestration.dev --data "$(DATA)" --extracts "$(EXTRACTS)" --environment "$(ENVIRONMENT)" --day "$(DAY)"

service: $(READY) ## Write systemd units for this installation (DATA=folder EXTRACTS=folder ENVIRONMENT=live ACCOUNT=wangge TO=folder)
	@$(BIN)/python -m orchestration.service.units --data "$(DATA)" --extracts "$(EXTRACTS)" --environment "$(ENVIRONMENT)" --account "$(ACCOUNT)" --to "$(TO)"

rollback: $(READY) ## Make the release before the current one current again (DATA=folder TO=release)
	@$(BIN)/python -m orchestration.releases.rollback --data "$(DATA)" --to "$(TO)"

readers: $(READY) ## Let a group read the releases; without GROUP nobody but this account (GROUP=name DATA=folder)
	@$(BIN)/python -m orchestration.releases.readers --data "$(DATA)" --group "$(GROUP)"

orders: $(READY) ## Issue the month's correction orders and write the departments' workbooks (DATA=folder PERIOD=2026-09)
	@$(BIN)/python -m orchestration.exchange.orders --data "$(DATA)" --period "$(PERIOD)"

deliveries: $(READY) ## List every delivery with its id, and whether it counts (DATA=folder)
	@$(BIN)/python -m orchestration.deliveries list --data "$(DATA)"

withdraw: $(READY) ## Let a delivery count no longer, as if it had never come (DELIVERY=id DATA=folder REASON=text)
	@$(BIN)/python -m orchestration.deliveries withdraw --data "$(DATA)" --delivery "$(DELIVERY)" --reason "$(REASON)"

restore: $(READY) ## Take a withdrawal back (DELIVERY=id DATA=folder)
	@$(BIN)/python -m orchestration.deliveries restore --data "$(DATA)" --delivery "$(DELIVERY)" --reason "$(REASON)"

retention: $(READY) ## Fold deliveries older than KEEP_DAYS=n days into checkpoints and remove releases older than that (DATA=folder)
	@$(BIN)/python -m orchestration.upkeep.retention --data "$(DATA)" --keep-days "$(KEEP_DAYS)"

erase: $(READY) ## Erase a person for good; the identity number is read from standard input (DATA=folder REASON=text)
	@$(BIN)/python -m orchestration.upkeep.erasure --data "$(DATA)" --reason "$(REASON)"

forms: $(READY) ## Fill the forms of an area and month (AREA=code MONTH=2026-09 DATA=folder)
	@$(BIN)/python -m orchestration.forms.command --data "$(DATA)" --area "$(AREA)" --month "$(MONTH)"

typed-cells: $(READY) ## Take what was typed into returned forms as a delivery (RETURNED=folder EXTRACTS=folder DATE=20260930)
	@$(BIN)/python -m orchestration.forms.returned --data "$(DATA)" --returned "$(RETURNED)" --extracts "$(EXTRACTS)" --date "$(DATE)"

backup: $(READY) ## Back up what cannot be derived again, what is new of it (DATA=folder TO=folder of back-ups)
	@$(BIN)/python -m orchestration.upkeep.backup --data "$(DATA)" --to "$(TO)"

restore-backup: $(READY) ## Make a data folder from a back-up, or the newest in a folder of them (FROM=folder DATA=new folder)
	@$(BIN)/python -m orchestration.upkeep.restore --from "$(FROM)" --data "$(DATA)"

district: $(READY) ## Write a simulated district only (DATA=folder RESIDENTS=n DAYS=n SEED=n)
	@$(BIN)/python -m seeds.district --out "$(DATA)" --residents $(RESIDENTS) --days $(DAYS) --seed $(SEED)

contract: $(READY) ## Draft a contract and a staging model from a sample (FROM=file or table DEPARTMENT=name EXTRACT=name)
	@$(BIN)/python -m orchestration.contracts.drafting --from "$(FROM)" --department "$(DEPARTMENT)" --extract "$(EXTRACT)"

contracts: $(READY) ## Derive dbt's sources and macros from the contracts again
	@$(BIN)/python -m orchestration.contracts.derive

parse-addresses: $(READY) ## Split addresses into their parts (FILE=texts, one a line)
	@$(BIN)/python -m orchestration.linkage.parse_addresses "$(FILE)"

evaluate: $(READY) ## Score linking, addresses and populations against the truth (DISTRICT=folder for one's own)
	@$(BIN)/python -m orchestration.evaluation --data "$(DATA)" --residents $(RESIDENTS) --seeds $(SEEDS) --district "$(DISTRICT)"

refit: $(READY) ## Fit a new version of the linkage model; use it where it is not worse on districts it has not seen
	@$(BIN)/python -m orchestration.linkage.refit --data "$(DATA)" --residents $(RESIDENTS)

bench: $(READY) ## Measure full refresh, one day and nothing to do beside bare DuckDB; writes docs/benchmarks.md (SIZES="20000 100000")
	@$(BIN)/python -m tests.bench $(SIZES)

drill: $(READY) ## Break the systems of eleven departments for three days and see what the marts say (RESIDENTS=4000 SEED=n)
	@$(BIN)/python -m tests.bench.daemon --residents $(RESIDENTS) --seed $(SEED)

lock: $(READY) ## Lock the newest versions that pyproject.toml allows
	@$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--upgrade --all-extras pyproject.toml -o requirements.lock

clean: ## Remove the environment and all caches (data stays)
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis dbt_project/target dbt_project/logs

# The environment: made once, and again when the lock changes. uv is quick; pip serves where only pip knows the index.
$(READY): requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo 'Python 3.11 or later is needed: make run PYTHON=python3.11'; exit 1; }
	@echo 'Setting up the environment in .venv (once, some seconds) ...'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@{ $(PIP) "$$(sed -n 's/^\(uv==[0-9.]*\).*/\1/p' requirements.lock)" \
		&& $(BIN)/uv pip install -q --compile-bytecode --python $(BIN)/python --require-hashes -r requirements.lock; } 2>.venv/uv.log \
		|| $(PIP) --no-deps --require-hashes -r requirements.lock
# Read once here, the models need not be read for each new data folder.
	@cd dbt_project && ../$(BIN)/python -P ../orchestration/dbt_command.py --quiet --log-level-file none --no-write-json \
		parse --target-path ../.venv/parsed
	@touch $@
