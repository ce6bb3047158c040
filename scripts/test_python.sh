#!/bin/sh
# Tests the package in scripts/python against the built program: its results, tables and policies, the code of the
# page UsingPython, the notebook. The package is installed from its folder, without a network, into a virtual
# environment below .build, which gets pandas, xarray and setuptools from the registry first. What cannot be had is
# skipped with a word: without setuptools the package is taken from its folder, without pandas its tables are left out.
set -eu
cd "$(dirname "$0")/.."

python=python3
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
  echo "skipped: there is no python3 of version 3.11 or newer"
  exit 0
fi
UMEMAKI=${UMEMAKI:-$PWD/.build/release/umemaki}
export UMEMAKI PYTHONDONTWRITEBYTECODE=1
if ! [ -x "$UMEMAKI" ]; then
  echo "skipped: build first: sh scripts/build.sh"
  exit 0
fi

environment=.build/python-venv
wanted='pandas>=2,<4
xarray>=2024
setuptools>=70.1'
has_all() { "$1" -c 'import pandas, xarray, setuptools' 2>/dev/null; }
installed=no
if ! has_all "$environment/bin/python3"; then
  echo "installing pandas, xarray and setuptools into $environment"
  rm -rf "$environment"
  mkdir -p .build
  if "$python" -m venv "$environment" >.build/python-venv.log 2>&1; then
    # One after another, so that one that cannot be had takes no other with it.
    echo "$wanted" | while IFS= read -r package; do
      "$environment/bin/python3" -m pip install --quiet --retries 1 --timeout 30 "$package" \
        >.build/python-venv.log 2>&1 || echo "skipped: pip cannot install $package: $(tail -n 1 .build/python-venv.log)"
    done
  else
    echo "skipped: no virtual environment can be made: $(tail -n 1 .build/python-venv.log)"
    rm -rf "$environment"
  fi
fi
if [ -x "$environment/bin/python3" ]; then
  python=$environment/bin/python3
  if "$python" -c 'import setuptools, sys; sys.exit(tuple(map(int, setuptools.__version__.split(".")[:2])) < (70, 1))' 2>/dev/null; then
    # From a copy, because setuptools writes into the folder that it builds.
    copy=$(mktemp -d)
    cp -r scripts/python "$copy/package"
    rm -rf "$copy/package/build"
    "$python" -m pip install --quiet --disable-pip-version-check --no-index --no-build-isolation --force-reinstall \
      "$copy/package"
    rm -r "$copy"
    echo "installed from its folder, without a network"
    installed=yes
  fi
fi
if [ "$installed" = no ]; then
  echo "skipped: pip install, without setuptools 70.1 or newer"
  PYTHONPATH="$PWD/scripts/python/src"
  export PYTHONPATH
fi
"$python" -m unittest discover --start-directory Tests/Python
"$python" scripts/python/run_notebook.py scripts/python/example.ipynb
