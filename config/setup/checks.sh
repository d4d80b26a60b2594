# shellcheck shell=bash
# What looks at the sources without running them: clang's warnings, the format, clang-tidy, shellcheck.
# Each appends one line per check to the results file:  passed|failed|unreached <TAB> lint <TAB> name
#
# Uses: say.sh, places.sh.  Expects: top, build, builder, results.

tidy_seconds=${CAPNUOC_TIDY_SECONDS:-420}

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

# compile_list: "file TAB command without its output" of every C file that is not generated.
compile_list()
{
    node -e '
        for (const c of JSON.parse(require("fs").readFileSync(process.argv[1], "utf8")))
            if (c.file.endsWith(".c") && !c.file.startsWith(process.argv[2] + "/"))
                console.log(c.file + "\t" + c.command.replace(/ -o (\S|\\ )+/, "") + " -fsyntax-only");
    ' "$clang_build/compile_commands.json" "$clang_build"
}

# for_each_source FUNCTION: FUNCTION FILE COMMAND for every C file, two at a time.
for_each_source()
{
    local file command
    while IFS=$'\t' read -r file command; do
        "$1" "$file" "$command" &
        while [ "$(jobs -rp | wc -l)" -ge 2 ]; do
            wait -n || true
        done
    done <"$build/clang-commands"
    wait
}

clang_one()
{
    local out
    if out=$(cd / && eval "$2" 2>&1 </dev/null); then
        note_result passed "clang: ${1#"$top"/}"
    else
        printf '%s\n' "$out" | head -n 40 || true
        note_result failed "clang: ${1#"$top"/}"
    fi
}

check_clang()
{
    compile_list >"$build/clang-commands"
    for_each_source clang_one
}

# What clang-tidy says depends on the preprocessed file, its rules and its version: a file that passed and
# has not changed is not asked again.
tidy_key()
{
    {
        eval "$1 -E" 2>/dev/null | grep -v '^#'
        cat -- "$top/.clang-tidy" "$top/tests/.clang-tidy"
        clang-tidy --version
    } | sha256sum | cut -c1-40
}

tidy_one()
{
    local file=$1 name="clang-tidy: ${1#"$top"/}" key out
    case $file in "$top"/src/*) ;; *) return 0 ;; esac
    key=$passed_before/$(tidy_key "${2/ -fsyntax-only/}")
    if [ -e "$key" ]; then
        note_result passed "$name"
    elif [ "$(date +%s)" -ge "$tidy_until" ]; then
        note_result unreached "$name"
    elif out=$(clang-tidy --quiet -p "$clang_build" "$file" 2>/dev/null </dev/null); then
        touch -- "$key"
        note_result passed "$name"
    else
        grep -E -A 2 ' (error|warning): ' <<<"$out" | head -n 40 || true
        note_result failed "$name"
    fi
}

# What the time does not reach is listed at the end, never left out quietly.
check_tidy()
{
    passed_before=${build%/*}/tidy-passed
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
