using System.Security.Cryptography;
using FederatedIdentity.Server.Hosting;
using FederatedIdentity.Storage.Secrets;
using Npgsql;

namespace FederatedIdentity.Server.Doctor;

/// <summary>Whether the configured master key opens every secret in the database, and whether the previous one is still needed.</summary>
internal sealed class MasterKeyCheck : ICheck
{
    private const string SigningKeysSql = "select kid, wrapped_private_key from signing_key where wrapped_private_key <> '' order by number";

    public string Name => "master key";

    public async Task RunAsync(Subject subject, Findings findings, CancellationToken ct)
    {
        if (subject.Options<MasterKeyOptions>() is not { } options)
        {
            findings.Skip(Name, "it is not configured");
            return;
        }

        var key = options.Load();
        if (await subject.DatabaseAsync() is not { Applied.Count: > 0 } state)
        {
            findings.Skip(Name, "there are no stored keys that could be tried");
            return;
        }

        await CheckSigningKeysAsync(key, subject.DataSource, findings, ct);
        if (state.WhyNoTables is null)
        {
            CheckFingerprints(key, await subject.Services.GetRequiredService<StoredEnvelopes>().CountAsync(ct), findings);
        }
    }

    private void CheckFingerprints(MasterKey key, IReadOnlyList<EnvelopeCount> counts, Findings findings)
    {
        var foreign = counts.Where(count => count.Fingerprint is { } wrapper && wrapper != key.Fingerprint && wrapper != key.Previous?.Fingerprint);
        foreach (var lost in foreign)
        {
            findings.Fail(
                Name, $"{lost.Count} of {lost.Kind} need the key {lost.Fingerprint}; configured is {key.Fingerprint}",
                "Configure the key that wrapped them, as FederatedIdentity:MasterKey or FederatedIdentity:PreviousMasterKey.");
        }

        var clear = counts.Where(count => count.Fingerprint is null).Sum(count => count.Count);
        if (clear > 0)
        {
            findings.Warn(Name, $"{clear} secrets are stored in clear", "Run: federated-identity master-key rewrap");
        }

        CheckPrevious(key, counts.Where(count => count.Fingerprint == key.Previous?.Fingerprint).Sum(count => count.Count), findings);
    }

    private void CheckPrevious(MasterKey key, long needed, Findings findings)
    {
        if (key.Previous is null)
        {
            findings.Ok(Name, $"{key.Fingerprint}");
        }
        else if (needed > 0)
        {
            findings.Warn(
                Name, $"{needed} secrets still need the previous key {key.Previous.Fingerprint}", "Run: federated-identity master-key rewrap");
        }
        else
        {
            findings.Warn(
                Name, $"no secret needs the previous key {key.Previous.Fingerprint} any more",
                "When every replica has the current one, take FederatedIdentity:PreviousMasterKey out.");
        }
    }

    /// <summary>A fingerprint says which key it was; only opening says that nothing was altered. Works with every schema there was.</summary>
    private static async Task CheckSigningKeysAsync(MasterKey key, NpgsqlDataSource database, Findings findings, CancellationToken ct)
    {
        const string Check = "stored signing keys";
        await using var command = database.CreateCommand(SigningKeysSql);
        await using var rows = await command.ExecuteReaderAsync(ct);
        var opened = 0;
        try
        {
            while (await rows.ReadAsync(ct))
            {
                CryptographicOperations.ZeroMemory(key.Unwrap(rows.GetFieldValue<byte[]>(1), $"signing_key:{rows.GetString(0)}"));
                opened++;
            }

            findings.Ok(Check, $"all {opened} open");
        }
        catch (CryptographicException shut)
        {
            findings.Fail(Check, shut.Message, "No replica starts like this. Configure the right master key.");
        }
    }
}
