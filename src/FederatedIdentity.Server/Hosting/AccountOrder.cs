namespace FederatedIdentity.Server.Hosting;

/// <summary>What the account verb is asked for on the command line.</summary>
internal sealed record AccountOrder(string Verb, string? AccountId, string? Name, string[] Settings)
{
    public const string Usage = """
        Usage: federated-identity account create [<12 digits>] [--name <name>]
               federated-identity account key <12 digits>
               federated-identity account list
        """;

    private const int LongestName = 128;

    /// <summary>Null when it is none of the forms of <see cref="Usage"/>. Settings are arguments like --Section:Name=value.</summary>
    public static AccountOrder? TryParse(string[] arguments)
    {
        string[] settings = [.. arguments.Where(VerbHost.IsSetting)];
        return arguments.Where(argument => !VerbHost.IsSetting(argument)).ToArray() switch
        {
            ["create"] => new("create", null, null, settings),
            ["create", var id] when IsAccountId(id) => new("create", id, null, settings),
            ["create", "--name", var name] when IsName(name) => new("create", null, name, settings),
            ["create", var id, "--name", var name] when IsAccountId(id) && IsName(name) => new("create", id, name, settings),
            ["create", "--name", var name, var id] when IsAccountId(id) && IsName(name) => new("create", id, name, settings),
            ["key", var id] when IsAccountId(id) => new("key", id, null, settings),
            ["list"] => new("list", null, null, settings),
            _ => null,
        };
    }

    private static bool IsAccountId(string text) => text.Length == 12 && text.All(char.IsAsciiDigit);

    private static bool IsName(string text) => text.Length is > 0 and <= LongestName && !text.Any(char.IsControl);
}
