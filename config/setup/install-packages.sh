#!/usr/bin/env bash
# Run as root, by packages.sh:  bash -s -- PACKAGE...  <install-packages.sh
# Read from standard input, so that it works where root cannot read the clone.
# Installs without questions, starts no service, and does not let Debian make its own "main" cluster.
set -euo pipefail

export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 UCF_FORCE_CONFFOLD=1 NEEDRESTART_MODE=l
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

policy=/usr/sbin/policy-rc.d

# A file of this name keeps services from being started.  Ours goes when we go, and says yes to
# everything should it ever outlive us.
forbid_service_starts()
{
    [ -e "$policy" ] && return 0
    cat >"$policy" <<POLICY
#!/bin/sh
# made by capnuoc's set-up for one apt-get; without effect once process $$ is gone
kill -0 $$ 2>/dev/null && exit 101
exit 0
POLICY
    chmod 755 "$policy"
    trap 'rm -f "$policy"' EXIT
}

# The capnuoc demo makes a cluster of its own; an explicit choice already made on this machine stands.
keep_debian_from_making_a_cluster()
{
    local folder=/etc/postgresql-common
    if grep -qsE '^[[:space:]]*create_main_cluster' "$folder/createcluster.conf" "$folder"/createcluster.d/*.conf; then
        return 0
    fi
    mkdir -p "$folder/createcluster.d"
    cat >"$folder/createcluster.d/capnuoc.conf" <<'CONF'
# Written by capnuoc's set-up before it installed PostgreSQL: its demo uses a private cluster.
# Remove this file if new server packages should make their "main" cluster again.
create_main_cluster = false
CONF
}

apt()
{
    apt-get -q -y -o DPkg::Lock::Timeout=300 -o Dpkg::Options::=--force-confdef \
        -o Dpkg::Options::=--force-confold -o APT::Color=0 "$@" </dev/null
}

main()
{
    # Ctrl-C ends ./run; a package half unpacked is finished first.
    trap '' INT
    forbid_service_starts
    keep_debian_from_making_a_cluster
    # An update may fail for one unreachable source while the others have all we need: install decides.
    apt update || echo "The package lists could not all be refreshed; trying with those at hand."
    apt install --no-install-recommends "$@"
}

main "$@"
