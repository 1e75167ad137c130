# shellcheck shell=bash
# Placement: what hypervisors have to give and what is taken of it.
service_config placement <<END
[placement_database]
connection = $DATABASE/placement?charset=utf8
END
