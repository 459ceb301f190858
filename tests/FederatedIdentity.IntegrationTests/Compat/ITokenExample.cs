using System.Text.Json.Nodes;

namespace FederatedIdentity.IntegrationTests.Compat;

/// <summary>What a verifier of the examples is told. Null leaves the example's own default.</summary>
internal sealed record VerifierSettings(string Issuer, string Pool)
{
    public string? Algorithm { get; init; }

    public bool AllowGuests { get; init; }

    public int? MaxAge { get; init; }

    public int? Cooldown { get; init; }
}

/// <summary>A token verifier of docs/examples/verify, whatever it is written in.</summary>
internal interface ITokenExample : IAsyncDisposable
{
    /// <summary><c>ok</c> and who sent it, or <c>refused</c> or <c>unavailable</c> and why.</summary>
    Task<JsonNode> JudgeAsync(string token);
}
