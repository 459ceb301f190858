using System.Diagnostics;
using Xunit.Abstractions;

namespace FederatedIdentity.IntegrationTests.Keys;

/// <summary>Three replicas rotate their key under load, and verifiers that never look before their copy is old notice nothing.</summary>
public sealed class RotationTests(ITestOutputHelper output)
{
    private const int Replicas = 3;
    private const int Rotations = 2;

    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task Tokens_signed_before_during_and_after_a_rotation_verify_everywhere()
    {
        await using var deployment = await Deployment.StartAsync(
            Replicas,
            ("FederatedIdentity__Tokens__KeyCacheLifetime", "00:00:01"),
            ("FederatedIdentity__Tokens__KeyPublishing", "00:00:10"),
            ("FederatedIdentity__Tokens__KeyRotation", "00:00:10"));
        var clients = deployment.Replicas
            .Select(replica => JoseClient.Start(Deployment.Issuer, replica.Server.BaseAddress, MaxAge)).ToArray();
        try
        {
            var tokens = await IssueAndVerifyAsync(deployment, clients);

            await Task.WhenAll(clients.Select(async client =>
            {
                foreach (var token in tokens)
                {
                    Assert.Equal((Deployment.KidOf(token), null), await client.VerifyAsync(token));
                }
            }));

            output.WriteLine($"{tokens.Count} tokens of {string.Join(", ", tokens.Select(Deployment.KidOf).Distinct())}");
        }
        finally
        {
            Array.ForEach(clients, client => client.Dispose());
        }

        await AssertOneReplicaRotatedAsync(deployment);
    }

    /// <summary>Goes on until every replica has signed with a third key.</summary>
    private static async Task<List<string>> IssueAndVerifyAsync(Deployment deployment, JoseClient[] clients)
    {
        var (began, tokens, seen) = (Stopwatch.GetTimestamp(), new List<string>(), new HashSet<(int Replica, string Kid)>());
        while (Enumerable.Range(0, Replicas).Any(replica => seen.Count(one => one.Replica == replica) <= Rotations))
        {
            Assert.InRange(Stopwatch.GetElapsedTime(began), TimeSpan.Zero, Patience);
            for (var replica = 0; replica < Replicas; replica++)
            {
                var token = await deployment.TokenAsync(replica);
                var kid = Deployment.KidOf(token);
                tokens.Add(token);
                seen.Add((replica, kid));
                foreach (var verdict in await Task.WhenAll(clients.Select(client => client.VerifyAsync(token))))
                {
                    Assert.Equal((kid, null), verdict);
                }

                var assumed = await deployment.AssumeAsync((replica + 1) % Replicas, token);
                Assert.True(assumed.Ok, assumed.Text);
            }
        }

        return tokens;
    }

    private static async Task AssertOneReplicaRotatedAsync(Deployment deployment)
    {
        var kids = (await deployment.LinesAsync("keys", "list")).Select(key => $"{key["Kid"]}").ToArray();
        Assert.Equal(kids.Distinct(), kids);
        foreach (var kid in kids)
        {
            var made = deployment.Replicas.Sum(replica => replica.Server.Log.Split($"Made signing key {kid} ").Length - 1);
            Assert.Equal(1, made);
        }

        Assert.Equal(1, await deployment.Database.CountAsync("signing_key where state = 'current'"));
        Assert.Equal(1, await deployment.Database.CountAsync("signing_key where state = 'next'"));
        Assert.Equal(0, await deployment.Database.CountAsync("signing_key where state = 'retired' and wrapped_private_key <> ''"));
    }
}
