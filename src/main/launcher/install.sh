#!/bin/sh
# Puts the launcher into the packaged program ($1) with SQLite's library of this platform, and trains its AOT cache: a run
# over simulated servers in a process of their own, under load for some seconds, writes the cache when it ends.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
app=$1

install -m 755 "$here/aicortex" "$app/aicortex"
install -m 644 "$here/jvm.options" "$app/jvm.options"
rm -rf "$app/aicortex.aot" "$app/native"

# What the builder's shell sets for its own AI Cortex is none of the training's business.
for name in $(env | sed -n 's/^\(CORTEX_[A-Z0-9_]*\|QUARKUS_[A-Z0-9_]*\|JAVA_OPTS\)=.*/\1/p'); do unset "$name"; done

scratch=$(mktemp -d)
log=$scratch/log
server=
fleet=
stop() { [ -z "$1" ] || kill "$1" 2>/dev/null || true; }
trap 'rm -rf "$scratch"; stop "$server"; stop "$fleet"' EXIT

fail() {
    echo "training the AOT cache failed: $1" >&2
    cat "$log" >&2
    exit 1
}

# found PATTERN PID WHAT: what the log tells of it, within half a minute.
found() {
    for _ in $(seq 300); do
        text=$(sed -n "s/$1/\\1/p" "$log" | tr '\n' ' ' | sed 's/ $//')
        [ -z "$text" ] || return 0
        kill -0 "$2" 2>/dev/null || fail "$3 ended"
        sleep 0.1
    done
    fail "$3 did not start listening"
}

# Without it the program unpacks the library itself at each start.
"$app/aicortex" unpack "$app/native" >"$log" 2>&1 || echo "no library of SQLite beside the jars: $(cat "$log")" >&2

model=llama3.2:3b
"$app/aicortex" simulate --servers 2 --model "$model" --load-time 0s --tokens-per-second 0 --tokens 64 --parallel 64 >"$log" 2>&1 &
fleet=$!
found '.*\(http:\/\/127[^ ]*\).*' "$fleet" "the simulated fleet"
servers=$(echo "$text" | tr ' ' ',')

AICORTEX_TRAINING=1 CORTEX_SERVERS=$servers CORTEX_CATALOGUE_DIR=$scratch/catalogue \
    CORTEX_DATABASE_URL=sqlite:$scratch/aicortex.db "$app/aicortex" serve --port 0 >"$log" 2>&1 &
server=$!
found '.*Listening on: \(http[^ ]*\).*' "$server" "the program"
url=$text

"$app/aicortex" health --url "$url" >/dev/null || fail "health"
"$app/aicortex" models --url "$url" >/dev/null || fail "models"
"$app/aicortex" chat --url "$url" hello >/dev/null || fail "chat"
"$app/aicortex" train --url "$url" --model "$model" || fail "load"

kill -TERM "$server"
wait "$server" || true # 143: it was told to stop
server=
[ -s "$app/aicortex.aot" ] || fail "no cache was written"
