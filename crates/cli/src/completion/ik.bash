# Completion of `ik` for bash: printed by `ik completion bash`.
_ik() {
    local reply line head=1
    COMPREPLY=()
    # What is on the line up to the cursor, and behind which characters bash completes anew.
    reply=$(command ik __complete bash "${COMP_LINE:0:COMP_POINT}" "$COMP_WORDBREAKS" 2>/dev/null)
    case $reply in
        files*)
            if type compopt >/dev/null 2>&1; then
                compopt -o default
            else
                while IFS= read -r line; do COMPREPLY+=("$line"); done \
                    < <(compgen -f -- "${COMP_WORDS[COMP_CWORD]}")
            fi
            return
            ;;
    esac
    while IFS= read -r line; do
        [[ -n $head ]] || COMPREPLY+=("${line%%$'\t'*}")
        head=
    done <<<"$reply"
}
complete -o nosort -F _ik ik 2>/dev/null || complete -F _ik ik
