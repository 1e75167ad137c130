# shellcheck shell=bash
# Fills the cloud (bootstrap.py), starts metering and rating, and makes sure that all of it is there.

IMAGE='Debian 12 bookworm' # made by bootstrap.py

bootstrap() { # bootstrap STEP: skipped if exactly this bootstrap.py has done it all, see STEP.done
    local version
    version=$(cksum <"$HERE/bootstrap.py")
    if [ "$(cat "$STATE/$1.done" 2>/dev/null)" = "$version" ]; then return; fi
    "$HERE/bootstrap.py" "$STATE" "$1"
    echo "$version" >"$STATE/$1.done"
}
content() {
    local file
    for file in clouds.yaml openrc appcred.json; do # what was deleted is made again
        [ -e "$STATE/$file" ] || rm -f "$STATE/content.done"
    done
    can_make_servers || rm -f "$STATE/content.done"
    bootstrap content
}
can_make_servers() { # there is an image and a flavor
    [ "$(sql -e "SELECT (SELECT COUNT(*) FROM glance.images WHERE status = 'active' AND name = '$IMAGE') > 0
                     && (SELECT COUNT(*) FROM nova_api.flavors) > 0")" = 1 ]
}
metering() {
    # The past has to be told before the processor starts: it looks once an hour only.
    alive cloudkitty-processor || "$HERE/meter" "$STATE"
    start meter "$HERE/meter" "$STATE" 300
    main cloudkitty-processor osbed_cloudkitty cloudkitty
}
ready() {
    each_service is_up
    host_is_mapped
    can_make_servers
}
is_up() { # is_up NAME PORTS
    await "$1" accepts_all "$2"
    alive "$1" || blame "$1" "ended by itself" # await does not look if there is no port
}
