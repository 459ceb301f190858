using Xunit.Sdk;

namespace FederatedIdentity.UnitTests.Jose;

/// <summary>A test that exists only where the environment variable WYCHEPROOF_DIR names a folder with the public test vectors.</summary>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer("FederatedIdentity.UnitTests.Jose.WycheproofDiscoverer", "FederatedIdentity.UnitTests")]
public sealed class WycheproofFactAttribute : FactAttribute
{
    public static string? Folder => Environment.GetEnvironmentVariable("WYCHEPROOF_DIR");
}
