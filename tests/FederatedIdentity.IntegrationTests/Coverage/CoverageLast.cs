using Xunit.Abstractions;

// The coverage test judges what all the others did, so nothing may run beside or after it.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
[assembly: TestCollectionOrderer("FederatedIdentity.IntegrationTests.Coverage.CoverageLast", "FederatedIdentity.IntegrationTests")]

namespace FederatedIdentity.IntegrationTests.Coverage;

/// <summary>Runs the collection of the coverage test after every other one.</summary>
public sealed class CoverageLast : ITestCollectionOrderer
{
    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) => testCollections
        .OrderBy(collection => collection.DisplayName == nameof(ApiCoverageTests))
        .ThenBy(collection => collection.DisplayName, StringComparer.Ordinal);
}
