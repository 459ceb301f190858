using FederatedIdentity.Domain.Keys;
using FederatedIdentity.Server.OpenId;
using FederatedIdentity.Storage.Postgres;

namespace FederatedIdentity.Server.Doctor;

/// <summary>Whether one key signs, another one stands ready, and keys change when they should.</summary>
internal sealed class SigningKeysCheck : ICheck
{
    // Replicas look every few minutes, and wait for each other.
    private static readonly TimeSpan _patience = TimeSpan.FromHours(1);

    public string Name => "signing keys";

    public async Task RunAsync(Subject subject, Findings findings, CancellationToken ct)
    {
        if (!await subject.HasTablesAsync(findings, Name))
        {
            return;
        }

        if (subject.Options<TokenOptions>() is not { } tokens)
        {
            findings.Skip(Name, "the configuration is not valid");
            return;
        }

        var stored = await subject.Services.GetRequiredService<NpgsqlSigningKeys>().ReadAsync(ct);
        if (SigningKeyCycle.Current(stored.Lives) is not { } current)
        {
            findings.Ok(Name, "none yet: the first replica makes them");
            return;
        }

        Check(stored, current, tokens.Schedule, findings);
    }

    private void Check(StoredSigningKeys stored, SigningKeyLife current, KeySchedule schedule, Findings findings)
    {
        var age = stored.ReadAt - current.SignsSince;
        findings.Ok(Name, $"{current.Kid} ({current.Algorithm}) signs since {age.TotalDays:0.0} days");
        if (SigningKeyCycle.Successor(stored.Lives) is not { } next)
        {
            findings.Warn("next signing key", "there is none", "Start a replica: it makes one.");
            return;
        }

        var change = SigningKeyCycle.NextChange(stored.Lives, schedule);
        findings.WarnIf(
            change is { } due && due < stored.ReadAt - _patience, "next signing key",
            change is { } when ? $"{next.Kid} ({next.Algorithm}) signs from {when:u}" : $"{next.Kid} ({next.Algorithm}) stands ready",
            "That is overdue. See whether replicas of this deployment run, and their logs.");
        findings.WarnIf(
            next.Algorithm != schedule.Algorithm, "signing algorithm",
            next.Algorithm == schedule.Algorithm ? schedule.Algorithm : $"{schedule.Algorithm} is configured; stored is {next.Algorithm}",
            "The replica that starts last decides: restart them with one and the same setting.");
    }
}
