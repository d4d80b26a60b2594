# shellcheck shell=bash
# A private PostgreSQL cluster: one data folder, one socket folder, no network, owned by the account.
# The same code makes the demo's cluster and the tests'.
#
# Uses: say.sh, account.sh, process.sh.  A cluster is described by these variables, set by the caller:
#   cluster_data      data folder (its parent exists and the account can reach it)
#   cluster_socket    socket folder, short: the kernel takes 107 bytes of path
#   cluster_port      names the socket file
#   cluster_log       log file, written by the account
#   cluster_secrets   folder of password files: superuser owner maintenance writer reader
#   cluster_fsync     on or off

cluster_roles="owner maintenance writer reader"

# The folder of initdb and postgres: that of the data, else 15, else the newest.
cluster_bin()
{
    local version dir newest=
    version=$(as_account cat "$cluster_data/PG_VERSION" 2>/dev/null || echo 15)
    for dir in /usr/lib/postgresql/*/bin; do
        [ -x "$dir/initdb" ] || continue
        newest=$dir
        if [ "$dir" = "/usr/lib/postgresql/$version/bin" ]; then
            echo "$dir"
            return 0
        fi
    done
    [ -n "$newest" ] || die "PostgreSQL's server programs are not in /usr/lib/postgresql: install the package 'postgresql'."
    echo "$newest"
}

cluster_make_secrets()
{
    local name
    own_folder "$cluster_secrets" 700
    for name in superuser $cluster_roles; do
        [ -s "$cluster_secrets/$name.password" ] && continue
        random_word | account_write "$cluster_secrets/$name.password"
    done
}

cluster_secret()
{
    as_account cat -- "$cluster_secrets/$1.password"
}

# A folder half made by an interrupted start is made again; one with data in it is never touched.
cluster_init()
{
    as_account test -s "$cluster_data/capnuoc-ready" && return 0
    if as_account test -e "$cluster_data"; then
        cluster_stop
        as_account rm -rf -- "$cluster_data"
    fi
    cluster_make_secrets
    as_account "$(cluster_bin)/initdb" -D "$cluster_data" -U postgres -E UTF8 --locale=C.UTF-8 \
        -A scram-sha-256 --pwfile="$cluster_secrets/superuser.password" --no-instructions \
        2>&1 </dev/null | account_append "$cluster_log" || {
        as_account tail -n 20 -- "$cluster_log" >&2
        die "initdb could not make the database cluster in $cluster_data."
    }
    account_append "$cluster_data/postgresql.conf" <<-'CONF'

	# ---- capnuoc: nothing but a socket, times in UTC
	listen_addresses = ''
	unix_socket_permissions = 0700
	timezone = 'UTC'
	log_timezone = 'UTC'
	log_line_prefix = '%m [%p] %q%u@%d '
	password_encryption = 'scram-sha-256'
	max_connections = 60
	shared_buffers = 64MB
	max_wal_size = 512MB
	CONF
}

# Process id of the server, from its own pid file.
cluster_pid()
{
    as_account head -n 1 "$cluster_data/postmaster.pid" 2>/dev/null
}

# The number in a pid file may be somebody else's by now: it counts only if that process is a postgres
# that was given our data folder.
cluster_running()
{
    local pid
    pid=$(cluster_pid) || return 1
    process_lives "$pid" && tr '\0' '\n' <"/proc/$pid/cmdline" 2>/dev/null | grep -qxF -- "$cluster_data"
}

# cluster_wait_for_backends: those of a killed server go by themselves, a moment later.
cluster_wait_for_backends()
{
    local cwd ticks=100
    while :; do
        for cwd in /proc/[0-9]*/cwd; do
            [ ! "$cwd" -ef "$cluster_data" ] || break
            cwd=
        done
        [ -n "$cwd" ] || return 0
        [ "$ticks" -gt 0 ] || die "Processes of an earlier PostgreSQL still use $cluster_data."
        ticks=$((ticks - 1))
        sleep 0.1
    done
}

# What a killed server leaves would keep the next one from starting if its number lives again.
cluster_clear_remains()
{
    cluster_running && return 0
    cluster_wait_for_backends
    as_account rm -f -- "$cluster_data/postmaster.pid" "$cluster_socket/.s.PGSQL.$cluster_port" \
        "$cluster_socket/.s.PGSQL.$cluster_port.lock"
}

# The server says in its pid file's last line that it takes connections.
cluster_ready()
{
    as_account tail -n 1 "$cluster_data/postmaster.pid" 2>/dev/null | grep -q '^ready'
}

# Started without pg_ctl, which writes its command line for a shell and cannot quote every path.
cluster_start()
{
    local socket="$cluster_socket/.s.PGSQL.$cluster_port" bin pid ticks=600
    [ ${#socket} -le 107 ] || die "The socket path '$socket' is longer than the 107 bytes the kernel takes."
    bin=$(cluster_bin)
    cluster_clear_remains
    start_detached "$cluster_log" "$bin/postgres" -D "$cluster_data" -c listen_addresses= \
        -c unix_socket_directories="$cluster_socket" -c port="$cluster_port" -c fsync="$cluster_fsync"
    pid=$!
    until cluster_ready; do
        if [ "$ticks" -eq 0 ] || ! process_lives "$pid"; then
            as_account tail -n 20 -- "$cluster_log" >&2
            die "PostgreSQL did not start; its log is $cluster_log."
        fi
        ticks=$((ticks - 1))
        sleep 0.1
    done
}

# cluster_gone_within SECONDS
cluster_gone_within()
{
    local ticks=$(($1 * 10))
    while cluster_running; do
        [ "$ticks" -gt 0 ] || return 1
        ticks=$((ticks - 1))
        sleep 0.1
    done
}

# Fast, then immediate, then by force: whichever it takes, the next start recovers from the log.
cluster_stop()
{
    local signal
    for signal in INT QUIT KILL; do
        cluster_running || return 0
        kill -s "$signal" "$(cluster_pid)" 2>/dev/null || true
        cluster_gone_within 20 && return 0
        warn "PostgreSQL did not stop within 20 s of SIG$signal."
    done
    return 1
}

# cluster_psql ROLE DATABASE [psql options]: SQL from standard input.
cluster_psql()
{
    local role=$1 database=$2 user=capnuoc_$1
    shift 2
    if [ "$role" = superuser ]; then
        user=postgres
    fi
    PGPASSWORD=$(cluster_secret "$role") "$(cluster_bin)/psql" -X -q -w -v ON_ERROR_STOP=1 \
        -h "$cluster_socket" -p "$cluster_port" -U "$user" -d "$database" "$@"
}

# cluster_roles_and_database ROLES_SQL DATABASE: both are there afterwards, with today's passwords.
# The passwords go in by standard input, so that no process list shows them.
cluster_roles_and_database()
{
    local name
    {
        for name in $cluster_roles; do
            printf "\\\\set %s_password '%s'\n" "$name" "$(cluster_secret "$name")"
        done
        cat -- "$1"
    } | cluster_psql superuser postgres
    cluster_psql superuser postgres -v name="$2" <<-'SQL'
	SELECT format('CREATE DATABASE %I OWNER capnuoc_owner TEMPLATE template0 ENCODING ''UTF8'' LOCALE ''C.UTF-8''', :'name')
	 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'name') \gexec
	SQL
    echo ready | account_write "$cluster_data/capnuoc-ready"
}
