# shellcheck shell=bash
# What looks at the sources without running them: clang's warnings, the format, clang-tidy, shellcheck.
# Each appends one line per check to the results file:  passed|failed|unreached <TAB> lint <TAB> name
#
# Uses: say.sh, places.sh.  Expects: top, build, builder, results.

tidy_seconds=${CAPNUOC_TIDY_SECONDS:-480}

note_result()
{
    printf '%s\tlint\t%s\n' "$1" "$2" >>"$results"
}

sources_of()
{
    local folder
    for folder in "$@"; do
        if [ -d "$top/$folder" ]; then
            find "$top/$folder" -name node_modules -prune -o -name '*.[ch]' -print0
        fi
    done
}

check_shell()
{
    local list
    mapfile -t list < <(cd -- "$top" && echo run && echo test && echo .ci/run && echo config/setup/install-packages.sh &&
        find tests \( -name node_modules -prune \) -o -name '*.sh' -print)
    if (cd -- "$top" && shellcheck -x -a "${list[@]}"); then
        note_result passed shellcheck
    else
        note_result failed shellcheck
    fi
}

check_format()
{
    local bad
    bad=$(sources_of src include tests | xargs -0 -r -n 50 clang-format --style=file --dry-run -Werror 2>&1 | tail -n 60) || true
    if [ -z "$bad" ]; then
        note_result passed clang-format
    else
        printf '%s\n' "$bad"
        note_result failed clang-format
    fi
}

# The folder `clang` is configured only for its list of compile commands; nothing is built there.
configure_clang()
{
    clang_build=${build%/*}/clang
    as_builder mkdir -p -- "$clang_build"
    cd -- "$top"
    as_builder cmake --preset clang -B "$clang_build" >"$build/clang-configure.log" 2>&1 </dev/null || {
        tail -n 20 -- "$build/clang-configure.log"
        cd /
        note_result failed "clang: configure"
        return 1
    }
    cd /
}

# compile_list: "file TAB command without its output TAB name for both" of every C file that is not generated.
compile_list()
{
    node -e '
        for (const c of JSON.parse(require("fs").readFileSync(process.argv[1], "utf8")))
            if (c.file.endsWith(".c") && !c.file.startsWith(process.argv[2] + "/")) {
                const line = c.file + "\t" + c.command.replace(/ -o (\S|\\ )+/, "") + " -fsyntax-only";
                console.log(line + "\t" + require("crypto").createHash("sha256").update(line).digest("hex"));
            }
    ' "$clang_build/compile_commands.json" "$clang_build"
}

# for_each_source FUNCTION: FUNCTION FILE COMMAND NAME for every C file, two at a time.
for_each_source()
{
    local file command name running=0
    while IFS=$'\t' read -r file command name; do
        if [ "$running" -ge 2 ]; then
            wait -n || true
            running=$((running - 1))
        fi
        "$1" "$file" "$command" "$name" &
        running=$((running + 1))
    done <"$build/clang-commands"
    wait
}

# Beside its warnings clang leaves the list of all files it read, as a make rule.
clang_one()
{
    local out
    if out=$(cd / && eval "$2 -MD -MT it -MF \"\$used/\$3.d\"" 2>&1 </dev/null); then
        note_result passed "clang: ${1#"$top"/}"
    else
        printf '%s\n' "$out" | head -n 40 || true
        note_result failed "clang: ${1#"$top"/}"
    fi
}

check_clang()
{
    used=$build/clang-used
    rm -rf -- "$used"
    mkdir -p -- "$used"
    compile_list >"$build/clang-commands"
    for_each_source clang_one
}

# What clang-tidy says depends on the files the source is made of, the command, its rules and its version: a
# file that passed and has not changed is not asked again.
tidy_key()
{
    local key
    key=$({
        printf '%s\n' "$2" "$tidy_version"
        cat -- "$top/.clang-tidy" "$top/tests/.clang-tidy"
        # xargs takes make's backslashes before spaces for what they are
        sed -e '1s/^it://' -e 's/\\$//' -- "$used/$3.d" | xargs -r cat --
    } | sha256sum)
    printf '%s' "${key:0:40}"
}

tidy_one()
{
    local file=$1 name="clang-tidy: ${1#"$top"/}" key= out
    case $file in "$top"/src/*) ;; *) return 0 ;; esac
    [ ! -e "$used/$3.d" ] || key=$passed_before/$(tidy_key "$@")
    if [ -n "$key" ] && [ -e "$key" ]; then
        note_result passed "$name"
    elif [ "$(date +%s)" -ge "$tidy_until" ]; then
        note_result unreached "$name"
    elif out=$(clang-tidy --quiet -p "$clang_build" "$file" 2>/dev/null </dev/null); then
        [ -z "$key" ] || touch -- "$key"
        note_result passed "$name"
    else
        grep -E -A 2 ' (error|warning): ' <<<"$out" | head -n 40 || true
        note_result failed "$name"
    fi
}

# The commands again, those first whose file was changed last: what the time does not reach has been looked at before.
latest_first()
{
    local commands=$build/clang-commands ages=$build/clang-ages
    # a copy without its history keeps the order it has
    git -c safe.directory='*' -C "$top" log --format= --name-only -- '*.c' 2>/dev/null |
        awk -v top="$top/" '!seen[$0]++ { print top $0 "\t" NR }' >"$ages" || true
    awk -F '\t' 'FILENAME == ARGV[1] { age[$1] = $2; next } { print ($1 in age ? age[$1] : 0) "\t" $0 }' "$ages" "$commands" |
        sort -s -n -k 1,1 | cut -f 2- >"$commands.ordered"
    mv -- "$commands.ordered" "$commands"
}

# What the time does not reach is listed at the end, never left out quietly.
check_tidy()
{
    latest_first
    passed_before=${build%/*}/tidy-passed
    tidy_version=$(clang-tidy --version)
    tidy_until=$(($(date +%s) + tidy_seconds))
    mkdir -p -- "$passed_before"
    for_each_source tidy_one
}

check_sources()
{
    say "Checking the shell scripts (shellcheck) and the format (clang-format)"
    check_shell
    check_format
    configure_clang || return 0
    say "Checking the sources with clang, warnings as errors"
    check_clang
    say "Checking the sources with clang-tidy (at most $tidy_seconds s)"
    check_tidy
}
