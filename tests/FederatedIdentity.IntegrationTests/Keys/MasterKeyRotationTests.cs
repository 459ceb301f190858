using System.Security.Cryptography;
using FederatedIdentity.IntegrationTests.Sts;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.IntegrationTests.Keys;

/// <summary>The documented way from one master key to another, step by step on two servers that users go on using.</summary>
public sealed class MasterKeyRotationTests
{
    private const int Replicas = 2;
    private const string Current = "FederatedIdentity__MasterKey";
    private const string Previous = "FederatedIdentity__PreviousMasterKey";

    [Fact]
    public async Task At_every_step_every_server_opens_what_any_server_wrote()
    {
        await using var deployment = await Deployment.StartAsync(Replicas);
        await CheckAsync(deployment);

        await StepAsync(deployment, TestServer.MasterKey, NewKey);
        await StepAsync(deployment, NewKey, TestServer.MasterKey);
        var before = await deployment.VerbAsync("master-key", "status");
        Assert.Equal(1, before.Status);
        Assert.Contains("\"previous\"", before.Log, StringComparison.Ordinal);

        await deployment.LinesAsync("master-key", "rewrap");
        await CheckAsync(deployment);
        Assert.All(await deployment.LinesAsync("master-key", "status"), count => Assert.Equal("current", $"{count["Is"]}"));
        await StepAsync(deployment, NewKey, null);

        deployment.Set(Current, TestServer.MasterKey);
        var mistaken = await Task.WhenAll(
            deployment.VerbAsync("master-key", "rewrap"),
            deployment.VerbAsync("keys", "retire", "us-east-12"),
            deployment.VerbAsync("session-keys", "rotate"),
            deployment.VerbAsync("master-key"));
        Assert.Equal([1, 1, 1, 2], mistaken.Select(verb => verb.Status));
        Assert.Contains("not configured", mistaken[0].Log, StringComparison.Ordinal);
        await CheckAsync(deployment); // Nobody's mistake has changed anything.
    }

    [Theory]
    [InlineData("not base64!", "FederatedIdentity:PreviousMasterKey cannot be used. A master key is the base64 of 32 random bytes")]
    [InlineData(null, "It is the same key as FederatedIdentity:MasterKey.")]
    public async Task A_previous_key_that_cannot_help_ends_the_process_and_is_named(string? value, string sentence)
    {
        var settings = TestServer.Settings("Host=127.0.0.1;Port=1", ServerProcess.FreePort(), Deployment.Issuer);
        settings[Previous] = value ?? TestServer.MasterKey;

        var (status, log) = await ServerProcess.RunAsync(settings);

        Assert.NotEqual(0, status);
        Assert.Contains(sentence, log, StringComparison.Ordinal);
        Assert.DoesNotContain(TestServer.MasterKey, log, StringComparison.Ordinal);
    }

    private static string NewKey { get; } = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    /// <summary>A rolling restart with other keys, and everything works between and after.</summary>
    private static async Task StepAsync(Deployment deployment, string current, string? previous)
    {
        deployment.Set(Current, current);
        deployment.Set(Previous, previous);
        for (var replica = 0; replica < Replicas; replica++)
        {
            await deployment.RestartAsync(replica);
            if (replica == 0)
            {
                await deployment.LinesAsync("session-keys", "rotate"); // Wrapped as the new settings say.
            }

            await CheckAsync(deployment);
        }
    }

    /// <summary>Whatever one server wraps or seals, the other opens.</summary>
    private static async Task CheckAsync(Deployment deployment)
    {
        for (var replica = 0; replica < Replicas; replica++)
        {
            var (one, other) = (deployment.Replicas[replica], deployment.Replicas[(replica + 1) % Replicas]);
            Assert.True((await deployment.AssumeAsync((replica + 1) % Replicas, await deployment.TokenAsync(replica))).Ok);

            var user = await one.Iam.UserAsync(StsCalls.AllowAll);
            var session = TestKey.Of(await other.Sts.OkAsync("GetSessionToken", user.Key));
            Assert.Equal(user.Arn, await one.Sts.WhoIsAsync(session));

            var pool = await one.Api.CallAsync("CreateIdentityPool", new
            {
                IdentityPoolName = "twitter",
                AllowUnauthenticatedIdentities = true,
                SupportedLoginProviders = new Dictionary<string, string> { ["api.twitter.com"] = "key;secret" },
            });
            var read = await other.Api.CallAsync("DescribeIdentityPool", new { IdentityPoolId = pool["IdentityPoolId"] });
            Assert.Equal("key;secret", $"{read.Body["SupportedLoginProviders"]!["api.twitter.com"]}");

            var page = await one.Api.CallAsync("ListIdentityPools", new { MaxResults = 1 });
            var next = await other.Api.CallAsync("ListIdentityPools", new { MaxResults = 1, NextToken = page["NextToken"] });
            Assert.True(next.Ok, next.Text);
        }
    }
}
