using System.Net.Sockets;
using System.Security.Cryptography;
using Npgsql;

namespace FederatedIdentity.Server.Doctor;

/// <summary>Every check there is, in the order of the report. They run at once, each for at most the deadline.</summary>
internal static class Checks
{
    // For what nobody thought of: every question has a deadline of seconds of its own.
    private static readonly TimeSpan _deadline = TimeSpan.FromSeconds(30);

    public static IReadOnlyList<ICheck> All { get; } =
    [
        new ConfigurationCheck(),
        new SettingNamesCheck(),
        new DatabaseCheck(),
        new DurabilityCheck(),
        new ConnectionsCheck(),
        new SchemaCheck(),
        new LayoutCheck(),
        new PrivilegesCheck(),
        new ClockCheck(),
        new RedisCheck(),
        new MasterKeyCheck(),
        new MasterKeyFileCheck(),
        new SigningKeysCheck(),
        new SessionKeysCheck(),
        new BootstrapCheck(),
        new IssuerCheck(),
        new ProvidersCheck(),
        new SamlCheck(),
        new LimitsCheck(),
        new OutboundCheck(),
        new MachineCheck(),
    ];

    public static async Task<IReadOnlyList<Finding>> RunAsync(Subject subject, CancellationToken ct) =>
        [.. (await Task.WhenAll(All.Select(check => RunAsync(check, subject, ct)))).SelectMany(findings => findings)];

    private static async Task<IReadOnlyList<Finding>> RunAsync(ICheck check, Subject subject, CancellationToken ct)
    {
        var findings = new Findings();
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
        deadline.CancelAfter(_deadline);
        try
        {
            // On its own thread, and left alone when it does not stop: a check that blocks must not hold up the others.
            await Task.Run(() => check.RunAsync(subject, findings, deadline.Token), deadline.Token).WaitAsync(deadline.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            findings.Fail(check.Name, $"did not end within {_deadline.TotalSeconds} seconds", "See what it waits for, and run this again.");
        }
#pragma warning disable CA1031 // One part that breaks must not keep the others from being looked at; that it broke is in the report.
        catch (Exception failure) when (failure is not OperationCanceledException)
#pragma warning restore CA1031
        {
            findings.Fail(check.Name, Words(failure), "See the rows above, and the log of a replica.");
        }

        return findings.Taken;
    }

    /// <summary>The message of those who are known to repeat no secret in it; of others only the kind.</summary>
    internal static string Words(Exception failure) => failure switch
    {
        PostgresException said => $"PostgreSQL says: {said.MessageText} ({said.SqlState})",
        NpgsqlException { InnerException: SocketException or TimeoutException or IOException } broken =>
            $"{broken.Message}: {broken.InnerException!.Message}",
        NpgsqlException or SocketException or TimeoutException or IOException or UnauthorizedAccessException or CryptographicException
            => failure.Message,
        _ => $"{failure.GetType().Name}",
    };
}
