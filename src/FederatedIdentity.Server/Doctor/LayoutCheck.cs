using FederatedIdentity.Storage.Postgres;

namespace FederatedIdentity.Server.Doctor;

/// <summary>How the database keeps identities, and whether that is what the configuration asks for.</summary>
internal sealed class LayoutCheck : ICheck
{
    public string Name => "layout";

    public async Task RunAsync(Subject subject, Findings findings, CancellationToken ct)
    {
        if (await subject.DatabaseAsync() is { WhyNoTables: { } why })
        {
            findings.Skip(Name, why);
            return;
        }

        await using var connection = await subject.DataSource.OpenConnectionAsync(ct);
        var found = await IdentityLayout.FindAsync(connection, ct);
        findings.WarnIf(
            subject.Configuration.GetValue<int?>(IdentityLayout.Setting) is { } wanted && wanted != found,
            Name,
            $"identities are kept in {IdentityLayout.Describe(found)}",
            $"{IdentityLayout.Setting} asks for another layout, which migrate will refuse: correct it, or move as docs/scaling.md says.");
    }
}
