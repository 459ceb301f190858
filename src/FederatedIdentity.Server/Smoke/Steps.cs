using System.Diagnostics;
using System.Globalization;

namespace FederatedIdentity.Server.Smoke;

/// <summary>Takes one step after another, and writes a row for each as it ends: what it was, what came of it, and how long it took.</summary>
internal sealed class Steps(TextWriter output)
{
    private const int Width = 38;

    /// <summary>Whether no step failed so far.</summary>
    public bool AllWell { get; private set; } = true;

    public Task HeadAsync() => output.WriteLineAsync($"{"step",-Width}  result   seconds  detail");

    /// <summary>
    /// What the step gives, or the failure that it ended with, for whoever cannot go on without it. An error of the code
    /// <paramref name="skippedBy"/> is none: the step is skipped, and gives nothing.
    /// </summary>
    public async Task<T?> TakeAsync<T>(
        string name, Func<CancellationToken, Task<(T Value, string Detail)>> step, TimeSpan deadline, string? skippedBy = null)
    {
        var started = Stopwatch.GetTimestamp();
        using var end = new CancellationTokenSource(deadline);
        try
        {
            var (value, detail) = await step(end.Token);
            await WriteAsync(name, "ok", started, detail);
            return value;
        }
        catch (SmokeException refused) when (refused.Code == skippedBy)
        {
            await WriteAsync(name, "skipped", started, refused.Message);
            return default;
        }
        catch (Exception failure) when (failure is SmokeException or HttpRequestException or TimeoutException or OperationCanceledException)
        {
            AllWell = false;
            await WriteAsync(name, "failed", started, Words(failure, deadline));
            throw failure as SmokeException ?? new SmokeException(Words(failure, deadline));
        }
    }

    public Task SkipAsync(string name, string reason) => WriteAsync(name, "skipped", Stopwatch.GetTimestamp(), reason);

    private static string Words(Exception failure, TimeSpan deadline) => failure switch
    {
        OperationCanceledException => $"not done within {deadline.TotalSeconds} seconds",
        HttpRequestException { InnerException: { } inner } => $"{failure.Message} {inner.Message}",
        _ => failure.Message,
    };

    private Task WriteAsync(string name, string result, long started, string detail)
    {
        var plain = string.Concat(detail.Select(character => char.IsControl(character) ? ' ' : character));
        return output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture, $"{name,-Width}  {result,-7}  {Stopwatch.GetElapsedTime(started).TotalSeconds,7:0.00}  {plain}").TrimEnd());
    }
}
