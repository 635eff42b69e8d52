# Every task of the project. `make help` lists them; each works again and again and does only what is still to do.

PYTHON ?= $(shell command -v python3.11 || command -v python3 || echo python3.11)
VENV := .venv
BIN := $(VENV)/bin
FLASK := $(BIN)/flask
PORT ?= 8000

# What pip says about a network or a full disk stays visible above the sentence that says what to do.
define install_packages
$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '$(1)' || \
	{ echo "安装失败：请看上面的原因；需要能访问软件包索引（可用 PIP_INDEX_URL 指定镜像），解决后再运行同一条 make 命令。"; exit 1; }
endef

.DEFAULT_GOAL := help
.PHONY: help install demo serve worker elasticsearch test lint bench quality translations screenshots clean

help: ## list the tasks
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sort | awk -F ':.*## ' '{printf "  make %-13s %s\n", $$1, $$2}'

install: $(VENV)/.installed ## create the virtual environment and install what the product needs

$(VENV)/bin/python:
	@command -v $(PYTHON) >/dev/null || { echo "缺少 $(PYTHON)：请先安装 Python 3.11（例如 apt install python3.11 python3.11-venv），或用 make PYTHON=… 指定。"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "$(PYTHON) 版本过低：需要 Python 3.11 或更新版本。"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "无法创建虚拟环境：请先安装 venv 模块（例如 apt install python3.11-venv）。"; exit 1; }

$(VENV)/.installed: setup.cfg constraints.txt | $(VENV)/bin/python
	@echo "正在安装所需的软件包 / installing packages …"
	@$(call install_packages,.)
	@touch $@

$(VENV)/.tested: setup.cfg constraints.txt $(VENV)/.installed
	@$(call install_packages,.[test])
	@touch $@

demo: install ## set everything up on sample records and print matches with quoted reasons
	@$(FLASK) db upgrade
	@$(FLASK) ingest organisations ingest/sample/organisations.csv
	@$(FLASK) ingest achievements ingest/sample/achievements.csv
	@$(FLASK) ingest demands ingest/sample/demands.xlsx
	@$(FLASK) ingest studios ingest/sample/studios.csv
	@$(FLASK) showcase load ingest/sample/showcase.json
	@$(FLASK) index sync
	@$(FLASK) match show --top 3
	@echo
	@echo "打开目录 / open the catalogue:  make serve   →  http://127.0.0.1:$(PORT)"

serve: install ## open the catalogue at http://127.0.0.1:8000
	@$(FLASK) db upgrade
	@$(FLASK) index sync
	$(BIN)/gunicorn --bind 127.0.0.1:$(PORT) wsgi:app

worker: install ## keep the index and the matches up to date
	@$(FLASK) db upgrade
	$(FLASK) index sync --follow

elasticsearch: $(VENV)/.tested ## run a search server for trying out, without Docker, at http://127.0.0.1:9200
	@exec $(BIN)/python -m tests.elasticsearch_node

test: $(VENV)/.tested ## run every test this machine can run
	$(BIN)/python -m pytest -n 2 --dist worksteal $(ARGS)

lint: $(VENV)/.tested ## check style, types and the arrows between packages
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.tested ## measure speed beside a peer in the same run and write docs/benchmarks.md
	OMP_NUM_THREADS=1 $(BIN)/python -m benchmarks

quality: $(VENV)/.tested ## measure how well questions are answered and write docs/quality.md
	OMP_NUM_THREADS=1 $(BIN)/python -m benchmarks.search_quality

translations: $(VENV)/.tested ## bring the sentences of the code into the English catalogue, to be filled in
	@mkdir -p build
	$(BIN)/pybabel -q extract -F babel.cfg --no-wrap --add-location=file --sort-by-file -o build/messages.pot marketplace ingest
	$(BIN)/pybabel -q update -D messages -l en -d marketplace/translations -i build/messages.pot --no-wrap --no-fuzzy-matching --ignore-obsolete

screenshots: $(VENV)/.tested ## make the pictures of the documentation from the real pages
	$(BIN)/python -m docs.make_screenshots

clean: ## remove the environment, the caches and the demo instance
	rm -rf $(VENV) instance build *.egg-info .coverage .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
