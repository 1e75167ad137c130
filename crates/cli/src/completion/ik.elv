# Completion of `ik` for elvish: printed by `ik completion elvish`.
use str
set edit:completion:arg-completer[ik] = {|@words|
    var reply = []
    try {
        set reply = [(e:ik __complete elvish $@words 2>/dev/null | from-lines)]
    } catch { }
    if (eq $reply [files]) {
        edit:complete-filename $@words
    } elif (not-eq $reply []) {
        for line $reply[1..] {
            var word about = (str:split "\t" $line)
            if (eq $about '') {
                put $word
            } else {
                edit:complex-candidate $word &display=$word' -- '$about
            }
        }
    }
}
