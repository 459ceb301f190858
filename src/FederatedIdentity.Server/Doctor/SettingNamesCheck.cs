namespace FederatedIdentity.Server.Doctor;

/// <summary>Finds settings that no part of the server reads: slips of the pen, which would otherwise be passed over in silence.</summary>
internal sealed class SettingNamesCheck : ICheck
{
    private const string Ours = "FederatedIdentity";
    private const string ConnectionStrings = "ConnectionStrings:";
    private const int Near = 3;

    public string Name => "settings";

    public Task RunAsync(Subject subject, Findings findings, CancellationToken ct)
    {
        string[] unknown = [.. UnknownOf(subject.Configuration)];
        foreach (var name in unknown)
        {
            findings.Warn(Name, $"{name} is no setting, and is ignored", Advice(name));
        }

        if (unknown is [])
        {
            findings.Ok(Name, "every name is known");
        }

        return Task.CompletedTask;
    }

    internal static IEnumerable<string> UnknownOf(IConfiguration configuration) => configuration.AsEnumerable()
        .Where(setting => !string.IsNullOrEmpty(setting.Value))
        .Select(setting => setting.Key)
        .Where(name => IsOurs(name) && !KnownSettings.Contains(name))
        .Order(StringComparer.OrdinalIgnoreCase);

    /// <summary>What has the right beginning without the right separator is meant for us too.</summary>
    private static bool IsOurs(string name) =>
        name.StartsWith(Ours, StringComparison.OrdinalIgnoreCase) || name.StartsWith(ConnectionStrings, StringComparison.OrdinalIgnoreCase);

    private static string Advice(string name)
    {
        var nearest = KnownSettings.All.Select(setting => setting.Name)
            .MinBy(known => Spelling.Distance(known.ToUpperInvariant(), name.ToUpperInvariant()))!;
        return Spelling.Distance(nearest.ToUpperInvariant(), name.ToUpperInvariant()) <= Near
            ? $"Did you mean {nearest}?"
            : "Remove it, or see docs/configuration.md; levels are separated by two underscores.";
    }
}
