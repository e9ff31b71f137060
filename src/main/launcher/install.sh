#!/bin/sh
# Puts the launcher into the packaged program ($1) and trains its AOT cache: a run over the simulated fleet, on a
# free port, that serves what a first user asks for, writes the cache when it ends.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
app=$1

install -m 755 "$here/aicortex" "$app/aicortex"
install -m 644 "$here/jvm.options" "$app/jvm.options"
rm -f "$app/aicortex.aot"

# What the builder's shell sets for its own AI Cortex is none of the training's business.
for name in $(env | sed -n 's/^\(CORTEX_[A-Z0-9_]*\|QUARKUS_[A-Z0-9_]*\|JAVA_OPTS\)=.*/\1/p'); do unset "$name"; done

log=$(mktemp)
trap 'rm -f "$log"; [ -z "${server:-}" ] || kill "$server" 2>/dev/null || true' EXIT

fail() {
    echo "training the AOT cache failed: $1" >&2
    cat "$log" >&2
    exit 1
}

AICORTEX_TRAINING=1 "$app/aicortex" serve --demo --port 0 >"$log" 2>&1 &
server=$!

url=
for _ in $(seq 300); do # half a minute
    url=$(sed -n 's/.*Listening on: \(http[^ ]*\).*/\1/p' "$log")
    [ -z "$url" ] || break
    kill -0 "$server" 2>/dev/null || fail "the program ended"
    sleep 0.1
done
[ -n "$url" ] || fail "the program did not start listening"

"$app/aicortex" health --url "$url" >/dev/null || fail "health"
"$app/aicortex" models --url "$url" >/dev/null || fail "models"
"$app/aicortex" chat --url "$url" hello >/dev/null || fail "chat"

kill -TERM "$server"
wait "$server" || true # 143: it was told to stop
server=
[ -s "$app/aicortex.aot" ] || fail "no cache was written"
