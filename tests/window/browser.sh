#!/usr/bin/env bash
# Stands in as $BROWSER: real Chromium signs in at the address and notes what it saw.
exec node "$(dirname "$0")/../browser/sign_in.mjs" "$1" >"${BROWSER_REPORT:-/dev/null}"
