# shellcheck shell=bash
# bind9's named: answers DNS queries on port 5300, is told by designate on 9953 (rndc, with a key).
mkdir -p "$STATE/bind"
if [ ! -s "$STATE/bind/rndc.conf" ]; then
    rndc-confgen -p 9953 >"$STATE/bind/rndc.new"
    mv "$STATE/bind/rndc.new" "$STATE/bind/rndc.conf"
fi
{
    # rndc.conf ends with what named.conf needs, in comments; of that, the key.
    sed -n 's/^# //p' "$STATE/bind/rndc.conf" | sed -n '/^key/,/^};/p'
    cat <<END
options { directory "$STATE/bind"; pid-file "$STATE/bind/pid"; session-keyfile "$STATE/bind/session";
    listen-on port 5300 { 127.0.0.1; }; listen-on-v6 { none; };
    allow-new-zones yes; request-ixfr no; recursion no; allow-query { any; };
    allow-notify { 127.0.0.1; }; minimal-responses yes; };
controls { inet 127.0.0.1 port 9953 allow { 127.0.0.1; } keys { "rndc-key"; }; };
END
} | write "$STATE/bind/named.conf"
