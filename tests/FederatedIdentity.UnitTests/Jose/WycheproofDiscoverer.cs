using Xunit.Abstractions;
using Xunit.Sdk;

namespace FederatedIdentity.UnitTests.Jose;

/// <summary>Finds no test at all without the vectors, so that none is reported as skipped.</summary>
public sealed class WycheproofDiscoverer(IMessageSink sink) : FactDiscoverer(sink)
{
    public override IEnumerable<IXunitTestCase> Discover(
        ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo factAttribute) =>
        WycheproofFactAttribute.Folder is { Length: > 0 } ? base.Discover(discoveryOptions, testMethod, factAttribute) : [];
}
