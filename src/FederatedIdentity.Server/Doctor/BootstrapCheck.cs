using FederatedIdentity.Server.Hosting;
using Npgsql;

namespace FederatedIdentity.Server.Doctor;

/// <summary>Whether the first administrator's key is still in the configuration after it has done its work.</summary>
internal sealed class BootstrapCheck : ICheck
{
    private const string Sql = "select exists (select from access_key), exists (select from access_key where id = $1 and active)";

    public string Name => "bootstrap key";

    public async Task RunAsync(Subject subject, Findings findings, CancellationToken ct)
    {
        var id = subject.Configuration[$"{BootstrapOptions.Section}:Bootstrap:AccessKeyId"];
        if (string.IsNullOrEmpty(id))
        {
            findings.Ok(Name, "not configured");
            return;
        }

        if (await subject.DatabaseAsync() is { WhyNoTables: { } why })
        {
            findings.Skip(Name, why);
            return;
        }

        await using var command = subject.DataSource.CreateCommand(Sql);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = id });
        await using var row = await command.ExecuteReaderAsync(ct);
        await row.ReadAsync(ct);
        findings.WarnIf(
            row.GetBoolean(0), Name,
            !row.GetBoolean(0) ? "the first replica creates it"
                : row.GetBoolean(1) ? "still configured, and active" : "still configured, and of no use any more",
            "Create administrators of your own (docs/iam.md), deactivate this key, and take it out of the configuration.");
    }
}
