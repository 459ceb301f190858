using FederatedIdentity.Server.Overload;
using Npgsql;

namespace FederatedIdentity.Server.Doctor;

/// <summary>Whether this machine, or container, allows as many files and as much memory as a replica with these settings may use.</summary>
internal sealed class MachineCheck : ICheck
{
    private const int FilesOfItsOwn = 256;
    private const long MemoryOfItsOwn = 160L << 20;

    public string Name => "limits of the machine";

    public Task RunAsync(Subject subject, Findings findings, CancellationToken ct)
    {
        if (subject.Options<OverloadOptions>() is not { } overload)
        {
            findings.Skip(Name, "the configuration is not valid");
            return Task.CompletedTask;
        }

        CheckFiles(subject, overload, findings);
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        findings.WarnIf(
            memory < MemoryOfItsOwn + (2 * overload.BodyBytes), "memory",
            $"{memory >> 20} MiB for the heap, of which bodies may take {overload.BodyBytes >> 20}; {Environment.ProcessorCount} processors",
            "Raise the memory limit, or lower FederatedIdentity:Overload:BodyBytes; see docs/overload.md.");
        return Task.CompletedTask;
    }

    private static void CheckFiles(Subject subject, OverloadOptions overload, Findings findings)
    {
        const string Check = "open files";
        var allowed = ConnectionLimit.FilesAllowed();
        if (overload.Connections is not { } connections)
        {
            findings.Ok(Check, $"{(allowed == int.MaxValue ? "no limit" : allowed)}; connections of clients follow from it");
            return;
        }

        var pool = subject.Postgres is { } postgres ? new NpgsqlConnectionStringBuilder(postgres.ConnectionString).MaxPoolSize : 0;
        var outside = overload.OutsideFor(overload.Concurrency ?? pool); // Each may have a connection to a provider.
        var needed = (long)connections + pool + outside + FilesOfItsOwn;
        findings.WarnIf(
            needed > allowed, Check, $"{needed} may be needed for {connections} clients, {allowed} are allowed",
            "Raise the limit (ulimit -n, LimitNOFILE), or lower FederatedIdentity:Overload:Connections.");
    }
}
