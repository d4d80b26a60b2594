#!/usr/bin/env bash
# Trials of ./run in a toy clone, whose programs are two scripts (toy/): what is tried is the set-up.
#   trials.sh NAME BASE     runs one trial with ports from BASE on; its name says the rule
#   trials.sh list|list-root
# Those whose name begins with root_ need root and are run by ./test itself, as ctest runs without rights.
set -euo pipefail

here=$(cd -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")" && pwd -P)
top=$(cd -- "$here/../.." && pwd -P)
clone=
export LC_ALL=C.UTF-8

# ------------------------------------------------------------------ helpers

fail()
{
    echo "FAILED: $*" >&2
    exit 1
}

# make_clone FOLDER: what ./run needs of the tree, with the toy's programs.
make_clone()
{
    mkdir -p -- "$1/config/demo" "$1/config/standards" "$1/sql"
    cp -r -- "$top/run" "$top/CMakePresets.json" "$here"/toy/* "$1/"
    cp -r -- "$top/config/setup" "$1/config/"
    cp -- "$top/sql/roles.sql" "$1/sql/"
    cp -- "$top"/config/demo/*.yaml "$1/config/demo/"
    cp -- "$top"/config/standards/*.yaml "$1/config/standards/"
    chmod -R u+w -- "$1"
}

# Whatever a trial leaves is stopped and removed; what must be removed by root is in `clones`.
clones=()
finish()
{
    local folder
    for folder in ${clones[@]+"${clones[@]}"}; do
        "$folder/run" --reset >/dev/null 2>&1 || true
    done
    cd /
    rm -rf -- "$scratch"
}

new_clone()
{
    clone=$1
    make_clone "$clone"
    clones+=("$clone")
}

# state_of CLONE: the folder ./run says it uses.
state_of()
{
    "$1/run" --status | sed -n 's/^  State, logs *//p' || true
}

pid_of()
{
    "$1/run" --status | sed -n "s/^  $2 *runs, process //p" || true
}

# rows CLONE: how many starts the database remembers.
rows()
{
    local state config
    state=$(state_of "$1")
    config=$(cat -- "$state/etc/capnuoc.yaml")
    PGPASSWORD=$(cat -- "$state/secrets/owner.password") psql -X -w -A -t -U capnuoc_owner -c 'SELECT count(*) FROM kept' \
        "$(sed -n 's/^  connect: "\(.*\)"$/\1/p' <<<"$config")"
}

expect_text()
{
    grep -qF -- "$1" <<<"$2" || fail "expected '$1' in:
$2"
}

expect_equal()
{
    [ "$1" = "$2" ] || fail "$3: expected '$1', got '$2'"
}

expect_stopped()
{
    local name
    for name in capnuocd capnuoc-sim postgresql; do
        expect_equal "" "$(pid_of "$1" $name)" "$name after the stop"
    done
}

# until_true SECONDS COMMAND...
until_true()
{
    local deadline=$((SECONDS + $1))
    shift
    until "$@"; do
        [ "$SECONDS" -lt "$deadline" ] || fail "not true in time: $*"
        read -r -t 0.1 <>"$pause" || true
    done
}

# ------------------------------------------------------------------ trials

trial_a_second_start_finds_the_old_data()
{
    local out token
    new_clone "$scratch/clone"
    "$clone/run" --background --port "$base"
    token=$(cat "$clone/var/secrets/viewer.token")
    expect_equal "600" "$(stat -c %a "$clone/var/secrets/viewer.token")" "mode of the token"
    expect_equal "600" "$(stat -c %a "$clone/var/secrets/operator.token")" "mode of the operator's token"
    [ "$token" != "$(cat "$clone/var/secrets/operator.token")" ] || fail "both tokens are the same"
    expect_equal "http://127.0.0.1:$base/#token=$token" "$(cat "$clone/var/secrets/viewer.link")" "link"
    out=$("$clone/run" --background --port "$base")
    expect_text "already runs" "$out"
    "$clone/run" --stop
    expect_stopped "$clone"
    "$clone/run" --background --port "$base"
    expect_equal "2" "$(rows "$clone")" "starts in the database"
    expect_equal "$token" "$(cat "$clone/var/secrets/viewer.token")" "token after a restart"
    "$clone/run" --reset
    [ ! -e "$clone/var" ] || fail "var is still there after --reset"
    [ -e "$clone/run" ] || fail "--reset removed more than var"
}

trial_a_path_with_spaces_and_diacritics_works()
{
    new_clone "$scratch/nhà máy nước/\"Lai Châu\" & phụ cận"
    "$clone/run" --background --port "$base"
    expect_equal "1" "$(rows "$clone")" "starts in the database"
    "$clone/run" --stop
    "$clone/run" --background --port "$base"
    expect_equal "2" "$(rows "$clone")" "starts in the database"
}

trial_a_path_longer_than_a_socket_takes_works()
{
    local out part=mot-thu-muc-co-ten-rat-dai
    new_clone "$scratch/$part/$part/$part/$part/$part"
    out=$("$clone/run" --background --port "$base")
    expect_text "too long" "$out"
    expect_equal "1" "$(rows "$clone")" "starts in the database"
    expect_text "ok burst-1" "$("$clone/run" --field 'burst zone-3 12 L/s for 1h')"
    "$clone/run" --field 'flood zone-3' && fail "a command nobody knows was a success"
    "$clone/run" --reset
    expect_equal "" "$(sed -n 's/.*socket, so PostgreSQL.s is in //p' <<<"$out" | xargs -r ls -d)" "socket folder after --reset"
}

trial_an_empty_environment_is_enough()
{
    new_clone "$scratch/clone"
    env -i "$clone/run" --background --port "$base"
    env -i "$clone/run" --stop
    expect_stopped "$clone"
}

trial_a_missing_locale_a_tight_umask_and_a_link_do_not_matter()
{
    new_clone "$scratch/clone"
    ln -s "$clone/run" "$scratch/link"
    (
        umask 077
        cd /usr
        unset HOME
        LC_ALL=vi_VN.UTF-8 LANG=vi_VN.UTF-8 LANGUAGE=vi PGHOST=nowhere PGPORT=1 "$scratch/link" --background --port "$base"
    )
    expect_equal "1" "$(rows "$clone")" "starts in the database"
}

trial_an_occupied_port_is_named_before_anything_starts()
{
    local out listener
    new_clone "$scratch/clone"
    python3 -c '
import socket, sys
s = socket.create_server(("127.0.0.1", int(sys.argv[1])))
print("ready", flush=True)
sys.stdin.read()' $((base + 11)) <>"$pause" >"$scratch/listener" &
    listener=$!
    until_true 10 grep -q ready "$scratch/listener"
    out=$("$clone/run" --background --port "$base" 2>&1) && fail "it started all the same"
    kill "$listener"
    wait "$listener" || true
    expect_text "Port $((base + 11))" "$out"
    expect_text "process $listener" "$out"
    [ ! -e "$clone/var/pg/data" ] || fail "a database was made before the ports were probed"
}

trial_two_clones_run_side_by_side()
{
    local one=$scratch/one two=$scratch/two
    new_clone "$one"
    new_clone "$two"
    "$one/run" --background --port "$base"
    "$two/run" --background --port $((base + 20))
    "$one/run" --stop
    "$two/run" --status || fail "stopping one clone touched the other"
}

trial_a_number_given_to_another_process_is_never_signalled()
{
    local other
    new_clone "$scratch/clone"
    "$clone/run" --background --port "$base"
    "$clone/run" --stop
    cat <>"$pause" &
    other=$!
    printf '%s 1 %s\n' "$other" "$(cat /proc/sys/kernel/random/boot_id)" >"$clone/var/run/capnuocd.pid"
    printf '%s\n' "$other" "$clone/var/pg/data" 0 >"$clone/var/pg/data/postmaster.pid"
    "$clone/run" --stop
    kill -0 "$other" || fail "a process of somebody else was stopped"
    "$clone/run" --background --port "$base"
    expect_equal "2" "$(rows "$clone")" "starts in the database"
    kill -0 "$other" || fail "a process of somebody else was stopped"
    kill "$other"
}

trial_what_was_killed_is_started_again_and_the_rest_kept()
{
    local database
    new_clone "$scratch/clone"
    "$clone/run" --background --port "$base"
    database=$(pid_of "$clone" postgresql)
    kill -KILL "$(pid_of "$clone" capnuocd)"
    "$clone/run" --status && fail "--status did not notice"
    "$clone/run" --background --port "$base"
    expect_equal "$database" "$(pid_of "$clone" postgresql)" "process of PostgreSQL"
    kill -KILL "$database"
    "$clone/run" --background --port "$base"
    "$clone/run" --status
}

trial_ctrl_c_stops_everything()
{
    local front status=0
    new_clone "$scratch/clone"
    # Python gives ./run the signals of a terminal back: a shell starts its background jobs deaf to Ctrl-C.
    python3 -c '
import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
os.execv(sys.argv[1], sys.argv[1:])' "$clone/run" --port "$base" >"$scratch/out" 2>&1 &
    front=$!
    until_true 60 grep -q "Ctrl-C" "$scratch/out"
    kill -INT "$front"
    wait "$front" || status=$?
    expect_equal "0" "$status" "exit status"
    expect_stopped "$clone"
}

trial_a_reader_that_goes_away_does_not_keep_it_from_stopping()
{
    local front
    new_clone "$scratch/clone"
    mkfifo "$scratch/out"
    "$clone/run" --port "$base" >"$scratch/out" 2>&1 &
    front=$!
    head -n 1 <"$scratch/out"
    until_true 60 "$clone/run" --status
    kill -TERM "$front"
    wait "$front" || true
    expect_stopped "$clone"
}

trial_a_program_that_dies_in_front_is_named_and_the_rest_stopped()
{
    local front status=0
    new_clone "$scratch/clone"
    "$clone/run" --port "$base" >"$scratch/out" 2>&1 &
    front=$!
    until_true 60 grep -q "Ctrl-C" "$scratch/out"
    kill -KILL "$(pid_of "$clone" capnuoc-sim)"
    wait "$front" || status=$?
    expect_equal "1" "$status" "exit status"
    expect_text "capnuoc-sim has ended by itself" "$(cat "$scratch/out")"
    expect_stopped "$clone"
}

trial_a_start_that_fails_half_way_leaves_nothing_running()
{
    local out
    new_clone "$scratch/clone"
    printf '#!/bin/sh\necho no schema for you >&2\nexit 1\n' >"$clone/capnuocd"
    out=$("$clone/run" --background --port "$base" 2>&1) && fail "it claimed success"
    expect_text "no schema for you" "$out"
    expect_stopped "$clone"
}

trial_points_without_a_value_are_reported()
{
    local out
    new_clone "$scratch/clone"
    sed -i 's/^ready_within=.*/ready_within=2/' "$clone/config/setup/demo.sh"
    out=$(TOY_REASON=no_answer "$clone/run" --background --port "$base" 2>&1) && fail "it claimed success"
    expect_text "1 of 2 points have no value yet" "$out"
}

trial_a_moved_clone_builds_again()
{
    local out
    new_clone "$scratch/before"
    "$clone/run" --background --port "$base"
    "$clone/run" --stop
    mv "$scratch/before" "$scratch/after"
    clones=("$scratch/after")
    out=$("$scratch/after/run" --background --port "$base")
    expect_text "starting it afresh" "$out"
    expect_equal "2" "$(rows "$scratch/after")" "starts in the database"
}

trial_nonsense_on_the_command_line_is_refused()
{
    new_clone "$scratch/clone"
    "$clone/run" --port 80 && fail "took port 80"
    "$clone/run" --port 99999 && fail "took port 99999"
    "$clone/run" --port x --background && fail "took port x"
    "$clone/run" --port && fail "took no port"
    "$clone/run" --nonsense && fail "took --nonsense"
    "$clone/run" --stop
    [ ! -e "$clone/var" ] || fail "--stop made a state folder"
}

trial_the_tests_database_survives_being_killed()
{
    local pg=$top/tests/fixture/pg.sh dir="$scratch/a folder" pid
    "$pg" start "$dir" "$base"
    expect_equal "600" "$(stat -c %a "$dir/env")" "mode of the environment file"
    pid=$(sed -n 's/^PGPID=//p' "$dir/env")
    kill -KILL "$pid"
    "$pg" restart "$dir"
    PGPASSWORD=$(sed -n 's/^READER_PASSWORD=//p' "$dir/env") psql -X -w -U capnuoc_reader -c 'SELECT 1' \
        "host=$(sed -n 's/^PGHOST=//p' "$dir/env") port=$base dbname=capnuoc_test"
    "$pg" stop "$dir"
    [ ! -e "$dir/env" ] || fail "the environment file outlived its database"
}

# ------------------------------------------------------------------ trials for root

as_nobody()
{
    install -d -o nobody -g nogroup "$scratch/home"
    setpriv --reuid=nobody --regid=nogroup --clear-groups -- env HOME="$scratch/home" "$@"
}

uid_of()
{
    stat -c %U "/proc/$1"
}

trial_root_programs_run_without_rights()
{
    local name
    new_clone "$scratch/clone"
    "$clone/run" --background --port "$base"
    for name in capnuocd capnuoc-sim postgresql; do
        expect_equal capnuoc "$(uid_of "$(pid_of "$clone" $name)")" "account of $name"
    done
    expect_equal root "$(stat -c %U "$clone/config/setup/say.sh")" "owner of a source file"
    "$clone/run" --stop
    expect_stopped "$clone"
}

trial_root_with_a_clone_out_of_reach_keeps_state_elsewhere()
{
    local out
    mkdir -m 700 "$scratch/closed"
    new_clone "$scratch/closed/clone"
    out=$("$clone/run" --background --port "$base")
    expect_text "/var/lib/capnuoc-demo/" "$out"
    expect_equal capnuoc "$(uid_of "$(pid_of "$clone" capnuocd)")" "account of capnuocd"
    expect_equal "1" "$(rows "$clone")" "starts in the database"
    [ ! -e "$clone/var" ] || fail "a var was made in the clone"
    "$clone/run" --reset
}

trial_root_after_a_user_finds_the_users_data()
{
    new_clone "$scratch/clone"
    chown -R nobody:nogroup "$clone"
    as_nobody "$clone/run" --background --port "$base"
    as_nobody "$clone/run" --stop
    "$clone/run" --background --port "$base"
    expect_equal "2" "$(rows "$clone")" "starts in the database"
    expect_equal nobody "$(uid_of "$(pid_of "$clone" capnuocd)")" "account of capnuocd"
    "$clone/run" --stop
    expect_equal "" "$(find "$clone" -user root)" "files that became root's"
    as_nobody "$clone/run" --background --port "$base"
    expect_equal "3" "$(rows "$clone")" "starts in the database"
}

trial_root_before_a_user_leaves_the_user_a_way()
{
    local out
    new_clone "$scratch/clone"
    chown -R nobody:nogroup "$clone"
    "$clone/run" --background --port "$base"
    "$clone/run" --stop
    out=$(as_nobody "$clone/run" --background --port "$base")
    expect_text "belongs to 'capnuoc'" "$out"
    as_nobody "$clone/run" --status
    as_nobody "$clone/run" --reset
}

# ------------------------------------------------------------------ main

list_trials()
{
    declare -F | sed -n 's/^declare -f trial_//p'
}

case ${1:-} in
    list) list_trials | grep -v '^root_' ;;
    list-root) list_trials | grep '^root_' ;;
    *)
        declare -F "trial_${1:-}" >/dev/null || fail "there is no trial '${1:-}'"
        base=${2:?a base port}
        scratch=$(mktemp -d /tmp/capnuoc-trial.XXXXXX)
        chmod 755 "$scratch"
        pause=$scratch/pause
        mkfifo "$pause"
        trap finish EXIT
        set -x
        "trial_$1"
        ;;
esac
