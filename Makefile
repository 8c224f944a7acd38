# Everything runs in .venv, created with python3; PYTHON=python3.13 selects another version.
PYTHON ?= python3
BIN := .venv/bin
SET_UP := .venv/set-up
# without npm, the site is built without its calculator
CALCULATOR := $(if $(shell command -v npm 2>/dev/null),node_modules/set-up-site)

export NO_MKDOCS_2_WARNING = 1
# bytecode is kept even where the environment forbids it: tests start many processes
export PYTHONDONTWRITEBYTECODE =

.PHONY: serve site test check format site-test host-test distribution bench lighthouse clean

serve: $(SET_UP) $(CALCULATOR)  ## serve the site at http://127.0.0.1:8000/ and rebuild it after every change
	$(BIN)/mkdocs serve

site: $(SET_UP) $(CALCULATOR)  ## build the site strictly into site/
	$(BIN)/mkdocs build --strict

test: $(SET_UP)  ## run the unit suite, which builds only small sites
	$(BIN)/python -m pytest --numprocesses auto

check: $(SET_UP)  ## check format, lint, types, definitions, their schema and the words of all prose
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/layerwise check $(if $(GITHUB_ACTIONS),--format github)
	$(BIN)/layerwise format --check
	$(BIN)/layerwise schema --check
	$(BIN)/check-jsonschema --no-cache --schemafile schema/network.schema.json networks/*.yml
	$(BIN)/python -m tests.prose

format: $(SET_UP)  ## format the code and the definitions
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(BIN)/layerwise format

site-test: site node_modules/set-up  ## build the site and test it, also in Chromium; needs chromium, java and npm
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile tests/built_site tests/browser

host-test: .venv-hosts/set-up  ## test wheel and sdist, and the plugin and the extension in other programs, from the installed wheel
	rm -rf dist
	.venv-hosts/bin/python -m build --quiet
	.venv-hosts/bin/python -m pip install --quiet --disable-pip-version-check --force-reinstall --no-deps dist/*.whl
	.venv-hosts/bin/python -m pytest --confcutdir tests/hosts tests/hosts

distribution: host-test  ## build and test what is published; VERSION must be that of the package
	test "$(VERSION)" = "$$(.venv-hosts/bin/python -c 'import layerwise; print(layerwise.__version__)')"

bench: site  ## measure calculating, checking, building and serving; against torchinfo if it is installed
	$(BIN)/python -m benchmarks
	$(BIN)/python -m benchmarks.ten_times
	$(if $(CALCULATOR),$(BIN)/python -m benchmarks.calculator)
	$(BIN)/python -m benchmarks.torchinfo_comparison

lighthouse: site node_modules/set-up  ## print the Lighthouse scores of the built site on a phone; needs chromium and npm
	$(BIN)/python -m benchmarks.lighthouse

$(SET_UP): pyproject.toml constraints.txt generator/layerwise/__init__.py
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Layerwise needs Python 3.11 or later; select one with make PYTHON=…")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[site,test,check,browser]'
	touch $@

# programs that cannot be in one environment with the site's exact versions
.venv-hosts/set-up: tests/hosts/requirements.txt pyproject.toml
	$(PYTHON) -m venv .venv-hosts
	.venv-hosts/bin/python -m pip install --quiet --disable-pip-version-check --requirement $< '.[site]'
	touch $@

# versions are exact in package.json: "dependencies" are the packages of the calculator, the others check the built site
NPM_INSTALL := npm install --no-save --no-package-lock --ignore-scripts --no-audit --no-fund --loglevel=error

node_modules/set-up: package.json
	$(NPM_INSTALL)
	touch $@ node_modules/set-up-site

node_modules/set-up-site: package.json
	$(NPM_INSTALL) --omit=dev
	touch $@

clean:
	rm -rf .venv .venv-hosts node_modules site dist
