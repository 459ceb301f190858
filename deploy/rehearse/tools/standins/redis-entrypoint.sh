#!/bin/sh
# Options or a configuration file alone mean redis-server; root becomes redis; without a configuration file protected mode is off.
set -e
case "$1" in -* | *.conf) set -- redis-server "$@" ;; esac
[ "$1" = redis-server ] || exec "$@"
if [ "$(id -u)" = 0 ]; then
  chown redis:redis .
  exec setpriv --reuid redis --regid redis --clear-groups "$0" "$@"
fi
case "$* " in
  *.conf\ * | *--protected-mode*) exec "$@" ;;
  *) exec "$@" --protected-mode no ;;
esac
