using FederatedIdentity.Domain.Logins;
using FederatedIdentity.Providers;
using FederatedIdentity.Server.Operations;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.UnitTests.House;

/// <summary>Nothing that the outside can reach is without a test file of its own.</summary>
public sealed class CoverageTests
{
    private static readonly string[] TestFiles =
        [.. Directory.EnumerateFiles(Path.Combine(Peer.RepositoryRoot, "tests"), "*Tests.cs", SearchOption.AllDirectories)
            .Select(file => Path.GetFileNameWithoutExtension(file))];

    [Fact]
    public void Every_operation_has_its_tests() =>
        Assert.Empty(ApiSurface.Operations.Keys.Where(name => !TestFiles.Contains($"{name}Tests")));

    [Fact]
    public void Every_provider_has_its_tests() =>
        Assert.Empty(typeof(ProviderList).Assembly.GetTypes()
            .Where(type => type.IsClass && !type.IsAbstract && type.IsAssignableTo(typeof(ILoginProvider)))
            .Where(type => type != typeof(ObservedProvider)) // Wraps the others.
            .Where(type => !TestFiles.Contains($"{type.Name}Tests")));
}
