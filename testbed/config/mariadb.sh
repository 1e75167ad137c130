# shellcheck shell=bash
# MariaDB: every service's database. Made for speed: what is lost in a power failure is only a testbed.
write "$STATE/my.cnf" <<END
[mariadbd]
datadir=$STATE/mysql
socket=$STATE/mysql.sock
bind-address=127.0.0.1
skip-log-bin
skip-name-resolve
max-connections=500
character-set-server=utf8mb3
innodb-buffer-pool-size=256M
innodb-flush-log-at-trx-commit=0
innodb-doublewrite=0
innodb-flush-method=nosync
performance-schema=off
END
