using FederatedIdentity.Storage.Postgres;

namespace FederatedIdentity.Server.Doctor;

/// <summary>Whether the keys that seal session tokens are renewed every day.</summary>
internal sealed class SessionKeysCheck : ICheck
{
    private static readonly TimeSpan _patience = TimeSpan.FromHours(1);

    public string Name => "session keys";

    public async Task RunAsync(Subject subject, Findings findings, CancellationToken ct)
    {
        if (!await subject.HasTablesAsync(findings, Name))
        {
            return;
        }

        var keys = await subject.Services.GetRequiredService<NpgsqlSessionKeys>().ReadAllAsync(ct);
        if (keys.LastOrDefault(key => key.RetiredAt is null) is not { } youngest)
        {
            findings.Ok(Name, "none yet: the first replica makes one");
            return;
        }

        findings.WarnIf(
            youngest.Age > NpgsqlSessionKeys.LongestUse + _patience, Name, $"{keys.Count}, the youngest is {youngest.Age.TotalHours:0.0} hours old",
            "A new one is due. See whether replicas of this deployment run, and their logs.");
    }
}
