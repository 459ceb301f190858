using FederatedIdentity.Providers.Saml;
using Npgsql;

namespace FederatedIdentity.Server.Doctor;

/// <summary>Whether the metadata of SAML providers still vouches for them, and how long yet.</summary>
internal sealed class SamlCheck : ICheck
{
    private const int Most = 100;
    private static readonly TimeSpan _soon = TimeSpan.FromDays(30);

    private const string Sql = "select arn, valid_until, metadata, now() from saml_provider order by arn limit $1";

    public string Name => "SAML providers";

    public async Task RunAsync(Subject subject, Findings findings, CancellationToken ct)
    {
        if (await subject.DatabaseAsync() is { WhyNoTables: { } why })
        {
            findings.Skip(Name, why);
            return;
        }

        await using var command = subject.DataSource.CreateCommand(Sql);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = Most });
        await using var rows = await command.ExecuteReaderAsync(ct);
        if (!rows.HasRows)
        {
            findings.Ok(Name, "none is registered");
        }

        while (await rows.ReadAsync(ct))
        {
            var validUntil = rows.IsDBNull(1) ? (DateTimeOffset?)null : rows.GetFieldValue<DateTimeOffset>(1);
            Check(rows.GetString(0), validUntil, rows.GetString(2), rows.GetFieldValue<DateTimeOffset>(3), findings);
        }
    }

    private static void Check(string arn, DateTimeOffset? validUntil, string metadata, DateTimeOffset now, Findings findings)
    {
        const string Advice = "Get new metadata from the identity provider, and give it to UpdateSAMLProvider.";
        if (validUntil <= now)
        {
            findings.Fail(arn, $"its metadata vouches for nobody since {validUntil:u}", Advice);
            return;
        }

        var ends = MetadataCertificates.EndsOf(metadata);
        DateTimeOffset? first = ends.Count > 0 ? ends.Min() : null;
        var next = validUntil < first || first is null ? validUntil : first;
        findings.WarnIf(
            next < now + _soon, arn,
            next is null ? "its metadata has no end"
                : next == validUntil ? $"its metadata is valid until {next:u}" : $"a certificate of its ends {next:u}",
            Advice);
    }
}
