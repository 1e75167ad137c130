# shellcheck shell=bash
# Keystone: identity. Cheap password hashes, as nobody's secrets are in here.
service_config keystone <<END
[token]
provider = fernet
[fernet_tokens]
key_repository = $STATE/keystone/fernet
[credential]
key_repository = $STATE/keystone/credential
[identity]
password_hash_algorithm = bcrypt
password_hash_rounds = 4
[cache]
enabled = true
backend = dogpile.cache.memcached
memcache_servers = 127.0.0.1:11211
END
