#!/bin/bash
# cluster.sh: the private cluster starts when it is needed, whatever became of it before, for root and for
# others, wherever the site lies.
set -euo pipefail
# shellcheck source=tests/harness.sh
source "$(dirname "$0")/../harness.sh"

pid_file() { echo "$site/postgres/data/postmaster.pid"; }
server_pid() { head -n 1 "$(pid_file)"; }
# works: a command that needs the database succeeds.
works() { "$joinedup" status --site "$site" --quiet > "$work/status.log" 2>&1 || { cat "$work/status.log"; return 1; }; }
setting() { sql -c "show $1"; }

site_new s

# ---- starting ----

first=$(server_pid)
works
is "a running server is left alone" "$first" "$(server_pid)"

server_stop "$site"
check "a stopped server is started" works

kill -9 "$(server_pid)"
check "after kill -9 of the server it is started" works
[ "$(server_pid)" != "$first" ] || not_ok "it is another server"

server_stop "$site" QUIT
check "after a crash of the machine it is started" works

server_stop "$site"
# What a reboot leaves: a lock file whose number some other process has by now.
sleep 60 &
other=$!
for file in "$(pid_file)" "$site/postgres/socket/.s.PGSQL.5432.lock"; do
    printf '%s\n%s\n1\n5432\n%s\n\n' "$other" "$site/postgres/data" "$site/postgres/socket" > "$file"
    chmod 600 "$file"
    chown --reference="$site/postgres/data" "$file"
done
check "a stale lock file whose number another process has does not stop it" works
check "and that process is left alone" kill -0 "$other"
kill "$other"

server_stop "$site"
for number in 1 2 3 4; do
    "$joinedup" status --site "$site" > "$work/at_once.$number" 2>&1 && echo done > "$work/done.$number" &
done
wait
is "four commands at once start it once" "done done done done" "$(cat "$work"/done.? | xargs)"

# A former server of a site at the same path takes the socket with it when it ends at last.
rm -f "$site/postgres/socket/.s.PGSQL.5432" "$site/postgres/socket/.s.PGSQL.5432.lock"
check "a server that lost its socket is started anew" \
    "$joinedup" status --site "$site" --quiet

# ---- what it is set to ----

is "it listens on no network address" "" "$(setting listen_addresses)"
is "its folder is closed to others" "700 700 700" \
    "$(cd "$site/postgres" && stat -c %a . data socket | xargs)"
is "no statement reaches its log" "panic terse none 0 0" \
    "$(for name in log_min_error_statement log_error_verbosity log_statement log_parameter_max_length \
        log_parameter_max_length_on_error; do setting $name; done | sed 's/B$//' | xargs)"
is "a lost client is noticed" "200ms" "$(setting client_connection_check_interval)"
is "it keeps what it commits" "on on on" \
    "$(for name in fsync full_page_writes synchronous_commit; do setting $name; done | xargs)"
sql -c "select 'canary' || 1/0" > "$work/error.log" 2>&1 || true
logged() { # the server's collector writes a moment later
    local try
    for try in {1..50}; do
        if grep -rq "$1" "$site/postgres/log"; then return 0; fi
        sleep 0.1
    done
    return 1
}
check "an error is in its log" logged 'division by zero'
check "but not the statement" bash -c "! grep -rq canary '$site/postgres/log'"
check "a stranger is not let in" bash -c "! psql -X -h '$(cat "$site/postgres/socket_path")' -U postgres -d joinedup -c 'select 1' > '$work/stranger.log' 2>&1"
echo "work_mem = '7MB'" >> "$site/postgres/data/postgresql.conf"
server_stop "$site"
works
is "a site's own settings win" "7MB" "$(setting work_mem)"
server_stop "$site"

# ---- where the site lies ----

mv "$site" "$work/moved"
site=$work/moved
check "a site that was moved still starts" works
server_stop "$site"

odd="$work/an odd, \"quoted\" \$name's"
mkdir -m 711 "$odd"
site_new "${odd#"$work"/}/s"
check "a path with blanks, quotes, commas and dollars is no trouble" works
is "the folder of its socket is closed to others" 700 "$(stat -c %a "$(cat "$site/postgres/socket_path")")"
server_stop "$site"

deep=deep/$(printf 'd%.0s' {1..100})
mkdir -p "$work/$deep"
chmod 711 "$work/deep" "$work/$deep"
site_new "$deep/s"
socket=$(cat "$site/postgres/socket_path")
check "a path too long for a socket gets a socket below /tmp" test "${socket#/tmp/joinedup-}" != "$socket"
is "which is closed to others" 700 "$(stat -c %a "$socket")"
server_stop "$site"
rm -rf "$socket"
check "and is made again after a reboot" works
server_stop "$site"
rm -rf "$socket"
mkdir -m 777 "$socket"
chmod 777 "$socket"
check "a folder of that name that others can enter is not trusted" \
    bash -c "! '$joinedup' status --site '$site' > '$work/trust.log' 2>&1"
check "and is named" grep -q "$socket" "$work/trust.log"
rm -rf "$socket"

if [ "$(id -u)" = 0 ]; then
    # Also where user postgres cannot walk to, as root's own home is.
    mkdir -m 700 "$work/closed"
    site_new "closed/a site"
    check "root's site below a folder closed to postgres works" works
    is "and the server is no root" postgres "$(ps -o user= -p "$(server_pid)")"
    is "nor has it any right of root's" 0000000000000000 \
        "$(sed -n 's/^CapEff:[[:space:]]*//p' "/proc/$(server_pid)/status")"
    check "joinedup can run there" "$joinedup" run --site "$site" --quiet
    (cd "$site" && "$joinedup" cluster stop > "$work/stop.log")
    check "it is stopped from inside the site" test ! -e "$(pid_file)"
    check "and started again" works
    kill -9 "$(server_pid)"
    check "also after kill -9" works
    server_stop "$site"
    mv "$site" "$work/opened"
    site=$work/opened
    check "and when it was moved to where postgres can walk" works
    is "where it is told its real folder" "$site/postgres/data" "$(setting data_directory)"
    server_stop "$site"

    mkdir "$work/nobody"
    chown nobody "$work/nobody"
    # The programs must be in reach of nobody, as an installed joinedup is.
    if runuser -u nobody -- test -x "$joinedup" && runuser -u nobody -- test -r "$root/config/feeds"; then
        site=$work/nobody/s
        check "another user than root makes a site" runuser -u nobody -- "$joinedup" init "$site" --quiet
        is "whose server is that user's" nobody "$(ps -o user= -p "$(server_pid)")"
        check "and starts it" runuser -u nobody -- "$joinedup" status --site "$site" --quiet
        server_stop "$site"
        check "root starts it as that user" works
        is "and not as another" nobody "$(ps -o user= -p "$(server_pid)")"
        server_stop "$site"
    else
        skip "another user than root makes a site" "nobody cannot reach $joinedup"
    fi
fi

# ---- an interrupted init ----

site=$work/half
for point in 0.1 0.3 0.6; do
    timeout -s KILL "$point" "$joinedup" init "$site" > "$work/half.log" 2>&1 || true
done
check "an init that was killed can be run again" "$joinedup" init "$site" --quiet
check "and the site works" works
finish
