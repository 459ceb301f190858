using FederatedIdentity.Server.Doctor;
using FederatedIdentity.Server.Smoke;

namespace FederatedIdentity.Server.Hosting;

/// <summary>
/// What the executable does: serve, when it is given nothing but settings, or else what its first argument names. Anything that is
/// neither is refused, so that a slip of the pen does not start a server. Each verb ends with an exit status.
/// </summary>
internal static class Verbs
{
    private static readonly Verb[] _all =
    [
        new("account", "create accounts and their root keys, and list accounts", AccountVerb.RunAsync),
        new("doctor", "check everything that a deployment depends on, and say what to do", DoctorVerb.RunAsync),
        new("health", "tell whether the replica on this machine is ready", HealthVerb.RunAsync),
        new("help", "show this", _ => HelpVerb.HelpAsync()),
        new("keys", "list, rotate and retire the keys that sign tokens", KeysVerb.RunAsync),
        new("master-key", "tell which master keys are needed, and wrap with the current one", MasterKeyVerb.RunAsync),
        new("migrate", "bring the database schema up to date", MigrateVerb.RunAsync),
        new("session-keys", "list, rotate and retire the keys that seal session tokens", SessionKeysVerb.RunAsync),
        new("smoke", "prove with a temporary pool that a running service works", SmokeVerb.RunAsync),
        new("version", "show the version", _ => HelpVerb.VersionAsync()),
    ];

    public static IReadOnlyList<Verb> All => _all;

    /// <summary>What <paramref name="arguments"/> ask for; null: serve.</summary>
    public static Func<Task<int>>? Find(string[] arguments) => arguments switch
    {
        [] => null,
        ["--help" or "-h", ..] => HelpVerb.HelpAsync,
        ["--version"] => HelpVerb.VersionAsync,
        [var name, .. var rest] when _all.FirstOrDefault(verb => verb.Name == name) is { } verb => () => verb.RunAsync(rest),
        _ when AreSettings(arguments) => null,
        _ => HelpVerb.MisusedAsync,
    };

    /// <summary>Whether all are settings, as <c>--Name=value</c> or <c>--Name value</c>.</summary>
    private static bool AreSettings(ReadOnlySpan<string> arguments) => arguments switch
    {
        [] => true,
        [var one, .. var rest] when VerbHost.IsSetting(one) => AreSettings(rest),
        [['-', '-', _, ..], not ['-', '-', ..], .. var rest] => AreSettings(rest),
        _ => false,
    };
}
