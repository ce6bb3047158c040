#!/bin/sh
# Tests sweeps on a Ray cluster of this machine. Where Python has no Ray, it is installed into a
# virtual environment below .build; without a registry the test is skipped.
set -eu
cd "$(dirname "$0")/.."

wanted='ray>=2.9,<3'
python=python3

skip() {
  echo "skipped: $1"
  exit 0
}

has_ray() {
  "$1" -c '
import sys
try:
    import ray
except ImportError:
    sys.exit(1)
major, minor = map(int, ray.__version__.split(".")[:2])
sys.exit(not (2, 9) <= (major, minor) < (3, 0))
' 2>/dev/null
}

command -v "$python" >/dev/null 2>&1 || skip "there is no python3"
if ! has_ray "$python"; then
  environment=.build/ray-venv
  if ! has_ray "$environment/bin/python3"; then
    echo "installing $wanted into $environment"
    rm -rf "$environment"
    mkdir -p .build
    "$python" -m venv "$environment" >.build/ray-venv.log 2>&1 ||
      skip "no virtual environment can be made: $(tail -n 1 .build/ray-venv.log)"
    "$environment/bin/python3" -m pip install --quiet --retries 1 --timeout 30 "$wanted" \
      >.build/ray-venv.log 2>&1 ||
      skip "pip cannot install $wanted: $(tail -n 1 .build/ray-venv.log)"
    has_ray "$environment/bin/python3" || skip "the installed Ray cannot be loaded"
  fi
  python=$environment/bin/python3
fi
exec "$python" Tests/Distributed/test_ray_sweep.py
