#!/usr/bin/env bash
# One glewlwyd (Debian package 2.7.5) of its own: configuration, database and log in SCRATCH, on loopback port PORT.
# Prints "READY <issuer>" once it is set up, and ends when its standard input does, so that it outlives nobody.
# Environment: SCRATCH (an empty folder; removed at the end), PORT, and what setup.mjs knows.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
: "${SCRATCH:?a scratch folder}" "${PORT:?a free port}"
server=
# A job in the background has no standard input of its own.
exec 3<&0

finish() {
  [[ -z $server ]] || kill "$server" 2>/dev/null || true
  wait
  rm -rf "$SCRATCH"
}
trap finish EXIT
trap 'exit 1' INT TERM

# Not the copy below /usr/share/doc: small images leave that folder out.
sqlite3 "$SCRATCH/db.sqlite3" </usr/share/dbconfig-common/data/glewlwyd/install/sqlite3

# static_files_path: its device page is one of the static files.
cat >"$SCRATCH/glewlwyd.conf" <<CONF
port=$PORT
bind_address="127.0.0.1"
external_url="http://127.0.0.1:$PORT"
login_url="login.html"
api_prefix="api"
static_files_path="/usr/share/glewlwyd/webapp/"
log_mode="console"
log_level="WARNING"
cookie_secure=0
cookie_same_site="empty"
session_expiration=3600
session_key="GLEWLWYD2_SESSION_ID"
admin_scope="g_admin"
profile_scope="g_profile"
user_module_path="/usr/lib/glewlwyd/user"
client_module_path="/usr/lib/glewlwyd/client"
user_auth_scheme_module_path="/usr/lib/glewlwyd/scheme"
plugin_module_path="/usr/lib/glewlwyd/plugin"
hash_algorithm="SHA512"
database =
{
  type = "sqlite3"
  path = "$SCRATCH/db.sqlite3"
};
static_files_mime_types =
(
  { extension = ".html" mime_type = "text/html" },
  { extension = ".js" mime_type = "application/javascript" },
  { extension = ".css" mime_type = "text/css" },
  { extension = ".json" mime_type = "application/json" }
)
CONF

/usr/bin/glewlwyd --config-file="$SCRATCH/glewlwyd.conf" >&2 3<&- &
server=$!
node "$here/setup.mjs" "http://127.0.0.1:$PORT" "$server"
# The end of standard input, or the server's: whichever comes first.
cat <&3 >/dev/null &
wait -n
