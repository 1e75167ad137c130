# Completion of `ik` for fish: printed by `ik completion fish`.
function __ik_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l reply (command ik __complete fish $words "$current" 2>/dev/null)
    if test "$reply[1]" = files
        __fish_complete_path "$current"
        return
    end
    set -e reply[1]
    if set -q reply[1]
        printf '%s\n' $reply
    end
end
complete -c ik -f -k -a '(__ik_complete)'
