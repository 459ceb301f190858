# For a release that came before the first Dockerfile: its program, as its own project file publishes it, and one that sleeps before it is
# told to stop.
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
COPY . .
RUN dotnet publish src/FederatedIdentity.Server -c Release -o /app -nologo -p:RestoreLockedMode=true

FROM mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled-extra
COPY --from=build /bin/sleep /bin/
COPY --from=build /app /app
WORKDIR /app
USER 1654:1654
ENTRYPOINT ["/app/FederatedIdentity.Server"]
