namespace FederatedIdentity.Benchmarks.Fuzz;

/// <summary>Everything that is fuzzed. A new parser or verifier of hostile input gets a line here.</summary>
internal static class FuzzTargets
{
    public static async Task<IReadOnlyList<IFuzzTarget>> CreateAsync()
    {
        var issuer = await FuzzIssuer.CreateAsync();
        return
        [
            new LoginTarget(issuer),
            new ClaimsTarget(issuer),
            new KeySetTarget(issuer),
            new DiscoveryTarget(),
            new SamlTarget(),
        ];
    }
}
