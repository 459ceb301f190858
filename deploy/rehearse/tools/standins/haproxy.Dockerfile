# Debian's HAProxy with the official image's paths, user and entrypoint.
FROM localhost/debian:trixie
RUN apt-get update -q && apt-get install -qy --no-install-recommends haproxy && rm -rf /var/lib/apt/lists/* \
 && groupmod --gid 99 haproxy && usermod --uid 99 --gid 99 haproxy && mkdir -p /usr/local/etc/haproxy
COPY --chmod=755 haproxy-entrypoint.sh /usr/local/bin/docker-entrypoint.sh
WORKDIR /var/lib/haproxy
USER haproxy
STOPSIGNAL SIGUSR1
ENTRYPOINT ["docker-entrypoint.sh"]
CMD ["haproxy", "-f", "/usr/local/etc/haproxy/haproxy.cfg"]
