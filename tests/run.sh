#!/usr/bin/env bash
# Everything that must hold, from nothing: a Debian machine with Rust, as root or with sudo.
# Installs only what is missing. Leaves pictures in target/tmp/.
set -euo pipefail
cd "$(dirname "$0")/.."
export CARGO_TERM_PROGRESS_WHEN=never

target=${CARGO_TARGET_DIR:-target}
scratch=$(mktemp -d)
# Mesa complains once a window when there is none.
export XDG_RUNTIME_DIR=${XDG_RUNTIME_DIR:-$scratch}
done_steps=()
current=""
# The file that keeps an installed service from starting, while it is there.
policy=""

# step NAME COMMAND…: a heading, the command, and a line for the summary.
step() {
  current=$1
  shift
  printf '\n== %s\n' "$current"
  local start=$SECONDS
  "$@"
  done_steps+=("$(printf '%4d s  %s' $((SECONDS - start)) "$current")")
}

summary() {
  local status=$?
  rm -rf "$scratch"
  drop_policy || true
  printf '\n== Summary\n'
  ((${#done_steps[@]} == 0)) || printf '  ok    %s\n' "${done_steps[@]}"
  if ((status == 0)); then
    printf 'All passed in %d min %d s\n' $((SECONDS / 60)) $((SECONDS % 60))
  else
    printf '  FAILED        %s\n' "$current"
  fi
  exit "$status"
}
trap summary EXIT
# Without these the summary of a run that was broken off would see no failure.
trap 'exit 130' INT
trap 'exit 143' TERM

as_root() {
  if ((EUID == 0)); then "$@"; else sudo "$@"; fi
}

drop_policy() {
  [[ -z $policy ]] || as_root rm -f "$policy"
  policy=""
}

is_installed() {
  dpkg-query --show --showformat='${Status}' "$1" 2>/dev/null | grep -q '^install ok installed'
}

# install PACKAGE…: by apt, those that are not there yet.
install() {
  local missing=()
  for package in "$@"; do
    is_installed "$package" || missing+=("$package")
  done
  ((${#missing[@]} == 0)) && return
  echo "installing ${missing[*]}"
  as_root apt-get update -qq
  as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# install_unstarted PACKAGE: one that brings a service. Debian would start it at once and at every boot; the tests start
# their own, each in a scratch folder.
install_unstarted() {
  local file=/usr/sbin/policy-rc.d status=0
  is_installed "$1" && return
  if [[ ! -e $file ]]; then
    policy=$file
    printf '#!/bin/sh\nexit 101\n' | as_root tee "$file" >/dev/null
    as_root chmod 755 "$file"
  fi
  install "$1" || status=$?
  drop_policy
  ((status == 0)) || return "$status"
  if command -v systemctl >/dev/null; then
    as_root systemctl disable --quiet "$1" 2>/dev/null || true
  fi
}

# has_package FOLDER NAME: whether npm has put the version there that the folder's package.json wants.
has_package() {
  node -e '
    const { readFileSync } = require("node:fs");
    const [folder, name] = process.argv.slice(1);
    const read = (path) => JSON.parse(readFileSync(path, "utf8"));
    const wanted = read(`${folder}/package.json`).dependencies[name];
    process.exit(read(`${folder}/node_modules/${name}/package.json`).version === wanted ? 0 : 1);
  ' "$1" "$2" 2>/dev/null
}

# oidc-provider needs a newer node than Debian 12 has: then one comes from npm, for it alone.
oidc_provider() {
  local folder=tests/peers/oidc-provider omit=()
  if node -e 'process.exit(URL.parse ? 0 : 1)'; then omit=(--omit=optional); fi
  has_package "$folder" oidc-provider ||
    npm install --prefix "$folder" "${omit[@]}" --no-audit --no-fund --no-package-lock --loglevel error
}

tools() {
  if command -v apt-get >/dev/null; then
    local wanted=(
      libgl1 libegl1 libxkbcommon-x11-0 libxcursor1 libxi6 libxrandr2 mesa-vulkan-drivers
      xvfb xdotool imagemagick sqlite3
    )
    # These may have come by another way than apt.
    command -v cc >/dev/null && command -v c++ >/dev/null || wanted+=(build-essential)
    command -v chromium >/dev/null || wanted+=(chromium)
    command -v node >/dev/null || wanted+=(nodejs)
    command -v npm >/dev/null || wanted+=(npm)
    install "${wanted[@]}"
    command -v glewlwyd >/dev/null || install_unstarted glewlwyd
  else
    echo "No apt here: a C and a C++ compiler, Xvfb, xdotool, ImageMagick, Chromium, node, npm, sqlite3 and glewlwyd must be there \
already"
  fi
  cargo fmt --version >/dev/null 2>&1 || rustup component add rustfmt
  cargo clippy --version >/dev/null 2>&1 || rustup component add clippy
  has_package tests/browser playwright-core ||
    npm install --prefix tests/browser --no-audit --no-fund --no-package-lock --loglevel error
  oidc_provider
}

# The command line must build with no window toolkit in its tree.
no_window_toolkit() {
  local tree
  tree=$(cargo tree --locked --no-default-features --edges normal --prefix none)
  if grep -E '^(egui|eframe|winit|accesskit)[ _-]' <<<"$tree"; then
    echo "The tree without the feature gui holds a window toolkit"
    return 1
  fi
}

documentation() {
  RUSTDOCFLAGS=-Dwarnings cargo doc --quiet --no-deps
}

step "Tools" tools
step "Format" cargo fmt --check
step "Lints" cargo clippy --locked --quiet --all-targets -- -D warnings
step "Lints without the window" cargo clippy --locked --quiet --no-default-features -- -D warnings
step "No window toolkit in the command line" no_window_toolkit
step "Documentation" documentation
step "Tests, with real Chromium and real servers" \
  env TOKENSCOPE_REQUIRE_BROWSER=1 TOKENSCOPE_REQUIRE_PEERS=1 cargo test --locked --quiet
step "Fuzz targets, a minute each" tests/fuzz/run.sh 60
step "Tour" cargo run --locked --quiet -- tour
step "A real window" tests/window/smoke.sh "$target/debug/tokenscope" "$target/tmp"
