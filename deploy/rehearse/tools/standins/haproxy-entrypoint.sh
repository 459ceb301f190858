#!/bin/sh
# Options alone mean haproxy, which runs in the foreground with a master, as the official image has it.
set -e
case "$1" in -*) set -- haproxy "$@" ;; esac
[ "$1" != haproxy ] || { shift; set -- haproxy -W -db "$@"; }
exec "$@"
