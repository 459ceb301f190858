FROM localhost/debian:bookworm
ARG DOTNET_VERSION ASPNET_VERSION
RUN groupadd --gid 1654 app && useradd --uid 1654 --gid 1654 --create-home --shell /bin/sh app \
 && ln -s /usr/share/dotnet/dotnet /usr/bin/dotnet
COPY LICENSE.txt ThirdPartyNotices.txt dotnet /usr/share/dotnet/
COPY host /usr/share/dotnet/host
COPY shared /usr/share/dotnet/shared
ENV APP_UID=1654 DOTNET_RUNNING_IN_CONTAINER=true ASPNETCORE_HTTP_PORTS=8080 \
    DOTNET_VERSION=$DOTNET_VERSION ASPNET_VERSION=$ASPNET_VERSION
