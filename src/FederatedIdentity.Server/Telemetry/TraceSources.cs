using System.Diagnostics;
using FederatedIdentity.Providers;
using FederatedIdentity.Storage;

namespace FederatedIdentity.Server.Telemetry;

/// <summary>Who makes spans. While nobody listens to a source, it makes none and costs nothing.</summary>
internal static class TraceSources
{
    public static readonly ActivitySource Server = new("FederatedIdentity.Server");

    /// <summary>
    /// Whether what is done belongs to a request that is traced. A source that is listened to would be asked, and make an activity that
    /// nobody gets, where this says no.
    /// </summary>
    public static bool IsTraced => Activity.Current is { Recorded: true };

    /// <summary>All that are listened to. The framework's own are not: their spans quote URLs and headers.</summary>
    public static readonly string[] Names = [Server.Name, ProviderTracing.SourceName, StorageTracing.SourceName, "Npgsql"];
}
