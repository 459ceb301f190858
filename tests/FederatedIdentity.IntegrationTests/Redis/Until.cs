using System.Diagnostics;

namespace FederatedIdentity.IntegrationTests.Redis;

/// <summary>Waits for what happens in its own time.</summary>
internal static class Until
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(40);

    public static async Task TrueAsync(Func<ValueTask<bool>> condition)
    {
        var waited = Stopwatch.StartNew();
        while (!await condition())
        {
            Assert.True(waited.Elapsed < Deadline, "It did not happen.");
            await Task.Delay(TimeSpan.FromMilliseconds(10));
        }
    }

    public static Task TrueAsync(Func<bool> condition) => TrueAsync(() => new ValueTask<bool>(condition()));
}
