# The runtime without a shell and without a package manager: what it needs is picked out of Debian.
FROM localhost/debian:bookworm AS picked
RUN mkdir -p /root/fs/home/app /root/fs/usr/bin /root/fs/var/tmp /root/fs/run /root/fs/proc /root/fs/sys /root/fs/dev \
 && cp -a --parents /lib /lib64 /usr/lib64 /usr/lib/x86_64-linux-gnu /usr/share/zoneinfo /usr/lib/os-release /etc/os-release \
      /etc/nsswitch.conf /etc/ssl /usr/share/ca-certificates /tmp /root/fs/ \
 && cd /root/fs/usr/lib/x86_64-linux-gnu && rm -rf perl* gconv security libapt* \
 && printf 'root:x:0:0:root:/root:/sbin/nologin\napp:x:1654:1654::/home/app:/sbin/nologin\n' >/root/fs/etc/passwd \
 && printf 'root:x:0:\napp:x:1654:\n' >/root/fs/etc/group \
 && chown 1654:1654 /root/fs/home/app \
 && ln -s ../share/dotnet/dotnet /root/fs/usr/bin/dotnet

FROM scratch
ARG DOTNET_VERSION ASPNET_VERSION
COPY --from=picked /root/fs /
COPY LICENSE.txt ThirdPartyNotices.txt dotnet /usr/share/dotnet/
COPY host /usr/share/dotnet/host
COPY shared /usr/share/dotnet/shared
ENV APP_UID=1654 DOTNET_RUNNING_IN_CONTAINER=true ASPNETCORE_HTTP_PORTS=8080 PATH=/usr/bin \
    DOTNET_VERSION=$DOTNET_VERSION ASPNET_VERSION=$ASPNET_VERSION
USER 1654
