# shellcheck shell=bash
# The demo: PostgreSQL, the field simulator and the daemon, started, watched and stopped in order.
#
# Uses: all the others.  Expects: top, state, base, build, account, wires.

programs="capnuocd capnuoc-sim"
daemon_stops_within=25
simulator_stops_within=10
ready_within=30

# ------------------------------------------------------------------ folders

make_folders()
{
    local folder
    for folder in etc journal run sim pg secrets mail; do
        own_folder "$state/$folder" 700
    done
    own_folder "$state/log" 755
}

# A socket's path has 107 bytes, and libpq and PostgreSQL would want quotes for anything unusual in it.
socket_folder_fits()
{
    [ $((${#1} + 20)) -le 107 ] && [[ $1 != *[!A-Za-z0-9/._-]* ]]
}

remembered_socket_folder()
{
    local folder
    folder=$(as_account cat -- "$state/run/socket-folder" 2>/dev/null) || return 1
    [ -d "$folder" ] && [ ! -L "$folder" ] && [ "$(stat -c '%U %a' -- "$folder")" = "$account 700" ] && echo "$folder"
}

choose_socket_folder()
{
    cluster_socket=$state/pg
    socket_folder_fits "$cluster_socket" && return 0
    cluster_socket=$(remembered_socket_folder) && return 0
    cluster_socket=$(mktemp -d /tmp/capnuoc-XXXXXX)
    own_folder "$cluster_socket" 700
    printf '%s\n' "$cluster_socket" | account_write "$state/run/socket-folder"
    say "Note: $state is too long or too unusual a path for a socket, so PostgreSQL's is in $cluster_socket"
}

describe_cluster()
{
    cluster_data=$state/pg/data
    cluster_secrets=$state/secrets
    cluster_log=$state/log/postgresql.log
    cluster_port=$((base + 1))
    cluster_fsync=on
}

# ------------------------------------------------------------------ programs

# Where the account finds a program: in the build folder, or a copy when it cannot reach that.
runnable()
{
    local made=$build/src/$1 copy=$state/bin/${1##*/}
    [ -x "$made" ] || die "The build did not make $made."
    if as_account test -r "$made" -a -x "$made"; then
        echo "$made"
        return 0
    fi
    own_folder "$state/bin" 755
    as_account rm -f -- "$copy"
    as_account tee -- "$copy" <"$made" >/dev/null
    as_account chmod 755 -- "$copy"
    echo "$copy"
}

start_database()
{
    cluster_running && return 0
    say "Starting PostgreSQL (private, socket only) under '$account'"
    rotate_log postgresql
    cluster_init
    cluster_start
    cluster_roles_and_database "$top/sql/roles.sql" capnuoc
}

migrate()
{
    local program out
    program=$(runnable app/capnuocd)
    say "Bringing the database to this version's schema"
    out=$(cd / && as_account "$program" --config "$state/etc/capnuoc.yaml" --migrate 2>&1 </dev/null) || {
        printf '%s\n' "$out" | tail -n 20 >&2
        die "The database could not be brought to this version's schema (see above)."
    }
}

start_simulator()
{
    local wire program
    program_pid capnuoc-sim >/dev/null && return 0
    program=$(runnable sim/capnuoc-sim)
    say "Starting the field simulator on ports $((base + 10)) to $((base + 9 + wires))"
    start_program capnuoc-sim "$program" --port-base $((base + 10)) --state "$state/sim" \
        --control "$cluster_socket/simulator"
    for ((wire = 0; wire < wires; wire++)); do
        wait_for_port $((base + 10 + wire)) 10 capnuoc-sim || {
            show_log capnuoc-sim
            die "The field simulator did not open port $((base + 10 + wire))."
        }
    done
}

start_daemon()
{
    local program
    program_pid capnuocd >/dev/null && return 0
    program=$(runnable app/capnuocd)
    say "Starting capnuocd under '$account'"
    start_program capnuocd "$program" --config "$state/etc/capnuoc.yaml"
}

# make_account NAME ROLE FULL_NAME: through the daemon's own door, once; its password for one use goes to a file.
make_account()
{
    local file=$state/secrets/$1.password program out
    as_account test -s "$file" && return 0
    [ -x "$build/src/app/capnuocctl" ] || return 0
    program=$(runnable app/capnuocctl)
    out=$(cd / && as_account "$program" user add "$1" --config "$state/etc/capnuoc.yaml" --role "$2" --full-name "$3" \
        2>/dev/null </dev/null) || return 0 # it is there already, in the database of an earlier demo
    printf '%s\n' "$out" | account_write "$file"
}

make_accounts()
{
    make_account vanhanh operator "Tổ vận hành"
    make_account xem viewer "Người xem"
}

# ask_simulator LINE: one command, its answer on standard output.
ask_simulator()
{
    local ask
    ask="const line = require('net').connect(process.argv[1]).setTimeout(3000, () => process.exit(1));
         line.on('error', () => process.exit(1)).on('data', (answer) => { process.stdout.write(answer); line.end(); });
         line.write(process.argv[2] + '\\n');"
    as_account node -e "$ask" "$cluster_socket/simulator" "${1//$'\n'/ }"
}

# ------------------------------------------------------------------ asking the daemon

# http_get PATH: the whole answer, head included; fails when nobody answers within 3 s.  The token goes in
# by standard input, so that no process list shows it.
http_get()
{
    local token
    token=$(as_account cat -- "$state/secrets/viewer.token")
    # shellcheck disable=SC2016 # expanded by the inner shell
    timeout 3 bash -c '
        read -r token || true
        exec 3<>"/dev/tcp/127.0.0.1/$1" || exit 1
        printf "GET %s HTTP/1.0\r\nHost: 127.0.0.1:%s\r\nAuthorization: Bearer %s\r\nConnection: close\r\n\r\n" \
            "$2" "$1" "$token" >&3
        cat <&3' bash "$base" "$1" <<<"$token" 2>/dev/null
}

count_of()
{
    { grep -oE "$1" || true; } | wc -l
}

# What is still missing before the demo is what it promises: one sentence, or nothing.
still_missing()
{
    local answer points waiting
    answer=$(http_get /readyz) || {
        echo "capnuocd does not answer on port $base."
        return 0
    }
    case $answer in
        'HTTP/1.'?' 200'*) ;;
        *)
            echo "capnuocd is not ready: $(tail -n 1 <<<"$answer" | cut -c1-400)"
            return 0
            ;;
    esac
    answer=$(http_get /api/v1/points) || answer=
    points=$(count_of '"quality" *:' <<<"$answer")
    waiting=$(count_of '"reason" *: *"(never_read|stopped|no_answer|no_connection)"' <<<"$answer")
    if [ "$points" -eq 0 ]; then
        echo "capnuocd shows no points: $(head -n 1 <<<"$answer" | tr -d '\r')"
    elif [ "$waiting" -gt 0 ]; then
        echo "$waiting of $points points have no value yet."
    fi
}

# wait_until_alive: prints what happens; fails, having said what is missing, when time is over.
wait_until_alive()
{
    local missing began=$SECONDS
    while :; do
        program_pid capnuocd >/dev/null || {
            show_log capnuocd
            warn "capnuocd ended during its start."
            return 1
        }
        missing=$(still_missing)
        [ -n "$missing" ] || break
        if [ $((SECONDS - began)) -ge "$ready_within" ]; then
            warn "Not everything is there after $ready_within s: $missing"
            return 1
        fi
        sleep 0.3
    done
    say "Every point has been read."
}

# ------------------------------------------------------------------ start, stop, watch

all_run()
{
    local name
    cluster_running || return 1
    for name in $programs; do
        program_pid "$name" >/dev/null || return 1
    done
}

any_runs()
{
    local name
    cluster_running && return 0
    for name in $programs; do
        program_pid "$name" >/dev/null && return 0
    done
    return 1
}

# The base port of what runs now, as the last start wrote it down.
running_base()
{
    as_account cat -- "$state/run/base" 2>/dev/null || echo 8480
}

require_ports()
{
    local wanted=() wire
    program_pid capnuocd >/dev/null || wanted+=("$base")
    program_pid capnuoc-sim >/dev/null || for ((wire = 0; wire < wires; wire++)); do
        wanted+=($((base + 10 + wire)))
    done
    [ ${#wanted[@]} -eq 0 ] || require_free "${wanted[@]}"
}

start_all()
{
    make_folders
    as_account rm -f -- "$state/run/stopping"
    choose_socket_folder
    printf '%s\n' "$base" | account_write "$state/run/base"
    write_token
    start_database
    write_plants
    write_daemon_file
    migrate
    start_simulator
    start_daemon
}

# The daemon first, so that it can deliver what it holds; the database last, because it takes it.
stop_all()
{
    stop_program capnuocd "$daemon_stops_within"
    stop_program capnuoc-sim "$simulator_stops_within"
    if cluster_running; then
        cluster_stop
        say "Stopped: PostgreSQL"
    fi
}

# The first program found to have ended, if any.
ended_program()
{
    local name
    for name in $programs; do
        program_pid "$name" >/dev/null || {
            echo "$name"
            return 0
        }
    done
    cluster_running || echo postgresql
}

# watch_all: returns when a program has ended, its name in `ended`.  The sleep is waited for in the
# background, so that a signal is taken at once.
watch_all()
{
    ended=
    while :; do
        ended=$(ended_program)
        [ -z "$ended" ] || return 0
        sleep 1 &
        wait $! || true
    done
}

show_program()
{
    if [ -n "$2" ]; then
        tell '  %-12s runs, process %s\n' "$1" "$2"
    else
        tell '  %-12s does not run\n' "$1"
    fi
}

# A password for one use: the page asks for another at once.
show_account()
{
    if as_account test -s "$2"; then
        tell '  Sign in        %-8s first password in %s\n' "$1" "$2"
    fi
}

show_where()
{
    tell '\n  Page           http://127.0.0.1:%s/\n' "$base"
    show_account admin "$state/journal/first-password"
    show_account vanhanh "$state/secrets/vanhanh.password"
    show_account xem "$state/secrets/xem.password"
    tell '  Viewer token   %s\n' "$state/secrets/viewer.token"
    tell '  Ready link     %s   (opens the page signed in)\n' "$state/secrets/viewer.link"
    tell '  State, logs    %s\n' "$state"
}
