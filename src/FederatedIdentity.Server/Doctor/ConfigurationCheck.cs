using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.Server.Doctor;

/// <summary>Validates all settings as a server does at its start, and names every fault at once.</summary>
internal sealed partial class ConfigurationCheck : ICheck
{
    public string Name => "configuration";

    public Task RunAsync(Subject subject, Findings findings, CancellationToken ct)
    {
        string[] faults = [.. subject.Faults, .. subject.OptionTypes.SelectMany(type => FaultsOf(subject, type)).Distinct()];
        foreach (var fault in faults)
        {
            findings.Fail(Name, fault, "Correct the setting; docs/configuration.md lists them all.");
        }

        if (faults is [])
        {
            findings.Ok(Name, "a server starts with these settings");
        }

        return Task.CompletedTask;
    }

    private static IEnumerable<string> FaultsOf(Subject subject, Type type)
    {
        try
        {
            _ = ((IOptions<object>)subject.Services.GetRequiredService(typeof(IOptions<>).MakeGenericType(type))).Value;
            return [];
        }
        catch (OptionsValidationException invalid)
        {
            return invalid.Failures;
        }
        catch (Exception unreadable) when (unreadable is InvalidOperationException or FormatException)
        {
            // The binder repeats the value, which nobody has looked at yet.
            return BinderMessage().Match(unreadable.Message) is { Success: true } match
                ? [$"{match.Groups["path"].Value} cannot be read as {match.Groups["type"].Value}."]
                : [$"A setting of {type.Name} cannot be read."];
        }
    }

    [GeneratedRegex(@"at '(?<path>[^']+)' to type '(?:System\.)?(?<type>[^']+)'")]
    private static partial Regex BinderMessage();
}
