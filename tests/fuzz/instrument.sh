#!/bin/sh
# Cargo calls this in rustc's place for the workspace's own crates (RUSTC_WORKSPACE_WRAPPER). What the fuzzer is to see
# gets the counters and the comparisons that libFuzzer reads; the flags are cargo-fuzz's, and stable Rust takes them.
# Libraries of others stay as they are, and are shared with the ordinary build.
name=""
previous=""
for argument in "$@"; do
  [ "$previous" = --crate-name ] && name=$argument
  previous=$argument
done
case "$name" in
  tokenscope | fuzz_*)
    exec "$@" --cfg fuzzing \
      -Cpasses=sancov-module \
      -Cllvm-args=-sanitizer-coverage-level=4 \
      -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
      -Cllvm-args=-sanitizer-coverage-pc-table \
      -Cllvm-args=-sanitizer-coverage-trace-compares \
      -Ccodegen-units=1 -Copt-level=3 -Cdebug-assertions=on -Coverflow-checks=on
    ;;
  *) exec "$@" ;;
esac
