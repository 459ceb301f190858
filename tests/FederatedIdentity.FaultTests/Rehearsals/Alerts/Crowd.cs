using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.FaultTests.Rehearsals.Alerts;

/// <summary>So many callers who do the same again and again with a pause, whatever the answers are, until they are told to stop.</summary>
internal sealed class Crowd : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _work;

    private Crowd(int callers, TimeSpan pause, Func<Task> callAsync) =>
        _work = Task.WhenAll(Enumerable.Range(0, callers).Select(_ => WorkAsync(pause, callAsync)));

    public static Crowd Of(int callers, TimeSpan pause, Func<Task> callAsync) => new(callers, pause, callAsync);

    /// <summary>Somebody who comes as a guest, or with a login, and gets a token.</summary>
    public static async Task VisitAsync(WireClient client, string pool, Dictionary<string, string>? logins)
    {
        var identity = await client.CallAsync("GetId", new { IdentityPoolId = pool, Logins = logins ?? [] });
        if (identity.Ok)
        {
            await client.CallAsync("GetOpenIdToken", new { IdentityId = identity["IdentityId"], Logins = logins ?? [] });
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _work;
        _stop.Dispose();
    }

    private async Task WorkAsync(TimeSpan pause, Func<Task> callAsync)
    {
        await Task.Yield();
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await callAsync();
            }
            catch (Exception unanswered) when (unanswered is HttpRequestException or System.Text.Json.JsonException or TaskCanceledException)
            {
                // Faults are what this is about: who asks a balancer with nobody behind it gets no answer, or a page.
            }

            await Task.Delay(pause);
        }
    }
}
