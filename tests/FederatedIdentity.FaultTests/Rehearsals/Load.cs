namespace FederatedIdentity.FaultTests.Rehearsals;

/// <summary>Users at work: so many workers, each telling its users' stories one after the other until it is told to stop.</summary>
internal sealed class Load : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _work;

    private Load(Func<Visits> worker, int workers) => _work = Task.WhenAll(Enumerable.Range(0, workers).Select(_ => WorkAsync(worker())));

    public static Load Start(Func<Visits> worker, int workers) => new(worker, workers);

    /// <summary>Every worker ends its story.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _work;
        _stop.Dispose();
    }

    private async Task WorkAsync(Visits visits)
    {
        await Task.Yield();
        while (!_stop.IsCancellationRequested)
        {
            await visits.NextAsync();
        }
    }
}
