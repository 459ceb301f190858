using System.Diagnostics;
using System.Globalization;

namespace FederatedIdentity.Server.Doctor;

/// <summary>How far this machine's clock and the database's are apart.</summary>
internal sealed class ClockCheck : ICheck
{
    private const int Questions = 3;
    private static readonly TimeSpan _tolerance = TimeSpan.FromSeconds(1);

    public string Name => "clock";

    public async Task RunAsync(Subject subject, Findings findings, CancellationToken ct)
    {
        if (await subject.DatabaseAsync() is { Fault: not null })
        {
            findings.Skip(Name, "the database cannot be asked");
            return;
        }

        var (skew, uncertainty) = await MeasureAsync(subject, ct);
        findings.WarnIf(
            skew.Duration() > _tolerance + uncertainty, Name,
            string.Create(CultureInfo.InvariantCulture, $"this machine is {skew.TotalSeconds:0.000} s ahead of the database"),
            "Let NTP set both. Replicas go by the database's time, but certificates are judged by the machine's.");
    }

    /// <summary>Of the quickest answer, whose moment is known best.</summary>
    private static async Task<(TimeSpan Skew, TimeSpan Uncertainty)> MeasureAsync(Subject subject, CancellationToken ct)
    {
        var best = (Skew: TimeSpan.Zero, Uncertainty: TimeSpan.MaxValue);
        for (var i = 0; i < Questions; i++)
        {
            var asked = Stopwatch.GetTimestamp();
            await using var command = subject.DataSource.CreateCommand("select clock_timestamp()");
            var theirs = new DateTimeOffset((DateTime)(await command.ExecuteScalarAsync(ct))!);
            var uncertainty = Stopwatch.GetElapsedTime(asked) / 2;
            if (uncertainty < best.Uncertainty)
            {
                best = (TimeProvider.System.GetUtcNow() - uncertainty - theirs, uncertainty);
            }
        }

        return best;
    }
}
