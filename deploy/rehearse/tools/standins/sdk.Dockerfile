FROM mcr.microsoft.com/dotnet/aspnet:10.0
ARG DOTNET_SDK_VERSION
RUN apt-get update -q \
 && apt-get install -qy --no-install-recommends curl git tar unzip wget xz-utils \
 && rm -rf /var/lib/apt/lists/*
COPY --from=trust ca-certificates.crt /etc/ssl/certs/
COPY packs /usr/share/dotnet/packs
COPY sdk-manifests /usr/share/dotnet/sdk-manifests
COPY templates /usr/share/dotnet/templates
COPY sdk /usr/share/dotnet/sdk
ENV ASPNETCORE_HTTP_PORTS= DOTNET_NOLOGO=true DOTNET_GENERATE_ASPNET_CERTIFICATE=false DOTNET_USE_POLLING_FILE_WATCHER=true \
    NUGET_XMLDOC_MODE=skip DOTNET_SDK_VERSION=$DOTNET_SDK_VERSION
