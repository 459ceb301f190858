using System.Diagnostics;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.Benchmarks.Load;

/// <summary>npm's oidc-provider, which has no database and checks no login, issuing a JWT of the same algorithm a request.</summary>
internal static class PeerRows
{
    public static async Task<IEnumerable<Row>> OfAsync(Stage stage, Sides sides) =>
    [
        await OfAsync(stage, sides, stage.Rs512, Goal.CpuAtMost(0.75)),
        await OfAsync(stage, sides, stage.Es256, Goal.CpuAtMost(0.40)),
    ];

    private static async Task<Row> OfAsync(Stage stage, Sides sides, Party party, Goal goal)
    {
        var (process, url) = await Peer.StartReadyAsync(
            "token-issuer.mjs", new Dictionary<string, string?> { ["ALG"] = party.Algorithm, ["NODE_ENV"] = "production" });
        stage.Keep(new Ending(process));
        var request = HttpText.Post(
            new Uri(url), "/token", "application/x-www-form-urlencoded",
            $"grant_type=client_credentials&client_id=bench&client_secret={new string('x', 64)}&scope=api");
        var peer = Sides.Of($"oidc-provider {party.Algorithm}", new Uri(url), new Tiers { Servers = [process.Id] }, await stage.FileAsync([request]));
        var ours = await sides.GuestTokensAsync($"GetOpenIdToken guest {party.Algorithm} beside a peer", party);
        return new($"a token {party.Algorithm}, beside oidc-provider", ours, peer, goal);
    }

    private sealed class Ending(Process process) : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => Peer.StopAsync(process);
    }
}
