using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.IntegrationTests.Wire;

/// <summary>Signs a request that a test made by hand with the administrator's key of the servers under test.</summary>
internal static class Signing
{
    public static SigV4Signer Administrator { get; } =
        new(TestServer.AccessKeyId, TestServer.SecretAccessKey, "us-east-1", "cognito-identity");

    public static Task SignAsync(HttpRequestMessage request) =>
        Administrator.SignAsync(request, TimeProvider.System.GetUtcNow(), CancellationToken.None);
}
