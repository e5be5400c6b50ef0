.PHONY: demo test lint bench soak clean
PYTHON ?= python3
BIN := $(if $(wildcard .venv/Scripts),.venv/Scripts,.venv/bin)
N ?= 200

demo: .venv/studio
	$(BIN)/void-studio demo --out demo

test: export QT_QPA_PLATFORM = offscreen
test: .venv/dev
	$(BIN)/python -m pytest -n 2 -m "not soak"

lint: .venv/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv/dev
	$(BIN)/python -m tests.bench

soak: .venv/dev
	SOAK_N=$(N) $(BIN)/python -m pytest -m soak

clean:
	rm -rf .venv demo build dist

.venv/studio: pyproject.toml
	test -d .venv || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --editable .
	touch $@

.venv/dev: .venv/studio
	$(BIN)/python -m pip install --quiet "torch==2.13.0"
	$(BIN)/python -m pip install --quiet --editable ".[dev,worker,vlm,cluster,farm]"
	$(BIN)/python -m pip install --quiet "hydra-core>=1.3" "iopath>=0.1.10" setuptools wheel
	SAM2_BUILD_CUDA=0 $(BIN)/python -m pip install --quiet --no-deps --no-build-isolation sam2==1.1.0
	touch $@
