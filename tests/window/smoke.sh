#!/usr/bin/env bash
# A real window without a screen: it opens, logs in with real Chromium at the press of a key, refreshes, closes, opens
# again, and remembers.
#
#   tests/window/smoke.sh PROGRAM PICTURES
set -euo pipefail

program=$(realpath "$1")
pictures=$2
here=$(realpath "$(dirname "$0")")
scratch=$(mktemp -d)
mkdir -p "$pictures"

cleanup() {
  local pid
  for pid in $(jobs -p); do kill "$pid" 2>/dev/null || true; done
  wait || true
  rm -rf "$scratch"
}
trap cleanup EXIT

# until_true SECONDS WHAT COMMAND…: asks again and again until it is so.
until_true() {
  local deadline=$((SECONDS + $1)) what=$2
  shift 2
  until "$@"; do
    if ((SECONDS >= deadline)); then
      echo "waited in vain for $what"
      tail -n 20 "$scratch/log" 2>/dev/null || true
      exit 1
    fi
    sleep 0.2
  done
}

# Nothing of the person who runs this is read or changed.
export HOME=$scratch/home XDG_RUNTIME_DIR=$scratch/run TOKENSCOPE_DATA_DIR=$scratch/data
mkdir -p "$HOME" "$XDG_RUNTIME_DIR"
chmod 700 "$XDG_RUNTIME_DIR"
unset WAYLAND_DISPLAY DBUS_SESSION_BUS_ADDRESS XDG_CONFIG_HOME XDG_DATA_HOME XDG_CACHE_HOME

Xvfb -displayfd 3 -screen 0 1280x900x24 -nolisten tcp -noreset 3>"$scratch/display" 2>/dev/null &
until_true 20 "the X server" test -s "$scratch/display"
DISPLAY=:$(<"$scratch/display")
export DISPLAY LIBGL_ALWAYS_SOFTWARE=1
export BROWSER=$here/browser.sh BROWSER_REPORT=$scratch/report

find_window() {
  window=$(xdotool search --onlyvisible --name Tokenscope 2>/dev/null | head -n 1) && [[ -n $window ]]
}

open_window() {
  "$program" >>"$scratch/log" 2>&1 &
  app=$!
  until_true 60 "the window" find_window
  xdotool windowfocus "$window"
  until_true 20 "a drawn window" drawn
}

# Something was drawn when there are more than a handful of colours.
drawn() {
  import -silent -window "$window" "$scratch/window.png" && (($(identify -format %k "$scratch/window.png") > 50))
}

close_window() {
  cp "$scratch/window.png" "$pictures/window-$1.png"
  kill "$app"
  wait "$app" || true
}

# remembers KIND: the history has a row of this kind.
remembers() {
  "$program" history erp-net --format json 2>>"$scratch/log" | grep -q "\"$1\""
}

open_window
xdotool key --window "$window" ctrl+l
until_true 60 "Chromium to sign in" grep -qs 'Sign-in received' "$scratch/report"
until_true 20 "the login in the history" remembers login
xdotool key --window "$window" ctrl+r
until_true 20 "the refresh in the history" remembers refresh
drawn
close_window logged-in
open_window
remembers login
remembers refresh
close_window opened-again
echo "opened, logged in, refreshed, closed, opened again: all of it is remembered"
