namespace FederatedIdentity.Server.Doctor;

/// <summary>Whether what PostgreSQL acknowledges is still there after a crash, for the sessions of this role.</summary>
internal sealed class DurabilityCheck : ICheck
{
    private static readonly string[] _settings = ["fsync", "full_page_writes", "synchronous_commit"];

    private const string Sql = """
        select current_setting('fsync'), current_setting('full_page_writes'), current_setting('synchronous_commit')
        """;

    public string Name => "database durability";

    public async Task RunAsync(Subject subject, Findings findings, CancellationToken ct)
    {
        if (await subject.DatabaseAsync() is { Fault: not null })
        {
            findings.Skip(Name, "the database cannot be asked");
            return;
        }

        await using var command = subject.DataSource.CreateCommand(Sql);
        await using var row = await command.ExecuteReaderAsync(ct);
        await row.ReadAsync(ct);
        string[] off =
        [
            .. _settings.Where((_, column) => row.GetString(column) == "off"),
        ];
        findings.WarnIf(
            off is not [], Name, off is [] ? $"synchronous_commit = {row.GetString(2)}" : $"off: {string.Join(", ", off)}",
            "Turn it on: an identity that a user was given may be lost with a crash, and the next login makes another.");
    }
}
