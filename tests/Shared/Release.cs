namespace FederatedIdentity.Tests.Shared;

/// <summary>A version that was released: a line of <c>deploy/releases</c>, from the oldest to the newest.</summary>
/// <param name="Version">As users know it.</param>
/// <param name="Commit">What it was built from.</param>
/// <param name="Schema">The number of its last migration.</param>
internal sealed record Release(Version Version, string Commit, int Schema)
{
    public static IReadOnlyList<Release> All { get; } =
        [.. File.ReadLines(Path.Combine(Peer.RepositoryRoot, "deploy", "releases")).Select(Read)];

    public static Release Newest => All[^1];

    /// <summary>The files of all migrations, in their order.</summary>
    public static IReadOnlyList<string> Migrations { get; } =
        [.. Directory.GetFiles(Path.Combine(Peer.RepositoryRoot, "migrations"), "*.sql").Order(StringComparer.Ordinal)];

    /// <summary>What some of them do instead where tables are partitioned.</summary>
    public static IReadOnlyList<string> PartitionedMigrations { get; } =
        [.. Directory.GetFiles(Path.Combine(Peer.RepositoryRoot, "migrations", "partitioned"), "*.sql").Order(StringComparer.Ordinal)];

    /// <summary>The number that a migration's file name begins with.</summary>
    public static int NumberOf(string file) => int.Parse(Path.GetFileName(file)[..4], System.Globalization.CultureInfo.InvariantCulture);

    private static Release Read(string line) => line.Split(' ') is [var version, { Length: 40 } commit, var schema]
        ? new Release(Version.Parse(version), commit, int.Parse(schema, System.Globalization.CultureInfo.InvariantCulture))
        : throw new FormatException($"deploy/releases: '{line}' is not 'version commit schema'.");
}
