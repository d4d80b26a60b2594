# shellcheck shell=bash
# Starting, finding and stopping our own programs.  A process is known by its id, the time it started and
# the boot it started in: an id the kernel has given to somebody else since is never signalled.
#
# Uses: say.sh, account.sh.  Expects: state.

state=${state:-}

# Called in a subshell that becomes a program: whatever the caller had open, a pipe or a lock, is not the
# program's to hold.  (255 is the shell's own and closes by itself.)
close_inherited()
{
    local fd
    for fd in "/proc/$BASHPID/fd"/*; do
        fd=${fd##*/}
        if [ "$fd" -gt 2 ] && [ "$fd" -ne 255 ]; then
            eval "exec $fd<&-"
        fi
    done
}

# proc_field PID N: field N (from 3) of /proc/PID/stat, whose field 2 may hold spaces and brackets.
proc_field()
{
    local stat fields
    { read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 1
    read -ra fields <<<"${stat##*) }"
    echo "${fields[$2 - 3]}"
}

# A zombie has ended; nobody has looked yet.
process_lives()
{
    local condition
    condition=$(proc_field "$1" 3) && [ "$condition" != Z ] && [ "$condition" != X ]
}

boot_id()
{
    cat /proc/sys/kernel/random/boot_id
}

# start_detached LOG COMMAND...: under the account, in a session of its own, so that Ctrl-C reaches only us and
# we stop things in order.  $! is the command's own process id.
start_detached()
{
    (
        trap - INT QUIT PIPE
        exec </dev/null >/dev/null 2>&1
        close_inherited
        cd /
        # shellcheck disable=SC2016 # the inner shell expands them: the account opens the log, not root
        exec_as_account setsid sh -c 'umask 027; log=$1; shift; exec "$@" >>"$log" 2>&1' sh "$@"
    ) &
}

# start_program NAME COMMAND...
start_program()
{
    local name=$1 pid
    shift
    rotate_log "$name"
    start_detached "$state/log/$name.log" "$@"
    pid=$!
    printf '%s %s %s\n' "$pid" "$(proc_field "$pid" 22)" "$(boot_id)" | account_write "$state/run/$name.pid"
}

# program_pid NAME: its id when it lives.
program_pid()
{
    local pid started boot
    { read -r pid started boot <"$state/run/$1.pid"; } 2>/dev/null || return 1
    [ "$boot" = "$(boot_id)" ] && process_lives "$pid" && [ "$(proc_field "$pid" 22)" = "$started" ] && echo "$pid"
}

# stop_program NAME SECONDS: asks with SIGTERM, and ends it when the time is over.
stop_program()
{
    local name=$1 pid ticks=$(($2 * 10))
    pid=$(program_pid "$name") || {
        as_account rm -f -- "$state/run/$name.pid"
        return 0
    }
    kill -TERM "$pid" 2>/dev/null || true
    while program_pid "$name" >/dev/null; do
        if [ "$ticks" -eq 0 ]; then
            warn "$name did not stop within $2 s: killing it."
            kill -KILL "$pid" 2>/dev/null || true
        fi
        ticks=$((ticks - 1))
        sleep 0.1
    done
    wait "$pid" 2>/dev/null || true
    as_account rm -f -- "$state/run/$name.pid"
    say "Stopped: $name"
}

# One log per start, and the one before it.
rotate_log()
{
    local log=$state/log/$1.log
    if as_account test -e "$log"; then
        as_account mv -f -- "$log" "$log.1"
    fi
    as_account touch -- "$log"
}

show_log()
{
    tell '  the last lines of %s:\n' "$state/log/$1.log" >&2
    as_account tail -n 15 -- "$state/log/$1.log" 2>/dev/null | sed 's/^/    /' >&2 || true
}
