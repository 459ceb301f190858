using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FederatedIdentity.Storage.Redis;

/// <summary>Says once, at start, that this deployment has no Redis and what that means.</summary>
internal sealed partial class SharingNotice(ReplicaCount replicas, ILogger<SharingNotice> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        Log.NothingShared(logger, replicas.Value);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message =
            "No Redis is configured (ConnectionStrings:Redis): caches are this replica's own, and so are rate limits, as one of {Replicas}.")]
        public static partial void NothingShared(ILogger logger, int replicas);
    }
}
