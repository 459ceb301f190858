namespace FederatedIdentity.Server.Doctor;

/// <summary>Whether the schema is the one that this version needs.</summary>
internal sealed class SchemaCheck : ICheck
{
    public string Name => "schema";

    public async Task RunAsync(Subject subject, Findings findings, CancellationToken ct)
    {
        switch (await subject.DatabaseAsync())
        {
            case { Fault: not null }:
                findings.Skip(Name, "the database cannot be asked");
                break;
            case { Pending.Count: > 0 } old when subject.BeforeMigration:
                findings.Ok(Name, $"{At(old)}; to be applied: {string.Join(", ", old.Pending)}");
                break;
            case { Pending.Count: > 0 } old:
                findings.Fail(
                    Name, $"{At(old)}; this version needs {string.Join(", ", old.Pending)} too", "Run: federated-identity migrate");
                break;
            case { Foreign.Count: > 0 } newer:
                findings.Warn(
                    Name, $"{At(newer)}, which is of a newer version than this one ({string.Join(", ", newer.Foreign)})",
                    "The version before works with it. Go on to the newer version when you can.");
                break;
            case var current:
                findings.Ok(Name, At(current));
                break;
        }
    }

    private static string At(DatabaseState state) => state.Applied is [.., var last] ? $"at {last}" : "empty";
}
