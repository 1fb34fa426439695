#!/usr/bin/env bash
# tests/fuzz/run.sh [SECONDS]: runs all fuzz targets side by side, 60 seconds each where nothing else is said, and fails
# where one crashes or hangs. Needs a C++ compiler; any Rust will do, nightly or not.
set -euo pipefail
cd "$(dirname "$0")/../.."
target=$(realpath -m "${CARGO_TARGET_DIR:-target}")
export CARGO_TARGET_DIR=$target
cd tests/fuzz
seconds=${1:-60}
targets=(decoder finder jwk)
kept=$target/fuzz

# The wrapper is part of what cargo tells builds apart by: ordinary builds keep theirs.
RUSTC_WORKSPACE_WRAPPER=$PWD/instrument.sh CARGO_INCREMENTAL=0 \
  cargo build --locked --quiet -p tokenscope-fuzz --bins

scratch=$(mktemp -d)
pids=()
stop() {
  ((${#pids[@]} == 0)) || kill "${pids[@]}" 2>/dev/null || true
  rm -rf "$scratch"
}
trap stop EXIT
mkdir -p "$kept"
for name in "${targets[@]}"; do
  mkdir "$scratch/$name"
  dictionary=()
  [[ ! -e seeds/$name.dict ]] || dictionary=("-dict=seeds/$name.dict")
  more=()
  # The keys of the other tests.
  [[ $name != jwk ]] || more=(../keys)
  "$target/debug/fuzz-$name" "$scratch/$name" "seeds/$name" "${more[@]}" "${dictionary[@]}" \
    -max_total_time="$seconds" -max_len=65536 -timeout=10 -rss_limit_mb=1024 -print_final_stats=1 \
    -artifact_prefix="$kept/$name-" >"$scratch/$name.log" 2>&1 &
  pids+=($!)
done

failed=0
for i in "${!targets[@]}"; do
  name=${targets[i]}
  log=$scratch/$name.log
  status=0
  wait "${pids[i]}" || status=$?
  last=$(grep -E '^#[0-9]+.*cov: ' "$log" | tail -n 1 || true)
  coverage=$(sed -n 's/.*cov: \([0-9]*\).*/\1/p' <<<"$last")
  executions=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
  rate=$(sed -n 's/^stat::average_exec_per_sec: *//p' "$log")
  printf '%-8s %10s executions, coverage %5s, %6s a second\n' \
    "$name" "${executions:-?}" "${coverage:-0}" "${rate:-?}"
  if ((status != 0)); then
    failed=1
    tail -n 40 "$log"
    input=$(sed -n 's/.*Test unit written to //p' "$log" | tail -n 1)
    echo "$name failed (status $status). Its input is kept; see it again with"
    echo "  $target/debug/fuzz-$name ${input:-the input that the log names}"
  elif ((${coverage:-0} < 100)); then
    failed=1
    echo "$name sees nothing of what it runs: was it built without instrument.sh?"
  fi
done
pids=()
exit "$failed"
