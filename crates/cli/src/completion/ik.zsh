#compdef ik
# Completion of `ik` for zsh: printed by `ik completion zsh`.
_ik() {
    local line head
    local -a reply values displays
    local -i width=0
    reply=("${(@f)$(command ik __complete zsh "${(@)words[1,CURRENT-1]}" "$IPREFIX$PREFIX" 2>/dev/null)}")
    head=$reply[1]
    reply=("${(@)reply[2,-1]}")
    case $head in
        files) _files; return ;;
        words*) ;;
        *) return 1 ;;
    esac
    # What stands before the value, as in --image=Debian, stays.
    (( ${head#words } )) && compset -p ${head#words }
    for line in "${(@)reply}"; do
        (( ${#line%%$'\t'*} > width )) && width=${#line%%$'\t'*}
    done
    for line in "${(@)reply}"; do
        [[ -n $line ]] || continue
        values+=("${line%%$'\t'*}")
        if [[ -n ${line#*$'\t'} ]]; then
            displays+=("${(mr:$width:)line%%$'\t'*}  -- ${line#*$'\t'}")
        else
            displays+=("${line%%$'\t'*}")
        fi
    done
    compadd -l -d displays -a values
}
if [[ ${funcstack[1]} == _ik ]]; then _ik "$@"; else compdef _ik ik; fi
