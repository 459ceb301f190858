using Xunit.Abstractions;
using Xunit.Sdk;

namespace FederatedIdentity.UnitTests.Jose;

/// <summary>A test that exists only where the environment variable WYCHEPROOF_DIR names a folder with the public test vectors.</summary>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer("FederatedIdentity.UnitTests.Jose.WycheproofDiscoverer", "FederatedIdentity.UnitTests")]
public sealed class WycheproofFactAttribute : FactAttribute
{
    public static string? Folder => Environment.GetEnvironmentVariable("WYCHEPROOF_DIR");
}

/// <summary>Finds no test at all without the vectors, so that none is reported as skipped.</summary>
public sealed class WycheproofDiscoverer(IMessageSink sink) : FactDiscoverer(sink)
{
    public override IEnumerable<IXunitTestCase> Discover(
        ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo factAttribute) =>
        WycheproofFactAttribute.Folder is { Length: > 0 } ? base.Discover(discoveryOptions, testMethod, factAttribute) : [];
}
