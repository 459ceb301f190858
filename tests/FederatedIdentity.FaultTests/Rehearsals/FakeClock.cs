using System.Globalization;

namespace FederatedIdentity.FaultTests.Rehearsals;

/// <summary>
/// The clock of a process that is started with <see cref="Settings"/>, which jumps when it is told to. Needs libfaketime, which an
/// environment variable names.
/// </summary>
internal sealed class FakeClock : IDisposable
{
    public const string Variable = "FEDERATED_IDENTITY_TEST_FAKETIME";

    private readonly string _file = Path.GetTempFileName();

    public FakeClock() => Jump(TimeSpan.Zero);

    public static bool IsAvailable => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 };

    /// <summary>The library looks at its file once a second, and leaves the clock that only counts alone, as a jump in life does.</summary>
    public IEnumerable<KeyValuePair<string, string?>> Settings =>
    [
        new("LD_PRELOAD", Environment.GetEnvironmentVariable(Variable)),
        new("FAKETIME_TIMESTAMP_FILE", _file),
        new("FAKETIME_CACHE_DURATION", "1"),
        new("FAKETIME_DONT_FAKE_MONOTONIC", "1"),
    ];

    /// <summary>Away from the true time, within a second.</summary>
    public void Jump(TimeSpan by) => File.WriteAllText(_file, by.TotalSeconds.ToString("+0;-0;+0", CultureInfo.InvariantCulture));

    public void Dispose() => File.Delete(_file);
}
