using System.Diagnostics;
using FederatedIdentity.Providers;
using FederatedIdentity.Storage;

namespace FederatedIdentity.Server.Telemetry;

/// <summary>Who makes spans. While nobody listens to a source, it makes none and costs nothing.</summary>
internal static class TraceSources
{
    public static readonly ActivitySource Server = new("FederatedIdentity.Server");

    /// <summary>All that are listened to. The framework's own are not: their spans quote URLs and headers.</summary>
    public static readonly string[] Names = [Server.Name, ProviderTracing.SourceName, StorageTracing.SourceName, "Npgsql"];
}
