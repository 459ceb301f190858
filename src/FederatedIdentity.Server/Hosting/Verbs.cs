namespace FederatedIdentity.Server.Hosting;

/// <summary>What the executable does other than serve: its first argument names one of these. Each ends with an exit status.</summary>
internal static class Verbs
{
    private static readonly Dictionary<string, Func<string[], Task<int>>> _all = new(StringComparer.Ordinal)
    {
        ["account"] = AccountVerb.RunAsync,
        ["keys"] = KeysVerb.RunAsync,
        ["master-key"] = MasterKeyVerb.RunAsync,
        ["migrate"] = MigrateVerb.RunAsync,
        ["session-keys"] = SessionKeysVerb.RunAsync,
    };

    /// <summary>The verb that <paramref name="arguments"/> begin with, given the rest of them; null: serve.</summary>
    public static Func<Task<int>>? Find(string[] arguments) =>
        arguments is [var name, .. var rest] && _all.TryGetValue(name, out var verb) ? () => verb(rest) : null;
}
