#!/bin/sh
# Compares `umemaki serve` with an independent simulator over random scenarios, service by service,
# and iteration by iteration where it serves a language model.
#
#     sh scripts/test_serving.sh [SCENARIOS [FIRST_SEED [PROGRAM]]]
#
# Needs the release build, or another program as the third argument, and Python's standard library.
set -eu
cd "$(dirname "$0")/.."
command -v python3 >/dev/null 2>&1 || { echo "skipped: there is no python3"; exit 0; }
cases=${1:-400}
seed=${2:-1}
program=${3:-.build/release/umemaki}
python3 Tests/Serving/test_oracle.py --cases "$cases" --seed "$seed" --program "$program"
# Language models, token by token: iteration by iteration.
python3 Tests/Serving/token_oracle.py --self-test
exec python3 Tests/Serving/test_tokens.py "$program" "$cases" "$seed"
