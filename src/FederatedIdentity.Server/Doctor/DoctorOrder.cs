using FederatedIdentity.Server.Hosting;

namespace FederatedIdentity.Server.Doctor;

/// <summary>What the doctor verb is asked for on the command line.</summary>
internal sealed record DoctorOrder(bool Json, bool Strict, bool BeforeMigration, string[] Settings)
{
    public const string Usage = """
        Usage: federated-identity doctor [--json] [--strict] [--before-migration]

          --json               a line of JSON for each check instead of a table
          --strict             warnings count as failures
          --before-migration   an empty or older schema is what is expected, and so is that no replica runs yet
        """;

    /// <summary>Null when it is not the form of <see cref="Usage"/>. Settings are arguments like --Section:Name=value.</summary>
    public static DoctorOrder? TryParse(string[] arguments)
    {
        string[] settings = [.. arguments.Where(VerbHost.IsSetting)];
        string[] flags = [.. arguments.Where(argument => !VerbHost.IsSetting(argument))];
        return flags.Except(["--json", "--strict", "--before-migration"]).Any()
            ? null
            : new(flags.Contains("--json"), flags.Contains("--strict"), flags.Contains("--before-migration"), settings);
    }
}
