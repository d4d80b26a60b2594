# shellcheck shell=bash
# The files the demo's programs read, written anew at every start.
#
# Uses: say.sh, account.sh, cluster.sh.  Expects: top, state, base, wires, cluster_*.

standards="qcvn-01-1-2018 qcvn-01-1-2024-seen"
plants="lai-chau binh-lu nam-nhun tan-uyen sin-ho"

# yaml_text TEXT: as a double-quoted YAML scalar.
yaml_text()
{
    local text=${1//\\/\\\\}
    printf '"%s"' "${text//\"/\\\"}"
}

# The demo's plants speak of ports from 8490 on; both steps are needed because old and new may overlap.
write_plants()
{
    local plant standard wire moves=
    for ((wire = 0; wire < wires; wire++)); do
        moves+="s/@$wire@/$((base + 10 + wire))/g;"
    done
    account_write "$state/etc/areas.yaml" <"$top/config/demo/areas.yaml"
    for standard in $standards; do
        account_write "$state/etc/$standard.yaml" <"$top/config/standards/$standard.yaml"
    done
    for plant in $plants; do
        sed -e 's/127\.0\.0\.1:849\([0-9]\)\b/127.0.0.1:@\1@/g' -e "$moves" \
            "$top/config/demo/$plant.yaml" | account_write "$state/etc/$plant.yaml"
    done
}

database_role()
{
    printf '  %-12s { user: capnuoc_%s, password_file: %s }\n' "$1:" "$1" \
        "$(yaml_text "$cluster_secrets/$1.password")"
}

# People and rosters of the demo; its messages are files in $state/mail.
notify_section()
{
    local text
    text=$(<"$top/config/demo/notify.yaml")
    printf '%s\n' "${text//@MAIL@/$(yaml_text "$state/mail")}"
}

write_daemon_file()
{
    {
        cat <<-YAML
		# Written by ./run at every start: changes made here are lost at the next one.
		node: { id: demo }
		plants: [ ${plants// /.yaml, }.yaml ]
		areas: [ areas.yaml ]
		standards: [ ${standards// /.yaml, }.yaml ]
		journal: { folder: $(yaml_text "$state/journal"), max_size: 256MiB, keep_delivered: 1h }
		database:
		  connect: "host=$cluster_socket port=$cluster_port dbname=capnuoc"
		YAML
        for role in $cluster_roles; do
            database_role "$role"
        done
        cat <<-YAML
		http:
		  listen: "127.0.0.1:$base"
		  viewer_token_file: $(yaml_text "$state/secrets/viewer.token")
		  operator_token_file: $(yaml_text "$state/secrets/operator.token")
		report:
		  place: Lai Châu
		  organ: Sở Xây dựng tỉnh Lai Châu (demo)
		  to: UBND tỉnh Lai Châu
		  copies: Sở Y tế; Sở Nông nghiệp và Môi trường
		  signer: GIÁM ĐỐC
		log: { level: info }
		YAML
        notify_section
    } | account_write "$state/etc/capnuoc.yaml"
}

# Tokens survive restarts, so that a page left open goes on; the link holds the viewer's in the part of the
# address that browsers never send.  The operator's is only ever a file.
write_token()
{
    local file=$state/secrets/viewer.token operator=$state/secrets/operator.token
    as_account test -s "$file" || random_word | account_write "$file"
    as_account test -s "$operator" || random_word | account_write "$operator"
    printf 'http://127.0.0.1:%s/#token=%s\n' "$base" "$(as_account cat -- "$file")" |
        account_write "$state/secrets/viewer.link"
}
