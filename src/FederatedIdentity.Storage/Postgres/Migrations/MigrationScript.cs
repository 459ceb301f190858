namespace FederatedIdentity.Storage.Postgres.Migrations;

/// <summary>The SQL file of a migration, embedded at build so that binary and schema cannot be mismatched on disk.</summary>
internal static class MigrationScript
{
    private const int LengthOfZeros = 10; // An id has them before its file's name.

    public static string Read(string file) =>
        Find($"migrations/{file}.sql") ?? throw new InvalidOperationException($"migrations/{file}.sql is not embedded.");

    /// <summary>What a migration does instead where identities are partitioned; null when it is the same there.</summary>
    public static string? ReadPartitioned(string migration) => Find($"partitioned/{migration[LengthOfZeros..]}.sql");

    private static string? Find(string name)
    {
        using var stream = typeof(MigrationScript).Assembly.GetManifestResourceStream(name);
        if (stream is null)
        {
            return null;
        }

        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
