# shellcheck shell=bash
# Compiling, with the presets of CMakePresets.json.
#
# Uses: say.sh, places.sh.  Expects: top, build, builder.

# A build folder remembers the path of its sources; a clone that was moved or copied starts afresh.
forget_moved_build()
{
    local made_for
    [ -f "$build/CMakeCache.txt" ] || return 0
    made_for=$(sed -n 's/^CMAKE_HOME_DIRECTORY:INTERNAL=//p' "$build/CMakeCache.txt")
    [ "$made_for" != "$top" ] || return 0
    say "Note: $build was made for $made_for: starting it afresh."
    as_builder find "$build" -mindepth 1 -delete
}

build_step()
{
    local what=$1 log=$2
    shift 2
    with_progress "$what" "$log" as_builder "$@" || {
        grep -E -A 12 'error|FAILED|Error' -- "$log" | tail -n 60 >&2 || tail -n 40 -- "$log" >&2
        die "This step failed: $what.  The whole log is $log."
    }
}

# compile PRESET [cmake options]
compile()
{
    local preset=$1 log=$build/build.log began=$SECONDS
    shift
    forget_moved_build
    # npm wants to write into the home; an account may have none.
    if ! as_builder test -w "$HOME"; then
        export npm_config_cache=$build/npm-cache
    fi
    as_builder rm -f -- "$log"
    as_builder touch -- "$log"
    say "Building ($preset) in $build"
    cd -- "$top"
    build_step "configuring" "$log" cmake --preset "$preset" -B "$build" "$@"
    build_step "compiling" "$log" cmake --build "$build"
    cd /
    say "Built in $((SECONDS - began)) s."
}
