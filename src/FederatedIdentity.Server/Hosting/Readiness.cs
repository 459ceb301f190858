namespace FederatedIdentity.Server.Hosting;

/// <summary>Whether this replica should get traffic: it has finished starting and is not stopping.</summary>
internal sealed class Readiness(IHostApplicationLifetime lifetime)
{
    private volatile bool _started;

    /// <summary>False until the schema was found current and the keys are loaded; true even while stopping, for requests in flight.</summary>
    public bool HasStarted => _started;

    public bool IsReady => _started && !lifetime.ApplicationStopping.IsCancellationRequested;

    public void MarkStarted() => _started = true;
}
