#!/bin/sh
# Opens everything the program writes with pandas, h5py and xarray, looks at it through a terminal, paints
# the pictures with librsvg and CairoSVG, and checks the shipped YAML files against their JSON Schemas. What Python lacks is installed into a
# virtual environment below .build; without a registry the test is skipped.
set -eu
cd "$(dirname "$0")/.."

skip() {
  echo "skipped: $1"
  exit 0
}

has_all() { "$1" -c 'import h5py, pandas, xarray, h5netcdf, jsonschema, yaml, PIL' 2>/dev/null; }

python=python3
command -v "$python" >/dev/null 2>&1 || skip "there is no python3"
if ! has_all "$python"; then
  environment=.build/outputs-venv
  if ! has_all "$environment/bin/python3"; then
    echo "installing pandas, h5py, xarray, jsonschema and CairoSVG into $environment"
    rm -rf "$environment"
    mkdir -p .build
    "$python" -m venv "$environment" >.build/outputs-venv.log 2>&1 ||
      skip "no virtual environment can be made: $(tail -n 1 .build/outputs-venv.log)"
    "$environment/bin/python3" -m pip install --quiet --retries 1 --timeout 30 \
      'pandas>=2,<4' 'h5py>=3,<4' 'xarray>=2024' 'h5netcdf>=1.3' \
      'jsonschema>=4' 'pyyaml>=6' 'cairosvg>=2.5,<3' 'pillow>=9' >.build/outputs-venv.log 2>&1 ||
      skip "pip cannot install them: $(tail -n 1 .build/outputs-venv.log)"
  fi
  python=$environment/bin/python3
fi
if ! command -v rsvg-convert >/dev/null 2>&1 && [ "$(id -u)" -eq 0 ] &&
  command -v apt-get >/dev/null 2>&1; then
  echo "installing librsvg2-bin"
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq librsvg2-bin; } \
    >/dev/null 2>&1 || echo "librsvg2-bin cannot be installed, its test is skipped"
fi
"$python" Tests/Outputs/test_schemas.py
"$python" Tests/Outputs/test_pictures.py
"$python" Tests/Outputs/test_terminal.py
exec "$python" Tests/Outputs/test_outputs.py
