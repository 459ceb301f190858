namespace FederatedIdentity.Storage.Postgres.Migrations;

/// <summary>The SQL file of a migration, embedded at build so that binary and schema cannot be mismatched on disk.</summary>
internal static class MigrationScript
{
    public static string Read(string id)
    {
        var name = $"migrations/{id}.sql";
        using var stream = typeof(MigrationScript).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"{name} is not embedded.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
